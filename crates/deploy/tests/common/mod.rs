//! A "production" on a real server, and a checkout in a temporary folder.
#![allow(dead_code, reason = "each test binary uses its part of this")]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;

use meshhook_deploy::{Event, Policy, Report, Request, deploy};
use meshhook_migrate::connect::Target;
use meshhook_migrate::{Cancel, Doubt, Folder, RunInfo, Source, Version};
use meshhook_sandbox::{Database, Server, Settings};
use sqlx::{AssertSqlSafe, PgConnection};
use tempfile::TempDir;

pub(crate) struct Production {
    pub(crate) checkout: TempDir,
    pub(crate) database: Database,
    pub(crate) policy: Policy,
    pub(crate) sandbox: Option<Settings>,
    pub(crate) allow: BTreeSet<Version>,
    pub(crate) accept_drift: Option<String>,
}

impl Production {
    pub(crate) async fn new(server: &Server) -> Production {
        Production {
            checkout: tempfile::tempdir().unwrap(),
            database: server.create().await.unwrap(),
            policy: Policy::named("production"),
            sandbox: None,
            allow: BTreeSet::new(),
            accept_drift: None,
        }
    }

    /// Writes a migration and its rollback into the checkout.
    pub(crate) fn write(&self, name: &str, up: &str, rollback: &str) {
        for (folder, sql) in [("migrations", up), ("rollbacks", rollback)] {
            let folder = self.checkout.path().join("supabase").join(folder);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("{name}.sql")), sql).unwrap();
        }
    }

    pub(crate) fn remove(&self, name: &str) {
        for folder in ["migrations", "rollbacks"] {
            fs::remove_file(self.checkout.path().join(format!("supabase/{folder}/{name}.sql"))).unwrap();
        }
    }

    pub(crate) fn folder(&self) -> Folder {
        Folder::read(&Source::project(self.checkout.path()))
    }

    pub(crate) fn target(&self) -> Target {
        Target::new(self.database.options())
    }

    pub(crate) async fn deploy(&self) -> Report {
        self.deploy_with(&mut |_| {}, &Cancel::never()).await
    }

    pub(crate) async fn deploy_with(
        &self,
        on: &mut (dyn FnMut(Event<'_>) + Send),
        cancel: &Cancel,
    ) -> Report {
        let (target, folder) = (self.target(), self.folder());
        let request = Request {
            target: &target,
            folder: &folder,
            policy: &self.policy,
            info: RunInfo { environment: "production".to_owned(), ..RunInfo::development("deploy") },
            to: None,
            allow_irreversible: self.allow.clone(),
            accept_drift: self.accept_drift.clone(),
            out_of_order: false,
            doubt: Doubt::Refuse,
            sandbox: self.sandbox.clone(),
        };
        deploy(&request, on, cancel).await
    }

    pub(crate) async fn connect(&self) -> PgConnection {
        self.target().connect().await.unwrap()
    }

    /// The first column of the first row, as text.
    pub(crate) async fn ask(&self, sql: &str) -> String {
        let sql = format!("SELECT (SELECT {sql})::text");
        let answer: Option<String> =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut self.connect().await).await.unwrap();
        answer.unwrap_or_default()
    }

    pub(crate) async fn execute(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connect().await).await.unwrap();
    }

    /// The versions in the ledger, as text.
    pub(crate) async fn applied(&self) -> String {
        self.ask("string_agg(version::text, ' ' ORDER BY version) FROM meshhook_ops._sqlx_migrations").await
    }

    /// Outcomes of all runs, oldest first.
    pub(crate) async fn runs(&self) -> String {
        self.ask(
            "string_agg(command || ' ' || outcome, ', ' ORDER BY started_at) FROM meshhook_ops.migration_run",
        )
        .await
    }

    /// The log of scripts, oldest first.
    pub(crate) async fn scripts(&self) -> String {
        self.ask(
            "string_agg(l.direction || ' ' || l.version || ' ' || l.status, ', ' ORDER BY r.started_at, l.step) \
             FROM meshhook_ops.migration_log l JOIN meshhook_ops.migration_run r ON r.id = l.run",
        )
        .await
    }
}
