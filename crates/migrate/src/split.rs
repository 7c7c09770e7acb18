//! Splitting SQL into statements by Postgres's own tokens, without parsing it.
//!
//! Tokens come from squawk's lexer (dollar quotes, `E''` strings, nested comments). Where a semicolon ends a
//! statement follows psql (`src/fe_utils/psqlscan.l`): not inside parentheses (`CREATE RULE … DO (a; b)`), and
//! not inside `BEGIN ATOMIC … END` of a function or procedure, where `CASE … END` nests.

use std::ops::Range;

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

/// A statement's place and what matters about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Split {
    /// From the first token to the last one before the semicolon.
    pub(crate) range: Range<usize>,
    /// BEGIN, COMMIT, ROLLBACK and the like; savepoints are not among them.
    pub(crate) controls_transaction: bool,
    /// BEGIN or START TRANSACTION.
    pub(crate) begins_transaction: bool,
    /// COPY whose rows come from or go to the client.
    pub(crate) copies_through_client: bool,
}

/// What the comments in front of the first statement say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// The reason after `-- irreversible:`, empty when none is given.
    pub(crate) irreversible: Option<String>,
    /// A `-- no-transaction` that is not in the first bytes, by its place.
    pub(crate) late_no_transaction: Option<usize>,
}

/// A token that is neither blank nor comment, with its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Word {
    pub(crate) fn text<'a>(&self, sql: &'a str) -> &'a str {
        &sql[self.start..self.end]
    }

    pub(crate) fn is(&self, sql: &str, keyword: &str) -> bool {
        self.kind == TokenKind::Ident && self.text(sql).eq_ignore_ascii_case(keyword)
    }
}

/// Every token with its place, blanks and comments among them.
fn tokens(sql: &str) -> impl Iterator<Item = Word> + '_ {
    let mut start = 0;
    tokenize(sql).map(move |token| {
        let end = start + token.len as usize;
        let word = Word { kind: token.kind, start, end };
        start = end;
        word
    })
}

/// The tokens that count.
pub(crate) fn words(sql: &str) -> impl Iterator<Item = Word> + '_ {
    tokens(sql).filter(|word| {
        !matches!(
            word.kind,
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } | TokenKind::Eof
        )
    })
}

/// The statements of a text. Never fails: what Postgres cannot lex ends up in the last statement, and Postgres
/// says what is wrong with it.
pub(crate) fn split(sql: &str) -> Vec<Split> {
    let mut found = Vec::new();
    let mut statement = Building::default();
    for word in words(sql) {
        if word.kind == TokenKind::Semi && statement.may_end() {
            found.extend(statement.finish(sql));
            statement = Building::default();
        } else {
            statement.take(sql, word);
        }
    }
    found.extend(statement.finish(sql));
    found
}

/// Whether every string, quoted name and comment of a text ends in it. What is put behind a text that does not
/// would become part of it.
pub fn is_closed(sql: &str) -> bool {
    use LiteralKind::{BitStr, ByteStr, DollarQuotedString, EscStr, NationalStr, Str, UnicodeEscStr};
    tokens(sql).all(|word| match word.kind {
        TokenKind::BlockComment { terminated } | TokenKind::QuotedIdent { terminated, .. } => terminated,
        TokenKind::Literal {
            kind:
                Str { terminated }
                | NationalStr { terminated }
                | ByteStr { terminated }
                | BitStr { terminated }
                | DollarQuotedString { terminated }
                | UnicodeEscStr { terminated }
                | EscStr { terminated },
        } => terminated,
        _ => true,
    })
}

/// The inside of a string literal.
pub(crate) fn unquoted(sql: &str, word: Word) -> Option<Range<usize>> {
    let TokenKind::Literal { kind } = word.kind else { return None };
    let quote = match kind {
        LiteralKind::DollarQuotedString { terminated: true } => word.text(sql)[1..].find('$')? + 2,
        LiteralKind::Str { terminated: true } => 1,
        LiteralKind::EscStr { terminated: true } => {
            return Some(word.start + 2..word.end - 1);
        }
        _ => return None,
    };
    Some(word.start + quote..word.end - quote)
}

/// A statement while its tokens come in.
#[derive(Default)]
struct Building {
    first: Vec<Word>,
    end: usize,
    parentheses: usize,
    blocks: usize,
    last_was_begin: bool,
    copies: bool,
}

/// `CREATE OR REPLACE FUNCTION`, `ROLLBACK TO SAVEPOINT`: no more words than these decide.
const DECIDING_WORDS: usize = 4;

impl Building {
    fn may_end(&self) -> bool {
        self.parentheses == 0 && self.blocks == 0
    }

    fn take(&mut self, sql: &str, word: Word) {
        self.end = word.end;
        match word.kind {
            TokenKind::OpenParen => self.parentheses += 1,
            TokenKind::CloseParen => self.parentheses = self.parentheses.saturating_sub(1),
            TokenKind::Ident if self.parentheses == 0 && self.creates_routine(sql) => {
                self.follow_blocks(sql, word)
            }
            _ => {}
        }
        self.last_was_begin = word.is(sql, "begin");
        let standard = word.is(sql, "stdin") || word.is(sql, "stdout");
        self.copies |= standard && self.parentheses == 0 && self.starts_with(sql, &["copy"]);
        if self.first.len() < DECIDING_WORDS {
            self.first.push(word);
        }
    }

    fn follow_blocks(&mut self, sql: &str, word: Word) {
        if self.blocks == 0 {
            self.blocks = usize::from(self.last_was_begin && word.is(sql, "atomic"));
        } else if word.is(sql, "case") {
            self.blocks += 1;
        } else if word.is(sql, "end") {
            self.blocks -= 1;
        }
    }

    fn starts_with(&self, sql: &str, keywords: &[&str]) -> bool {
        keywords.len() <= self.first.len()
            && self.first.iter().zip(keywords).all(|(word, keyword)| word.is(sql, keyword))
    }

    fn creates_routine(&self, sql: &str) -> bool {
        [&["create", "function"][..], &["create", "procedure"]]
            .iter()
            .any(|start| self.starts_with(sql, start))
            || [&["create", "or", "replace", "function"][..], &["create", "or", "replace", "procedure"]]
                .iter()
                .any(|start| self.starts_with(sql, start))
    }

    fn controls_transaction(&self, sql: &str) -> bool {
        let starts = |keywords: &[&str]| self.starts_with(sql, keywords);
        let to_savepoint = starts(&["rollback", "to"])
            || starts(&["rollback", "work", "to"])
            || starts(&["rollback", "transaction", "to"]);
        ["commit", "end", "abort"].iter().any(|keyword| starts(&[keyword]))
            || self.begins_transaction(sql)
            || starts(&["prepare", "transaction"])
            || (starts(&["rollback"]) && !to_savepoint)
    }

    fn begins_transaction(&self, sql: &str) -> bool {
        self.starts_with(sql, &["begin"]) || self.starts_with(sql, &["start", "transaction"])
    }

    fn finish(self, sql: &str) -> Option<Split> {
        let start = self.first.first()?.start;
        Some(Split {
            range: start..self.end,
            controls_transaction: self.controls_transaction(sql),
            begins_transaction: self.begins_transaction(sql),
            copies_through_client: self.copies,
        })
    }
}

/// What the script's comments say; see [`Header`].
pub(crate) fn header(sql: &str) -> Header {
    let mut header = Header::default();
    let mut leading = true;
    for word in tokens(sql) {
        match word.kind {
            TokenKind::Whitespace | TokenKind::BlockComment { .. } => {}
            TokenKind::LineComment => {
                let comment = word.text(sql).trim_start_matches('-').trim();
                if leading && header.irreversible.is_none() {
                    header.irreversible = reason(comment);
                }
                let marks = comment.to_ascii_lowercase().starts_with("no-transaction");
                let heard = word.start == 0 && sql.starts_with(crate::script::NO_TRANSACTION);
                if marks && !heard && header.late_no_transaction.is_none() {
                    header.late_no_transaction = Some(word.start);
                }
            }
            _ => leading = false,
        }
    }
    header
}

fn reason(comment: &str) -> Option<String> {
    const MARKER: &str = "irreversible";
    let marked = comment.get(..MARKER.len())?.eq_ignore_ascii_case(MARKER);
    let reason = comment.get(MARKER.len()..)?.trim_start().strip_prefix(':')?;
    marked.then(|| reason.trim().to_owned())
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
