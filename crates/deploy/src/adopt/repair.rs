//! Mending a ledger that says something else than what is in the database.

use meshhook_migrate::connect::Target;
use meshhook_migrate::{Cancel, Folder, State, Version};
use meshhook_sandbox::Settings;

use super::{AdoptError, Adoption, Case, Planned, Seen, What};
use crate::back::name;
use crate::event::Listener;
use crate::policy::Policy;
use meshhook_schema::Patterns;

/// What is wrong with a row of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The file was edited in a way that changes nothing: its checksum is the right one.
    Checksum(Version),
    /// It is applied.
    Applied(Version),
    /// It is not applied.
    Reverted(Version),
}

impl Action {
    const fn version(self) -> Version {
        match self {
            Action::Checksum(version) | Action::Applied(version) | Action::Reverted(version) => version,
        }
    }
}

/// What is to be mended.
#[derive(Debug, Clone)]
pub struct Repair<'a> {
    /// The database.
    pub target: &'a Target,
    /// The migrations of the checkout.
    pub folder: &'a Folder,
    /// The environment's rules.
    pub policy: &'a Policy,
    /// What is wrong.
    pub actions: Vec<Action>,
    /// Where the evidence is taken.
    pub sandbox: Settings,
}

/// Looks whether the live schema is what the mended ledger would say. Writes nothing.
pub async fn examine_repair(
    request: &Repair<'_>,
    on: Listener<'_>,
    cancel: &Cancel,
) -> Result<Adoption, AdoptError> {
    let runtime = Patterns::new(&request.policy.runtime);
    let seen = Seen::read(request.target, request.folder, &runtime).await?;
    let changes = changes(request.folder, &seen.state, &request.actions).map_err(AdoptError::Unfit)?;
    let Repair { folder, policy, .. } = *request;
    let case = Case { command: "repair", folder, policy, sandbox: &request.sandbox };
    case.adoption(seen, changes, Vec::new(), on, cancel).await
}

/// The changes, in the order of versions, or everything that does not fit.
fn changes(folder: &Folder, state: &State, actions: &[Action]) -> Result<Vec<Planned>, Vec<String>> {
    let mut changes: Vec<Planned> = Vec::new();
    let mut unfit = Vec::new();
    for action in actions {
        let version = action.version();
        let what = match fits(folder, state, *action) {
            Ok(what) => what,
            Err(why) => {
                unfit.push(why);
                continue;
            }
        };
        if changes.iter().any(|change| change.version == version) {
            unfit.push(format!("{version} is named twice"));
        }
        changes.push(Planned { version, name: name(state, folder, version), what });
    }
    changes.sort_by_key(|change| change.version);
    if unfit.is_empty() { Ok(changes) } else { Err(unfit) }
}

fn fits(folder: &Folder, state: &State, action: Action) -> Result<What, String> {
    let version = action.version();
    let row = state.applied.iter().find(|row| row.version == version);
    let begun = state.interrupted.iter().any(|found| found.version == version);
    let no_file = || format!("no migration has version {version}");
    match action {
        Action::Checksum(_) => {
            let row = row.ok_or_else(|| format!("{version} is not in the ledger"))?;
            let file = folder.get(version).ok_or_else(no_file)?.up.checksum;
            if begun {
                return Err(format!("{version} is half done; say first whether it is applied"));
            }
            if row.checksum == Some(file) {
                return Err(format!("{version}: the ledger has the file's checksum already"));
            }
            Ok(What::Checksum { ledger: row.checksum, file })
        }
        Action::Applied(_) => {
            folder.get(version).ok_or_else(no_file)?;
            if row.is_some() && !begun {
                return Err(format!("{version} is in the ledger as applied already"));
            }
            Ok(What::Adopt { since_sqlx: false })
        }
        Action::Reverted(_) => {
            if row.is_none() && !begun {
                return Err(format!("{version} is not in the ledger"));
            }
            Ok(What::Forget)
        }
    }
}
