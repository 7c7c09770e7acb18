//! A catalog as an entity diagram: tables with their columns, and the foreign keys between them.
//!
//! The catalog is one that was read with [`crate::Scope::with_dependencies`]. Partitions are left out: they say again
//! what their table says.

mod changed;
mod mermaid;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::fact::{COLUMN_ORDER, Fact, Value};
use crate::identity::{Identity, Kind, QualifiedName};

/// What became of something between two schemas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It is as it was, or nothing is compared.
    #[default]
    Same,
    /// It was not there.
    New,
    /// It was something else.
    Changed,
    /// It is not there any more.
    Gone,
}

/// A table or view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entity {
    /// What became of it.
    pub mark: Mark,
    /// In order. None of a table that belongs to the platform.
    pub columns: Vec<Column>,
}

/// A column of an [`Entity`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Its name, without quotes.
    pub name: String,
    /// Its type, as Postgres writes it.
    pub data_type: String,
    /// In the primary key.
    pub primary: bool,
    /// In a foreign key.
    pub foreign: bool,
    /// Unique by itself.
    pub unique: bool,
    /// What became of it.
    pub mark: Mark,
}

/// How two entities are connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Link {
    /// A foreign key.
    ForeignKey {
        /// A row may be without: one of its columns may be null.
        optional: bool,
        /// At most one row points to each.
        unique: bool,
    },
    /// A view that reads it.
    Reads,
}

/// A connection of two entities.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// The table with the foreign key, or the view.
    pub from: QualifiedName,
    /// The table it points to or reads.
    pub to: QualifiedName,
    /// The constraint's name; empty for a view.
    pub name: String,
    /// How they are connected.
    pub link: Link,
    /// What became of it.
    pub mark: Mark,
}

/// An entity diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    /// Tables and views.
    pub entities: BTreeMap<QualifiedName, Entity>,
    /// What connects them; both ends are entities.
    pub relations: BTreeSet<Relation>,
}

impl Diagram {
    /// The whole of a catalog.
    pub fn of(catalog: &Catalog, views: bool) -> Diagram {
        let mut diagram = Diagram::default();
        let keys = Keys::of(catalog);
        for (identity, fact) in catalog.facts() {
            if is_shown(identity, fact, views) {
                let columns = columns(catalog, identity, fact, &keys);
                diagram.entities.insert(identity.name.clone(), Entity { mark: Mark::Same, columns });
            }
        }
        for (identity, fact) in catalog.facts() {
            diagram.connect(catalog, identity, fact, &keys);
        }
        diagram
    }

    fn connect(&mut self, catalog: &Catalog, identity: &Identity, fact: &Fact, keys: &Keys<'_>) {
        if is_view(identity.kind) && self.entities.contains_key(&identity.name) {
            let roots = catalog.needs(identity).map(Identity::root);
            for to in roots.map(|root| &root.name).collect::<BTreeSet<_>>() {
                if *to != identity.name && self.entities.contains_key(to) {
                    self.relate(&identity.name, to, "", Link::Reads);
                }
            }
            return;
        }
        let Some((table, target)) = foreign_key(identity, fact) else { return };
        if !self.entities.contains_key(&table.name) {
            return;
        }
        // one of the platform's, such as `auth.users`
        self.entities.entry(target.clone()).or_default();
        let columns = listed(fact, "columns");
        let nullable = |column: &String| {
            let column = Identity::child(Kind::Column, Arc::new(table.clone()), column);
            catalog.get(&column).is_some_and(|fact| !fact.flag("not_null"))
        };
        let optional = columns.iter().any(nullable);
        let unique = keys.unique.get(table).is_some_and(|sets| {
            sets.iter().any(|set| !set.is_empty() && set.iter().all(|column| columns.contains(column)))
        });
        self.relate(&table.name, &target, &identity.name.name, Link::ForeignKey { optional, unique });
    }

    fn relate(&mut self, from: &QualifiedName, to: &QualifiedName, name: &str, link: Link) {
        let (from, to, name) = (from.clone(), to.clone(), name.to_owned());
        self.relations.insert(Relation { from, to, name, link, mark: Mark::Same });
    }

    /// The names that a person may mean by this one: `schema.table`, or a name alone. Quotes are not needed.
    pub fn find(&self, name: &str) -> Vec<QualifiedName> {
        let is_meant = |entity: &&QualifiedName| {
            let schema = entity.schema.as_deref().unwrap_or_default();
            *entity.name == *name || format!("{schema}.{}", entity.name) == name || entity.sql() == name
        };
        self.entities.keys().filter(is_meant).cloned().collect()
    }

    /// Keeps one schema, and what its tables point to. Whether there is anything in it.
    pub fn keep_schema(&mut self, schema: &str) -> bool {
        let own: BTreeSet<QualifiedName> =
            self.entities.keys().filter(|name| name.schema.as_deref() == Some(schema)).cloned().collect();
        let found = !own.is_empty();
        self.relations.retain(|relation| own.contains(&relation.from));
        let mut wanted = own;
        wanted.extend(self.relations.iter().map(|relation| relation.to.clone()));
        self.keep(&wanted);
        found
    }

    /// Keeps what is this many steps away, in either direction.
    pub fn keep_around(&mut self, start: BTreeSet<QualifiedName>, steps: usize) {
        let mut wanted = start;
        for _ in 0..steps {
            let touches =
                |relation: &&Relation| wanted.contains(&relation.from) != wanted.contains(&relation.to);
            let more: Vec<QualifiedName> = self
                .relations
                .iter()
                .filter(touches)
                .flat_map(|relation| [relation.from.clone(), relation.to.clone()])
                .collect();
            if more.is_empty() {
                break;
            }
            wanted.extend(more);
        }
        self.keep(&wanted);
    }

    fn keep(&mut self, wanted: &BTreeSet<QualifiedName>) {
        self.entities.retain(|name, _| wanted.contains(name));
        self.relations.retain(|relation| wanted.contains(&relation.from) && wanted.contains(&relation.to));
    }
}

fn is_view(kind: Kind) -> bool {
    matches!(kind, Kind::View | Kind::MaterializedView)
}

fn is_shown(identity: &Identity, fact: &Fact, views: bool) -> bool {
    match identity.kind {
        Kind::Table | Kind::ForeignTable => fact.get("partition_bound").is_none(),
        Kind::View | Kind::MaterializedView => views,
        _ => false,
    }
}

/// The table of a foreign key, and the one that it points to.
fn foreign_key<'a>(identity: &'a Identity, fact: &Fact) -> Option<(&'a Identity, QualifiedName)> {
    if identity.kind != Kind::Constraint || fact.text("type") != "foreign key" {
        return None;
    }
    let Some(Value::Text(name)) = fact.derived.get("references") else { return None };
    let [schema, name]: [String; 2] = parts(name).try_into().ok()?;
    let target = QualifiedName { schema: Some(schema.as_str().into()), name: name.as_str().into() };
    Some((identity.parent.as_deref()?, target))
}

/// A derived list, or the empty one.
fn listed<'a>(fact: &'a Fact, name: &str) -> &'a [String] {
    match fact.derived.get(name) {
        Some(Value::List(list)) => list,
        _ => &[],
    }
}

/// The parts of a dotted name in SQL, without quotes.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let part = parts.len() - 1;
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                parts[part].push('"');
            }
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            c => parts[part].push(c),
        }
    }
    parts
}

/// The keys of all tables.
#[derive(Default)]
struct Keys<'a> {
    primary: BTreeMap<&'a Identity, Vec<String>>,
    foreign: BTreeMap<&'a Identity, BTreeSet<String>>,
    /// The sets of columns that are unique in all rows.
    unique: BTreeMap<&'a Identity, Vec<Vec<String>>>,
}

impl<'a> Keys<'a> {
    fn of(catalog: &'a Catalog) -> Keys<'a> {
        let mut keys = Keys::default();
        for (identity, fact) in catalog.facts() {
            let Some(table) = identity.parent.as_deref() else { continue };
            let columns = || listed(fact, "columns").to_vec();
            match (identity.kind, fact.text("type")) {
                (Kind::Constraint, "primary key") => {
                    keys.primary.insert(table, columns());
                    keys.unique.entry(table).or_default().push(columns());
                }
                (Kind::Constraint, "unique") => keys.unique.entry(table).or_default().push(columns()),
                (Kind::Constraint, "foreign key") => keys.foreign.entry(table).or_default().extend(columns()),
                (Kind::Index, _) if is_unique_everywhere(fact) => {
                    let names = listed(fact, "key_columns").iter().map(|column| parts(column).concat());
                    keys.unique.entry(table).or_default().push(names.collect());
                }
                _ => {}
            }
        }
        keys
    }
}

/// An index over columns of all rows: neither partial nor over expressions.
fn is_unique_everywhere(index: &Fact) -> bool {
    index.derived.get("unique") == Some(&Value::Bool(true))
        && !index.derived.contains_key("predicate")
        && !index.derived.contains_key("expressions")
}

fn columns(catalog: &Catalog, identity: &Identity, fact: &Fact, keys: &Keys<'_>) -> Vec<Column> {
    if is_view(identity.kind) {
        let outlines = listed(fact, "column_names").iter().zip(listed(fact, "columns"));
        return outlines.map(|(name, outline)| view_column(name, outline)).collect();
    }
    let table = Arc::new(identity.clone());
    let alone = |name: &String| {
        keys.unique.get(identity).is_some_and(|sets| sets.iter().any(|set| *set == [name.as_str()]))
    };
    let column = |name: &String| {
        let own = Identity::child(Kind::Column, table.clone(), name);
        let primary = keys.primary.get(identity).is_some_and(|columns| columns.contains(name));
        Column {
            name: name.clone(),
            data_type: catalog.get(&own).map(|fact| fact.text("type").to_owned()).unwrap_or_default(),
            primary,
            foreign: keys.foreign.get(identity).is_some_and(|columns| columns.contains(name)),
            unique: !primary && alone(name),
            mark: Mark::Same,
        }
    };
    fact.list(COLUMN_ORDER).iter().map(column).collect()
}

/// From `name type`, as SQL has it.
fn view_column(name: &str, outline: &str) -> Column {
    let mut quoted = false;
    let end = outline.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == ' ' && !quoted).then_some(at)
    });
    let data_type = end.map(|at| outline[at + 1..].to_owned()).unwrap_or_default();
    let data_type = data_type.split(" COLLATE ").next().unwrap_or_default().to_owned();
    Column { name: name.to_owned(), data_type, ..Column::default() }
}
