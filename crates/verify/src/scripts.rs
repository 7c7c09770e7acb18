//! How scripts are run and what is looked at, which differs between our project and others'.

use crate::request::Request;
use meshhook_migrate::{OwnTransaction, Script, ScriptError, run_script};
use meshhook_sandbox::{Database, Server};
use meshhook_schema::{PLATFORM_SCHEMAS, Scope};
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnection;
use std::time::Duration;

/// Runs a script. Scripts of other projects may hold transactions of their own, and what needs to be outside of one:
/// their tools have not always opened one, so they get a second try without.
pub(crate) async fn run(
    conn: &mut PgConnection,
    script: &Script,
    request: &Request,
) -> Result<Duration, ScriptError> {
    if request.house {
        return run_script(conn, script, OwnTransaction::Refuse).await;
    }
    run_foreign(conn, script).await
}

/// Runs a script of another project.
pub(crate) async fn run_foreign(conn: &mut PgConnection, script: &Script) -> Result<Duration, ScriptError> {
    let own = OwnTransaction::StatementByStatement;
    match run_script(conn, script, own).await {
        Err(error) if script.transactional && needs_no_transaction(&error) => {
            let free = Script { transactional: false, ..script.clone() };
            run_script(conn, &free, own).await
        }
        done => done,
    }
}

/// 25001 active_sql_transaction (CREATE INDEX CONCURRENTLY), 55P04 unsafe_new_enum_value_usage.
fn needs_no_transaction(error: &ScriptError) -> bool {
    matches!(error.code.as_deref(), Some("25001" | "55P04"))
}

/// A session for scripts. Statements here are many and small: compiling them never pays, nor does searching for the
/// best of many join orders (a quarter of the server's time went into planning the same catalog queries again).
pub(crate) async fn connect(database: &Database) -> Result<PgConnection, sqlx::Error> {
    database.options().options([("jit", "off"), ("join_collapse_limit", "1")]).connect().await
}

/// What of the catalog is compared.
pub(crate) fn scope(request: &Request) -> Scope {
    if request.platform { Scope::project() } else { Scope::everything() }
}

/// Schemas whose rows are not looked at.
pub(crate) fn left_out(request: &Request) -> Vec<String> {
    let platform = if request.platform { PLATFORM_SCHEMAS } else { &[] };
    let ours = ["meshhook_ops", "supabase_migrations"];
    platform.iter().chain(&ours).map(|name| (*name).to_owned()).collect()
}

/// The extension that the server lacks, if that is what the error says.
pub(crate) fn missing_extension(error: &ScriptError) -> Option<String> {
    // 0A000 feature_not_supported, 58P01 undefined_file; CREATE EXTENSION words it in these two ways.
    if !matches!(error.code.as_deref(), Some("0A000" | "58P01" | "22023" | "F0000")) {
        return None;
    }
    if let Some(rest) = error.message.strip_prefix("extension \"") {
        let (name, after) = rest.rsplit_once('"')?;
        return after.contains("not available").then(|| name.to_owned());
    }
    let path = error.message.strip_prefix("could not open extension control file \"")?.split('"').next()?;
    path.rsplit('/').next()?.strip_suffix(".control").map(str::to_owned)
}

/// Why there is no verdict, and where there would be one.
pub(crate) fn lacks(server: &Server, extension: &str) -> String {
    format!(
        "{} lacks the extension `{extension}`; the Supabase image has more: try `--sandbox docker`, or install it",
        server.describe()
    )
}

/// Whether an error can come from something that an earlier migration should have made.
pub(crate) fn may_be_consequence(error: &ScriptError) -> bool {
    // Class 42 is about names and rights that do not fit, less what is wrong in the script's own text; 3F000 and 3D000
    // are a missing schema or database, 2BP01 dependent objects, 55000 a state that is not the expected one.
    match error.code.as_deref() {
        Some("42601" | "42701" | "42611" | "42P16") => false,
        Some(code) => {
            code.starts_with("42") || matches!(code, "3F000" | "3D000" | "2BP01" | "55000" | "0A000")
        }
        None => false,
    }
}

/// Whether a script makes, changes or drops roles, which belong to the whole server.
pub(crate) fn touches_roles(script: &Script) -> bool {
    let words: Vec<String> = script
        .sql
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.windows(2).any(|pair| {
        matches!(pair[0].as_str(), "create" | "alter" | "drop")
            && matches!(pair[1].as_str(), "role" | "user" | "group")
    })
}

/// A role cannot go as long as another database of this server needs it: ours, in which it has to stay.
pub(crate) fn held_elsewhere(error: &ScriptError) -> bool {
    error.code.as_deref() == Some("2BP01")
        && error.detail.as_deref().is_some_and(|detail| detail.contains("in database "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_about_roles_are_recognised() {
        for (sql, wanted) in [
            ("CREATE ROLE reader", true),
            ("do $$ begin\nexecute 'create  user ' || x; end $$", true),
            ("ALTER ROLE a SET search_path = b", true),
            ("CREATE TABLE users (role text, create_user text)", false),
            ("GRANT SELECT ON t TO reader", false),
        ] {
            assert_eq!(touches_roles(&Script::new("x.sql", sql)), wanted, "{sql}");
        }
    }
}
