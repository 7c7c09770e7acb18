//! What can be said about a statement of a script without a transaction: how it is run so that it is never run
//! twice, and what to do when it was begun and nobody knows whether it ended.

use squawk_lexer::TokenKind;

use crate::split::{Word, unquoted, words};

/// How a statement is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Nature {
    /// It changes the session only (SET, temporary tables), so a resumed script runs it again.
    Session,
    /// It may run in a transaction, which then also holds its journal row: it is done exactly when that says so.
    Atomic,
    /// It refuses a transaction, so that a journal row before and one after it are all there is.
    Alone(Recovery),
}

/// What to do with a statement that was begun, outside of any transaction, and never reported as done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recovery {
    /// CREATE INDEX CONCURRENTLY: done when the index is there and valid; an invalid one is dropped first.
    BuildIndex(Index),
    /// It can be run again: VACUUM, REINDEX, IF [NOT] EXISTS.
    Repeat,
    /// Somebody has to look.
    Ask,
}

/// An index as a statement names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Index {
    /// Its name, as written.
    pub(crate) name: String,
    /// Its table, as written, with its schema if it was given.
    pub(crate) table: String,
}

/// Looks at a statement's keywords.
pub(crate) fn nature(sql: &str) -> Nature {
    let tokens: Vec<Word> = words(sql).collect();
    let statement = Tokens { sql, tokens: &tokens };
    if statement.changes_session() {
        Nature::Session
    } else if let Some(index) = statement.built_concurrently() {
        Nature::Alone(index.map_or(Recovery::Ask, Recovery::BuildIndex))
    } else if statement.refuses_transaction() {
        Nature::Alone(if statement.is_repeatable() { Recovery::Repeat } else { Recovery::Ask })
    } else {
        Nature::Atomic
    }
}

struct Tokens<'a> {
    sql: &'a str,
    tokens: &'a [Word],
}

impl Tokens<'_> {
    fn starts(&self, keywords: &[&str]) -> bool {
        keywords.len() <= self.tokens.len()
            && self.tokens.iter().zip(keywords).all(|(token, keyword)| token.is(self.sql, keyword))
    }

    fn starts_any(&self, starts: &[&[&str]]) -> bool {
        starts.iter().any(|keywords| self.starts(keywords))
    }

    fn has(&self, keyword: &str) -> bool {
        self.tokens.iter().any(|token| token.is(self.sql, keyword))
    }

    fn changes_session(&self) -> bool {
        self.starts_any(&[
            &["set"],
            &["reset"],
            &["load"],
            &["listen"],
            &["unlisten"],
            &["prepare"],
            &["deallocate"],
            &["discard"],
            &["create", "temp"],
            &["create", "temporary"],
            &["create", "local", "temp"],
            &["create", "local", "temporary"],
        ])
    }

    /// CREATE INDEX CONCURRENTLY; the inner `None` is one without a name, which Postgres chooses.
    fn built_concurrently(&self) -> Option<Option<Index>> {
        let mut rest = match () {
            () if self.starts(&["create", "index", "concurrently"]) => 3,
            () if self.starts(&["create", "unique", "index", "concurrently"]) => 4,
            () => return None,
        };
        let at =
            |position: usize, keyword| self.tokens.get(position).is_some_and(|t| t.is(self.sql, keyword));
        if at(rest, "if") && at(rest + 1, "not") && at(rest + 2, "exists") {
            rest += 3;
        }
        if at(rest, "on") {
            return Some(None);
        }
        let name = self.name(rest).map(|(name, _)| name);
        let mut table = rest + 2;
        table += usize::from(at(table, "only"));
        Some(name.zip(self.name(table)).map(|(name, (table, _))| Index { name, table }))
    }

    /// A possibly qualified name at a position, as written, and the position behind it.
    fn name(&self, position: usize) -> Option<(String, usize)> {
        let mut end = position;
        while let Some(token) = self.tokens.get(end) {
            let part = matches!(token.kind, TokenKind::Ident | TokenKind::QuotedIdent { .. });
            let expected = (end - position).is_multiple_of(2);
            if part != expected || !(part || token.kind == TokenKind::Dot) {
                break;
            }
            end += 1;
        }
        let (first, last) = (self.tokens.get(position)?, self.tokens.get(end.checked_sub(1)?)?);
        (end > position).then(|| (self.sql[first.start..last.end].to_owned(), end))
    }

    /// What Postgres refuses in a transaction block (`PreventInTransactionBlock` in its source).
    fn refuses_transaction(&self) -> bool {
        let always = self.starts_any(&[
            &["call"],
            &["vacuum"],
            &["cluster"],
            &["reindex"],
            &["alter", "system"],
            &["create", "database"],
            &["drop", "database"],
            &["create", "tablespace"],
            &["drop", "tablespace"],
            &["create", "subscription"],
            &["alter", "subscription"],
            &["drop", "subscription"],
            &["drop", "index", "concurrently"],
        ]);
        always
            || (self.starts(&["alter", "database"]) && self.has("tablespace"))
            || (self.starts(&["alter", "table"]) && self.has("detach") && self.has("concurrently"))
            || (self.starts(&["do"]) && self.commits_inside())
    }

    /// Whether a DO block says COMMIT or ROLLBACK somewhere.
    fn commits_inside(&self) -> bool {
        self.tokens.iter().filter_map(|token| unquoted(self.sql, *token)).any(|body| {
            let body = &self.sql[body];
            words(body).any(|word| word.is(body, "commit") || word.is(body, "rollback"))
        })
    }

    fn is_repeatable(&self) -> bool {
        let exists =
            self.tokens.windows(2).any(|pair| pair[0].is(self.sql, "if") && pair[1].is(self.sql, "exists"));
        exists
            || self.starts_any(&[
                &["vacuum"],
                &["cluster"],
                &["reindex"],
                &["alter", "system"],
                &["alter", "database"],
            ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_run_by_what_its_keywords_say() {
        let index = |name: &str, table: &str| {
            Nature::Alone(Recovery::BuildIndex(Index { name: name.to_owned(), table: table.to_owned() }))
        };
        for (sql, expected) in [
            ("set search_path = x", Nature::Session),
            ("create temp table x ()", Nature::Session),
            ("create table x ()", Nature::Atomic),
            ("create index i on t (a)", Nature::Atomic),
            ("alter type t add value 'x'", Nature::Atomic),
            ("alter table t validate constraint c", Nature::Atomic),
            ("do $$ begin perform 1; end $$", Nature::Atomic),
            ("do $$ begin insert into rollback_log values ('commit'); end $$", Nature::Atomic),
            ("do $$\nbegin loop commit; end loop; end $$", Nature::Alone(Recovery::Ask)),
            ("do $x$ begin commit; end $x$", Nature::Alone(Recovery::Ask)),
            ("do language plpgsql 'begin commit; end'", Nature::Alone(Recovery::Ask)),
            ("call p()", Nature::Alone(Recovery::Ask)),
            ("vacuum (analyze) t", Nature::Alone(Recovery::Repeat)),
            ("drop index concurrently if exists i", Nature::Alone(Recovery::Repeat)),
            ("drop index concurrently i", Nature::Alone(Recovery::Ask)),
            ("alter table t detach partition p concurrently", Nature::Alone(Recovery::Ask)),
            ("create index concurrently i on t (a)", index("i", "t")),
            (
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"My i\" ON ONLY public.\"T\" USING btree (a)",
                index("\"My i\"", "public.\"T\""),
            ),
            ("create index concurrently on t (a)", Nature::Alone(Recovery::Ask)),
        ] {
            assert_eq!(nature(sql), expected, "{sql}");
        }
    }
}
