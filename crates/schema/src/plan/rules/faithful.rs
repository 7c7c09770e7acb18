//! Expressions as Postgres deparses them, written so that it deparses them the same again.

use super::unnamed::unnamed;

/// The same SQL, in words that change nothing and keep Postgres from reading another expression.
pub(super) fn faithful(sql: &str) -> String {
    unnamed(&kept_apart(&arrays(sql)))
}

/// Puts back the cast that Postgres would otherwise push into the elements of an array.
///
/// `x IN ('a', 'b')` on a `varchar` is kept, and shown, as `(ARRAY['a'::character varying, …])::text[]`; read again, the
/// cast is passed down to the elements (`transformArrayExpr`), and what is kept then is another expression with the same
/// meaning. A cast between the two to the type that the array already has changes nothing and keeps them apart.
fn arrays(sql: &str) -> String {
    const OPEN: &str = "(ARRAY[";
    const CLOSE: &str = "])::text[]";
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(start) = find_unquoted(rest, OPEN) {
        let inside = &rest[start + OPEN.len()..];
        let Some(end) = end_of_array(inside) else { break };
        let (elements, after) = inside.split_at(end);
        if after.starts_with(CLOSE) && elements.ends_with("::character varying") {
            out += &rest[..start];
            out += &format!("((ARRAY[{elements}])::character varying[])::text[]");
            rest = &after[CLOSE.len()..];
        } else {
            out += &rest[..start + OPEN.len()];
            rest = inside;
        }
    }
    out + rest
}

/// Where it is, outside of strings, quoted names and bodies.
fn find_unquoted(text: &str, what: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if text[at..].starts_with(what) {
            return Some(at);
        }
        at += if matches!(c, '\'' | '"' | '$') { end_of_quoted(&text[at..]) } else { c.len_utf8() };
    }
    None
}

/// Where the bracket that is open at the start is closed, strings left alone.
fn end_of_array(text: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted && depth == 0 => return Some(at),
            ']' if !quoted => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Keeps apart what the parser would merge, and together what it would take apart.
///
/// An AND at the beginning of an AND is merged with it, and so is an OR. `b BETWEEN 0 AND 10 AND a > 0` is an AND within an AND,
/// since the parser does not see the one that BETWEEN becomes; read again as it is shown, it is one of three. A cast to the
/// type that it has already hides it. Rows that are compared within rows are shown as rows; read again, each is a comparison
/// of columns, unless it is within a row again.
fn kept_apart(sql: &str) -> String {
    let mut put: Vec<(usize, &str)> = Vec::new();
    let mut open: Vec<Group<'_>> = Vec::new();
    let mut rows: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(c) = sql[at..].chars().next() {
        match c {
            '\'' | '"' | '$' => {
                at += end_of_quoted(&sql[at..]);
                continue;
            }
            '(' => open.push(Group { start: at, joined_by: None }),
            ')' => {
                let Some(group) = open.pop() else { break };
                let after = &sql[at + 1..];
                let begins = open.last().is_some_and(|outer| outer.start + 1 == group.start);
                if group.joined_by.is_some_and(|word| begins && after.starts_with(word)) {
                    put.push((at + 1, "::boolean"));
                }
                let row = sql[..group.start].ends_with("ROW");
                if let Some(words) = ROWS_MEET.iter().find(|words| row && after.starts_with(**words)) {
                    let other = at + words.len();
                    put.extend([(group.start - 3, "ROW("), (at + 1, ")"), (other - 3, "ROW(")]);
                    rows.push(other);
                }
                if rows.contains(&group.start) {
                    put.push((at + 1, ")"));
                }
            }
            ' ' => {
                let word = JOINING.iter().copied().find(|word| sql[at..].starts_with(word));
                if let (Some(word), Some(group)) = (word, open.last_mut()) {
                    group.joined_by.get_or_insert(word);
                }
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    put.sort_by_key(|(place, _)| *place);
    let mut out = String::with_capacity(sql.len() + put.len() * 9);
    let mut from = 0;
    for (place, text) in put {
        out += &sql[from..place];
        out += text;
        from = place;
    }
    out + &sql[from..]
}

/// What stands in parentheses.
struct Group<'a> {
    start: usize,
    /// The word between what it is made of.
    joined_by: Option<&'a str>,
}

const JOINING: [&str; 2] = [" AND ", " OR "];
const ROWS_MEET: [&str; 3] = [" IS DISTINCT FROM ROW(", " = ROW(", " <> ROW("];

/// How long the string, the quoted name or the body in dollars is that `text` begins with; one if it is none.
pub(super) fn end_of_quoted(text: &str) -> usize {
    let close = match text.chars().next() {
        Some('$') => {
            let tag = text[1..].find('$').map(|end| &text[..end + 2]);
            match tag.filter(|tag| tag.chars().all(|c| c == '$' || c == '_' || c.is_alphanumeric())) {
                Some(tag) => tag,
                None => return 1,
            }
        }
        Some('"') => "\"",
        _ => "'",
    };
    // A doubled quote ends one string and begins the next.
    text[close.len()..].find(close).map_or(1, |end| end + 2 * close.len())
}

#[cfg(test)]
mod tests {
    use super::faithful;

    #[test]
    fn the_cast_of_a_whole_array_stays_with_the_array() {
        let cases = [
            (
                "((a)::text = ANY ((ARRAY['x'::character varying, ']'::character varying])::text[]))",
                "((a)::text = ANY (((ARRAY['x'::character varying, ']'::character varying])::character varying[])::text[]))",
            ),
            ("(a = ANY (ARRAY['x'::text]))", "(a = ANY (ARRAY['x'::text]))"),
            (
                "(ARRAY[('x'::character varying)::text])::text[]",
                "(ARRAY[('x'::character varying)::text])::text[]",
            ),
        ];
        for (sql, expected) in cases {
            assert_eq!(faithful(sql), expected);
        }
    }

    #[test]
    fn what_the_parser_would_merge_is_kept_apart() {
        let cases = [
            ("(((a) AND (b)) AND (c))", "(((a) AND (b))::boolean AND (c))"),
            ("(((a) AND (b)) OR (c))", "(((a) AND (b)) OR (c))"),
            ("((c) AND ((a) AND (b)))", "((c) AND ((a) AND (b)))"),
            ("((((a) OR (b)) OR (c)) OR d)", "((((a) OR (b))::boolean OR (c))::boolean OR d)"),
            ("(x = '((a AND b) AND c)')", "(x = '((a AND b) AND c)')"),
            ("AS $f$((a AND b) AND c)$f$", "AS $f$((a AND b) AND c)$f$"),
            ("(\"ü\" OR (ROW(a, b) = ROW(1, 2)))", "(\"ü\" OR (ROW(ROW(a, b)) = ROW(ROW(1, 2))))"),
            ("(ROW(a, b) < ROW(1, 2))", "(ROW(a, b) < ROW(1, 2))"),
        ];
        for (sql, expected) in cases {
            assert_eq!(faithful(sql), expected);
        }
    }
}
