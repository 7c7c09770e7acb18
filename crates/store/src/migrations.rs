//! The migrations that this build was compiled against, and whether a database has them.
//!
//! Applying them is the work of `cargo xtask db`: a service only asks, and refuses to start on a database that
//! it does not fit.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use sqlx::PgConnection;
use sqlx::migrate::Migrator;

/// Where the tooling keeps the ledger, in sqlx's format.
pub const LEDGER: &str = "meshhook_ops._sqlx_migrations";

/// `supabase/migrations`, embedded, with our ledger.
pub static MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| {
    let mut migrator = sqlx::migrate!("../../supabase/migrations");
    migrator.dangerous_set_table_name(LEDGER);
    migrator.create_schema("meshhook_ops");
    migrator
});

/// Why a service must not start.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// No migration was ever applied, or somewhere else than to [`LEDGER`].
    #[error(
        "the database has no ledger `{LEDGER}`\nhint: is it MeshHook's? `cargo xtask db up` applies {pending} migrations"
    )]
    NoLedger {
        /// How many this build needs.
        pending: usize,
    },
    /// The database has other migrations than this build.
    #[error("the database does not fit this build: {0}\nhint: `cargo xtask db status` says more")]
    Differs(Differences),
    /// The ledger could not be read: no connection, or no right to.
    #[error("cannot read `{LEDGER}`: {0}")]
    Unreadable(#[from] sqlx::Error),
}

/// How the database differs from this build. Versions, ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// This build has them, the database has not: it is behind.
    pub behind: Vec<i64>,
    /// The database has them, this build has not: it is ahead. Alone, that is what a service sees while a newer one is
    /// being rolled out, and the caller may choose to live with it.
    pub ahead: Vec<i64>,
    /// Applied with another content than this build has.
    pub edited: Vec<i64>,
    /// Begun and not finished.
    pub interrupted: Vec<i64>,
}

impl Differences {
    /// Nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The database has all that this build needs, and more.
    pub fn only_ahead(&self) -> bool {
        !self.ahead.is_empty() && *self == Self { ahead: self.ahead.clone(), ..Self::default() }
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("it is behind, without", &self.behind),
            ("it is ahead, with", &self.ahead),
            ("edited since:", &self.edited),
            ("begun and not finished:", &self.interrupted),
        ];
        let told = parts.into_iter().filter(|(_, versions)| !versions.is_empty()).map(|(what, versions)| {
            let shown: Vec<String> = versions.iter().take(3).map(i64::to_string).collect();
            let more = match versions.len().saturating_sub(shown.len()) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("{what} {}{more}", shown.join(", "))
        });
        f.write_str(&told.collect::<Vec<_>>().join("; "))
    }
}

/// A row of the ledger, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
struct Applied {
    version: i64,
    checksum: Vec<u8>,
    success: bool,
}

/// Whether the database has exactly the migrations that this build was compiled against. Reads two rows' worth of
/// catalog and the ledger, writes nothing, and works for a role that may read the ledger.
pub async fn ready(db: &mut PgConnection) -> Result<(), NotReady> {
    let needed: BTreeMap<i64, &[u8]> =
        MIGRATOR.iter().map(|step| (step.version, step.checksum.as_ref())).collect();
    let exists: bool =
        sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(LEDGER).fetch_one(&mut *db).await?;
    if !exists {
        return Err(NotReady::NoLedger { pending: needed.len() });
    }
    let applied: Vec<Applied> = sqlx::query_as(include_str!("migrations/ledger.sql")).fetch_all(db).await?;
    let differences = compare(&needed, &applied);
    if differences.is_empty() { Ok(()) } else { Err(NotReady::Differs(differences)) }
}

fn compare(needed: &BTreeMap<i64, &[u8]>, applied: &[Applied]) -> Differences {
    let mut differences = Differences::default();
    for row in applied {
        let list = match needed.get(&row.version) {
            _ if !row.success => &mut differences.interrupted,
            None => &mut differences.ahead,
            Some(checksum) if *checksum != row.checksum.as_slice() => &mut differences.edited,
            Some(_) => continue,
        };
        list.push(row.version);
    }
    let has = |version: &i64| applied.iter().any(|row| row.version == *version);
    differences.behind = needed.keys().copied().filter(|version| !has(version)).collect();
    differences
}
