//! What a query selects without a name.

use super::faithful::end_of_quoted;

/// The same SQL, in which what is selected without a name is so again.
///
/// `SELECT 'a' UNION SELECT 'b'` has columns called `?column?`. Where nobody asks for their names, Postgres shows them as
/// `'a'::text`, and that, read again, is called after the type.
pub(super) fn unnamed(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut from = 0;
    for end in ends_of_unnamed(sql) {
        out += &sql[from..end];
        out += " AS \"?column?\"";
        from = end;
    }
    out + &sql[from..]
}

/// The item of a select list that is being read.
#[derive(Default)]
struct Item {
    has_name: bool,
    /// Behind its last cast.
    cast: Option<usize>,
}

/// What ends a select list.
const CLAUSES: [&str; 13] = [
    "FROM",
    "WHERE",
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FETCH",
    "WINDOW",
    "FOR",
];

/// Where items end that are casts and have no name.
fn ends_of_unnamed(sql: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    // One for each parenthesis that is open; none where no select list is.
    let mut open: Vec<Option<Item>> = vec![None];
    let mut before = "";
    let mut at = 0;
    while let Some(c) = sql[at..].chars().next() {
        let Some(innermost) = open.last_mut() else { break };
        let length = match c {
            '\'' | '"' | '$' => end_of_quoted(&sql[at..]),
            c if c.is_alphabetic() || c == '_' => {
                let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
                sql[at..].find(|c| !word(c)).unwrap_or(sql.len() - at)
            }
            c => c.len_utf8(),
        };
        let token = &sql[at..at + length];
        match token {
            "(" => open.push(None),
            ")" => {
                ends.extend(innermost.take().and_then(|item| item.end(sql, at)));
                open.pop();
            }
            "," => {
                if let Some(item) = innermost.replace(Item::default()) {
                    ends.extend(item.end(sql, at));
                } else {
                    *innermost = None;
                }
            }
            ";" => ends.extend(innermost.take().and_then(|item| item.end(sql, at))),
            "SELECT" => *innermost = Some(Item::default()),
            "AS" => {
                if let Some(item) = innermost {
                    item.has_name = true;
                }
            }
            ":" if sql[at..].starts_with("::") => {
                if let Some(item) = innermost {
                    item.cast = Some(at + 2);
                }
            }
            // `IS DISTINCT FROM` and `WITHIN GROUP` are no clauses.
            word if CLAUSES.contains(&word) && !["DISTINCT", "WITHIN"].contains(&before) => {
                ends.extend(innermost.take().and_then(|item| item.end(sql, at)));
            }
            _ => {}
        }
        if c.is_alphabetic() {
            before = token;
        } else if !c.is_whitespace() {
            before = "";
        }
        at += length;
    }
    ends.extend(open.pop().flatten().and_then(|item| item.end(sql, sql.len())));
    ends
}

impl Item {
    /// Where it ends, if it is a cast without a name.
    fn end(self, sql: &str, at: usize) -> Option<usize> {
        let cast = self.cast.filter(|_| !self.has_name)?;
        let of = sql[cast..at].trim_end();
        let of_type =
            |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | ' ' | '[' | ']' | '(' | ')' | ',');
        of.chars().all(of_type).then_some(cast + of.len())
    }
}

#[cfg(test)]
mod tests {
    use super::unnamed;

    #[test]
    fn casts_that_are_selected_without_a_name_keep_having_none() {
        let cases = [
            (" SELECT 'z'::text\n   FROM t", " SELECT 'z'::text AS \"?column?\"\n   FROM t"),
            ("(SELECT 'a, AS b'::text,\n 2)", "(SELECT 'a, AS b'::text AS \"?column?\",\n 2)"),
            ("SELECT NULL::numeric(10,2)", "SELECT NULL::numeric(10,2) AS \"?column?\""),
            ("SELECT 'a'::text AS a", "SELECT 'a'::text AS a"),
            ("SELECT f('a'::text, 'b'::text)", "SELECT f('a'::text, 'b'::text)"),
            ("SELECT a::integer + 1", "SELECT a::integer + 1"),
            (
                "SELECT a IS DISTINCT FROM 'x'::text AS a FROM t",
                "SELECT a IS DISTINCT FROM 'x'::text AS a FROM t",
            ),
            ("SELECT t.a FROM t WHERE t.a = 'x'::text", "SELECT t.a FROM t WHERE t.a = 'x'::text"),
            ("VALUES ('a'::text), ('b'::text)", "VALUES ('a'::text), ('b'::text)"),
            ("AS $f$SELECT 'a'::text$f$", "AS $f$SELECT 'a'::text$f$"),
            ("CHECK (a = 'x'::text)", "CHECK (a = 'x'::text)"),
        ];
        for (sql, expected) in cases {
            assert_eq!(unnamed(sql), expected);
        }
    }
}
