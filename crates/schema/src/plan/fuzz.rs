//! Catalogs that no server would have: the planner refuses or plans, and never panics; names stay in their quotes.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;

use super::{Options, Plan, plan};
use crate::catalog::Catalog;
use crate::compare::{Told, compare};
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind, QualifiedName};

/// Every attribute that a rule asks for, or nearly.
const ATTRIBUTES: &str = "access_method all_tables also_local argument_defaults argument_modes argument_names \
    attribute_order binary body cache canonical clustered collation column_names column_order columns command context \
    cycle default definition depends_on_extensions enabled event expression expressions family final force_row_security foreign_options form \
    function functions generated granted handler identity identity_arguments identity_cycle identity_sequence \
    identity_type increment inout invalid key_columns key_type kind label labels language max members method min \
    nondeterministic not_null not_null_name not_null_no_inherit not_null_not_valid not_valid of_type options owned_by \
    owner parallel parents parser partition_bound partition_key partitioned predicate privileges provider publications \
    publish references replica_identity restrictive returns revoked roles row_filter row_security security_definer \
    server settings shell signature slot sort_operator sql_body start state_type statistics_target strict tablespace \
    tags template text transition trusted type unique unlogged using version volatility with_check wrapper";

/// A word that must never stand outside of quotes, because only names have it.
const MARK: &str = "Mark";

/// Texts for attributes: Postgres gives them as SQL, so they are whole; some are not what the attribute would hold.
const TEXTS: &[&str] = &[
    "",
    "integer",
    "text",
    "foreign key",
    "primary key",
    "unique",
    "check",
    "exclude",
    "CHECK ((a > 0))",
    "always",
    "by default",
    "stored",
    "virtual",
    "public.t",
    "public",
    "sql",
    "plpgsql",
    "disabled",
    "replica",
    "default",
    "full",
    "a, b",
    "(a + 1)",
    "'it''s'::text",
    "hash",
    "FOR VALUES IN (1)",
    "RANGE (id)",
    "numeric(8,2)",
    "public.e[]",
    "s",
    "i",
    "CREATE INDEX i ON public.t USING btree (a)",
    "BEGIN ATOMIC SELECT 1; END",
    "a=b",
    "SELECT",
    "INSERT WITH GRANT OPTION",
];

/// Texts that are broken in every way.
const BROKEN: &[&str] = &[
    "'", "\"", "$$", "--", "/*", "(", ")", ",", ";", "\\", "\0", "é'", "a=", "=", " ", "\n", "%", "[]", ".",
    "::",
];

fn names() -> impl Strategy<Value = String> {
    select(vec![
        "t",
        "a",
        "public",
        "PUBLIC",
        "select",
        "",
        "Mark",
        "Mark\"; DROP TABLE x; --",
        "Mark'",
        "Mark $$ $meshhook$",
        "Mark\n-- x",
        "Mark \\",
        "Mark/*",
        "*/Mark",
        "Mark;",
        "Mark\u{85}\u{2028}é",
        "Mark $do$ $function$",
    ])
    .prop_map(str::to_owned)
}

/// Kinds whose names are SQL already: `public."T"` of a publication, `a AS b` of a cast, `@@` of an operator.
const SQL_NAMED: [Kind; 5] =
    [Kind::PublicationTable, Kind::Cast, Kind::Transform, Kind::SecurityLabel, Kind::Operator];

fn kinds(broken: bool) -> impl Strategy<Value = Kind> {
    let fits = |kind: &Kind| broken || !SQL_NAMED.contains(kind);
    select(Kind::ALL.iter().copied().filter(fits).collect::<Vec<_>>())
}

fn identities(broken: bool) -> impl Strategy<Value = Identity> {
    let arguments = proptest::option::weighted(0.3, types());
    let own = (kinds(broken), proptest::option::of(names()), names(), arguments).prop_map(
        |(kind, schema, name, arguments)| Identity {
            kind,
            parent: None,
            name: QualifiedName { schema: schema.as_deref().map(Arc::from), name: name.as_str().into() },
            arguments: arguments.as_deref().map(Arc::from),
        },
    );
    own.prop_recursive(3, 4, 1, move |parents| {
        (parents, kinds(broken), names())
            .prop_map(|(parent, kind, name)| Identity::child(kind, Arc::new(parent), &name))
    })
}

fn types() -> impl Strategy<Value = String> {
    select(vec!["", "integer", "integer, text", "btree", "NONE, integer"]).prop_map(str::to_owned)
}

fn texts(broken: bool) -> BoxedStrategy<String> {
    let whole = select(TEXTS).prop_map(str::to_owned);
    match broken {
        true => prop_oneof![whole, select(BROKEN).prop_map(str::to_owned), names(), any::<String>()].boxed(),
        false => whole.boxed(),
    }
}

fn values(broken: bool) -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => any::<bool>().prop_map(Value::Bool),
        1 => prop_oneof![any::<i64>(), -2_i64..100].prop_map(Value::Int),
        4 => texts(broken).prop_map(Value::Text),
        2 => proptest::collection::vec(texts(broken), 0..4).prop_map(Value::List),
    ]
}

fn attributes(broken: bool) -> impl Strategy<Value = BTreeMap<&'static str, Value>> {
    let known: Vec<&'static str> = ATTRIBUTES.split_ascii_whitespace().collect();
    proptest::collection::btree_map(select(known), values(broken), 0..12)
}

/// What a fact may have beside its attributes is one of the other facts, or nothing that is there.
type Loose =
    (Identity, BTreeMap<&'static str, Value>, BTreeMap<&'static str, Value>, [Option<usize>; 3], bool);

fn loose(broken: bool) -> impl Strategy<Value = Loose> {
    let links = proptest::array::uniform3(proptest::option::weighted(0.3, 0_usize..40));
    (identities(broken), attributes(broken), attributes(broken), links, proptest::bool::weighted(0.2))
}

/// Two catalogs that have much in common.
fn catalogs(broken: bool) -> impl Strategy<Value = (Catalog, Catalog)> {
    let facts = proptest::collection::vec((loose(broken), attributes(broken), 0_u8..8), 1..25);
    let needs = proptest::collection::vec((0_usize..40, 0_usize..40, 0_u8..3), 0..40);
    (facts, needs).prop_map(|(rows, needs)| {
        let (mut from, mut to) = (Catalog::default(), Catalog::default());
        from.role = Some("me".to_owned());
        let all: Vec<Identity> = rows
            .iter()
            .flat_map(|((identity, ..), ..)| std::iter::once(identity).chain(identity.ancestors()))
            .cloned()
            .collect();
        for ((identity, attributes, derived, links, creates), other, where_) in rows {
            let link = |at: usize| links[at].and_then(|at| all.get(at % all.len())).cloned();
            let creates = creates.then(|| "CREATE INDEX i ON public.t USING btree (a)".to_owned());
            let mut fact = Fact { attributes, derived, creates, inherited_from: link(0), owned_by: link(1) };
            // columns are listed by their table
            for order in ["column_order", "attribute_order"] {
                if let Some(child) = link(2) {
                    let names = all.iter().filter(|other| other.parent.as_deref() == Some(&child));
                    let names = names.map(|identity| identity.name.name.to_string()).collect();
                    fact.attributes.insert(order, Value::List(names));
                }
            }
            if where_ != 0 {
                from.facts.insert(identity.clone(), fact.clone());
            }
            if where_ > 4 {
                fact.attributes.extend(other);
            }
            if where_ != 1 {
                to.facts.insert(identity, fact);
            }
        }
        for (dependent, needed, where_) in needs {
            let (dependent, needed) = (&all[dependent % all.len()], &all[needed % all.len()]);
            for (catalog, not) in [(&mut from, 0), (&mut to, 1)] {
                if where_ != not {
                    catalog.needs.entry(dependent.clone()).or_default().insert(needed.clone());
                }
            }
        }
        (from, to)
    })
}

/// What of a script stands outside of quotes and comments, and how many statements it has.
fn outside(sql: &str) -> (String, usize) {
    let (mut plain, mut count, mut rest) = (String::new(), 0, sql);
    while let Some(first) = rest.chars().next() {
        let skip = match first {
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '"' => 1 + after_quote(&rest[1..], '"', false),
            '\'' => 1 + after_quote(&rest[1..], '\'', plain.ends_with('E')),
            '$' if !plain.ends_with(|c: char| c.is_alphanumeric() || c == '_') => after_dollars(rest),
            ';' => {
                count += 1;
                1
            }
            other => {
                plain.push(other);
                other.len_utf8()
            }
        };
        if matches!(first, '"' | '\'') {
            plain.push(' ');
        }
        rest = &rest[skip..];
    }
    (plain, count)
}

fn after_quote(text: &str, quote: char, escapes: bool) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && escapes {
            chars.next();
        } else if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

fn after_dollars(text: &str) -> usize {
    let Some(end) = text[1..].find('$').map(|end| end + 2) else { return 1 };
    let tag = &text[..end];
    if !tag[1..end - 1].chars().all(|c| c.is_alphanumeric() || c == '_') {
        return 1;
    }
    text[end..].find(tag).map_or(text.len(), |close| end + close + end)
}

fn both_ways(from: &Catalog, to: &Catalog) -> Vec<Plan> {
    for difference in compare(from, to) {
        let _ = (difference.tell(Told::Found), difference.is_note());
    }
    [(from, to), (to, from)]
        .into_iter()
        .filter_map(|(from, to)| match plan(from, to, &Options::default()) {
            Ok(plan) => Some(plan),
            Err(error) => {
                assert!(!error.to_string().is_empty());
                None
            }
        })
        .collect()
}

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(250);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nonsense_is_planned_or_refused_and_nothing_panics((from, to) in catalogs(true)) {
        for plan in both_ways(&from, &to) {
            let _ = plan.sql();
            let _: usize = plan.parts().iter().map(|part| part.sql().len()).sum();
        }
        let kept = Catalog::from_json(from.to_json()).expect("what was written is read");
        prop_assert_eq!(kept.fingerprint(), from.fingerprint());
    }

    #[test]
    fn names_stay_in_their_quotes_and_statements_apart((from, to) in catalogs(false)) {
        for plan in both_ways(&from, &to) {
            let statements = plan.steps.iter().flat_map(|step| &step.statements);
            for statement in statements.clone() {
                let (plain, count) = outside(&statement.guarded_sql());
                prop_assert!(!plain.contains(MARK), "a name outside of quotes: {}", statement.guarded_sql());
                let atomic = plain.matches("BEGIN ATOMIC").count();
                prop_assert_eq!(count - atomic.min(count), 1, "not one statement: {}", statement.guarded_sql());
                let (inner, _) = outside(&statement.sql);
                prop_assert!(!inner.contains(MARK), "a name outside of quotes: {}", statement.sql);
            }
            let (_, count) = outside(&plan.sql());
            let apart: usize = statements.map(|statement| outside(&statement.guarded_sql()).1).sum();
            prop_assert_eq!(count, apart, "statements run together: {}", plan.sql());
        }
    }
}
