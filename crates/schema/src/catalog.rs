//! A catalog: all facts of one snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::read::{self, ReadError};
use crate::scope::Scope;

/// Every fact of one database, as far as the [`Scope`] went.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    pub(crate) facts: BTreeMap<Identity, Fact>,
    /// Who needs whom; both are facts.
    pub(crate) needs: BTreeMap<Identity, BTreeSet<Identity>>,
    pub(crate) role: Option<String>,
    /// The major version of the server that it was read from; 0 where it was not.
    pub(crate) major: i32,
}

/// Two catalogs are equal when their facts are.
impl PartialEq for Catalog {
    fn eq(&self, other: &Catalog) -> bool {
        self.facts == other.facts
    }
}

impl Eq for Catalog {}

impl Catalog {
    /// Reads the catalog in a fixed number of queries, whatever the size of the schema.
    ///
    /// Outside a transaction it opens one (REPEATABLE READ, READ ONLY), so that everything comes from one
    /// snapshot. Inside the caller's transaction it works under a savepoint that is rolled back, which
    /// leaves settings as they were; the snapshot is then the caller's own, hence one per query under READ
    /// COMMITTED. Uncommitted changes of that transaction are seen.
    ///
    /// # Errors
    /// [`ReadError::Unmodelled`] when there are objects of a kind that this crate does not read.
    pub async fn read(connection: &mut PgConnection, scope: &Scope) -> Result<Catalog, ReadError> {
        read::read(connection, scope).await
    }

    /// One hash over all facts. Two catalogs have the same exactly when [`crate::compare()`] finds no
    /// difference between them, notes aside.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Sha256::new();
        for (identity, fact) in &self.facts {
            hasher.update(fact.hash(identity));
        }
        Fingerprint(hasher.finalize().into())
    }

    /// All facts, in the order of their identities.
    pub fn facts(&self) -> impl Iterator<Item = (&Identity, &Fact)> {
        self.facts.iter()
    }

    /// Leaves out what is not wanted. What hangs on something that goes, goes with it.
    pub fn retain(&mut self, mut wanted: impl FnMut(&Identity) -> bool) {
        self.facts.retain(|identity, _| wanted(identity) && identity.ancestors().all(&mut wanted));
        let facts = &self.facts;
        self.needs.retain(|identity, needs| {
            needs.retain(|needed| facts.contains_key(needed));
            facts.contains_key(identity) && !needs.is_empty()
        });
    }

    /// Forgets an attribute of every fact, where it must not count: `owner`, when roles have other names elsewhere.
    pub fn without(mut self, attribute: &str) -> Catalog {
        self.facts.values_mut().for_each(|fact| drop(fact.attributes.remove(attribute)));
        self
    }

    /// What this object cannot be there without, its parent aside; all are facts of this catalog. Empty unless read
    /// with [`Scope::with_dependencies`].
    pub fn needs(&self, identity: &Identity) -> impl Iterator<Item = &Identity> {
        self.needs.get(identity).into_iter().flatten()
    }

    /// The same the other way round: what cannot be there without each object. Made anew by each call.
    pub fn needed_by(&self) -> BTreeMap<&Identity, BTreeSet<&Identity>> {
        let mut needed_by: BTreeMap<&Identity, BTreeSet<&Identity>> = BTreeMap::new();
        for (identity, needs) in &self.needs {
            for needed in needs {
                needed_by.entry(needed).or_default().insert(identity);
            }
        }
        needed_by
    }

    /// What is of one of these types, by way of domains, composite types and ranges too. Made anew by each call.
    pub fn users_of_types<'a>(&'a self, types: &BTreeSet<&Identity>) -> BTreeSet<&'a Identity> {
        let needed_by = self.needed_by();
        let mut found: BTreeSet<&'a Identity> = BTreeSet::new();
        let mut waiting: Vec<&Identity> = types.iter().copied().collect();
        while let Some(next) = waiting.pop() {
            for &user in needed_by.get(next).into_iter().flatten().filter(|user| user.root() != next) {
                if found.insert(user)
                    && matches!(user.root().kind, Kind::Domain | Kind::Composite | Kind::Range)
                {
                    waiting.push(user.root());
                }
            }
        }
        found
    }

    /// The tables that a table inherits from or is a partition of, and those above them; known from what needs what.
    pub(crate) fn tables_above(&self, table: &Identity) -> Vec<&Identity> {
        let mut above: Vec<&Identity> = Vec::new();
        let (mut child, mut at) = (table, 0);
        loop {
            let names = self.get(child).map(|fact| fact.list("parents")).unwrap_or_default();
            let parents = self.needs(child).filter(|needed| names.contains(&needed.name.sql()));
            let new: Vec<&Identity> = parents.filter(|parent| !above.contains(parent)).collect();
            above.extend(new);
            let Some(next) = above.get(at) else { return above };
            child = next;
            at += 1;
        }
    }

    /// As if this role had read it: what a plan from here makes belongs to it.
    #[must_use]
    pub fn as_read_by(mut self, role: Option<&str>) -> Catalog {
        self.role = role.map(str::to_owned);
        self
    }

    /// The role that read it, which owns what a plan makes unless the plan says otherwise. Not compared.
    pub fn role(&self) -> Option<&str> {
        self.role.as_deref()
    }

    /// The fact under this identity.
    pub fn get(&self, identity: &Identity) -> Option<&Fact> {
        self.facts.get(identity)
    }
}

/// A hash over a whole catalog.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Fingerprint({self})")
    }
}
