//! `up`, killed with SIGKILL at 200 different moments: the state read afterwards is right, and `up` finishes.

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Project, settings};
use meshhook_migrate::connect::{Environment, Target};
use meshhook_migrate::{Cancel, Folder, Goal, Source, Wish, migrate, read_log};
use meshhook_sandbox::{Server, testing::servers};
use tokio::sync::Semaphore;

const MOMENTS: u32 = 200;
/// Set in the child alone: the database's URL and the project's folder.
const URL: &str = "MESHHOOK_TEST_KILLED_URL";
const ROOT: &str = "MESHHOOK_TEST_KILLED_ROOT";

/// The child's part: this very test binary, started again, runs `up`. Without the variables there is nothing to do.
#[tokio::test]
async fn the_child_that_is_killed() {
    let (Ok(url), Ok(root)) = (std::env::var(URL), std::env::var(ROOT)) else { return };
    let target = Target::parse(&url, Environment::Ignored).unwrap();
    let folder = Folder::read(&Source::project(Path::new(&root)));
    let wish = Wish::new(Goal::Up(None));
    migrate(&target, &folder, &wish, &settings(), &mut |_| {}, &Cancel::never()).await.unwrap();
}

fn spawn(project: &Project) -> std::process::Child {
    Command::new(std::env::current_exe().expect("it works here"))
        .args(["--exact", "the_child_that_is_killed", "--quiet"])
        .env(URL, project.database.url())
        .env(ROOT, project.root.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it works here")
}

/// Every migration leaves one row, or two, when it is run: run twice, it would leave more.
async fn project(server: &Server) -> Project {
    let first = "create table counted (id int); insert into counted values (1);";
    let project = Project::new(server, &[("1_first", first, "drop table counted;")]).await;
    for number in [2, 3, 4, 6] {
        let up = format!("insert into counted values ({number}); select pg_sleep(0.01);");
        project.write(&format!("{number}_row"), &up, "select 1;");
    }
    let many = "-- no-transaction\nset lock_timeout = '10s';\ninsert into counted values (5);\nselect pg_sleep(0.01);\n\
                create index concurrently if not exists i on counted (id);\nselect pg_sleep(0.01);\n\
                vacuum counted;\ninsert into counted values (50);\ndrop index concurrently if exists i;\n\
                create index concurrently j on counted (id);";
    project.write("5_many", many, "drop index if exists i; drop index j;");
    project
}

/// What the ledger says is what the tables hold, and only scripts without a transaction can be half done.
async fn is_consistent(project: &Project, moment: Duration) -> (usize, usize) {
    let state = project.state().await;
    let applied: Vec<i64> = state.applied.iter().map(|row| row.version.number()).collect();
    assert_eq!(applied, (1..=applied.len() as i64).collect::<Vec<_>>(), "killed after {moment:?}");
    assert!(state.edited.is_empty() && state.missing.is_empty() && state.out_of_order.is_empty());
    let interrupted: Vec<i64> = state.interrupted.iter().map(|found| found.version.number()).collect();
    assert!(interrupted.is_empty() || (interrupted == [5] && applied.len() == 4), "killed after {moment:?}");
    if !applied.is_empty() {
        let rows = project.ask("array_agg(id order by id) from counted where id <> 50").await;
        let count = |rows: &str| rows.split(',').count();
        assert!(
            [applied.len(), applied.len() + 1].contains(&count(&rows)),
            "killed after {moment:?}: {rows}"
        );
    }
    (applied.len(), state.interrupted.first().map_or(0, |found| found.journal.len()))
}

async fn killed(server: Arc<Server>, moment: Duration) -> (usize, usize) {
    let project = project(&server).await;
    let mut child = spawn(&project);
    tokio::time::sleep(moment).await;
    child.kill().expect("it works here");
    child.wait().expect("it works here");
    let stage = is_consistent(&project, moment).await;

    project.up().await.unwrap_or_else(|error| panic!("killed after {moment:?}: {error}"));
    assert!(project.state().await.is_up_to_date(), "killed after {moment:?}");
    assert_eq!(project.ask("array_agg(id order by id) from counted").await, "{1,2,3,4,5,6,50}", "{moment:?}");
    assert_eq!(
        project
            .ask("bool_and(indisvalid) and count(*) = 1 from pg_index where indrelid = 'counted'::regclass")
            .await,
        "true"
    );
    let log = read_log(&mut project.connect().await, 100).await.expect("it works here");
    let succeeded: Vec<i64> =
        log.iter().filter(|row| row.status == "succeeded").map(|row| row.version.number()).collect();
    assert_eq!(succeeded, [6, 5, 4, 3, 2, 1], "killed after {moment:?}");
    let others = log.iter().filter(|row| row.status != "succeeded").all(|row| row.status == "interrupted");
    assert!(others && log.iter().all(|row| row.outcome != "running"), "killed after {moment:?}: {log:#?}");
    assert_eq!(project.ask("count(*) from meshhook_ops.journal").await, "0", "killed after {moment:?}");
    project.database.remove().await.expect("it works here");
    stage
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn up_killed_at_200_moments_is_right_every_time_and_finishes() {
    for server in servers().await {
        let server = Arc::new(server);
        let whole = project(&server).await;
        let started = Instant::now();
        assert!(spawn(&whole).wait().unwrap().success());
        let runtime = started.elapsed();
        assert!(whole.state().await.is_up_to_date());

        // a few at once make it slower and the moments less even, which is welcome
        let at_once = Arc::new(Semaphore::new(4));
        let kill = |number| {
            let (server, at_once) = (Arc::clone(&server), Arc::clone(&at_once));
            tokio::spawn(async move {
                let _turn = at_once.acquire().await.unwrap();
                killed(server, runtime * 3 / 2 * number / MOMENTS).await
            })
        };
        let mut stages = BTreeSet::new();
        for task in (0..MOMENTS).map(kill).collect::<Vec<_>>() {
            stages.insert(task.await.unwrap());
        }
        assert!(stages.len() > 8, "the moments all fell into the same places: {stages:?}");
        drop(whole);
        Arc::into_inner(server).unwrap().stop().await.unwrap();
    }
}
