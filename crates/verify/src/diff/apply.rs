//! Putting SQL into a database of the sandbox: file by file in its own order, and what waits for something else again.

use std::ops::Range;

use meshhook_migrate::{Folder, OwnTransaction, ScriptError, run_script};
use meshhook_sandbox::{Database, Server, missing_extension};
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnection;

use super::DiffError;
use super::text::{Piece, PieceKind, Scope, Text};
use crate::scripts;
use crate::sql::{quote, run};

/// More than a schema has roles; ends what would otherwise go on for ever.
const ROLES: usize = 200;

/// Applies files. Returns the roles that had to be made.
///
/// Each file is first sent as a whole, as psql would read it. Of one that fails, every statement is run on its own, and
/// those that fail are tried again after all others, until a round brings nothing on. Bodies of functions are not looked
/// into meanwhile, since they may name what comes later.
pub(crate) async fn files(
    server: &Server,
    database: &Database,
    texts: &[Text],
) -> Result<Vec<String>, DiffError> {
    let options = database.options().options([("check_function_bodies", "off"), ("jit", "off")]);
    let conn = options.connect().await.map_err(DiffError::query("connect to the sandbox"))?;
    let mut work =
        Work { conn, texts, settings: Vec::new(), in_force: None, waiting: Vec::new(), roles: vec![] };
    for at in 0..texts.len() {
        work.file(at).await?;
    }
    let failures = work.rounds().await?;
    if failures.is_empty() {
        return Ok(work.roles);
    }
    let lacking = failures.iter().find_map(|(_, _, error)| missing_extension(error));
    if let Some(name) = lacking {
        return Err(DiffError::Extension(server.lacks_extension(&name)));
    }
    let failures = failures.iter().map(|(text, range, error)| text.failure(range, error)).collect();
    Err(DiffError::Load(failures))
}

struct Work<'a> {
    conn: PgConnection,
    texts: &'a [Text],
    /// The settings that each file makes, in order.
    settings: Vec<Vec<String>>,
    /// Whose settings the session has: of which file, and how many of them.
    in_force: Option<(usize, usize)>,
    waiting: Vec<Waiting>,
    roles: Vec<String>,
}

/// A statement that has failed so far.
struct Waiting {
    text: usize,
    range: Range<usize>,
    kind: PieceKind,
    /// How many of its file's settings come before it.
    settings: usize,
}

type Failed<'a> = (&'a Text, Range<usize>, sqlx::Error);

impl<'a> Work<'a> {
    async fn file(&mut self, at: usize) -> Result<(), DiffError> {
        let text: &'a Text = &self.texts[at];
        let pieces = text.pieces();
        self.settings.push(Vec::new());
        // what a file commits by itself would stay when the rest of it fails
        let on_its_own = |piece: &Piece| matches!(piece.kind, PieceKind::Transaction | PieceKind::Server);
        let whole = !pieces.iter().any(on_its_own);
        if whole && self.statement(&text.sql).await?.is_ok() {
            return self.reset().await;
        }
        self.in_force = Some((at, 0));
        let mut scope = Scope::default();
        for Piece { range, kind } in pieces {
            let sql = &text.sql[range.clone()];
            let run = match kind {
                PieceKind::Server => continue,
                PieceKind::Transaction => scope.transaction(sql),
                PieceKind::Setting => vec![scope.setting(sql)],
                PieceKind::Role | PieceKind::Other => vec![sql.to_owned()],
            };
            if matches!(kind, PieceKind::Transaction | PieceKind::Setting) {
                self.settings[at].extend(run.iter().cloned());
                self.in_force = Some((at, self.settings[at].len()));
            }
            for sql in run {
                if let Err(error) = self.statement(&sql).await?
                    && !passed_over(kind, &error)
                {
                    let settings = self.settings[at].len();
                    self.waiting.push(Waiting { text: at, range: range.clone(), kind, settings });
                }
            }
        }
        self.reset().await
    }

    /// Tries again what waits, round after round.
    async fn rounds(&mut self) -> Result<Vec<Failed<'a>>, DiffError> {
        while !self.waiting.is_empty() {
            let waiting = std::mem::take(&mut self.waiting);
            let before = waiting.len();
            let mut failed = Vec::new();
            for one in waiting {
                self.settle(one.text, one.settings).await?;
                let text = &self.texts[one.text];
                if let Err(error) = self.statement(&text.sql[one.range.clone()]).await?
                    && !passed_over(one.kind, &error)
                {
                    failed.push((text, one.range.clone(), error));
                    self.waiting.push(one);
                }
            }
            if self.waiting.len() == before {
                return Ok(failed);
            }
        }
        Ok(Vec::new())
    }

    /// Gives the session the settings that a file has made up to a place.
    async fn settle(&mut self, text: usize, count: usize) -> Result<(), DiffError> {
        let none = |at: &Option<(usize, usize)>| at.is_none_or(|(_, count)| count == 0);
        let wanted = Some((text, count));
        if self.in_force == wanted || (none(&self.in_force) && none(&wanted)) {
            return Ok(());
        }
        self.reset().await?;
        let settings: Vec<String> = self.settings[text].iter().take(count).cloned().collect();
        for setting in settings {
            // one that failed the first time does so again
            let _ = self.statement(&setting).await?;
        }
        self.in_force = wanted;
        Ok(())
    }

    async fn reset(&mut self) -> Result<(), DiffError> {
        self.in_force = None;
        let reset = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";
        run(&mut self.conn, reset).await.map_err(DiffError::query("reset the session"))
    }

    /// Runs a statement, or several as one transaction; makes roles that it misses. The outer error is the connection's.
    async fn statement(&mut self, sql: &str) -> Result<Result<(), sqlx::Error>, DiffError> {
        loop {
            let error = match run(&mut self.conn, sql).await {
                Ok(()) => return Ok(Ok(())),
                Err(error @ sqlx::Error::Database(_)) => error,
                Err(error) => return Err(DiffError::query("run the SQL")(error)),
            };
            // `BEGIN; …` in one message leaves its transaction open, aborted
            let _ = run(&mut self.conn, "ROLLBACK").await;
            let Some(role) = missing_role(&error).filter(|_| self.roles.len() < ROLES) else {
                return Ok(Err(error));
            };
            if self.roles.contains(&role) || !make_role(&mut self.conn, &role).await {
                return Ok(Err(error));
            }
            self.roles.push(role);
        }
    }
}

/// Applies a folder of migrations to an empty database. Returns the roles that had to be made.
pub(crate) async fn migrations(
    server: &Server,
    database: &Database,
    folder: &Folder,
    house: bool,
) -> Result<Vec<String>, DiffError> {
    let mut conn = scripts::connect(database).await.map_err(DiffError::query("connect to the sandbox"))?;
    let mut roles: Vec<String> = Vec::new();
    for migration in &folder.migrations {
        loop {
            let done = if house {
                run_script(&mut conn, &migration.up, OwnTransaction::Refuse).await
            } else {
                scripts::run_foreign(&mut conn, &migration.up).await
            };
            let Err(error) = done else { break };
            if let Some(name) = scripts::missing_extension(&error) {
                return Err(DiffError::Extension(server.lacks_extension(&name)));
            }
            match role_of(error.code.as_deref(), &error.message) {
                Some(role) if !house && migration.up.transactional && !roles.contains(&role) => {
                    make_role(&mut conn, &role).await;
                    roles.push(role);
                }
                _ => return Err(DiffError::Load(vec![error])),
            }
        }
    }
    Ok(roles)
}

/// Runs a script of ours, making roles that it misses: it speaks of a database on another server.
pub(crate) async fn rebuild(conn: &mut PgConnection, sql: &str) -> Result<Vec<String>, ScriptError> {
    let script = meshhook_migrate::Script::new("rebuilt.sql", sql);
    let mut roles: Vec<String> = Vec::new();
    loop {
        let Err(error) = run_script(conn, &script, OwnTransaction::Refuse).await else { return Ok(roles) };
        match role_of(error.code.as_deref(), &error.message) {
            Some(role) if !roles.contains(&role) => {
                make_role(conn, &role).await;
                roles.push(role);
            }
            _ => return Err(error),
        }
    }
}

/// Whether a statement's failure is no matter.
fn passed_over(kind: PieceKind, error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    match kind {
        // duplicate_object: made by the other side, or by the platform
        PieceKind::Role => code.as_deref() == Some("42710"),
        // undefined_object: a setting of a newer version, as `pg_dump` writes them
        PieceKind::Setting => code.as_deref() == Some("42704"),
        // settings that hold again, each of which has been made before
        PieceKind::Transaction => true,
        PieceKind::Server | PieceKind::Other => false,
    }
}

fn missing_role(error: &sqlx::Error) -> Option<String> {
    let error = error.as_database_error()?;
    role_of(error.code().as_deref(), error.message())
}

/// 42704 undefined_object, about a role. Our sandboxes speak English.
fn role_of(code: Option<&str>, message: &str) -> Option<String> {
    let name = message.strip_prefix("role \"")?.strip_suffix("\" does not exist")?;
    (code == Some("42704")).then(|| name.to_owned())
}

/// Makes a role that can do nothing. Somebody else may just have made it.
async fn make_role(conn: &mut PgConnection, name: &str) -> bool {
    match run(conn, format!("CREATE ROLE {}", quote(name))).await {
        Ok(()) => true,
        // duplicate_object, unique_violation
        Err(error) => error
            .as_database_error()
            .and_then(|error| error.code())
            .is_some_and(|code| matches!(code.as_ref(), "42710" | "23505")),
    }
}
