//! The deployer: a process of its own, that tells each step and may wait before it is taken.

use std::collections::BTreeSet;
use std::io::{Read, stdin};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use meshhook_deploy::{Event, Policy, Request, Segments, deploy};
use meshhook_migrate::connect::Target;
use meshhook_migrate::{self as migrate, Cancel, Doubt, Folder, RunInfo, Source, Version};
use meshhook_sandbox::testing;
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Holds the [`Task`]; without it this program is the parent.
pub(crate) const VARIABLE: &str = "MESHHOOK_BAD_DAYS_DEPLOYER";

/// What a deployer does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) port: u16,
    pub(crate) database: String,
    pub(crate) checkout: PathBuf,
    pub(crate) each: bool,
    pub(crate) allow: Option<i64>,
    /// Wait for a byte at each step.
    pub(crate) pause: bool,
    pub(crate) rehearse: bool,
}

pub(crate) fn run(task: &str) -> ExitCode {
    // whoever started us is gone: so are we
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL).unwrap();
    let task: Task = serde_json::from_str(task).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(work(&task));
    ExitCode::SUCCESS
}

async fn work(task: &Task) {
    let (stop, stopped) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate()).unwrap();
    tokio::spawn(async move {
        while terminate.recv().await.is_some() {
            let _ = stop.send(true);
            println!("TERM");
        }
    });
    let options = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(task.port)
        .username("postgres")
        .database(&task.database)
        .ssl_mode(PgSslMode::Disable);
    let (target, folder) = (Target::new(options), Folder::read(&Source::project(&task.checkout)));
    let policy = Policy {
        lock_timeout: Duration::from_millis(400),
        retries: 1,
        segments: if task.each { Segments::PerMigration } else { Segments::Joined },
        ..Policy::named("production")
    };
    let request = Request {
        target: &target,
        folder: &folder,
        policy: &policy,
        info: RunInfo { environment: "production".to_owned(), ..RunInfo::development("deploy") },
        to: None,
        allow_irreversible: task.allow.map(Version::new).into_iter().collect::<BTreeSet<_>>(),
        accept_drift: None,
        out_of_order: false,
        doubt: Doubt::Refuse,
        // the server here has nothing of the platform either
        sandbox: task.rehearse.then(|| {
            let settings = testing::settings().remove(0);
            meshhook_sandbox::Settings { platform: false, ..settings }
        }),
    };
    let report = deploy(&request, &mut |event| tell(&event, task.pause), &Cancel::new(stopped)).await;
    println!("END {}", serde_json::to_string(&report).unwrap());
}

/// Tells a step; waits for a byte when that is wished. Whoever does not send one any more is gone.
fn tell(event: &Event<'_>, pause: bool) {
    let point = match event {
        Event::Moment(moment) => format!("{moment:?}"),
        Event::Script(migrate::Event::Started { step, .. }) => {
            format!("Started {} {}", step.version, step.direction.as_str())
        }
        Event::Script(migrate::Event::Finished { step, .. }) => {
            format!("Finished {} {}", step.version, step.direction.as_str())
        }
        Event::Script(migrate::Event::Failed { step, .. }) => {
            format!("Failed {} {}", step.version, step.direction.as_str())
        }
        Event::Script(other) => {
            let text = format!("{other:?}").replace('\n', " ");
            return println!("NOTE {}", text.chars().take(200).collect::<String>());
        }
        other => return println!("NOTE {other:?}"),
    };
    println!("POINT {point}");
    if pause && stdin().read_exact(&mut [0]).is_err() {
        std::process::abort();
    }
}
