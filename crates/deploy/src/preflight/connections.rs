//! Whether connections are left: for the deploy, and for everybody else while it runs.

use super::finding::{Check, Finding};
use super::settings::Settings;
use crate::policy::Policy;

/// What a deploy opens in all: for the scripts, for the log, and one that watches.
const OURS: i64 = 3;

pub(super) fn judge(settings: &Settings, policy: &Policy) -> Option<Finding> {
    let (free, limit) = least(settings);
    let wanted = i64::from(policy.free_connections);
    // some of them are open when this is asked
    let more = (OURS - settings.used_by_us).max(0);
    (free < wanted + more).then(|| {
        let message = format!(
            "{} connections are free ({limit}); a deploy takes {more} more and leaves {wanted} for others",
            free.max(0)
        );
        Finding::error(Check::Connections, message)
            .hint("end idle sessions (`pg_stat_activity`), raise the limit, or lower `free_connections`")
    })
}

/// The scarcest: of the server, of the role, of the database. A superuser is bound by the first alone, and may use what
/// is reserved.
fn least(settings: &Settings) -> (i64, String) {
    let server = i64::from(settings.max_connections);
    if settings.is_superuser {
        return (server - settings.used_server, format!("max_connections {server}"));
    }
    let reserved = i64::from(settings.reserved_connections);
    let mut least = (
        server - reserved - settings.used_server,
        format!("max_connections {server}, {reserved} of them reserved"),
    );
    let limits = [
        (settings.role_limit, settings.used_role, format!("limit of role `{}`", settings.role)),
        (
            settings.database_limit,
            settings.used_database,
            format!("limit of database `{}`", settings.database),
        ),
    ];
    for (limit, used, name) in limits {
        let free = i64::from(limit) - used;
        if limit >= 0 && free < least.0 {
            least = (free, format!("{name} {limit}"));
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            max_connections: 20,
            reserved_connections: 3,
            role_limit: -1,
            database_limit: -1,
            used_server: 10,
            used_role: 4,
            used_database: 6,
            used_by_us: 1,
            role: "app".to_owned(),
            database: "db".to_owned(),
            ..Settings::default()
        }
    }

    #[test]
    fn the_scarcest_limit_counts() {
        let cases = [
            (settings(), 7, "max_connections 20, 3 of them reserved"),
            (Settings { role_limit: 5, ..settings() }, 1, "limit of role `app` 5"),
            (Settings { role_limit: 50, database_limit: 8, ..settings() }, 2, "limit of database `db` 8"),
            (Settings { role_limit: 5, is_superuser: true, ..settings() }, 10, "max_connections 20"),
            (Settings { role_limit: 0, ..settings() }, -4, "limit of role `app` 0"),
        ];
        for (settings, free, limit) in cases {
            assert_eq!(least(&settings), (free, limit.to_owned()));
        }
    }

    #[test]
    fn what_must_stay_free_comes_on_top_of_what_a_deploy_takes() {
        let mut policy = Policy::named("e");
        for (free, open, refused) in [(5, 1, false), (6, 1, true), (7, 3, false), (7, 9, false), (8, 3, true)]
        {
            policy.free_connections = free;
            let settings = Settings { used_by_us: open, ..settings() };
            assert_eq!(judge(&settings, &policy).is_some(), refused, "{free} {open}");
        }
    }
}
