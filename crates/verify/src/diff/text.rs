//! Files of SQL as somebody else's tools write them: what psql would do with them, as far as a schema is concerned.

use std::ops::Range;
use std::path::{Path, PathBuf};

use meshhook_migrate::{Failure, FailureKind, Script, ScriptError, is_closed};

/// A file whose text is plain SQL.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) path: PathBuf,
    pub(crate) sql: String,
    /// Lines at which rows for COPY begin.
    rows: Vec<usize>,
}

/// One statement of a [`Text`].
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) range: Range<usize>,
    pub(crate) kind: PieceKind,
}

/// What a statement is to the one who applies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PieceKind {
    /// BEGIN, COMMIT: every statement is on its own here.
    Transaction,
    /// SET and the like: what follows in the same file relies on it.
    Setting,
    /// CREATE ROLE: roles belong to the whole server, so that the other side may have made it.
    Role,
    /// About the server or a database by its name, and not about what is in one: never run.
    Server,
    /// All others.
    Other,
}

/// How long the settings of a file hold whose statements run each on its own.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    inside: bool,
    local: bool,
    lasting: Vec<String>,
}

impl Scope {
    /// A setting as it has to be made: `SET LOCAL` has nothing to be local to.
    pub(crate) fn setting(&mut self, sql: &str) -> String {
        let words = words(sql);
        let local = words.get(1).is_some_and(|word| word == "local") && self.inside;
        let rest = sql.get(3..).map(str::trim_start).and_then(|rest| rest.get(5..)).filter(|_| local);
        match rest {
            Some(rest) => {
                self.local = true;
                format!("SET {rest}")
            }
            None => {
                self.lasting.push(sql.to_owned());
                sql.to_owned()
            }
        }
    }

    /// BEGIN or COMMIT: the settings that have to be made for those before to hold again.
    pub(crate) fn transaction(&mut self, sql: &str) -> Vec<String> {
        self.inside = words(sql).first().is_some_and(|word| word == "begin" || word == "start");
        if self.inside || !std::mem::take(&mut self.local) {
            return Vec::new();
        }
        let reset = ["RESET ROLE", "RESET ALL"].map(str::to_owned);
        reset.into_iter().chain(self.lasting.iter().cloned()).collect()
    }
}

/// psql's own commands that change nothing about a schema. `pg_dump` writes the first three.
const HARMLESS: [&str; 12] = [
    "restrict",
    "unrestrict",
    "connect",
    "c",
    "echo",
    "qecho",
    "warn",
    "set",
    "unset",
    "pset",
    "timing",
    "encoding",
];

impl Text {
    /// Reads a file. psql's own commands are taken out where they mean nothing here, and refused where they do.
    pub(crate) fn read(path: &Path) -> Result<Text, super::DiffError> {
        let bytes =
            std::fs::read(path).map_err(|source| super::DiffError::File { path: path.to_owned(), source })?;
        let sql = String::from_utf8(bytes).map_err(|_| super::DiffError::Content {
            path: path.to_owned(),
            line: 1,
            what: "the file is not UTF-8".to_owned(),
        })?;
        Text::new(path, sql.trim_start_matches('\u{feff}'))
    }

    pub(crate) fn new(path: &Path, sql: &str) -> Result<Text, super::DiffError> {
        let refused = |line: usize, what: String| {
            Err(super::DiffError::Content { path: path.to_owned(), line: line + 1, what })
        };
        let mut kept = String::with_capacity(sql.len());
        let (mut rows, mut in_rows) = (Vec::new(), false);
        for (number, line) in sql.split_inclusive('\n').enumerate() {
            if in_rows || starts_rows(line) && is_closed(&kept) {
                if !in_rows {
                    rows.push(number + 1);
                }
                in_rows = line.trim_end() != "\\.";
                kept.push('\n');
                continue;
            }
            let Some(command) = line.trim_start().strip_prefix('\\').filter(|_| is_closed(&kept)) else {
                kept.push_str(line);
                continue;
            };
            let word: String = command.chars().take_while(|c| !c.is_whitespace()).collect();
            if word == "." || word == "copy" {
                return refused(
                    number,
                    "the file holds rows for COPY; a schema is wanted (`pg_dump --schema-only`)".to_owned(),
                );
            }
            if !HARMLESS.contains(&word.as_str()) {
                return refused(
                    number,
                    format!("`\\{}` is psql's own command, not SQL", word.escape_debug()),
                );
            }
            blank(&mut kept, line);
        }
        if let Some(at) = kept.find('\0') {
            return refused(kept[..at].matches('\n').count(), "there is a NUL character".to_owned());
        }
        let text = Text { path: path.to_owned(), sql: kept, rows };
        for statement in text.script().statements() {
            let words = words(statement.text);
            if words.first().is_some_and(|word| word == "rollback" || word == "abort") {
                return refused(
                    statement.line - 1,
                    "ROLLBACK takes back what stands before it; a schema that stays is wanted".to_owned(),
                );
            }
            if words.first().is_some_and(|word| word == "copy") && words.iter().any(|word| word == "stdin") {
                return refused(
                    statement.line - 1,
                    "COPY … FROM stdin holds rows; a schema is wanted (`pg_dump --schema-only`)".to_owned(),
                );
            }
        }
        Ok(text)
    }

    pub(crate) fn script(&self) -> Script {
        Script::new(&self.path, self.sql.clone())
    }

    pub(crate) fn pieces(&self) -> Vec<Piece> {
        let script = self.script();
        let pieces =
            script.statements().into_iter().map(|one| Piece { kind: kind(one.text), range: one.range });
        pieces.collect()
    }

    /// What of the file is not looked at, as sentences.
    pub(crate) fn passed_over(&self) -> Vec<String> {
        let name = self.path.display().to_string().escape_debug().to_string();
        let mut told = Vec::new();
        if let [first, ..] = self.rows.as_slice() {
            told.push(format!("rows for COPY are passed over: {name}:{first}"));
        }
        for statement in self.script().statements() {
            if kind(statement.text) == PieceKind::Server {
                let words = words(statement.text).into_iter().take(2).collect::<Vec<_>>().join(" ");
                let what = words.to_ascii_uppercase();
                told.push(format!("{what} is about the server and passed over: {name}:{}", statement.line));
            }
        }
        told
    }

    /// What Postgres said about a part of this file, with the place in the file.
    pub(crate) fn failure(&self, range: &Range<usize>, error: &sqlx::Error) -> ScriptError {
        let database = error.as_database_error();
        let postgres = database.and_then(|error| error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>());
        let position = match postgres.and_then(sqlx::postgres::PgDatabaseError::position) {
            Some(sqlx::postgres::PgErrorPosition::Original(position)) => position.saturating_sub(1),
            _ => 0,
        };
        let part = &self.sql[range.clone()];
        let inside = part.char_indices().nth(position).map_or(0, |(at, _)| at);
        let at = range.start + inside;
        let start = self.sql[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = self.sql[at..].find('\n').map_or(self.sql.len(), |newline| at + newline);
        let text = |text: Option<&str>| text.map(str::to_owned);
        ScriptError::new(Failure {
            path: self.path.clone(),
            line: self.sql[..at].matches('\n').count() + 1,
            column: self.sql[start..at].chars().count() + 1,
            sql_line: self.sql[start..end].to_owned(),
            statement: None,
            kind: if database.is_some() { FailureKind::Statement } else { FailureKind::Connection },
            code: database.and_then(|error| error.code()).map(|code| code.into_owned()),
            message: database.map_or_else(|| error.to_string(), |error| error.message().to_owned()),
            detail: text(postgres.and_then(sqlx::postgres::PgDatabaseError::detail)),
            hint: text(postgres.and_then(sqlx::postgres::PgDatabaseError::hint)),
            context: text(postgres.and_then(sqlx::postgres::PgDatabaseError::r#where)),
            constraint: None,
        })
    }
}

/// Whether a line is a whole `COPY … FROM stdin;`, below which rows stand; `pg_dump` writes it so.
fn starts_rows(line: &str) -> bool {
    let words = words(line);
    line.trim_start().get(..5).is_some_and(|start| start.eq_ignore_ascii_case("copy "))
        && words.windows(2).any(|two| two[0] == "from" && two[1] == "stdin")
        && line.trim_end().ends_with(';')
}

/// Keeps the place of a line, and nothing of what it says.
fn blank(kept: &mut String, line: &str) {
    kept.extend(line.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
}

/// The words of a statement in small letters, without what stands between them.
fn words(sql: &str) -> Vec<String> {
    let split = sql.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
    split.filter(|word| !word.is_empty()).take(40).map(str::to_ascii_lowercase).collect()
}

fn kind(sql: &str) -> PieceKind {
    let words = words(sql);
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    match (word(0), word(1), word(2)) {
        ("begin" | "commit" | "end" | "abort", ..) | ("start", "transaction", _) => PieceKind::Transaction,
        // where every statement is on its own there is no savepoint
        ("savepoint" | "release", ..) => PieceKind::Transaction,
        ("set", "constraints", _) => PieceKind::Transaction,
        ("set" | "reset", ..) | ("select", "pg_catalog.set_config" | "set_config", _) => PieceKind::Setting,
        ("create", "role" | "user" | "group", other) if other != "mapping" => PieceKind::Role,
        ("drop", "role" | "user" | "group", other) if other != "mapping" => PieceKind::Server,
        ("create" | "alter" | "drop", "database", _) | ("alter", "system", _) => PieceKind::Server,
        // the first ON says what it is about
        ("comment" | "grant" | "revoke", ..)
            if words
                .iter()
                .skip_while(|word| *word != "on")
                .nth(1)
                .is_some_and(|word| word == "database") =>
        {
            PieceKind::Server
        }
        _ => PieceKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(sql: &str) -> Result<Text, String> {
        Text::new(Path::new("a.sql"), sql).map_err(|error| error.to_string())
    }

    #[test]
    fn what_pg_dump_writes_for_psql_is_taken_out_but_not_from_inside_of_quotes() {
        let sql =
            "\\restrict abc\nCREATE FUNCTION f() RETURNS text AS $$\n\\restrict\n$$;\n\\unrestrict abc\n";
        let kept = text(sql).unwrap().sql;
        assert_eq!(
            kept,
            "             \nCREATE FUNCTION f() RETURNS text AS $$\n\\restrict\n$$;\n               \n"
        );
    }

    #[test]
    fn what_is_set_for_a_transaction_holds_until_its_end() {
        let mut scope = Scope::default();
        assert_eq!(scope.setting("SET search_path = a"), "SET search_path = a");
        assert_eq!(scope.transaction("BEGIN"), [""; 0]);
        assert_eq!(scope.setting("set  LOCAL search_path = b"), "SET  search_path = b");
        assert_eq!(scope.transaction("COMMIT"), ["RESET ROLE", "RESET ALL", "SET search_path = a"]);
        assert_eq!(scope.transaction("BEGIN"), [""; 0]);
        assert_eq!(scope.transaction("END"), [""; 0]);
    }

    #[test]
    fn rows_that_pg_dump_wrote_are_passed_over_and_told() {
        let text = text("CREATE TABLE t (a text);\nCOPY public.t (a) FROM stdin;\n';DROP\n\\.\nSELECT 1;\n")
            .unwrap();
        let statements: Vec<usize> = text.script().statements().iter().map(|one| one.line).collect();
        assert_eq!(statements, [1, 5]);
        assert_eq!(text.passed_over(), ["rows for COPY are passed over: a.sql:2"]);
    }

    #[test]
    fn rows_for_copy_and_commands_that_do_something_are_refused_with_their_line() {
        for (sql, expected) in [
            ("SELECT 1;\n\\i other.sql\n", "a.sql:2: `\\i` is psql's own command, not SQL"),
            ("\n  \\ir other.sql\n", "a.sql:2: `\\ir` is psql's own command, not SQL"),
            ("\n\nCOPY public.t (a)\nFROM stdin;\n1\n\\.\n", "a.sql:6: the file holds rows for COPY"),
            ("\nCOPY t\nFROM STDIN;", "a.sql:2: COPY … FROM stdin holds rows"),
            ("BEGIN;\nSELECT 1;\nROLLBACK;\n", "a.sql:3: ROLLBACK takes back what stands before it"),
            ("SELECT 1;\nSELECT '\0'", "a.sql:2: there is a NUL character"),
        ] {
            let error = text(sql).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn statements_are_told_apart_by_what_they_do_to_those_that_follow() {
        use PieceKind::{Other, Role, Server, Setting, Transaction};
        for (sql, expected) in [
            ("BEGIN", Transaction),
            ("commit work", Transaction),
            ("SET search_path = a, b", Setting),
            ("SELECT pg_catalog.set_config('search_path', '', false)", Setting),
            ("CREATE ROLE x", Role),
            ("CREATE USER MAPPING FOR x SERVER y", Other),
            ("DROP USER MAPPING FOR x SERVER y", Other),
            ("DROP ROLE IF EXISTS x", Server),
            ("ALTER DATABASE x SET timezone = 'UTC'", Server),
            ("GRANT CONNECT ON DATABASE x TO y", Server),
            ("COMMENT ON TABLE x IS 'on database y'", Other),
            ("SELECT 1", Other),
        ] {
            assert_eq!(kind(sql), expected, "{sql}");
        }
    }
}
