//! From one schema to another and back, on a real Postgres: loading, renaming, cutting, and a proof that can fail.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

use meshhook_migrate::connect::{Environment, Target};
use meshhook_sandbox::Server;
use meshhook_sandbox::testing::servers;
use meshhook_schema::Patterns;
use meshhook_schema::plan::Hazard;
use meshhook_verify::diff::{Class, DiffError, NotProven, Proven, Rename, Request, Side, load};
use sqlx::Executor as _;

/// Two folders of files, by name and text.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Files {
        Files { folder: tempfile::tempdir().unwrap() }
    }

    fn write(&self, name: &str, sql: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, sql).unwrap();
        path
    }

    /// The difference between two texts, as strict as for the project's own.
    fn request(&self, from: &str, to: &str) -> Request {
        Request {
            from: Side::Files(vec![self.write("from.sql", from)]),
            to: Side::Files(vec![self.write("to.sql", to)]),
            runtime: Patterns::default(),
            online: true,
            platform: false,
            renames: Vec::new(),
            strict: true,
            idempotent: true,
        }
    }
}

async fn prove(server: &Server, request: &Request, split: bool) -> Result<Proven, DiffError> {
    let sides = load(server, request).await?;
    let draft = sides.draft(sides.renames()?).await?;
    draft.prove(split).await
}

fn not_proven(result: Result<Proven, DiffError>) -> NotProven {
    match result {
        Err(DiffError::NotProven(found)) => *found,
        other => panic!("{other:?}"),
    }
}

fn without_drops(sql: &str) -> String {
    sql.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_dump_and_statements_in_any_order_are_the_same_schema() {
    let dump = "\\restrict abc\nSET transaction_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n\
                CREATE TABLE public.t (id integer NOT NULL);\nALTER TABLE public.t OWNER TO keeper;\n\
                CREATE FUNCTION public.f() RETURNS text LANGUAGE plpgsql AS $$\nBEGIN\n\\restrict\nRETURN 1; END $$;\n\
                ALTER FUNCTION public.f() OWNER TO keeper;\nCREATE VIEW public.v AS SELECT id FROM public.t;\n\
                ALTER VIEW public.v OWNER TO keeper;\n\\unrestrict abc\n";
    let shuffled = "BEGIN;\nCREATE ROLE keeper;\nSET ROLE keeper; RESET ROLE;\nSET search_path = public;\n\
                    CREATE VIEW v AS SELECT id FROM t;\nCOMMIT;\nALTER VIEW v OWNER TO keeper;\n\
                    CREATE TABLE t (id integer NOT NULL);\nALTER TABLE t OWNER TO keeper;\n\
                    CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$\nBEGIN\n\\restrict\nRETURN 1; END $$;\n\
                    ALTER FUNCTION f() OWNER TO keeper;\n";
    let files = Files::new();
    for server in servers().await {
        let request = files.request(dump, shuffled);
        let sides = load(&server, &request).await.unwrap();
        let draft = sides.draft(Vec::new()).await.unwrap();
        assert!(draft.is_empty(), "{:?}", draft.differences);
    }
}

#[tokio::test]
async fn what_waits_in_a_file_waits_with_the_settings_of_its_place() {
    let from = "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.t (id int); CREATE VIEW a.v AS SELECT id FROM a.t; \
                CREATE TABLE b.t (id text); CREATE VIEW b.v AS SELECT id FROM b.t;";
    let to = "SET search_path = a;\nCREATE VIEW v AS SELECT id FROM t;\nSET search_path = b;\n\
              CREATE VIEW v AS SELECT id FROM t;\nCREATE TABLE t (id text);\nCREATE TABLE a.t (id int);\n\
              CREATE SCHEMA a; CREATE SCHEMA b;";
    let files = Files::new();
    for server in servers().await {
        let request = files.request(from, to);
        let sides = load(&server, &request).await.unwrap();
        let draft = sides.draft(Vec::new()).await.unwrap();
        assert!(draft.is_empty(), "{:?}", draft.differences);
    }
}

#[tokio::test]
async fn what_cannot_be_loaded_is_named_with_file_line_and_reason() {
    let files = Files::new();
    for server in servers().await {
        for (sql, expected) in [
            (
                "CREATE TABLE t (id int);\nCREATE VIEW v AS\n  SELECT nothing FROM t;\n",
                "to.sql:3:10: column \"nothing\" does not exist (42703)",
            ),
            ("CREATE EXTENSION no_such_thing;", "does not have the extension `no_such_thing`"),
            ("COPY t\nFROM stdin;\n1\n\\.\n", "to.sql:4: the file holds rows for COPY"),
            ("-- @renamed from=x\nSELECT 1;", "to.sql:1: below this hint there is nothing"),
        ] {
            let error = load(&server, &files.request("", sql)).await.unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}

#[tokio::test]
async fn a_supabase_schema_gets_the_platform_that_it_needs() {
    let files = Files::new();
    let sql = "CREATE TABLE notes (owner uuid REFERENCES auth.users);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\n";
    let policy = "CREATE POLICY own ON notes TO authenticated USING (owner = auth.uid());\n";
    for server in servers().await {
        let request = files.request(sql, &format!("{sql}{policy}"));
        let sides = load(&server, &request).await.unwrap();
        assert!(sides.platform);
        let draft = sides.draft(Vec::new()).await.unwrap();
        assert_eq!(draft.plan.steps.len(), 1, "{}", draft.plan.sql());
        let plain = files.request("", "CREATE SCHEMA auth; CREATE TABLE auth.users (id int);");
        assert!(!load(&server, &plain).await.unwrap().platform);
    }
}

#[tokio::test]
async fn the_way_there_and_back_is_proven_on_rows() {
    let files = Files::new();
    let from =
        "CREATE TABLE t (id int PRIMARY KEY, body text NOT NULL); CREATE TABLE u (t int REFERENCES t);";
    let to = "CREATE TABLE t (id int PRIMARY KEY, body text NOT NULL, tags text[] NOT NULL DEFAULT '{}'); \
              CREATE TABLE u (t int REFERENCES t); CREATE TABLE w (id int);";
    for server in servers().await {
        let proven = prove(&server, &files.request(from, to), true).await.unwrap();
        let [leg] = proven.legs.as_slice() else { panic!("{proven:?}") };
        assert_eq!(leg.class, Class::Lossless);
        assert_eq!(leg.takes_along.len(), 2, "{leg:?}");
        let tables: Vec<_> = proven.proof.rows.into_iter().collect();
        let wanted = ["public.t", "public.u", "public.w"].map(|table| (table.to_owned(), 3));
        assert_eq!(tables, wanted);
        assert_eq!(proven.proof.rewritten, Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_was_dropped_comes_back_without_what_was_in_it() {
    let files = Files::new();
    let from = "CREATE TYPE mood AS ENUM ('fine', 'sad'); CREATE DOMAIN short AS varchar(9); CREATE TABLE t (id int PRIMARY KEY, \
                body text NOT NULL, mood mood NOT NULL, name short NOT NULL, list int[] NOT NULL, at timestamptz NOT NULL);";
    let to = "CREATE TYPE mood AS ENUM ('fine', 'sad'); CREATE DOMAIN short AS varchar(9); CREATE TABLE t (id int PRIMARY KEY);";
    for server in servers().await {
        let proven = prove(&server, &files.request(from, to), true).await.unwrap();
        let [leg] = proven.legs.as_slice() else { panic!("{proven:?}") };
        let Class::SchemaOnly { loses } = &leg.class else { panic!("{leg:?}") };
        assert_eq!(loses.len(), 5, "{loses:?}");
        let text = leg.rollback.text(&leg.rollback_header("1_x"));
        assert!(text.starts_with("-- irreversible: what was in column "), "{text}");
        assert!(text.contains("\n-- rollback: schema-only, "), "{text}");
        assert!(text.contains("DEFAULT 'fine'::public.mood;"), "{text}");
    }
}

#[tokio::test]
async fn a_rollback_that_no_row_survives_is_irreversible_and_runs_nothing() {
    let files = Files::new();
    let from = "CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL UNIQUE);";
    let to = "CREATE TABLE t (id int PRIMARY KEY);";
    for server in servers().await {
        let proven = prove(&server, &files.request(from, to), true).await.unwrap();
        let [leg] = proven.legs.as_slice() else { panic!("{proven:?}") };
        let text = leg.rollback.text(&leg.rollback_header("1_x"));
        let script = meshhook_migrate::Script::new("x.sql", text);
        assert!(
            script.irreversible.as_deref().unwrap().contains("could not create unique index"),
            "{script:?}"
        );
        assert!(script.is_blank(), "{}", script.sql);
    }
}

#[tokio::test]
async fn renamed_things_keep_their_rows() {
    let files = Files::new();
    let from = "CREATE SCHEMA old; CREATE TYPE old.mood AS ENUM ('good', 'sad'); \
                CREATE TABLE old.memos (id serial PRIMARY KEY, \"Text\" text, mood old.mood, CHECK (\"Text\" <> '')); \
                CREATE INDEX ON old.memos (mood);";
    let to = "-- @renamed from=old\nCREATE SCHEMA new;\n\
              CREATE TYPE new.mood AS ENUM (\n  -- @renamed from=good\n  'it''s fine', 'sad');\n\
              -- @renamed from=memos\nCREATE TABLE new.notes (\n  id serial PRIMARY KEY,\n\
              \x20 -- @renamed from=\"Text\"\n  body text,\n  mood new.mood, CHECK (body <> ''));\n\
              CREATE INDEX ON new.notes (mood);\n";
    for server in servers().await {
        let request = files.request(from, to);
        let sides = load(&server, &request).await.unwrap();
        let draft = sides.draft(sides.renames().unwrap()).await.unwrap();
        assert_eq!(draft.drops(), []);
        let sql = draft.plan.sql();
        assert!(!without_drops(&sql).contains("DROP"), "{sql}");
        let proven = draft.prove(true).await.unwrap();
        assert_eq!(proven.legs[0].class, Class::Lossless);
        // once the migration is written the hints are about nothing any longer
        let request = files.request(to, to);
        let sides = load(&server, &request).await.unwrap();
        assert_eq!(sides.renames().unwrap(), []);
    }
}

#[tokio::test]
async fn renames_are_taken_from_options_and_never_guessed() {
    let files = Files::new();
    let from = "CREATE TABLE a (id int, x text); CREATE TABLE t (one text, other text);";
    let to = "CREATE TABLE b (id int, x text); CREATE TABLE t (two text, other text);";
    for server in servers().await {
        let mut request = files.request(from, to);
        let sides = load(&server, &request).await.unwrap();
        let draft = sides.draft(sides.renames().unwrap()).await.unwrap();
        assert_eq!(draft.drops().len(), 2, "{:?}", draft.drops());
        let options: Vec<String> = draft.candidates().iter().map(Rename::option).collect();
        assert_eq!(options, ["public.a=b", "public.t.one=two"]);
        drop(draft);
        drop(sides);
        request.renames = options;
        let sides = load(&server, &request).await.unwrap();
        let draft = sides.draft(sides.renames().unwrap()).await.unwrap();
        assert_eq!(draft.drops(), []);
        assert_eq!(draft.prove(false).await.unwrap().legs[0].class, Class::Lossless);
        for (text, expected) in [
            ("nothing=b", "there is nothing called `nothing` to rename"),
            ("a", "is no rename"),
            ("a=b=c", "is no rename"),
            ("public.a=c", "there is nothing of the new name"),
        ] {
            request.renames = vec![text.to_owned()];
            let sides = load(&server, &request).await.unwrap();
            let error = sides.renames().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}

#[tokio::test]
async fn what_needs_a_commit_is_a_migration_of_its_own() {
    let files = Files::new();
    let from =
        "CREATE TYPE mood AS ENUM ('fine'); CREATE TABLE t (id int, mood mood NOT NULL DEFAULT 'fine');";
    let to = "CREATE TYPE mood AS ENUM ('fine', 'sad'); CREATE TABLE t (id int, mood mood NOT NULL DEFAULT 'sad');";
    for server in servers().await {
        let request = files.request(from, to);
        let proven = prove(&server, &request, true).await.unwrap();
        assert_eq!(proven.legs.len(), 2, "{proven:?}");
        assert!(proven.legs[0].up.body.contains("ADD VALUE"), "{proven:?}");
        assert!(proven.legs[1].up.body.contains("SET DEFAULT"), "{proven:?}");
        assert!(proven.legs.iter().all(|leg| !leg.rollback.body.is_empty()));
        let printed = prove(&server, &request, false).await.unwrap();
        assert_eq!(printed.legs.len(), 1);
        assert!(printed.legs[0].up.text(&[]).starts_with("-- no-transaction\n"));
    }
}

#[tokio::test]
async fn what_works_on_empty_tables_only_is_refused_for_ours_and_told_for_others() {
    let files = Files::new();
    let from = "CREATE TABLE t (id int);";
    let to = "CREATE TABLE t (id int, name text NOT NULL);";
    for server in servers().await {
        let mut request = files.request(from, to);
        let found = not_proven(prove(&server, &request, true).await);
        assert!(found.with_rows, "{found}");
        assert!(found.error.unwrap().message.contains("contains null values"));
        request.strict = false;
        let proven = prove(&server, &request, true).await.unwrap();
        assert!(proven.proof.without_rows.unwrap().contains("contains null values"));
    }
}

#[tokio::test]
async fn a_plan_that_lies_is_not_proven() {
    let files = Files::new();
    let from = "CREATE TABLE t (id int, gone text, kept int);";
    let to = "CREATE TABLE t (id int, kept bigint, more text);";
    for server in servers().await {
        // rows that are lost are nothing that is only told, whoever's schema it is
        let request = Request { strict: false, ..files.request(from, to) };
        let sides = load(&server, &request).await.unwrap();
        let honest = sides.draft(Vec::new()).await.unwrap();
        assert_eq!(honest.prove(false).await.unwrap().proof.rewritten, Vec::<String>::new());

        let mut draft = sides.draft(Vec::new()).await.unwrap();
        draft.plan.steps.retain(|step| !step.object.to_string().contains("`more`"));
        let found = not_proven(draft.prove(false).await);
        assert_eq!(found.differences, ["column `more` of `public.t` is missing"]);

        let mut draft = sides.draft(Vec::new()).await.unwrap();
        for statement in draft.plan.steps.iter_mut().flat_map(|step| &mut step.statements) {
            statement.hazards.retain(|hazard| !matches!(hazard, Hazard::DataLoss { .. }));
        }
        let found = not_proven(draft.prove(false).await);
        assert_eq!(found.differences, ["values of `public.t.gone` lost in 3 rows"]);

        let mut draft = sides.draft(Vec::new()).await.unwrap();
        for statement in draft.plan.steps.iter_mut().flat_map(|step| &mut step.statements) {
            statement.hazards.retain(|hazard| !matches!(hazard, Hazard::TableRewrite { .. }));
        }
        assert_eq!(draft.prove(false).await.unwrap().proof.rewritten, ["public.t"]);

        let mut draft = sides.draft(Vec::new()).await.unwrap();
        draft.plan.steps[0].statements[0].sql += "; DELETE FROM public.t WHERE id % 2 = 0";
        let found = not_proven(draft.prove(false).await);
        assert!(found.with_rows && found.differences[0].contains("of `public.t` lost"), "{found}");

        let mut draft = sides.draft(Vec::new()).await.unwrap();
        let twice =
            draft.plan.steps.iter_mut().find(|step| step.object.to_string().contains("`more`")).unwrap();
        twice.statements[0].sql = twice.statements[0].sql.replace("IF NOT EXISTS ", "");
        let found = not_proven(draft.prove(false).await);
        assert!(found.what.contains("run over itself") && found.error.is_some(), "{found}");
    }
}

#[tokio::test]
async fn a_live_database_is_read_and_rebuilt_in_the_sandbox() {
    let files = Files::new();
    for server in servers().await {
        let live = server.create_bare().await.unwrap();
        let mut conn = live.connect().await.unwrap();
        conn.execute("CREATE TABLE t (id int PRIMARY KEY); CREATE VIEW v AS SELECT id FROM t").await.unwrap();
        let target = Target::parse(&live.url(), Environment::Ignored).unwrap();
        let to = "CREATE TABLE t (id int PRIMARY KEY, body text); CREATE VIEW v AS SELECT id FROM t;";
        let mut request = files.request("", to);
        request.from = Side::Live(Box::new(target));
        let proven = prove(&server, &request, false).await.unwrap();
        assert!(proven.legs[0].up.body.contains("ADD COLUMN"), "{proven:?}");
        let kept: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public'",
        )
        .fetch_one(&mut conn)
        .await
        .unwrap();
        assert_eq!(kept, 2, "the live database is as it was");
    }
}

#[tokio::test]
async fn what_is_made_at_run_time_is_neither_created_nor_dropped() {
    let files = Files::new();
    let from = "CREATE TABLE e (at date) PARTITION BY RANGE (at); \
                CREATE TABLE e_y2026 PARTITION OF e FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');";
    let to = "CREATE TABLE e (at date, n int) PARTITION BY RANGE (at);";
    for server in servers().await {
        let mut request = files.request(from, to);
        request.runtime = Patterns::new(&["public.e_y*".to_owned()]);
        let proven = prove(&server, &request, true).await.unwrap();
        let leg = &proven.legs[0];
        assert!(!format!("{}{}", leg.up.body, leg.rollback.body).contains("e_y2026"), "{leg:?}");
    }
}
