//! From what Postgres says about a failure to a place in the file.

use std::ops::Range;

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
use squawk_lexer::TokenKind;

use crate::split::{Word, split, unquoted, words};

/// The text that was sent, relative to the script it came from.
pub(super) struct Sent<'a> {
    /// The whole script.
    pub(super) sql: &'a str,
    /// How many characters were put in front of the script's text.
    pub(super) prefix: usize,
    /// The byte of the script at which the sent text begins.
    pub(super) origin: usize,
    /// The bytes of the statement that failed, when it is known.
    pub(super) statement: Option<Range<usize>>,
}

/// The byte of the script to point at.
pub(super) fn locate(sent: &Sent<'_>, error: &PgDatabaseError) -> usize {
    let start = sent.statement.as_ref().map_or(sent.origin, |range| range.start);
    match error.position() {
        Some(PgErrorPosition::Original(position)) => {
            let text = &sent.sql[sent.origin..];
            char_to_byte(text, position.saturating_sub(1 + sent.prefix)).map(|byte| sent.origin + byte)
        }
        Some(PgErrorPosition::Internal { position, query }) => inside(sent, error, Some((position, query))),
        None => inside(sent, error, None),
    }
    .unwrap_or(start)
}

/// The byte at which a character stands, or the last one that is not blank when it lies behind the text.
fn char_to_byte(text: &str, character: usize) -> Option<usize> {
    Some(text.char_indices().nth(character).map_or_else(|| text.trim_end().len(), |(byte, _)| byte))
}

/// Looks through the functions that were running, innermost first, for one whose body stands in the script.
fn inside(sent: &Sent<'_>, error: &PgDatabaseError, internal: Option<(usize, &str)>) -> Option<usize> {
    let frames: Vec<Frame<'_>> =
        error.r#where().unwrap_or_default().lines().filter_map(Frame::parse).collect();
    for (depth, frame) in frames.iter().enumerate() {
        let Some(body) = frame.body(sent) else { continue };
        // the failed query is the innermost function's own
        let exact = internal
            .filter(|_| depth == 0)
            .and_then(|(position, query)| within(sent.sql, &body, position, query));
        return exact.or_else(|| frame.place(sent.sql, &body));
    }
    let (position, query) = internal?;
    within(sent.sql, sent.statement.as_ref()?, position, query)
}

/// A position in a query, found again in a part of the script if the query stands there exactly once.
fn within(sql: &str, part: &Range<usize>, position: usize, query: &str) -> Option<usize> {
    let text = &sql[part.clone()];
    let mut found = text.match_indices(query).map(|(at, _)| at);
    let (at, None) = (found.next()?, found.next()) else { return None };
    Some(part.start + at + char_to_byte(query, position.saturating_sub(1))?)
}

/// A function that was running, out of the context.
#[derive(Debug, PartialEq, Eq)]
enum Frame<'a> {
    /// A DO block, at a line of its body.
    Block(usize),
    /// A PL/pgSQL function, at a line of its body.
    Function(&'a str, usize),
    /// An SQL function, at a statement of its body, from 1.
    Sql(&'a str, usize),
}

impl<'a> Frame<'a> {
    /// Reads a line such as `PL/pgSQL function f(integer) line 3 at RAISE`; the forms are those of
    /// `plpgsql_exec_error_callback`, `plpgsql_compile_error_callback` and `sql_exec_error_callback`.
    fn parse(line: &'a str) -> Option<Frame<'a>> {
        if let Some(rest) = line.strip_prefix("SQL function \"") {
            let (name, rest) = rest.split_once("\" statement ")?;
            return Some(Frame::Sql(name, leading_number(rest)?));
        }
        let rest = line
            .strip_prefix("PL/pgSQL function ")
            .or_else(|| line.strip_prefix("compilation of PL/pgSQL function "))?;
        let at = rest.rfind(" line ")?;
        let number = leading_number(&rest[at + " line ".len()..])?;
        let name = rest[..at].trim_end_matches(" near").trim_matches('"');
        Some(if name == "inline_code_block" { Frame::Block(number) } else { Frame::Function(name, number) })
    }

    /// The function's body in the script, without its quotes.
    fn body(&self, sent: &Sent<'_>) -> Option<Range<usize>> {
        match self {
            Frame::Block(_) => {
                let range = sent.statement.clone()?;
                let longest = literals(sent.sql, &range).max_by_key(Range::len)?;
                Some(longest)
            }
            Frame::Function(name, _) | Frame::Sql(name, _) => {
                let mut bodies =
                    split(sent.sql).into_iter().filter_map(|found| routine(sent.sql, found.range, name));
                // overloaded functions cannot be told apart by their names
                bodies.next().filter(|_| bodies.next().is_none())
            }
        }
    }

    fn place(&self, sql: &str, body: &Range<usize>) -> Option<usize> {
        let text = &sql[body.clone()];
        match self {
            // PL/pgSQL counts the rest of the line with the opening quote as line 1
            Frame::Block(line) | Frame::Function(_, line) => {
                let start: usize =
                    text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
                let indent = text[start..].len() - text[start..].trim_start().len();
                Some(body.start + start + indent)
            }
            Frame::Sql(_, statement) => {
                split(text).get(statement.saturating_sub(1)).map(|found| body.start + found.range.start)
            }
        }
    }
}

fn leading_number(text: &str) -> Option<usize> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The insides of the string literals of a statement, as places in the script.
fn literals<'a>(sql: &'a str, statement: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<'a> {
    let origin = statement.start;
    words(&sql[statement.clone()]).filter_map(move |word| {
        let word = Word { start: origin + word.start, end: origin + word.end, ..word };
        unquoted(sql, word)
    })
}

/// The body of a statement that creates a function or procedure of this name; `name` may be qualified and carry
/// argument types, of which neither counts.
fn routine(sql: &str, statement: Range<usize>, name: &str) -> Option<Range<usize>> {
    let text = &sql[statement.clone()];
    let tokens: Vec<Word> = words(text).collect();
    let kind =
        tokens.iter().take(4).position(|word| word.is(text, "function") || word.is(text, "procedure"))?;
    if !tokens[0].is(text, "create") {
        return None;
    }
    let opening = tokens.iter().position(|word| word.kind == TokenKind::OpenParen)?;
    let last = tokens.get(kind + 1..opening)?.last()?.text(text).trim_matches('"');
    let wanted = name.split('(').next().unwrap_or(name);
    let wanted = wanted.rsplit('.').next().unwrap_or(wanted).trim_matches('"');
    if !last.eq_ignore_ascii_case(wanted) {
        return None;
    }
    let body = tokens
        .windows(2)
        .find(|pair| pair[0].is(text, "as") && matches!(pair[1].kind, TokenKind::Literal { .. }))?[1];
    unquoted(sql, Word { start: statement.start + body.start, end: statement.start + body.end, ..body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_that_were_running_are_read_from_postgres_context() {
        for (line, frame) in [
            ("PL/pgSQL function inline_code_block line 3 at RAISE", Some(Frame::Block(3))),
            (
                "PL/pgSQL function public.f(integer,text) line 12 at SQL statement",
                Some(Frame::Function("public.f(integer,text)", 12)),
            ),
            ("compilation of PL/pgSQL function \"f\" near line 2", Some(Frame::Function("f", 2))),
            ("SQL function \"f\" statement 2", Some(Frame::Sql("f", 2))),
            ("SQL function \"f\" during startup", None),
            ("SQL statement \"select 1\"", None),
            ("while inserting index tuple (0,1)", None),
        ] {
            assert_eq!(Frame::parse(line), frame, "{line}");
        }
    }
}
