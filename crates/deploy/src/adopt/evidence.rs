//! Whether the live schema is what the files make: they are run in a sandbox, and both catalogs are compared.
//!
//! Three things may differ, and are told without being counted: who owns an object (roles have other names there), what
//! the platform's default privileges grant to its own roles, and what the platform itself has put into a live project.

use std::collections::BTreeSet;

use meshhook_migrate::{Cancel, Folder, OwnTransaction, Version, run_script};
use meshhook_sandbox::{Server, Settings};
use meshhook_schema::{Catalog, Change, Difference, Identity, Kind, Scope, Told, compare, repair};
use serde::Serialize;

use super::AdoptError;
use crate::event::{Event, Listener, Moment};
use meshhook_schema::Patterns;

/// Roles that the platform grants things to by itself (Supabase, "Postgres Roles").
const PLATFORM_ROLES: [&str; 8] = [
    "postgres",
    "anon",
    "authenticated",
    "service_role",
    "authenticator",
    "dashboard_user",
    "supabase_admin",
    "supabase_realtime_admin",
];
/// Event triggers that the platform's image comes with.
const PLATFORM_EVENT_TRIGGERS: [&str; 6] = [
    "issue_graphql_placeholder",
    "issue_pg_cron_access",
    "issue_pg_graphql_access",
    "issue_pg_net_access",
    "pgrst_ddl_watch",
    "pgrst_drop_watch",
];
/// Publications that the platform makes.
const PLATFORM_PUBLICATIONS: [&str; 2] = ["supabase_realtime", "supabase_realtime_messages_publication"];
/// How many of a kind are named in a note.
const NAMED: usize = 3;

/// What a sandbox that the files were run in says about the live schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The sandbox.
    pub server: String,
    /// How many migrations were run there.
    pub migrations: usize,
    /// The highest of them.
    pub version: Option<Version>,
    /// Where the live schema is not what the files make, one sentence each.
    pub differences: Vec<String>,
    /// The SQL that would make the live schema what the files make.
    pub sql: Vec<String>,
    /// What differs and is not counted.
    pub notes: Vec<String>,
}

impl Evidence {
    /// Whether the live schema is what the files make.
    pub fn holds(&self) -> bool {
        self.differences.is_empty()
    }
}

/// The live schema, and the major version of its server.
pub(super) struct Live<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) major: u16,
    /// Whether it has what Supabase gives every project; the sandbox has it then too.
    pub(super) platform: bool,
}

/// Runs the files of these versions in a sandbox and compares.
pub(super) async fn gather(
    settings: &Settings,
    folder: &Folder,
    versions: &BTreeSet<Version>,
    live: Live<'_>,
    runtime: &Patterns,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<Evidence, AdoptError> {
    on(Event::Moment(Moment::Rehearsing));
    let mut settings = settings.clone();
    settings.major = live.major;
    settings.platform = live.platform;
    tokio::select! {
        evidence = in_sandbox(&settings, folder, versions, live, runtime, on) => evidence,
        () = cancel.requested() => Err(AdoptError::Stopped),
    }
}

async fn in_sandbox(
    settings: &Settings,
    folder: &Folder,
    versions: &BTreeSet<Version>,
    live: Live<'_>,
    runtime: &Patterns,
    on: Listener<'_>,
) -> Result<Evidence, AdoptError> {
    let server = Server::start(settings, &mut |note| on(Event::Note(note))).await?;
    let database = server.create().await?;
    let mut conn = database.connect().await?;
    for version in versions {
        let migration = folder.get(*version).ok_or(AdoptError::NoFile { versions: vec![*version] })?;
        let ran = run_script(&mut conn, &migration.up, OwnTransaction::Refuse).await;
        ran.map_err(|error| AdoptError::Script { version: *version, error })?;
    }
    let expected = Catalog::read(&mut conn, &Scope::project())
        .await
        .map_err(|error| AdoptError::Schema(error.to_string()))?;
    let expected = expected.excluding(runtime);
    let same_major = server.major() == live.major;
    let mut evidence = judge(expected, live.catalog.clone(), same_major);
    evidence.server = server.describe().to_owned();
    evidence.migrations = versions.len();
    evidence.version = versions.last().copied();
    if !same_major {
        evidence.notes.insert(
            0,
            format!(
                "the sandbox is PostgreSQL {} and the server is {}: only which objects there are was compared",
                server.major(),
                live.major
            ),
        );
    }
    drop(conn);
    // what is left of it goes with this process
    let _ = server.stop().await;
    Ok(evidence)
}

/// Compares what the files make with what is there.
fn judge(expected: Catalog, live: Catalog, same_major: bool) -> Evidence {
    let (mut expected, mut live) = (expected.without("owner"), live.without("owner"));
    let (mut grants, mut platform) = (Vec::new(), Vec::new());
    let mut aside: BTreeSet<Identity> = BTreeSet::new();
    for difference in compare(&expected, &live) {
        let list = match reason(&difference) {
            Some(Aside::Grant) => &mut grants,
            Some(Aside::Platform) => &mut platform,
            None => continue,
        };
        list.push(difference.tell(Told::Found));
        aside.insert(difference.identity);
    }
    // what is folded into a table that differs is no difference of its own, and its grants follow it
    expected.retain(|identity| !aside.contains(identity));
    live.retain(|identity| !aside.contains(identity));
    let mut notes = Vec::new();
    notes.extend(summary("grants to the platform's roles", grants));
    notes.extend(summary("the platform's own objects", platform));
    let (counted, other): (Vec<Difference>, Vec<Difference>) = compare(&expected, &live)
        .into_iter()
        .filter(|found| !found.is_note())
        .partition(|found| same_major || !matches!(found.change, Change::Altered(_)));
    let told = |found: &Difference| found.tell(Told::Found);
    notes.extend(summary("objects told in other words", other.iter().map(told).collect()));
    let differences: Vec<String> = counted.iter().map(told).collect();
    let sql = if differences.is_empty() { Vec::new() } else { repair(&live, &expected) };
    Evidence { server: String::new(), migrations: 0, version: None, differences, sql, notes }
}

/// Why a difference is not counted.
enum Aside {
    Grant,
    Platform,
}

fn reason(difference: &Difference) -> Option<Aside> {
    let identity = &difference.identity;
    let name = &*identity.name.name;
    let is_there = matches!(difference.change, Change::Added(_));
    match identity.kind {
        Kind::Grant if PLATFORM_ROLES.contains(&name) => Some(Aside::Grant),
        Kind::Extension if is_there => Some(Aside::Platform),
        Kind::EventTrigger if is_there && PLATFORM_EVENT_TRIGGERS.contains(&name) => Some(Aside::Platform),
        Kind::Publication if PLATFORM_PUBLICATIONS.contains(&name) => Some(Aside::Platform),
        _ => None,
    }
}

/// A note that names the first few.
fn summary(what: &str, sentences: Vec<String>) -> Option<String> {
    let count = sentences.len();
    if count == 0 {
        return None;
    }
    let named: Vec<String> = sentences.into_iter().take(NAMED).collect();
    let more = if count > NAMED { format!("; and {} more", count - NAMED) } else { String::new() };
    Some(format!("not counted, {what} ({count}): {}{more}", named.join("; ")))
}
