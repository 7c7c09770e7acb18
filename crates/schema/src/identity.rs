//! What a fact is about: kind, name, and the object it hangs on. Never an OID.

use std::fmt;
use std::sync::Arc;

use crate::quote::{plain, quote_ident};

macro_rules! kinds {
    ($($variant:ident $noun:literal $doc:literal),+ $(,)?) => {
        /// The kind of a fact. The order is the one in which differences are listed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $(#[doc = $doc] $variant),+ }

        impl Kind {
            /// Every kind that is read.
            pub const ALL: &[Kind] = &[$(Kind::$variant),+];

            /// The noun a developer would use: `materialized view`.
            pub fn noun(self) -> &'static str {
                match self { $(Kind::$variant => $noun),+ }
            }

            /// The kind with this noun; the queries name kinds that way.
            pub fn from_noun(noun: &str) -> Option<Kind> {
                match noun { $($noun => Some(Kind::$variant),)+ _ => None }
            }
        }
    };
}

kinds! {
    Schema "schema" "`pg_namespace`",
    Extension "extension" "`pg_extension`",
    Language "language" "`pg_language`, but not those that come with the server",
    AccessMethod "access method" "`pg_am`",
    ForeignDataWrapper "foreign data wrapper" "`pg_foreign_data_wrapper`",
    Server "server" "`pg_foreign_server`",
    UserMapping "user mapping" "`pg_user_mapping`, its secrets left out",
    Collation "collation" "`pg_collation`",
    Conversion "conversion" "`pg_conversion`",
    Enum "enum" "`pg_type` and `pg_enum`",
    Composite "composite type" "`pg_type` of `CREATE TYPE … AS (…)`",
    Domain "domain" "`pg_type` of a domain",
    Range "range type" "`pg_range`",
    BaseType "type" "`pg_type` of a base or shell type",
    Sequence "sequence" "`pg_sequence`, identity sequences excepted: they are attributes of their column",
    Table "table" "`pg_class`, plain, partitioned, or a partition",
    ForeignTable "foreign table" "`pg_foreign_table`",
    Column "column" "`pg_attribute` of tables, foreign tables and composite types",
    Default "default" "`pg_attrdef`: a default or the expression of a generated column",
    Constraint "constraint" "`pg_constraint` of tables and domains, with its index if it has one",
    Index "index" "`pg_index`, those of constraints excepted",
    View "view" "`pg_class` and `pg_rewrite`",
    MaterializedView "materialized view" "`pg_class` and `pg_rewrite`",
    Function "function" "`pg_proc`, window functions included",
    Procedure "procedure" "`pg_proc`",
    Aggregate "aggregate" "`pg_aggregate`",
    Trigger "trigger" "`pg_trigger`, internal ones excepted",
    Rule "rule" "`pg_rewrite`, those of views excepted",
    Policy "policy" "`pg_policy`",
    Statistics "statistics object" "`pg_statistic_ext`",
    Cast "cast" "`pg_cast`",
    Transform "transform" "`pg_transform`",
    Operator "operator" "`pg_operator`",
    OperatorFamily "operator family" "`pg_opfamily` with its members",
    OperatorClass "operator class" "`pg_opclass`",
    TextSearchParser "text search parser" "`pg_ts_parser`",
    TextSearchTemplate "text search template" "`pg_ts_template`",
    TextSearchDictionary "text search dictionary" "`pg_ts_dict`",
    TextSearchConfiguration "text search configuration" "`pg_ts_config` with its mappings",
    Publication "publication" "`pg_publication`",
    PublicationTable "publication table" "`pg_publication_rel`",
    PublicationSchema "publication schema" "`pg_publication_namespace`",
    Subscription "subscription" "`pg_subscription`, its connection string left out",
    EventTrigger "event trigger" "`pg_event_trigger`",
    DefaultPrivileges "default privileges" "`pg_default_acl`; only ever the parent of grants",
    Grant "grant" "what one role holds on one object beyond, or short of, the built-in default",
    Comment "comment" "`pg_description`",
    SecurityLabel "security label" "`pg_seclabel`",
}

/// A name with the schema it lives in, where it lives in one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QualifiedName {
    /// `None` for what has no schema: extensions, publications, and everything that hangs on a parent.
    pub schema: Option<Arc<str>>,
    /// As the catalog holds it, without quotes.
    pub name: Arc<str>,
}

impl QualifiedName {
    /// As SQL: each part quoted where Postgres would need it.
    pub fn sql(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", quote_ident(schema), quote_ident(&self.name)),
            None => quote_ident(&self.name),
        }
    }
}

impl fmt::Display for QualifiedName {
    /// For people: `public.t`, quoted only where it would be misread.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(out, "{}.", plain(schema))?;
        }
        out.write_str(&plain(&self.name))
    }
}

/// What a fact is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// What kind of thing.
    pub kind: Kind,
    /// What it hangs on and is dropped with: the table of a column, the object of a comment or grant.
    pub parent: Option<Arc<Identity>>,
    /// Its own name. The grantee for a grant; the provider for a security label; empty for a comment.
    pub name: QualifiedName,
    /// Types of the arguments, for what can be overloaded: `integer, public.status`.
    pub arguments: Option<Arc<str>>,
}

impl Identity {
    /// Something that lives in a schema.
    pub fn in_schema(kind: Kind, schema: &str, name: &str) -> Identity {
        let name = QualifiedName { schema: Some(schema.into()), name: name.into() };
        Identity { kind, parent: None, name, arguments: None }
    }

    /// Something that lives in no schema and hangs on nothing.
    pub fn global(kind: Kind, name: &str) -> Identity {
        Identity {
            kind,
            parent: None,
            name: QualifiedName { schema: None, name: name.into() },
            arguments: None,
        }
    }

    /// Something that hangs on `parent`.
    pub fn child(kind: Kind, parent: Arc<Identity>, name: &str) -> Identity {
        Identity { parent: Some(parent), ..Identity::global(kind, name) }
    }

    /// The schema it lives in, its own or its parent's.
    pub fn schema(&self) -> Option<&str> {
        match (&self.name.schema, &self.parent) {
            (Some(schema), _) => Some(schema),
            (None, Some(parent)) => parent.schema(),
            (None, None) => None,
        }
    }

    /// Parent, parent's parent and so on.
    pub fn ancestors(&self) -> impl Iterator<Item = &Identity> {
        std::iter::successors(self.parent.as_deref(), |identity| identity.parent.as_deref())
    }

    /// The table (or view, domain, type) it hangs on, or itself.
    pub fn root(&self) -> &Identity {
        self.ancestors().last().unwrap_or(self)
    }
}

impl fmt::Display for Identity {
    /// In a developer's words: "index `t_name_idx` on `public.t`".
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&crate::compare::words::object(self))
    }
}
