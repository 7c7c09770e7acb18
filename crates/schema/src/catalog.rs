//! A catalog: all facts of one snapshot.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::fact::Fact;
use crate::identity::Identity;
use crate::read::{self, ReadError};
use crate::scope::Scope;

/// Every fact of one database, as far as the [`Scope`] went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    pub(crate) facts: BTreeMap<Identity, Fact>,
}

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
    }

    /// Forgets an attribute of every fact, where it must not count: `owner`, when roles have other names elsewhere.
    pub fn without(mut self, attribute: &str) -> Catalog {
        self.facts.values_mut().for_each(|fact| drop(fact.attributes.remove(attribute)));
        self
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
