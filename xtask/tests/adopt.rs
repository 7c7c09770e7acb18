//! `baseline`, `repair` and `drift` with the real program: databases that have a history.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use sqlx::AssertSqlSafe;
use support::{Project, Ran};

/// A database on a throwaway server, shaped like a Supabase project, and the project that works on it.
struct Living {
    project: Project,
    server: meshhook_sandbox::Server,
    database: meshhook_sandbox::Database,
}

impl Living {
    async fn new(project: Project) -> Living {
        let settings = meshhook_sandbox::testing::settings().remove(0);
        let server = meshhook_sandbox::Server::start(&settings, &mut |_| {}).await.unwrap();
        let database = server.create().await.unwrap();
        Living { project, server, database }
    }

    /// A database that holds the migrations up to a version, and no ledger of ours.
    async fn at(project: Project, version: &str) -> Living {
        let living = Living::new(project).await;
        living.run(&["up", "--to", version]).exits(0);
        living.execute("CREATE TABLE public.kept AS SELECT * FROM meshhook_ops._sqlx_migrations").await;
        living.execute("DROP SCHEMA meshhook_ops CASCADE").await;
        living
    }

    /// Supabase's own ledger, as its CLI makes it, with everything that is applied.
    async fn with_supabases_ledger(self) -> Living {
        self.execute(
            "CREATE SCHEMA supabase_migrations;
             CREATE TABLE supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY);
             ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS statements text[];
             ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS name text;
             INSERT INTO supabase_migrations.schema_migrations (version, name)
             SELECT version::text, replace(description, ' ', '_') FROM public.kept;
             DROP TABLE public.kept",
        )
        .await;
        self
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.project.run(&[arguments, &["--database-url", &self.database.url()]].concat())
    }

    async fn execute(&self, sql: &str) {
        let mut connection = self.database.connect().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    }

    async fn text(&self, sql: &str) -> String {
        let mut connection = self.database.connect().await.unwrap();
        let sql = format!("SELECT (SELECT {sql})::text");
        let answer: Option<String> =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap();
        answer.unwrap_or_default()
    }

    async fn end(self) {
        self.database.remove().await.unwrap();
        self.server.stop().await.unwrap();
    }
}

/// MeshHook's own history.
fn meshhook() -> Project {
    let project = Project::empty();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("supabase");
    for folder in ["migrations", "rollbacks"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            project
                .write(&format!("supabase/{folder}/{name}"), &std::fs::read_to_string(entry.path()).unwrap());
        }
    }
    project
}

/// Without a person to ask.
const BASELINE: [&str; 4] = ["baseline", "--yes", "--reason", "we move over"];

const AGREE: &str = "(SELECT array_agg(version ORDER BY version) FROM supabase_migrations.schema_migrations)
    = (SELECT array_agg(version::text ORDER BY version) FROM meshhook_ops._sqlx_migrations)";

#[tokio::test(flavor = "multi_thread")]
async fn meshhooks_own_history_is_adopted_from_supabases_ledger_and_goes_on() {
    let living = Living::at(meshhook(), "20260511093000").await.with_supabases_ledger().await;
    living.run(&["up"]).exits(1).says("cargo xtask db baseline");
    living.run(&["drift"]).exits(1).says("nothing to compare with").says("db baseline");

    let dry =
        living.run(&["baseline", "--dry-run"]).exits(0).says("the live schema equals that of a sandbox");
    dry.prints("-- 20250310090000_create_projects_and_members: recorded as applied, without running it");
    living.run(&["baseline"]).exits(2).says("--yes").says("--reason");
    for reason in [&[][..], &["--reason", " "]] {
        let nobody_says_why = living.run(&[&["baseline", "--yes"], reason].concat());
        nobody_says_why.exits(2).says("`--yes` without `--reason`").says("nothing was written");
    }
    assert_eq!(living.text("to_regnamespace('meshhook_ops')").await, "", "nothing was written so far");

    let ran = living.run(&["baseline", "--yes", "--reason", "we move over", "--format", "json"]).exits(0);
    let told = ran.json();
    assert_eq!(told["written"], true);
    assert_eq!(told["adoption"]["changes"].as_array().unwrap().len(), 19);
    assert_eq!(living.text("count(*) FROM meshhook_ops._sqlx_migrations").await, "19");
    living.run(&["drift"]).exits(0).says("no drift");

    living.run(&["up"]).exits(0).says("2 applied");
    assert_eq!(living.text(AGREE).await, "true");
    living.run(&["down"]).exits(0);
    assert_eq!(living.text(AGREE).await, "true");
    living.run(&["down", "--to", "20260413100000"]).exits(0);
    assert_eq!(living.text(AGREE).await, "true", "what was adopted can be taken back too");
    let log = living.run(&["log", "--format", "json"]).exits(0).json();
    let baseline = log.as_array().unwrap().iter().find(|run| run["command"] == "baseline").unwrap();
    assert_eq!(baseline["reason"], "we move over");
    assert_eq!(baseline["scripts"][0]["status"], "adopted");
    living.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_differs_gets_the_sql_and_no_ledger() {
    let living = Living::at(Project::small(), "20260103000000").await.with_supabases_ledger().await;
    living.execute("ALTER TABLE public.notes DROP COLUMN title, ADD COLUMN extra int").await;
    let ran = living.run(&BASELINE).exits(1).says("nothing was written").says("differs in 3 places");
    let ran = ran.prints("-- column `title` of `public.notes` is missing");
    let ran = ran.prints("ALTER TABLE public.notes DROP COLUMN extra");
    assert_eq!(living.text("to_regnamespace('meshhook_ops')").await, "");

    // what is printed is SQL, and makes it hold
    living.execute(&ran.stdout).await;
    let reason = "as agreed, see postgres://ada:pl4nted-s3cret@db.example.com/app";
    let ran = living.run(&["baseline", "--yes", "--reason", reason]).exits(0).says("3 changes recorded");
    assert!(!format!("{ran:?}").contains("pl4nted"), "{ran:?}");
    let kept = living.text("reason FROM meshhook_ops.migration_run").await;
    assert!(kept.starts_with("as agreed") && !kept.contains("pl4nted"), "{kept}");
    living.run(&BASELINE).exits(0).says("nothing to do");
    living.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlxs_ledger_is_adopted() {
    let living = Living::at(Project::small(), "20260102000000").await;
    living.execute("ALTER TABLE public.kept RENAME TO _sqlx_migrations").await;
    living
        .run(&[&BASELINE[..], &["--from", "supabase"]].concat())
        .exits(1)
        .says("there is no `supabase_migrations");
    let ran = living.run(&BASELINE).exits(0).says("2 changes recorded");
    ran.says("`cargo xtask db log --database-url …` shows it");
    living.run(&["up"]).exits(0).says("1 applied");
    assert_eq!(living.text("count(*) FROM meshhook_ops.rollback_script").await, "3");
    living.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_is_mended_with_evidence_and_a_reason() {
    let living = Living::new(Project::small()).await;
    living.run(&["up"]).exits(0);
    let path = "supabase/migrations/20260102000000_add_title.sql";
    let text = std::fs::read_to_string(living.project.root().join(path)).unwrap();
    living.project.write(path, &format!("{text}-- corrected\n"));
    living.run(&["up"]).exits(1).says("repair --checksum 20260102000000");
    living.run(&["repair", "--checksum", "20260102000000", "--yes"]).exits(2).says("--reason");
    living.run(&["repair", "--reason", "x", "--yes"]).exits(2);
    let repair = ["repair", "--reason", "a comment", "--yes", "--checksum", "20260102000000"];
    let ran = living.run(&repair).exits(0).says("1 change recorded");
    ran.prints("20260102000000_add_title: checksum ");
    living.run(&["up"]).exits(0).says("nothing to do");

    let believe = ["repair", "--reason", "I believe so", "--yes", "--reverted"];
    let lie = |version| living.run(&[&believe[..], &[version]].concat());
    lie("20260103000000")
        .exits(1)
        .says("differs")
        .prints("-- index `notes_title_idx` on `public.notes` is there");
    lie("20260102000000")
        .exits(1)
        .says("column \"title\" does not exist")
        .says("not one that these files lead to");
    living.execute("ALTER TABLE public.notes DROP COLUMN title").await;
    living
        .run(&["repair", "--reason", "by hand", "--yes", "--reverted", "20260102000000,20260103000000"])
        .exits(0)
        .says("2 changes recorded");
    living.run(&["up"]).exits(0).says("2 applied");
    let log = living.run(&["log"]).exits(0);
    log.prints("why: by hand").prints("forgotten").prints("why: a comment").prints("mended");
    living.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_told_with_the_sql_that_takes_it_back() {
    let living = Living::at(Project::small(), "20260103000000").await;
    living.execute("DROP TABLE public.kept").await;
    living.run(&[&BASELINE[..], &["--to", "20260103000000"]].concat()).exits(0);
    living
        .execute(
            "CREATE INDEX by_hand ON public.notes (body); ALTER TABLE public.notes ALTER body DROP NOT NULL",
        )
        .await;
    let ran = living
        .run(&["drift"])
        .exits(1)
        .says("drift: 2 objects are not as the baseline")
        .prints("-- index `by_hand` on `public.notes` is added");
    let json = living.run(&["drift", "--format", "json"]).exits(1).json();
    assert_eq!(json["drift"]["differences"].as_array().unwrap().len(), 2);
    assert_eq!(json["drift"]["command"], "baseline");
    living.execute(&ran.stdout).await;
    living.run(&["drift"]).exits(0).says("no drift");
    living.end().await;
}
