//! What an expression that Postgres printed mentions: columns, and literals that hint at values it would accept.

use std::collections::BTreeSet;

/// The words of a CHECK constraint or a partition bound.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Harvest {
    /// Every identifier: columns, but functions and types as well.
    pub(crate) names: BTreeSet<String>,
    pub(crate) strings: Vec<String>,
    /// Right-hand sides of `~` and `~*`.
    pub(crate) patterns: Vec<String>,
    /// Right-hand sides of `LIKE`, which Postgres prints as `~~`.
    pub(crate) likes: Vec<String>,
    pub(crate) numbers: Vec<String>,
}

enum Token {
    Name(String),
    String(String),
    Number(String),
    Operator(String),
}

/// Collects the words of `expr`.
pub(crate) fn harvest(expr: &str) -> Harvest {
    let mut found = Harvest::default();
    let mut operator = String::new();
    for token in tokens(expr) {
        match token {
            Token::Name(name) => {
                found.names.insert(name);
            }
            Token::String(text) => match operator.as_str() {
                "~" | "~*" => found.patterns.push(text),
                "~~" | "~~*" => found.likes.push(text),
                _ => {
                    // Postgres prints numbers it had to cast as '5'::numeric.
                    if text.parse::<f64>().is_ok() {
                        found.numbers.push(text.clone());
                    }
                    found.strings.push(text);
                }
            },
            Token::Number(number) => found.numbers.push(number),
            Token::Operator(next) => {
                // A parenthesis between operator and literal, as in `x ~ ('a'::text)`, changes nothing.
                if !matches!(next.as_str(), "(" | ")") {
                    operator = next;
                }
                continue;
            }
        }
        operator.clear();
    }
    found
}

/// `expr` about a domain's `VALUE`, rewritten to be about a column.
pub(crate) fn about_column(expr: &str, column: &str) -> String {
    let mut made = String::new();
    let mut rest = expr;
    while let Some(at) = rest.find("VALUE") {
        let (before, after) = (&rest[..at], &rest[at + 5..]);
        let inside_string = (made.matches('\'').count() + before.matches('\'').count()) % 2 == 1;
        let is_word = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
            && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        made.push_str(before);
        made.push_str(if is_word && !inside_string { column } else { "VALUE" });
        rest = after;
    }
    made + rest
}

fn tokens(expr: &str) -> Vec<Token> {
    let chars: Vec<char> = expr.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&next) = chars.get(at) {
        let start = at;
        match next {
            '\'' => {
                let escapes = start > 0 && chars[start - 1] == 'E';
                found.push(Token::String(quoted(&chars, &mut at, '\'', escapes)));
            }
            'E' if chars.get(at + 1) == Some(&'\'') => at += 1,
            '"' => found.push(Token::Name(quoted(&chars, &mut at, '"', false))),
            c if c.is_alphabetic() || c == '_' => {
                while chars.get(at).is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
                    at += 1;
                }
                found.push(Token::Name(chars[start..at].iter().collect()));
            }
            c if c.is_ascii_digit() => {
                while chars.get(at).is_some_and(|c| c.is_ascii_digit() || *c == '.') {
                    at += 1;
                }
                found.push(Token::Number(chars[start..at].iter().collect()));
            }
            c if "~!@#^&|?+-*/%<>=".contains(c) => {
                while chars.get(at).is_some_and(|c| "~!@#^&|?+-*/%<>=".contains(*c)) {
                    at += 1;
                }
                found.push(Token::Operator(chars[start..at].iter().collect()));
            }
            '(' | ')' => {
                at += 1;
                found.push(Token::Operator(next.to_string()));
            }
            _ => at += 1,
        }
    }
    found
}

fn quoted(chars: &[char], at: &mut usize, quote: char, escapes: bool) -> String {
    let mut text = String::new();
    *at += 1;
    while let Some(&next) = chars.get(*at) {
        *at += 1;
        if next == quote {
            if chars.get(*at) != Some(&quote) {
                break;
            }
            *at += 1;
        } else if escapes && next == '\\' {
            text.extend(chars.get(*at));
            *at += 1;
            continue;
        }
        text.push(next);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_sorted_by_what_they_stand_beside() {
        let found = harvest(
            "((status = ANY (ARRAY['a'::text, 'it''s'::text])) AND (\"Slug\" ~ '^[a-z]+$'::text) \
             AND (url ~~ 'http%'::text) AND (length(x) = 12) AND (p >= '0.5'::numeric) AND (y ~ E'\\\\d'::text))",
        );
        assert_eq!(found.strings, ["a", "it's", "0.5"]);
        assert_eq!(found.patterns, ["^[a-z]+$", "\\d"]);
        assert_eq!(found.likes, ["http%"]);
        assert_eq!(found.numbers, ["12", "0.5"]);
        for name in ["status", "Slug", "url", "x", "p"] {
            assert!(found.names.contains(name), "{name}");
        }
    }

    #[test]
    fn a_domains_check_is_told_of_the_column() {
        assert_eq!(
            about_column("(VALUE ~ 'VALUE'::text) AND VALUES <> VALUE", "\"c\""),
            "(\"c\" ~ 'VALUE'::text) AND VALUES <> \"c\""
        );
    }
}
