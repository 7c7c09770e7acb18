//! Rows of the queries into facts.
//!
//! Every query speaks the same language: some columns have a meaning of their own ([`Slot`]), every other one
//! is an attribute of that name, absent where it is null.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::postgres::{PgRow, PgTypeInfo};
use sqlx::{Column, Row, TypeInfo};

use super::dependencies::Dependencies;
use super::{ReadError, acl};
use crate::catalog::Catalog;
use crate::fact::{ATTRIBUTE_ORDER, COLUMN_ORDER, Fact, Value};
use crate::identity::{Identity, Kind, QualifiedName};

/// What a column of a query means.
#[derive(Clone, Copy)]
enum Slot {
    Kind,
    Schema,
    ParentKind,
    Parent,
    Name,
    Arguments,
    Comment,
    Acl,
    AclDefault,
    /// The owner of the table, whose grants on a column need no mention of the grantor
    Grantor,
    Creates,
    /// `{schema, table, name}` of the same thing on the parent table
    InheritedFrom,
    /// `{schema, table}` or `{schema, table, column}`
    HangsOn,
    /// The unmodelled query's answer
    Object,
    /// Where `pg_depend` knows it: the OID in the catalog of its kind, and the number of a column
    Oid,
    Sub,
    /// A row of `pg_depend`
    Depends,
    /// A column `derived_…`: not compared
    Derived(&'static str, Shape),
    Attribute(&'static str, Shape),
}

#[derive(Clone, Copy)]
enum Shape {
    Bool,
    Int,
    Text,
    List,
}

/// One row, sorted by meaning.
#[derive(Default)]
struct Reading<'r> {
    kind: &'r str,
    schema: Option<&'r str>,
    parent_kind: Option<&'r str>,
    parent: Option<&'r str>,
    name: &'r str,
    arguments: Option<&'r str>,
    comment: Option<&'r str>,
    acl: Option<Vec<String>>,
    acl_default: Vec<String>,
    grantor: Option<&'r str>,
    creates: Option<&'r str>,
    inherited_from: Vec<String>,
    hangs_on: Vec<String>,
    object: Option<&'r str>,
    oid: Option<u32>,
    sub: i32,
    depends: Option<&'r str>,
    derived: BTreeMap<&'static str, Value>,
    attributes: BTreeMap<&'static str, Value>,
}

fn slot(name: &str, info: &PgTypeInfo) -> Slot {
    match name {
        "kind" => Slot::Kind,
        "schema" => Slot::Schema,
        "parent_kind" => Slot::ParentKind,
        "parent" => Slot::Parent,
        "name" => Slot::Name,
        "arguments" => Slot::Arguments,
        "comment" => Slot::Comment,
        "acl" => Slot::Acl,
        "acl_default" => Slot::AclDefault,
        "grantor" => Slot::Grantor,
        "creates" => Slot::Creates,
        "inherited_from" => Slot::InheritedFrom,
        "hangs_on" => Slot::HangsOn,
        "object" => Slot::Object,
        "oid" => Slot::Oid,
        "sub" => Slot::Sub,
        "depends" => Slot::Depends,
        _ => match name.strip_prefix("derived_") {
            Some(name) => Slot::Derived(intern(name), shape(info)),
            None => Slot::Attribute(intern(name), shape(info)),
        },
    }
}

fn shape(info: &PgTypeInfo) -> Shape {
    match info.name() {
        "BOOL" => Shape::Bool,
        "INT2" | "INT4" | "INT8" => Shape::Int,
        name if name.ends_with("[]") => Shape::List,
        _ => Shape::Text,
    }
}

/// The same text with a lifetime that facts can share. Grows by the attributes that the queries name, once.
fn intern(name: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    match names.get(name) {
        Some(known) => known,
        None => {
            let leaked: &'static str = Box::leak(name.to_owned().into_boxed_str());
            names.insert(leaked);
            leaked
        }
    }
}

fn reading<'r>(row: &'r PgRow, slots: &[Slot]) -> Result<Reading<'r>, ReadError> {
    let mut reading = Reading::default();
    for (index, slot) in slots.iter().enumerate() {
        let raw = row.try_get_raw(index)?;
        if sqlx::ValueRef::is_null(&raw) {
            continue;
        }
        let text = raw.as_str().map_err(sqlx::Error::Decode)?;
        match *slot {
            Slot::Kind => reading.kind = text,
            Slot::Schema => reading.schema = Some(text),
            Slot::ParentKind => reading.parent_kind = Some(text),
            Slot::Parent => reading.parent = Some(text),
            Slot::Name => reading.name = text,
            Slot::Arguments => reading.arguments = Some(text),
            Slot::Comment => reading.comment = Some(text),
            Slot::Acl => reading.acl = Some(array(text)),
            Slot::AclDefault => reading.acl_default = array(text),
            Slot::Grantor => reading.grantor = Some(text),
            Slot::Creates => reading.creates = Some(text),
            Slot::InheritedFrom => reading.inherited_from = array(text),
            Slot::HangsOn => reading.hangs_on = array(text),
            Slot::Object => reading.object = Some(text),
            Slot::Oid => reading.oid = Some(number("oid", text)?),
            Slot::Sub => reading.sub = number("sub", text)?,
            Slot::Depends => reading.depends = Some(text),
            Slot::Derived(name, shape) => {
                reading.derived.insert(name, value(name, shape, text)?);
            }
            Slot::Attribute(name, shape) => {
                reading.attributes.insert(name, value(name, shape, text)?);
            }
        }
    }
    Ok(reading)
}

fn value(name: &str, shape: Shape, text: &str) -> Result<Value, ReadError> {
    Ok(match shape {
        Shape::Bool => Value::Bool(text == "t"),
        Shape::Int => Value::Int(number(name, text)?),
        Shape::Text => Value::Text(text.to_owned()),
        // Their order counts nowhere, and is another one after an ALTER.
        Shape::List if name == "foreign_options" => {
            let mut options = array(text);
            options.sort();
            Value::List(options)
        }
        Shape::List => Value::List(array(text)),
    })
}

fn number<N: std::str::FromStr>(name: &str, text: &str) -> Result<N, ReadError> {
    text.parse().map_err(|_| ReadError::Answer { what: format!("{name} is `{text}`") })
}

/// The elements of an array in Postgres's text form, nested ones laid flat, nulls left out.
fn array(text: &str) -> Vec<String> {
    let mut elements = Vec::new();
    let mut element = String::new();
    let mut quoted = false;
    let mut was_quoted = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => element.extend(chars.next()),
            '"' => {
                quoted = !quoted;
                was_quoted = true;
            }
            '{' if !quoted => {}
            ',' | '}' if !quoted => {
                if was_quoted || !(element.is_empty() || element == "NULL") {
                    elements.push(std::mem::take(&mut element));
                }
                element.clear();
                was_quoted = false;
            }
            _ => element.push(c),
        }
    }
    elements
}

/// Rows as they come, into facts.
#[derive(Default)]
pub(super) struct Assembly {
    /// The meaning of the current query's columns, and its last row, which keeps their descriptions where they are.
    slots: Vec<Slot>,
    last: Option<PgRow>,
    facts: Vec<(Identity, Fact)>,
    /// The parent of the last row: rows of one parent mostly follow each other.
    parent: Option<Arc<Identity>>,
    orders: HashMap<Arc<Identity>, Vec<String>>,
    unmodelled: BTreeMap<String, Vec<String>>,
    dependencies: Dependencies,
}

impl Assembly {
    pub(super) fn take(&mut self, row: PgRow) -> Result<(), ReadError> {
        // Rows of one query share their column descriptions.
        let same = self.last.as_ref().is_some_and(|last| std::ptr::eq(last.columns(), row.columns()));
        if !same {
            self.slots = row.columns().iter().map(|column| slot(column.name(), column.type_info())).collect();
        }
        self.put_row(reading(&row, &self.slots)?)?;
        self.last = Some(row);
        Ok(())
    }

    fn put_row(&mut self, reading: Reading<'_>) -> Result<(), ReadError> {
        if let Some(object) = reading.object {
            self.unmodelled.entry(reading.kind.to_owned()).or_default().push(object.to_owned());
            return Ok(());
        }
        if let Some(text) = reading.depends {
            return self.dependencies.edge(text);
        }
        let kind = match reading.kind {
            "view column" => Kind::Column,
            "identity sequence" => Kind::Sequence,
            noun => known(noun.strip_prefix("member ").unwrap_or(noun))?,
        };
        let identity = self.identity(kind, &reading)?;
        // A partition's key may be attached to an index of its table that is no constraint's.
        let above = match kind {
            Kind::Constraint if reading.attributes.contains_key("attached_to") => Kind::Index,
            kind => kind,
        };
        let inherited_from = inherited_from(above, &reading.inherited_from);
        let mut fact = Fact {
            attributes: reading.attributes,
            inherited_from,
            owned_by: owned_by(&reading.hangs_on),
            creates: reading.creates.map(str::to_owned),
            derived: reading.derived,
        };
        // Children of something that is no fact of its own still go with what that hangs on.
        let keep = match reading.kind {
            "identity sequence" | "default privileges" => false,
            // what an extension or the server brought is told by the extension
            noun if noun.starts_with("member ") => false,
            "view column" => {
                fact.attributes.retain(|name, _| {
                    ["options", "statistics_target", "storage", "compression"].contains(name)
                });
                !fact.attributes.is_empty()
            }
            _ => true,
        };
        if reading.comment.is_some() || reading.acl.is_some() {
            let child_of = if keep { None } else { fact.owned_by.clone() };
            let parent = Arc::new(identity.clone());
            if let Some(text) = reading.comment {
                let text = BTreeMap::from([("text", Value::Text(text.to_owned()))]);
                self.put(Identity::child(Kind::Comment, parent.clone(), ""), text, &child_of);
            }
            let owner = match kind {
                Kind::DefaultPrivileges => reading.name,
                _ => reading.grantor.unwrap_or(fact.text("owner")),
            };
            for (grantee, holding) in
                acl::holdings(reading.acl.as_deref().unwrap_or(&[]), &reading.acl_default, owner)
            {
                let lists = [("granted", holding.granted), ("revoked", holding.revoked)];
                let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
                let attributes = lists.map(|(name, list)| (name, Value::List(list))).collect();
                self.put(Identity::child(Kind::Grant, parent.clone(), &grantee), attributes, &child_of);
            }
        }
        if keep {
            if let (Kind::Column, "column", Some(parent)) = (kind, reading.kind, &identity.parent) {
                self.orders.entry(parent.clone()).or_default().push(reading.name.to_owned());
            }
            // what uses a column of a view uses the view: there is nothing finer to put in order
            if let (Some(oid), false) = (reading.oid, reading.kind == "view column") {
                self.dependencies.fact(&identity, oid, reading.sub);
            }
            self.facts.push((identity, fact));
        }
        Ok(())
    }

    fn put(
        &mut self,
        identity: Identity,
        attributes: BTreeMap<&'static str, Value>,
        owned_by: &Option<Identity>,
    ) {
        self.facts.push((identity, Fact { attributes, owned_by: owned_by.clone(), ..Fact::default() }));
    }

    fn identity(&mut self, kind: Kind, reading: &Reading<'_>) -> Result<Identity, ReadError> {
        let arguments = reading.arguments.map(Arc::from);
        let Some(parent) = reading.parent else {
            let name = QualifiedName { schema: reading.schema.map(Arc::from), name: reading.name.into() };
            return Ok(Identity { kind, parent: None, name, arguments });
        };
        let parent_kind = match (reading.parent_kind, kind) {
            (Some(noun), _) => known(noun)?,
            (None, Kind::UserMapping) => Kind::Server,
            (None, _) => Kind::Publication,
        };
        let fits = |last: &Arc<Identity>| {
            *last.name.name == *parent
                && last.name.schema.as_deref() == reading.schema
                && last.kind == parent_kind
        };
        let parent = match self.parent.take().filter(fits) {
            Some(last) => last,
            None => {
                let name = QualifiedName { schema: reading.schema.map(Arc::from), name: parent.into() };
                Arc::new(Identity { kind: parent_kind, parent: None, name, arguments: None })
            }
        };
        self.parent = Some(parent.clone());
        Ok(Identity { arguments, ..Identity::child(kind, parent, reading.name) })
    }

    pub(super) fn finish(mut self) -> Result<Catalog, ReadError> {
        if let Some((kind, objects)) = self.unmodelled.pop_first() {
            return Err(ReadError::Unmodelled { kind, objects });
        }
        self.name_kinds();
        for (identity, fact) in &mut self.facts {
            let attribute = match identity.kind {
                Kind::Table | Kind::ForeignTable => COLUMN_ORDER,
                Kind::Composite => ATTRIBUTE_ORDER,
                _ => continue,
            };
            if let Some(order) = self.orders.remove(identity) {
                fact.attributes.insert(attribute, Value::List(order));
            }
        }
        Ok(Catalog {
            facts: self.facts.into_iter().collect(),
            needs: self.dependencies.finish(),
            role: None,
            major: 0,
        })
    }
}

// the queries name relations by schema and name alone
impl Assembly {
    /// Corrects the kind of what facts hang on where it is no table: a foreign table, a materialized view.
    fn name_kinds(&mut self) {
        let others = self.facts.iter().map(|(identity, _)| identity);
        let others =
            others.filter(|identity| [Kind::ForeignTable, Kind::MaterializedView].contains(&identity.kind));
        let others: HashMap<QualifiedName, Kind> =
            others.map(|identity| (identity.name.clone(), identity.kind)).collect();
        if others.is_empty() {
            return;
        }
        for (_, fact) in &mut self.facts {
            for identity in [&mut fact.owned_by, &mut fact.inherited_from].into_iter().flatten() {
                let relation = match &mut identity.parent {
                    Some(parent) => Arc::make_mut(parent),
                    None => identity,
                };
                if let Some(kind) = others.get(&relation.name) {
                    relation.kind = *kind;
                }
            }
        }
    }
}

fn known(noun: &str) -> Result<Kind, ReadError> {
    Kind::from_noun(noun).ok_or_else(|| ReadError::Answer { what: format!("kind `{noun}`") })
}

fn inherited_from(kind: Kind, path: &[String]) -> Option<Identity> {
    let [schema, table, name] = path else { return None };
    Some(Identity::child(kind, Arc::new(Identity::in_schema(Kind::Table, schema, table)), name))
}

fn owned_by(path: &[String]) -> Option<Identity> {
    match path {
        [extension] => Some(Identity::global(Kind::Extension, extension)),
        [schema, table] => Some(Identity::in_schema(Kind::Table, schema, table)),
        [schema, table, column] => {
            let table = Arc::new(Identity::in_schema(Kind::Table, schema, table));
            Some(Identity::child(Kind::Column, table, column))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::array;

    #[test]
    fn arrays_in_text_form_come_apart() {
        let cases: [(&str, &[&str]); 5] = [
            ("{}", &[]),
            ("{a,b}", &["a", "b"]),
            (r#"{"a,\"b\\",NULL,"NULL","","{}"}"#, &["a,\"b\\", "NULL", "", "{}"]),
            ("{{public,t}}", &["public", "t"]),
            ("{\"ünï code\"}", &["ünï code"]),
        ];
        for (text, expected) in cases {
            assert_eq!(array(text), expected, "{text}");
        }
    }
}
