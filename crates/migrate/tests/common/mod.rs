//! A project in a temporary folder and a database of its own on a real server.
#![allow(dead_code, reason = "each test binary uses its part of this")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use meshhook_migrate::connect::Target;
use meshhook_migrate::{
    Cancel, Event, Folder, Goal, Report, RunError, RunInfo, Settings, Source, State, Wish, migrate,
};
use meshhook_sandbox::{Database, Server};
use sqlx::{AssertSqlSafe, PgConnection};
use tempfile::TempDir;

pub(crate) struct Project {
    pub(crate) root: TempDir,
    pub(crate) database: Database,
}

impl Project {
    /// Files are given as (`1_name`, up, rollback).
    pub(crate) async fn new(server: &Server, files: &[(&str, &str, &str)]) -> Project {
        let database = server.create_bare().await.expect("a database");
        let project = Project { root: tempfile::tempdir().expect("a folder"), database };
        for (name, up, rollback) in files {
            project.write(name, up, rollback);
        }
        project
    }

    pub(crate) fn write(&self, name: &str, up: &str, rollback: &str) {
        write(self.root.path(), name, up, rollback);
    }

    pub(crate) fn remove(&self, name: &str) {
        for folder in ["migrations", "rollbacks"] {
            fs::remove_file(self.root.path().join(format!("supabase/{folder}/{name}.sql"))).expect("a file");
        }
    }

    pub(crate) fn folder(&self) -> Folder {
        Folder::read(&Source::project(self.root.path()))
    }

    pub(crate) fn target(&self) -> Target {
        Target::new(self.database.options())
    }

    pub(crate) async fn run(&self, wish: Wish) -> Result<Report, RunError> {
        self.run_with(wish, &mut |_| {}, &Cancel::never()).await
    }

    pub(crate) async fn run_with(
        &self,
        wish: Wish,
        on: &mut (dyn FnMut(Event<'_>) + Send),
        cancel: &Cancel,
    ) -> Result<Report, RunError> {
        migrate(&self.target(), &self.folder(), &wish, &settings(), on, cancel).await
    }

    pub(crate) async fn up(&self) -> Result<Report, RunError> {
        self.run(Wish::new(Goal::Up(None))).await
    }

    pub(crate) async fn down(&self, count: usize) -> Result<Report, RunError> {
        self.run(Wish::new(Goal::Down(count))).await
    }

    pub(crate) async fn connect(&self) -> PgConnection {
        self.target().connect().await.expect("a connection")
    }

    pub(crate) async fn state(&self) -> State {
        State::read(&mut self.connect().await, &self.folder()).await.expect("a state")
    }

    /// The first column of the first row, as text.
    pub(crate) async fn ask(&self, sql: &str) -> String {
        let sql = format!("SELECT (SELECT {sql})::text");
        let answer: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&mut self.connect().await)
            .await
            .expect("an answer");
        answer.unwrap_or_default()
    }

    pub(crate) async fn execute(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut self.connect().await)
            .await
            .expect("the statement is right");
    }

    /// The versions in the ledger.
    pub(crate) async fn applied(&self) -> Vec<i64> {
        self.state().await.applied.iter().map(|row| row.version.number()).collect()
    }
}

pub(crate) fn write(root: &Path, name: &str, up: &str, rollback: &str) {
    for (folder, sql) in [("migrations", up), ("rollbacks", rollback)] {
        let folder = root.join("supabase").join(folder);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(format!("{name}.sql")), sql).expect("a file");
    }
}

pub(crate) fn settings() -> Settings {
    Settings { lock_wait: Duration::from_secs(20), info: RunInfo::development("test") }
}
