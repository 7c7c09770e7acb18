//! The whole of it: servers, workers, the table.

use std::collections::VecDeque;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

use crate::child::Task;
use crate::cluster::{self, Cluster, Place};
use crate::day::Day;
use crate::deployer::{Deployer, LIMIT};
use crate::fault::{self, Fault};
use crate::history::{self, Variant};
use crate::reference::{Reference, TEMPLATE};
use crate::self_check;
use crate::table::Table;

/// A checked-out core each.
const WORKERS: usize = 2;
/// Megabytes of the disk that gets full.
const DISK: u32 = 160;
/// What the issue asks for.
const AT_LEAST: usize = 300;

/// What is still to be tried, and what came of the rest.
struct Work {
    queue: Mutex<VecDeque<(usize, Fault)>>,
    table: Mutex<Table>,
    references: Vec<Reference>,
}

pub(crate) fn run() -> ExitCode {
    let wish = std::env::var("MESHHOOK_BAD_DAYS").unwrap_or_default();
    let since = Instant::now();
    let place = block_on(Place::new());
    let (old, variants) = history::write(&place.folder);
    let mut clusters: Vec<Cluster> =
        (0..WORKERS).map(|number| block_on(prepared(&place, &old, &format!("w{number}"), None))).collect();
    let references = std::thread::scope(|scope| {
        // the last two differ in their scripts
        let (here, there) = variants.split_at(variants.len() - 2);
        let parts = clusters.iter().zip([here, there]);
        let threads: Vec<_> =
            parts.map(|(cluster, part)| scope.spawn(|| block_on(record(cluster, part)))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<Reference>>()
    });
    eprintln!("{} variants recorded in {:.1} s", references.len(), since.elapsed().as_secs_f64());
    let missed = block_on(self_check::blind_spots(&mut clusters[0], &references[0]));
    if !missed.is_empty() {
        eprintln!("the checks are blind: {}", missed.join("; "));
        return ExitCode::FAILURE;
    }
    let chosen = choose(&references, &wish);
    let (disks, others): (Vec<_>, Vec<_>) =
        chosen.into_iter().partition(|(_, fault)| matches!(fault, Fault::Full { .. }));
    let (slow, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|(_, fault)| fault.is_slow());
    // mounting is for root; CI is
    let disks = if cluster::can_mount() { disks } else { Vec::new() };
    if disks.is_empty() {
        eprintln!("no disk gets full: none was wished, or mounting a small one takes root on Linux");
    }
    let some = !wish.is_empty() && wish != "full";
    let work = Work { queue: Mutex::new(others.into()), table: Mutex::default(), references };
    // on servers of their own: a small disk; and one for those that mostly wait
    let apart = [("small", Some(DISK), disks), ("slow", None, slow)];
    std::thread::scope(|scope| {
        for (number, cluster) in clusters.iter_mut().enumerate() {
            let work = &work;
            scope.spawn(move || block_on(work.through(&work.queue, cluster, number)));
        }
        for (number, (name, disk, faults)) in apart.into_iter().enumerate() {
            if faults.is_empty() {
                continue;
            }
            let (work, place, old) = (&work, &place, &old);
            scope.spawn(move || {
                let queue = Mutex::new(VecDeque::from(faults));
                let mut cluster = block_on(prepared(place, old, name, disk));
                block_on(work.through(&queue, &mut cluster, WORKERS + number));
            });
        }
    });
    drop(clusters);
    drop(place);
    let table = work.table.into_inner().unwrap();
    println!("{table}\nin {:.0} s", since.elapsed().as_secs_f64());
    if table.violations() > 0 || (!some && table.tried() < AT_LEAST) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// A server with the old state as a template: made by a deploy, with the platform's own ledger beside ours.
async fn prepared(place: &Place, old: &Variant, name: &str, disk: Option<u32>) -> Cluster {
    let cluster = place.cluster(name, disk).await;
    cluster.execute("postgres", &format!("CREATE DATABASE {TEMPLATE}")).await;
    let task = Task {
        port: cluster.port,
        database: TEMPLATE.to_owned(),
        checkout: old.checkout.clone(),
        each: false,
        allow: None,
        pause: false,
        rehearse: false,
    };
    let report = Deployer::start(&task).finish(LIMIT).await.unwrap().unwrap();
    assert_eq!(report["outcome"], "succeeded", "{report:#}");
    let supabase = "CREATE SCHEMA supabase_migrations; \
        CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, statements text[], name text); \
        INSERT INTO supabase_migrations.schema_migrations (version) \
        SELECT version::text FROM meshhook_ops._sqlx_migrations; CHECKPOINT";
    cluster.execute(TEMPLATE, supabase).await;
    cluster
}

async fn record(cluster: &Cluster, variants: &[Variant]) -> Vec<Reference> {
    let mut references = Vec::new();
    for variant in variants {
        references.push(Reference::record(cluster, variant, &references).await);
    }
    references
}

/// Everything, or what has the wished text in its name.
fn choose(references: &[Reference], wish: &str) -> VecDeque<(usize, Fault)> {
    let mut chosen = VecDeque::new();
    for (index, reference) in references.iter().enumerate() {
        let mut faults = fault::faults(reference, wish == "full");
        match reference.variant.name {
            "good" => {
                faults.extend(fault::disks(reference));
                faults.extend(fault::rehearsals());
            }
            "fails" => faults.extend(fault::disks(reference)),
            _ => {}
        }
        chosen.extend(faults.into_iter().map(|fault| (index, fault)));
    }
    if !wish.is_empty() && wish != "full" {
        let (variant, name) = wish.split_once(':').unwrap_or(("", wish));
        chosen.retain(|(index, fault)| {
            let reference: &Reference = &references[*index];
            (variant.is_empty() || reference.variant.name == variant) && fault.told(reference).contains(name)
        });
    }
    chosen
}

impl Work {
    /// One day after the other, until there are none left.
    async fn through(&self, queue: &Mutex<VecDeque<(usize, Fault)>>, cluster: &mut Cluster, worker: usize) {
        let mut number = 0;
        loop {
            let next = queue.lock().unwrap().pop_front();
            let Some((index, fault)) = next else { return };
            number += 1;
            let (reference, database) = (&self.references[index], format!("day_{worker}_{number}"));
            let since = Instant::now();
            let mut day = Day { cluster, reference, database: database.clone(), told: Vec::new() };
            let ended = day.live(fault).await;
            let (told, took) = (day.told, since.elapsed().as_secs_f64());
            if let Err(why) = &ended {
                let said = told.join("\n    ");
                eprintln!("VIOLATION {}: {why}\n    {said}", fault.told(reference));
            }
            if std::env::var_os("MESHHOOK_BAD_DAYS_SLOW").is_some() && took > 2.0 {
                eprintln!("{took:.1} s: {} {ended:?}", fault.told(reference));
            }
            self.table.lock().unwrap().add(fault.kind(), ended.ok());
            if cluster.has_ended() {
                cluster.start();
            }
            cluster.ready(LIMIT).await.unwrap();
            cluster.drop_database(&database).await;
        }
    }
}
