//! Which objects are the project's.

/// Schemas that the Supabase platform owns, from its documentation and its `supabase/postgres` image.
pub const PLATFORM_SCHEMAS: &[&str] = &[
    "auth",
    "storage",
    "realtime",
    "_realtime",
    "_analytics",
    "supabase_functions",
    "supabase_migrations",
    "extensions",
    "vault",
    "graphql",
    "graphql_public",
    "pgbouncer",
    "pgsodium",
    "pgsodium_masks",
    "cron",
    "net",
    "pgmq",
];

/// Our own ledger and log.
const OPERATIONS: &str = "meshhook_ops";

/// Ledgers of other tools, left out in whichever schema they lie: a history is not part of the schema.
const LEDGERS: &[&str] = &["_sqlx_migrations", "__diesel_schema_migrations"];

/// What a reading takes in. Extension members, `pg_*`, `information_schema`, `meshhook_ops` and ledgers
/// never are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    platform: Vec<String>,
    out: Vec<String>,
    dependencies: bool,
}

impl Scope {
    /// The project's own objects: no platform schemas, but the triggers, policies, rules, indexes and
    /// constraints that hang on tables in them, which other tools forget.
    pub fn project() -> Scope {
        let mut scope = Scope::everything();
        scope.platform = PLATFORM_SCHEMAS.iter().map(|&name| name.to_owned()).collect();
        scope
    }

    /// All schemas, those that Supabase would own included: for a database that has no platform, where a
    /// schema `auth` is the project's.
    pub fn everything() -> Scope {
        Scope {
            platform: Vec::new(),
            out: vec![OPERATIONS.to_owned(), "supabase_migrations".to_owned()],
            dependencies: false,
        }
    }

    /// Leaves these schemas out, with all that hangs on their tables.
    pub fn without<S: Into<String>>(mut self, schemas: impl IntoIterator<Item = S>) -> Scope {
        self.out.extend(schemas.into_iter().map(Into::into));
        self
    }

    /// Reads also who needs whom and what else a plan asks for ([`crate::Catalog::needs`], [`crate::Fact::derived`]),
    /// which takes longer and changes no fingerprint.
    #[must_use]
    pub fn with_dependencies(mut self) -> Scope {
        self.dependencies = true;
        self
    }

    pub(crate) fn dependencies(&self) -> bool {
        self.dependencies
    }

    pub(crate) fn platform(&self) -> &[String] {
        &self.platform
    }

    pub(crate) fn out(&self) -> &[String] {
        &self.out
    }

    pub(crate) fn ledgers(&self) -> Vec<String> {
        LEDGERS.iter().map(|&name| name.to_owned()).collect()
    }
}

impl Default for Scope {
    fn default() -> Scope {
        Scope::project()
    }
}
