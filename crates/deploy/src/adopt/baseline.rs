//! Taking over a database that has a history: what is in it already is recorded as applied.

use std::collections::BTreeSet;

use meshhook_migrate::connect::Target;
use meshhook_migrate::{Cancel, Folder, ForeignLedger, State, Tool, Version};
use meshhook_sandbox::Settings;

use super::{AdoptError, Adoption, Case, Planned, Seen, What};
use crate::event::Listener;
use crate::policy::Policy;
use meshhook_schema::Patterns;

/// Who says what is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The other tools' ledgers, if they have something that ours lacks; else whoever asks.
    Auto,
    /// `supabase_migrations.schema_migrations`.
    Supabase,
    /// `public._sqlx_migrations`.
    Sqlx,
    /// Whoever asks: every file up to the version.
    Files,
}

/// What is to be taken over.
#[derive(Debug, Clone)]
pub struct Baseline<'a> {
    /// The database.
    pub target: &'a Target,
    /// The migrations of the checkout.
    pub folder: &'a Folder,
    /// The environment's rules.
    pub policy: &'a Policy,
    /// Who says what is applied.
    pub origin: Origin,
    /// Up to and with this version.
    pub to: Option<Version>,
    /// Migrations whose file differs from what sqlx applied, and that are taken over all the same.
    pub accept_edited: BTreeSet<Version>,
    /// Where the evidence is taken.
    pub sandbox: Settings,
}

/// Looks what would be recorded, and whether the live schema is what those files make. Writes nothing.
pub async fn examine_baseline(
    request: &Baseline<'_>,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<Adoption, AdoptError> {
    let runtime = Patterns::new(&request.policy.runtime);
    let seen = Seen::read(request.target, request.folder, &runtime).await?;
    let (mut changes, mut notes) = adopted(request, &seen.state)?;
    changes.extend(lacking(request.folder, &seen.state, &changes));
    notes.extend(remarks(&seen.state));
    let Baseline { folder, policy, .. } = *request;
    let case = Case { command: "baseline", folder, policy, sandbox: &request.sandbox };
    case.adoption(seen, changes, notes, on, cancel).await
}

/// What is recorded as applied.
fn adopted(request: &Baseline<'_>, state: &State) -> Result<(Vec<Planned>, Vec<String>), AdoptError> {
    let unfit = |why: String| AdoptError::Unfit(vec![why]);
    if let Some(to) = request.to
        && request.folder.get(to).is_none()
    {
        return Err(unfit(format!("no migration has version {to}")));
    }
    let interrupted: Vec<String> = state
        .interrupted
        .iter()
        .map(|found| {
            format!("{} was interrupted; finish it or take it back before anything is adopted", found.version)
        })
        .collect();
    if !interrupted.is_empty() {
        return Err(AdoptError::Unfit(interrupted));
    }
    let ledgers: Vec<&ForeignLedger> = match request.origin {
        Origin::Files => Vec::new(),
        Origin::Auto => state.foreign.iter().filter(|found| open(found) > 0).collect(),
        Origin::Supabase => vec![named(state, Tool::Supabase)?],
        Origin::Sqlx => vec![named(state, Tool::Sqlx)?],
    };
    if let Some(closed) = state.foreign.iter().find(|found| !found.readable)
        && request.origin != Origin::Files
    {
        return Err(unfit(format!("{closed}; give it the right, or say `--from files --to VERSION`")));
    }
    let edited: Vec<String> = ledgers
        .iter()
        .flat_map(|found| &found.edited)
        .filter(|version| !state.is_applied(**version) && !request.accept_edited.contains(version))
        .filter(|version| request.to.is_none_or(|to| **version <= to))
        .map(|version| {
            format!(
                "{version} has another content here than the one that was applied; restore the file, or take it over \
                 as it is with `--accept-edited {version}`"
            )
        })
        .collect();
    if !edited.is_empty() {
        return Err(AdoptError::Unfit(edited));
    }
    let mut versions: BTreeSet<Version> =
        ledgers.iter().flat_map(|found| found.matching.iter().chain(&found.edited)).copied().collect();
    let mut notes = Vec::new();
    // a ledger that has nothing to say leaves it to whoever asks, and then only for a database without a history
    let asked = request.origin == Origin::Files || (ledgers.is_empty() && !state.foreign.iter().any(knows));
    if asked {
        if state.applied.is_empty() || request.to.is_some() {
            versions = request.folder.migrations.iter().map(|migration| migration.version).collect();
        }
        if request.to.is_none() && !versions.is_empty() {
            notes.push("no other ledger says what is applied: every file is taken to be".to_owned());
        }
    }
    let since_sqlx = |version: &Version| {
        let sqlx = ledgers.iter().find(|found| found.tool == Tool::Sqlx);
        sqlx.is_some_and(|found| found.matching.contains(version) || found.edited.contains(version))
    };
    let changes = versions
        .into_iter()
        .filter(|version| !state.is_applied(*version) && request.to.is_none_or(|to| *version <= to))
        .map(|version| planned(request.folder, version, What::Adopt { since_sqlx: since_sqlx(&version) }))
        .collect();
    Ok((changes, notes))
}

/// How many migrations a ledger has that ours lacks.
fn open(found: &ForeignLedger) -> usize {
    found.matching.iter().chain(&found.edited).filter(|version| !found.adopted.contains(version)).count()
}

/// Whether a ledger has anything at all.
fn knows(found: &ForeignLedger) -> bool {
    !(found.matching.is_empty() && found.edited.is_empty() && found.unknown.is_empty())
}

fn named(state: &State, tool: Tool) -> Result<&ForeignLedger, AdoptError> {
    let found = state.foreign.iter().find(|found| found.tool == tool);
    found.ok_or_else(|| AdoptError::Unfit(vec![format!("there is no `{}` in this database", tool.table())]))
}

/// What Supabase's own ledger lacks of everything that is, or will be, applied.
fn lacking(folder: &Folder, state: &State, adopted: &[Planned]) -> Vec<Planned> {
    if !state.keeps_supabase() {
        return Vec::new();
    }
    let Some(supabase) = state.foreign.iter().find(|found| found.tool == Tool::Supabase) else {
        return Vec::new();
    };
    let rows = state.applied.iter().map(|row| row.version);
    // what is adopted now is added there beside its own row
    rows.filter(|version| folder.get(*version).is_some())
        .filter(|version| !supabase.matching.contains(version))
        .filter(|version| !adopted.iter().any(|change| change.version == *version))
        .map(|version| planned(folder, version, What::Supabase))
        .collect()
}

fn remarks(state: &State) -> Vec<String> {
    let unknown = state.foreign.iter().filter(|found| !found.unknown.is_empty()).map(|found| {
        format!(
            "`{}` has {} that no file here stands for, and keeps them: {}",
            found.tool.table(),
            found.unknown.len(),
            found.unknown.join(", ")
        )
    });
    let closed =
        state.foreign.iter().filter(|found| found.tool == Tool::Supabase && !found.writable).map(|found| {
            format!("`{}` cannot be written by this user, and will not be kept in step", found.tool.table())
        });
    unknown.chain(closed).collect()
}

pub(super) fn planned(folder: &Folder, version: Version, what: What) -> Planned {
    let name = folder.get(version).map(|migration| migration.name.clone()).unwrap_or_default();
    Planned { version, name, what }
}
