//! Whether the role may do what migrations do. It need not be a superuser, and on Supabase it is none.

use super::finding::{Check, Finding};
use super::objects::Objects;
use super::settings::Settings;
use super::text;

pub(super) fn judge(settings: &Settings, objects: Option<&Objects>) -> Vec<Finding> {
    if settings.is_superuser {
        return Vec::new();
    }
    let findings =
        [ledger(settings), public(settings), objects.and_then(|objects| tables(settings, objects))];
    findings.into_iter().flatten().collect()
}

fn ledger(settings: &Settings) -> Option<Finding> {
    let (role, database) = (&settings.role, &settings.database);
    if settings.has_ledger {
        let owner = settings.ledger_owner.as_deref().unwrap_or_default();
        return (!settings.owns_ledger).then(|| {
            let message =
                format!("schema `meshhook_ops` (ledger and log) belongs to `{owner}`, not to `{role}`");
            Finding::error(Check::Rights, message)
                .hint(format!("deploy as `{owner}`, or GRANT \"{owner}\" TO \"{role}\""))
        });
    }
    (!settings.may_create_schemas).then(|| {
        let message =
            format!("role `{role}` may not create schemas in `{database}`, and the ledger needs one");
        Finding::error(Check::Rights, message)
            .hint(format!("GRANT CREATE ON DATABASE \"{database}\" TO \"{role}\""))
    })
}

fn public(settings: &Settings) -> Option<Finding> {
    let role = &settings.role;
    (!settings.may_create_in_public).then(|| {
        Finding::error(Check::Rights, format!("role `{role}` may not create anything in schema `public`"))
            .hint(format!("GRANT CREATE ON SCHEMA public TO \"{role}\""))
    })
}

/// Which tables the scripts touch is not known here: an error only when none could be.
fn tables(settings: &Settings, objects: &Objects) -> Option<Finding> {
    let not_ours = objects.not_ours.len();
    if not_ours == 0 {
        return None;
    }
    let names = text::some_of(&objects.not_ours);
    let role = &settings.role;
    let all = usize::try_from(objects.tables).is_ok_and(|tables| tables == not_ours);
    let finding = if all {
        Finding::error(Check::Rights, format!("role `{role}` owns none of the project's tables: {names}"))
    } else {
        let message = format!("role `{role}` cannot alter {not_ours} of {} tables: {names}", objects.tables);
        Finding::warning(Check::Rights, message)
    };
    Some(finding.hint(format!("deploy as their owner, or GRANT the owner's role to \"{role}\"")))
}
