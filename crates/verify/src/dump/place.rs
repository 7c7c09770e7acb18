//! Which file of a dump says something about an object: `<schema>/tables/<table>.sql` with all that hangs on the table,
//! `<schema>/views/<view>.sql` with all that hangs on the view, and `<schema>/<kind>.sql` for the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use meshhook_schema::{Catalog, Identity, Kind};

/// The files of one catalog.
pub(super) struct Places<'a> {
    catalog: &'a Catalog,
    /// The names of folders and files, by kind of place and name. No two differ in the case of their letters alone,
    /// since some file systems do not see that.
    names: BTreeMap<(&'static str, String, String), String>,
}

/// Where schemas lie, as a kind of place.
const SCHEMAS: &str = "";

impl<'a> Places<'a> {
    pub(super) fn of(catalog: &'a Catalog) -> Places<'a> {
        let mut names = BTreeMap::new();
        let mut taken: BTreeSet<(&str, String, String)> = BTreeSet::new();
        let mut give = |place: &'static str, schema: &str, name: &str| {
            let key = (place, schema.to_owned(), name.to_owned());
            if names.contains_key(&key) {
                return;
            }
            let mut file = escaped(name, false);
            if !taken.insert((place, schema.to_owned(), file.to_lowercase())) {
                file = escaped(name, true);
                taken.insert((place, schema.to_owned(), file.to_lowercase()));
            }
            names.insert(key, file);
        };
        for (identity, _) in catalog.facts() {
            let root = identity.root();
            if let Some(schema) = schema(root) {
                give(SCHEMAS, "", schema);
                if let Some(folder) = folder(root.kind) {
                    give(folder, schema, &root.name.name);
                }
            }
        }
        Places { catalog, names }
    }

    fn name(&self, place: &'static str, schema: &str, name: &str) -> String {
        let key = (place, schema.to_owned(), name.to_owned());
        self.names.get(&key).cloned().unwrap_or_else(|| escaped(name, false))
    }

    /// The file of an object.
    pub(super) fn of_object(&self, object: &Identity) -> PathBuf {
        let mut root = object.root();
        // a sequence that a column owns goes with its table
        if let Some(owner) = self.catalog.get(root).and_then(|fact| fact.owned_by.as_ref())
            && root.kind == Kind::Sequence
        {
            root = owner.root();
        }
        let Some(schema) = schema(root) else { return PathBuf::from(format!("{}.sql", global(root.kind))) };
        let path = Path::new(&self.name(SCHEMAS, "", schema)).to_owned();
        match folder(root.kind) {
            Some(folder) => {
                path.join(folder).join(format!("{}.sql", self.name(folder, schema, &root.name.name)))
            }
            None => path.join(format!("{}.sql", in_schema(root.kind))),
        }
    }
}

/// The schema whose folder it is in.
fn schema(root: &Identity) -> Option<&str> {
    if root.kind == Kind::Schema { Some(&root.name.name) } else { root.name.schema.as_deref() }
}

/// The folder of what has a file of its own.
fn folder(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Table | Kind::ForeignTable => Some("tables"),
        Kind::View | Kind::MaterializedView => Some("views"),
        _ => None,
    }
}

/// The file of what lives in a schema. A schema's own comes first wherever files are read by name.
fn in_schema(kind: Kind) -> &'static str {
    match kind {
        Kind::Schema | Kind::DefaultPrivileges => "00_schema",
        Kind::Enum | Kind::Composite | Kind::Domain | Kind::Range | Kind::BaseType => "types",
        Kind::Function | Kind::Procedure | Kind::Aggregate => "functions",
        Kind::Sequence => "sequences",
        Kind::Statistics => "statistics",
        Kind::Collation => "collations",
        Kind::Conversion => "conversions",
        Kind::Operator | Kind::OperatorFamily | Kind::OperatorClass => "operators",
        Kind::TextSearchParser
        | Kind::TextSearchTemplate
        | Kind::TextSearchDictionary
        | Kind::TextSearchConfiguration => "text_search",
        _ => "others",
    }
}

/// The file of what lives in no schema.
fn global(kind: Kind) -> &'static str {
    match kind {
        Kind::DefaultPrivileges => "00_default_privileges",
        Kind::Extension => "extensions",
        Kind::Language | Kind::Transform => "languages",
        Kind::AccessMethod => "access_methods",
        Kind::ForeignDataWrapper | Kind::Server | Kind::UserMapping => "servers",
        Kind::Cast => "casts",
        Kind::Publication => "publications",
        Kind::Subscription => "subscriptions",
        Kind::EventTrigger => "event_triggers",
        _ => "others",
    }
}

/// A name as that of a file: letters, digits and `_-` as they are, every other byte as `%2F`; capitals too if asked for.
fn escaped(name: &str, capitals: bool) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        let keep = byte.is_ascii_alphanumeric() && !(capitals && byte.is_ascii_uppercase());
        if keep || matches!(byte, b'_' | b'-') {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_its_folder_or_takes_the_place_of_another() {
        for (name, file) in [
            ("runs", "runs"),
            ("Order Lines", "Order%20Lines"),
            ("../../etc", "%2E%2E%2F%2E%2E%2Fetc"),
            (".hidden", "%2Ehidden"),
            ("a%2Fb", "a%252Fb"),
            ("größe", "gr%C3%B6%C3%9Fe"),
            ("a\nb\\c", "a%0Ab%5Cc"),
        ] {
            assert_eq!(escaped(name, false), file);
        }
        assert_eq!(escaped("Runs", true), "%52uns");
    }
}
