//! Renames: told by a hint or an option, never guessed. They run first, so that what comes after sees one name only.

use std::sync::Arc;

use meshhook_schema::quote::quote_ident;
use meshhook_schema::{Catalog, Identity, Kind, QualifiedName};

use super::ident;

mod found;
mod sql;

pub(crate) use found::{candidates, followers};

/// Something whose name the two sides have differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rename {
    /// A schema.
    Schema {
        /// Its name in `from`.
        from: Arc<str>,
        /// Its name in `to`.
        to: Arc<str>,
    },
    /// A table, view, sequence, type and so on; into another schema too.
    Object {
        /// What it is.
        kind: Kind,
        /// Its name in `from`.
        from: QualifiedName,
        /// Its name in `to`.
        to: QualifiedName,
    },
    /// A column of a table, or an attribute of a composite type.
    Column {
        /// What it is a column of, by its name in `to`.
        of: Identity,
        /// Its name in `from`.
        from: Arc<str>,
        /// Its name in `to`.
        to: Arc<str>,
    },
    /// A label of an enum.
    Label {
        /// The enum, by its name in `to`.
        of: QualifiedName,
        /// The label in `from`.
        from: String,
        /// The label in `to`.
        to: String,
    },
    /// A constraint or an index, which follow their table. By the table's name in `to`.
    Child {
        /// The constraint or index in `from`, on the table of `to`.
        of: Identity,
        /// Its name in `to`.
        to: Arc<str>,
    },
}

/// Kinds that `ALTER … RENAME TO` is for, in the order in which a name is looked up.
const OBJECTS: [Kind; 11] = [
    Kind::Table,
    Kind::View,
    Kind::MaterializedView,
    Kind::ForeignTable,
    Kind::Sequence,
    Kind::Enum,
    Kind::Composite,
    Kind::Domain,
    Kind::Range,
    Kind::BaseType,
    Kind::Collation,
];

/// Kinds that have columns which can be renamed.
const WITH_COLUMNS: [Kind; 3] = [Kind::Table, Kind::ForeignTable, Kind::Composite];

/// The object of one of the kinds with this name.
pub(crate) fn find(catalog: &Catalog, schema: &str, name: &str) -> Option<Identity> {
    let mut kinds = OBJECTS.iter().map(|kind| Identity::in_schema(*kind, schema, name));
    kinds.find(|identity| catalog.get(identity).is_some())
}

fn column(catalog: &Catalog, of: &Identity, name: &str) -> bool {
    WITH_COLUMNS.contains(&of.kind)
        && catalog.get(&Identity::child(Kind::Column, Arc::new(of.clone()), name)).is_some()
}

fn label(catalog: &Catalog, of: &Identity, name: &str) -> bool {
    catalog.get(of).is_some_and(|fact| fact.list("labels").iter().any(|label| label == name))
}

impl Rename {
    /// Reads `old=new` as it is typed: `table=new`, `schema.table=new`, `table.column=new`, `schema.table.column=new`,
    /// `type=new`, `type.label=new`, `schema=new`; names in double quotes where SQL wants them.
    ///
    /// # Errors
    /// A sentence: what is wrong, such as that there is nothing of that name.
    pub fn parse(text: &str, from: &Catalog, to: &Catalog) -> Result<Rename, String> {
        let wrong = || format!("`{text}` is no rename: write `old=new`, such as `public.notes.body=content`");
        let (old, rest) = ident::qualified(text).ok_or_else(wrong)?;
        let rest = rest.trim_start().strip_prefix('=').ok_or_else(wrong)?;
        let (new, rest) = ident::qualified(rest).ok_or_else(wrong)?;
        if !rest.trim().is_empty() {
            return Err(wrong());
        }
        let old: Vec<&str> = old.iter().map(String::as_str).collect();
        let object = |schema: &str, name: &str| {
            let found = find(from, schema, name)?;
            let (schema, name) = match new.as_slice() {
                [name] => (schema, name.as_str()),
                [schema, name] => (schema.as_str(), name.as_str()),
                _ => return None,
            };
            let to = QualifiedName { schema: Some(schema.into()), name: name.into() };
            Some(Rename::Object { kind: found.kind, from: found.name, to })
        };
        let inside = |schema: &str, name: &str, part: &str| {
            let of = find(from, schema, name)?;
            let [to] = new.as_slice() else { return None };
            if column(from, &of, part) {
                return Some(Rename::Column { of, from: part.into(), to: to.as_str().into() });
            }
            label(from, &of, part).then(|| Rename::Label {
                of: of.name,
                from: part.to_owned(),
                to: to.clone(),
            })
        };
        let found = match old.as_slice() {
            [name] => object("public", name).or_else(|| {
                let there = from.get(&Identity::global(Kind::Schema, name)).is_some();
                match new.as_slice() {
                    [to] if there => Some(Rename::Schema { from: (*name).into(), to: to.as_str().into() }),
                    _ => None,
                }
            }),
            [first, second] => object(first, second).or_else(|| inside("public", first, second)),
            [schema, name, part] => inside(schema, name, part),
            _ => None,
        };
        let found = found.ok_or_else(|| {
            let (old, _) = text.split_once('=').unwrap_or((text, ""));
            format!("there is nothing called `{}` to rename", old.trim().escape_debug())
        })?;
        if !found.arrives(to) {
            return Err(format!("{}: there is nothing of the new name in what is wanted", found.told()));
        }
        Ok(found)
    }

    /// Whether `to` has the new name. Columns and labels are looked for once their table or type is renamed.
    fn arrives(&self, to: &Catalog) -> bool {
        match self {
            Rename::Schema { to: name, .. } => to.get(&Identity::global(Kind::Schema, name)).is_some(),
            Rename::Object { to: name, .. } => {
                find(to, name.schema.as_deref().unwrap_or("public"), &name.name).is_some()
            }
            Rename::Column { .. } | Rename::Label { .. } | Rename::Child { .. } => true,
        }
    }

    /// In a developer's words, without a full stop.
    pub fn told(&self) -> String {
        match self {
            Rename::Schema { from, to } => format!("schema `{from}` is renamed to `{to}`"),
            Rename::Object { kind, from, to } => format!("{} `{from}` is renamed to `{to}`", kind.noun()),
            Rename::Column { of, from, to } => format!("column `{from}` of {of} is renamed to `{to}`"),
            Rename::Label { of, from, to } => format!("label `{from}` of enum `{of}` is renamed to `{to}`"),
            Rename::Child { of, to } => format!("{of} is renamed to `{to}`"),
        }
    }

    /// As `--rename` takes it.
    pub fn option(&self) -> String {
        match self {
            Rename::Schema { from, to } => format!("{}={}", quote_ident(from), quote_ident(to)),
            Rename::Object { from, to, .. } if from.schema == to.schema => {
                format!("{}={}", from.sql(), quote_ident(&to.name))
            }
            Rename::Object { from, to, .. } => format!("{}={}", from.sql(), to.sql()),
            Rename::Column { of, from, to } => {
                format!("{}.{}={}", of.name.sql(), quote_ident(from), quote_ident(to))
            }
            Rename::Label { of, from, to } => {
                format!("{}.{}={}", of.sql(), quote_ident(from), quote_ident(to))
            }
            Rename::Child { of, to } => format!("{}={}", quote_ident(&of.name.name), quote_ident(to)),
        }
    }

    /// As a hint in the declared schema.
    pub fn hint(&self) -> String {
        let from = match self {
            Rename::Schema { from, .. } | Rename::Column { from, .. } => quote_ident(from),
            Rename::Object { from, to, .. } if from.schema == to.schema => quote_ident(&from.name),
            Rename::Object { from, .. } => from.sql(),
            Rename::Label { from, .. } => quote_ident(from),
            Rename::Child { of, .. } => quote_ident(&of.name.name),
        };
        format!("-- @renamed from={from}")
    }

    /// Renames of schemas go first, then of objects, then of what is in them.
    fn rank(&self) -> u8 {
        match self {
            Rename::Schema { .. } => 0,
            Rename::Object { .. } => 1,
            Rename::Column { .. } | Rename::Label { .. } => 2,
            Rename::Child { .. } => 3,
        }
    }

    /// The way back.
    #[must_use]
    pub(crate) fn reversed(&self) -> Rename {
        match self.clone() {
            Rename::Schema { from, to } => Rename::Schema { from: to, to: from },
            Rename::Object { kind, from, to } => Rename::Object { kind, from: to, to: from },
            Rename::Column { of, from, to } => Rename::Column { of, from: to, to: from },
            Rename::Label { of, from, to } => Rename::Label { of, from: to, to: from },
            Rename::Child { of, to } => {
                let from = of.name.name.clone();
                let name = QualifiedName { schema: of.name.schema.clone(), name: to };
                Rename::Child { of: Identity { name, ..of }, to: from }
            }
        }
    }

    /// The object it is about, by its name before the rename.
    pub fn source(&self) -> Identity {
        self.reversed().object()
    }

    /// The object it is about, by its name after the rename.
    pub fn object(&self) -> Identity {
        match self {
            Rename::Schema { to, .. } => Identity::global(Kind::Schema, to),
            Rename::Object { kind, to, .. } => {
                Identity::in_schema(*kind, to.schema.as_deref().unwrap_or("public"), &to.name)
            }
            Rename::Column { of, to, .. } => Identity::child(Kind::Column, Arc::new(of.clone()), to),
            Rename::Label { of, .. } => {
                Identity::in_schema(Kind::Enum, of.schema.as_deref().unwrap_or("public"), &of.name)
            }
            Rename::Child { of, to } => {
                let name = QualifiedName { schema: of.name.schema.clone(), name: to.clone() };
                Identity { name, ..of.clone() }
            }
        }
    }

    /// Whether queries use the name: those of running code fail once it is another one.
    pub(crate) fn is_used(&self) -> bool {
        !matches!(self, Rename::Child { .. })
    }
}

/// In the order in which they can run, and columns and labels by the names that their tables and types then have.
pub(crate) fn ordered(mut renames: Vec<Rename>) -> Vec<Rename> {
    renames.sort_by_key(Rename::rank);
    let moves = renames.clone();
    for rename in &mut renames {
        for moved in &moves {
            moved.carry(rename);
        }
    }
    renames.dedup();
    renames
}

impl Rename {
    /// What this rename does to the names that another one mentions.
    fn carry(&self, other: &mut Rename) {
        if self.rank() >= other.rank() {
            return;
        }
        let names: Vec<&mut QualifiedName> = match other {
            Rename::Object { from, .. } => vec![from],
            Rename::Column { of, .. } => vec![&mut of.name],
            Rename::Label { of, .. } => vec![of],
            Rename::Schema { .. } | Rename::Child { .. } => vec![],
        };
        for name in names {
            *name = self.after(name);
        }
    }

    /// A qualified name as it is after this rename.
    pub(crate) fn after(&self, name: &QualifiedName) -> QualifiedName {
        match self {
            Rename::Schema { from, to } if name.schema.as_ref() == Some(from) => {
                QualifiedName { schema: Some(to.clone()), name: name.name.clone() }
            }
            Rename::Object { from, to, .. } if name == from => to.clone(),
            _ => name.clone(),
        }
    }
}
