//! Whether a new column makes Postgres write every row again: when its value is not the same for all of them.

use crate::identity::{Identity, Kind};
use crate::plan::{Context, rules};

/// What Postgres brings along and works out once for the whole statement, or is known to be the same for ever.
const STEADY: &[&str] = &[
    "now",
    "current_setting",
    "transaction_timestamp",
    "statement_timestamp",
    "timezone",
    "date_trunc",
    "to_char",
    "lower",
    "upper",
    "md5",
    "sha256",
    "array",
    "jsonb_build_object",
    "jsonb_build_array",
    "json_build_object",
    "json_build_array",
    "length",
    "concat",
    "coalesce",
    "make_interval",
    "make_date",
    "to_tsvector",
    "any",
    "row",
    "date_part",
    "extract",
    "round",
    "floor",
    "ceil",
    "abs",
    "numeric",
    "varchar",
    "bpchar",
    "char",
    "interval",
    "timestamp",
    "time",
    "bit",
    "varbit",
    "nullif",
    "greatest",
    "least",
    "txid_current",
    "current_schema",
    "encode",
    "decode",
];

/// Whether adding this column writes the rows of its table again.
pub(super) fn writes_rows(context: &Context<'_>, column: &Identity) -> bool {
    let Some(fact) = context.to.get(column) else { return false };
    if fact.get("identity").is_some() || fact.text("generated") == "stored" {
        return true;
    }
    if fact.text("generated") == "virtual" {
        return false;
    }
    // A domain with a rule is held to it row by row.
    let rules_of_domain = context.to.needs(column).any(|needed| {
        needed.kind == Kind::Domain
            && (context.to.get(needed).is_some_and(|domain| domain.flag("not_null"))
                || context.has.get(needed).into_iter().flatten().any(|child| child.kind == Kind::Constraint))
    });
    let default = rules::default_of(column);
    let steady = default.and_then(|default| {
        let expression = context.to.get(&default)?.text("expression").to_owned();
        Some(called(&expression).iter().all(|name| is_steady(context, &default, name)))
    });
    rules_of_domain || steady == Some(false)
}

fn is_steady(context: &Context<'_>, default: &Identity, name: &str) -> bool {
    let bare = name.rsplit('.').next().unwrap_or(name);
    let own =
        context.to.needs(default).find(|needed| needed.kind == Kind::Function && *needed.name.name == *bare);
    match own.and_then(|own| context.to.get(own)) {
        Some(function) => function.get("volatility").is_some(),
        None => !name.contains('.') && STEADY.contains(&bare),
    }
}

/// The names before an opening parenthesis, strings left alone.
fn called(expression: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut name, mut quoted) = (String::new(), false);
    for c in expression.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                name.clear();
            }
            _ if quoted => {}
            '(' => {
                if !name.is_empty() {
                    names.push(std::mem::take(&mut name));
                }
            }
            c if c.is_alphanumeric() || ['_', '.', '"'].contains(&c) => name.push(c),
            _ => name.clear(),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::called;

    #[test]
    fn calls_are_found_outside_of_strings() {
        assert_eq!(
            called("nextval('a(b)'::regclass) + public.f(1, (2)) || 'x'::varchar(3)"),
            ["nextval", "public.f", "varchar"]
        );
        assert!(called("'now()'::text").is_empty());
    }
}
