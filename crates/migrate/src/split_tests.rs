use proptest::prelude::*;

use super::*;

fn texts(sql: &str) -> Vec<&str> {
    split(sql).into_iter().map(|found| &sql[found.range]).collect()
}

#[test]
fn a_semicolon_ends_a_statement_only_where_it_does_for_postgres() {
    for (sql, expected) in [
        ("", vec![]),
        (" ;; -- nothing; here\n/* ; /* ; */ ; */", vec![]),
        ("select 1", vec!["select 1"]),
        ("-- first\nselect 1; /* second */ select 2 -- end\n;", vec!["select 1", "select 2"]),
        (
            "select ';', E'\\';', \";\", U&'\\;'; select 2",
            vec!["select ';', E'\\';', \";\", U&'\\;'", "select 2"],
        ),
        ("select $$;$$, $a$;$$;$a$, a$b; select 2", vec!["select $$;$$, $a$;$$;$a$, a$b", "select 2"]),
        (
            "create rule r as on insert to t do (select 1; select 2); select 3",
            vec!["create rule r as on insert to t do (select 1; select 2)", "select 3"],
        ),
        (
            "create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3",
            vec![
                "create function f() returns int begin atomic select case when true then 1 end; select 2; end",
                "select 3",
            ],
        ),
        (
            "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END; begin; select 1; end",
            vec!["CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END", "begin", "select 1", "end"],
        ),
        ("select 'never closed; select 2", vec!["select 'never closed; select 2"]),
        ("select 1) ; select 2", vec!["select 1)", "select 2"]),
    ] {
        assert_eq!(texts(sql), expected, "{sql}");
    }
}

#[test]
fn only_statements_that_end_or_begin_a_transaction_count_as_its_control() {
    for (sql, expected) in [
        ("begin", true),
        ("-- why\nBegin Isolation level serializable", true),
        ("START TRANSACTION", true),
        ("commit", true),
        ("commit prepared 'x'", true),
        ("end", true),
        ("abort", true),
        ("rollback", true),
        ("rollback prepared 'x'", true),
        ("prepare transaction 'x'", true),
        ("rollback to savepoint s", false),
        ("rollback work to s", false),
        ("savepoint s", false),
        ("release s", false),
        ("prepare q as select 1", false),
        ("do $$ begin commit; end $$", false),
        ("create function f() returns int begin atomic select 1; end", false),
        ("create table begin_log (id int)", false),
    ] {
        assert_eq!(split(sql)[0].controls_transaction, expected, "{sql}");
    }
}

#[test]
fn the_header_is_read_from_leading_comments_only() {
    let irreversible = |sql: &str| header(sql).irreversible;
    assert_eq!(irreversible("-- irreversible: rows are gone\n"), Some("rows are gone".into()));
    assert_eq!(irreversible("-- a\n\n--IRREVERSIBLE : why\nselect 1;"), Some("why".into()));
    assert_eq!(irreversible("-- irreversible:"), Some(String::new()));
    assert_eq!(irreversible("select 1;\n-- irreversible: too late"), None);
    assert_eq!(irreversible("-- irreversible changes are none of these"), None);
    assert_eq!(header("-- no-transaction\nselect 1").late_no_transaction, None);
    assert_eq!(header("\n-- no-transaction\nselect 1").late_no_transaction, Some(1));
    assert_eq!(header("--no-transaction\nselect 1").late_no_transaction, Some(0));
    assert_eq!(header("\u{feff}-- no-transaction").late_no_transaction, Some(3));
}

/// Pieces that are likely to upset a splitter.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            ";", "'", "\"", "$$", "$a$", "--", "/*", "*/", "(", ")", "\n", " ", "E'\\", "begin", "atomic",
            "end", "case", "create", "or", "replace", "function", "commit", "é", "\u{feff}", "$1", "1.5e",
            "U&\"", "\0",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn splitting_never_panics_and_loses_nothing(pieces in prop::collection::vec(piece(), 0..40)) {
        let sql = pieces.concat();
        let found = split(&sql);
        let mut end = 0;
        for Split { range, .. } in &found {
            prop_assert!(range.start >= end && range.end > range.start && range.end <= sql.len());
            prop_assert!(sql.is_char_boundary(range.start) && sql.is_char_boundary(range.end));
            // what lies between two statements says nothing
            prop_assert!(split(&sql[end..range.start]).is_empty(), "{:?}", &sql[end..range.start]);
            end = range.end;
        }
        prop_assert!(split(&sql[end..]).is_empty(), "{:?}", &sql[end..]);
        header(&sql);
    }

    #[test]
    fn well_formed_statements_come_back_one_by_one(
        statements in prop::collection::vec("[a-z]{1,8}( ('([^'\\\\]|'')*'|\\$x\\$[^$]*\\$x\\$|\"[^\"]*\"|/\\*[^*/]*\\*/ 1)){0,3}", 1..8)
    ) {
        let sql = statements.iter().map(|s| format!("-- ; comment\n{s} ;\n")).collect::<String>();
        let found = texts(&sql);
        prop_assert_eq!(found, statements.iter().map(String::as_str).collect::<Vec<_>>());
    }
}
