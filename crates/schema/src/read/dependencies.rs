//! Rows of `pg_depend` into who needs whom, by identity.
//!
//! Postgres's objects are finer than facts: an index of a constraint, the row type of a table, the rule that makes a
//! view a view. Each of these belongs to something, and what it depends on, that depends on.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ReadError;
use crate::identity::{Identity, Kind};

/// Where Postgres keeps an object: catalog, OID, column. The OIDs of catalogs never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Address {
    catalog: u32,
    oid: u32,
    column: i32,
}

const PG_TYPE: u32 = 1247;
const PG_PROC: u32 = 1255;
const PG_CLASS: u32 = 1259;
const PG_AMOP: u32 = 2602;
const PG_AMPROC: u32 = 2603;
const PG_ATTRDEF: u32 = 2604;
const PG_CONSTRAINT: u32 = 2606;
const PG_TRIGGER: u32 = 2620;

/// The catalog that holds the rows of a kind; none for what has no OID.
fn catalog(kind: Kind) -> Option<u32> {
    Some(match kind {
        Kind::Schema => 2615,
        Kind::Extension => 3079,
        Kind::Language => 2612,
        Kind::AccessMethod => 2601,
        Kind::ForeignDataWrapper => 2328,
        Kind::Server => 1417,
        Kind::UserMapping => 1418,
        Kind::Collation => 3456,
        Kind::Conversion => 2607,
        Kind::Enum | Kind::Composite | Kind::Domain | Kind::Range | Kind::BaseType => PG_TYPE,
        Kind::Sequence
        | Kind::Table
        | Kind::ForeignTable
        | Kind::Column
        | Kind::Index
        | Kind::View
        | Kind::MaterializedView => PG_CLASS,
        Kind::Default => PG_ATTRDEF,
        Kind::Constraint => PG_CONSTRAINT,
        Kind::Function | Kind::Procedure | Kind::Aggregate => PG_PROC,
        Kind::Trigger => PG_TRIGGER,
        Kind::Rule => 2618,
        Kind::Policy => 3256,
        Kind::Statistics => 3381,
        Kind::Cast => 2605,
        Kind::Transform => 3576,
        Kind::Operator => 2617,
        Kind::OperatorFamily => 2753,
        Kind::OperatorClass => 2616,
        Kind::TextSearchParser => 3601,
        Kind::TextSearchTemplate => 3764,
        Kind::TextSearchDictionary => 3600,
        Kind::TextSearchConfiguration => 3602,
        Kind::Publication => 6104,
        Kind::PublicationTable => 6106,
        Kind::PublicationSchema => 6237,
        Kind::Subscription => 6100,
        Kind::EventTrigger => 3466,
        Kind::DefaultPrivileges | Kind::Grant | Kind::Comment | Kind::SecurityLabel => return None,
    })
}

/// One row of `pg_depend`.
struct Edge {
    from: Address,
    to: Address,
    kind: char,
}

/// Addresses of facts and rows of `pg_depend`, as they are read.
#[derive(Default)]
pub(super) struct Dependencies {
    facts: HashMap<Address, Identity>,
    edges: Vec<Edge>,
}

impl Dependencies {
    /// Notes where a fact is kept.
    pub(super) fn fact(&mut self, identity: &Identity, oid: u32, column: i32) {
        if let Some(catalog) = catalog(identity.kind) {
            self.facts.insert(Address { catalog, oid, column }, identity.clone());
        }
    }

    /// Takes a row in, as its query writes it: seven words.
    pub(super) fn edge(&mut self, text: &str) -> Result<(), ReadError> {
        let wrong = || ReadError::Answer { what: format!("dependency `{text}`") };
        let words: Vec<&str> = text.split(' ').collect();
        let [numbers @ .., kind] = words.as_slice() else { return Err(wrong()) };
        let numbers: Vec<i64> = numbers.iter().filter_map(|word| word.parse().ok()).collect();
        let address = |numbers: &[i64]| -> Option<Address> {
            let [catalog, oid, column] = numbers else { return None };
            Some(Address {
                catalog: (*catalog).try_into().ok()?,
                oid: (*oid).try_into().ok()?,
                column: (*column).try_into().ok()?,
            })
        };
        let (from, to) = numbers.split_at(numbers.len() / 2);
        let (from, to) = (address(from).ok_or_else(wrong)?, address(to).ok_or_else(wrong)?);
        self.edges.push(Edge { from, to, kind: kind.chars().next().ok_or_else(wrong)? });
        Ok(())
    }

    /// Who needs whom. Left out: an object itself, its parents, and what hangs on it.
    pub(super) fn finish(self) -> BTreeMap<Identity, BTreeSet<Identity>> {
        let owners = Owners::new(&self);
        let mut needs: BTreeMap<&Identity, BTreeSet<&Identity>> = BTreeMap::new();
        for edge in &self.edges {
            let (Some((from, own)), Some((to, _))) = (owners.owner(edge.from), owners.owner(edge.to)) else {
                continue;
            };
            if own && from != to && !from.ancestors().any(|a| a == to) && !to.ancestors().any(|a| a == from) {
                needs.entry(from).or_default().insert(to);
            }
        }
        needs.into_iter().map(|(from, to)| (from.clone(), to.into_iter().cloned().collect())).collect()
    }
}

/// What each object that is no fact belongs to.
struct Owners<'d> {
    facts: &'d HashMap<Address, Identity>,
    owners: HashMap<Address, (Address, char)>,
}

impl<'d> Owners<'d> {
    fn new(dependencies: &'d Dependencies) -> Owners<'d> {
        let mut owners: HashMap<Address, (Address, char)> = HashMap::new();
        for Edge { from, to, kind } in &dependencies.edges {
            if rank(*kind, *from) > 0 && !dependencies.facts.contains_key(from) {
                let owner = owners.entry(*from).or_insert((*to, *kind));
                if rank(*kind, *from) > rank(owner.1, *from) {
                    *owner = (*to, *kind);
                }
            }
        }
        Owners { facts: &dependencies.facts, owners }
    }

    /// The fact that an object is, or belongs to; and whether what the object depends on, the fact depends on: not so
    /// for the clone of a foreign key from or to a partition, which goes with the partition and not the other way round.
    fn owner(&self, mut address: Address) -> Option<(&'d Identity, bool)> {
        let mut own = true;
        // an array of the row type of a table is the longest way there is; the bound is against circles
        for _ in 0..8 {
            if let Some(identity) = self.facts.get(&address) {
                return Some((identity, own));
            }
            match self.owners.get(&address) {
                Some((owner, kind)) => {
                    own &= *kind != 'P' && (address.catalog, owner.catalog) != (PG_CONSTRAINT, PG_CONSTRAINT);
                    address = *owner;
                }
                // a column that is no fact of its own, of a view or an index
                None if address.column != 0 => address.column = 0,
                None => return None,
            }
        }
        None
    }
}

/// How strongly a dependency says that the one belongs to the other: an extension's member, an internal part, a clone
/// on a partition, and last the parts that Postgres only marks to go along.
fn rank(kind: char, from: Address) -> u8 {
    match kind {
        'e' => 4,
        'i' => 3,
        'P' => 2,
        'a' if [PG_AMOP, PG_AMPROC, PG_ATTRDEF, PG_CONSTRAINT, PG_TRIGGER].contains(&from.catalog) => 1,
        _ => 0,
    }
}
