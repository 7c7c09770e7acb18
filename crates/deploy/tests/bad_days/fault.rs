//! Which faults there are, and which are tried.

use std::fmt;

use crate::proxy::{How, Plan, Role};
use crate::reference::Reference;

/// One bad day.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// kill -9 of the deployer, before this step.
    Kill(usize),
    /// The same, and then before a step of the deployer that takes over.
    KillTwice(usize, usize),
    /// SIGTERM to the deployer, before this step.
    Term(usize),
    /// `pg_terminate_backend` of one of its sessions, before this step.
    Terminate(Role, usize),
    /// The server is stopped at once before this step, and comes back a moment later.
    Restart(usize),
    /// Another deployer starts before this step.
    Second(usize),
    /// kill -9 somewhere on the way: so many thousandths of it.
    KillWithin(u32),
    /// SIGTERM somewhere on the way.
    TermWithin(u32),
    /// The network breaks.
    Wire(Plan),
    /// Somebody has locked a table before this step, and lets go after so many milliseconds, or only once the
    /// deployer has ended.
    Locked { table: &'static str, point: usize, hold: Option<u64> },
    /// From this step on so many kilobytes of disk are left, for a while.
    Full { point: usize, left: u64 },
    /// kill -9 before this step, of a deployer that rehearses.
    KillRehearsing(usize),
    /// SIGTERM before this step, to a deployer that rehearses.
    TermRehearsing(usize),
}

impl Fault {
    /// For the table.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Fault::Kill(_) => "kill -9 at a step",
            Fault::KillTwice(..) => "kill -9 of it and of its successor",
            Fault::Term(_) => "SIGTERM at a step",
            Fault::Terminate(Role::Main, _) => "session of the scripts terminated",
            Fault::Terminate(_, _) => "session of the log terminated",
            Fault::Restart(_) => "server stopped at once, started again",
            Fault::Second(_) => "second deployer at the same time",
            Fault::KillWithin(_) => "kill -9 between steps",
            Fault::TermWithin(_) => "SIGTERM between steps",
            Fault::Wire(Plan::Sent(_)) => "network cut after N bytes sent",
            Fault::Wire(Plan::Received(_)) => "network cut after N bytes received",
            Fault::Wire(Plan::Request { how: How::Before, .. }) => "network cut before a request",
            Fault::Wire(Plan::Request { how: How::AtOnce, .. }) => "network cut right after a request",
            Fault::Wire(Plan::Request { how: How::Answered, .. }) => "network cut before the answer",
            Fault::Wire(_) => "network silent",
            Fault::Locked { table: "meshhook_ops._sqlx_migrations", .. } => "ledger locked by somebody",
            Fault::Locked { table: "meshhook_ops.migration_log", .. } => "log locked by somebody",
            Fault::Locked { .. } => "table locked by somebody",
            Fault::Full { .. } => "disk full",
            Fault::KillRehearsing(_) => "kill -9 with a rehearsal",
            Fault::TermRehearsing(_) => "SIGTERM with a rehearsal",
        }
    }

    /// Whether the deployer does not survive it.
    pub(crate) fn kills(&self) -> bool {
        match self {
            Fault::Kill(_) | Fault::KillTwice(..) | Fault::KillWithin(_) | Fault::KillRehearsing(_) => true,
            // it may come before the handler is there
            Fault::TermWithin(_) => true,
            _ => false,
        }
    }

    /// Whether it mostly waits.
    pub(crate) fn is_slow(&self) -> bool {
        matches!(self, Fault::Wire(Plan::Request { how: How::Silence, .. }) | Fault::Locked { .. })
    }

    /// For a message: the step by its name.
    pub(crate) fn told(&self, reference: &Reference) -> String {
        let step = |point: usize| match reference.points.get(point) {
            Some(point) => format!(" ({})", point.name),
            None => String::new(),
        };
        let point = match *self {
            Fault::Kill(point) | Fault::KillTwice(point, _) | Fault::Term(point) => step(point),
            Fault::Terminate(_, point) => step(point),
            Fault::Restart(point) | Fault::Second(point) => step(point),
            Fault::Locked { point, .. } | Fault::Full { point, .. } => step(point),
            _ => String::new(),
        };
        format!("{}: {self:?}{point}", reference.variant.name)
    }
}

/// How many of something are tried: each `every`th, from `from`.
#[derive(Clone, Copy)]
struct Every(usize, usize);

/// Everything that is tried on this variant. `full`: at every point, not only at a spread of them.
pub(crate) fn faults(reference: &Reference, full: bool) -> Vec<Fault> {
    let points = reference.points.len();
    let all = Every(1, 0);
    let spread = |every, from| if full { all } else { Every(every, from) };
    let at = |every: Every| (every.1..points).step_by(every.0);
    let mut faults: Vec<Fault> = Vec::new();
    let simple = matches!(reference.variant.name, "good" | "fails");
    let [kill, term, main, log, restart, second] = match simple {
        true => [all, all, all, spread(2, 0), spread(3, 1), spread(5, 2)],
        false => [spread(3, 1), spread(6, 0), spread(6, 1), spread(12, 2), spread(8, 5), spread(12, 4)],
    };
    faults.extend(at(kill).map(Fault::Kill));
    // a successor has at least six steps, and where something must be taken back many more
    let steps = if reference.variant.good { 6 } else { 17 };
    let twice = at(Every(if full { 1 } else { 4 }, 5));
    faults.extend(twice.map(|point| Fault::KillTwice(point, point * 7 % steps)));
    faults.extend(at(term).map(Fault::Term));
    faults.extend(at(main).map(|point| Fault::Terminate(Role::Main, point)));
    faults.extend(at(log).map(|point| Fault::Terminate(Role::Log, point)));
    faults.extend(at(restart).map(Fault::Restart));
    faults.extend(at(second).map(Fault::Second));
    wire(reference, full, simple, &mut faults);
    let parts: u32 = if full {
        60
    } else if simple {
        10
    } else {
        2
    };
    faults.extend((0..parts).map(|part| Fault::KillWithin(1000 * (2 * part + 1) / (2 * parts))));
    faults.extend((0..parts / 2).map(|part| Fault::TermWithin(2000 * part / parts + 130)));
    if simple {
        locks(reference, &mut faults);
    }
    faults
}

/// The network: around every commit, at some of the other requests, and anywhere.
fn wire(reference: &Reference, full: bool, simple: bool, faults: &mut Vec<Fault>) {
    let hows = [How::Before, How::AtOnce, How::Answered];
    let traffic = &reference.traffic;
    let mut others = 0;
    for &(role, number, commits) in &traffic.requests {
        for (index, how) in hows.into_iter().enumerate() {
            let chosen = match (commits, simple) {
                _ if full => true,
                (true, true) => true,
                (true, false) => index == 2 && number % 2 == 0,
                (false, true) => others % 12 == index,
                (false, false) => false,
            };
            if chosen {
                faults.push(Fault::Wire(Plan::Request { role, number, how }));
            }
        }
        others += usize::from(!commits);
    }
    if reference.variant.name == "fails" {
        let of = |role: Role| traffic.requests.iter().filter(move |request| request.0 == role);
        let (main, log) = if full { (1, 1) } else { (30, 12) };
        let some = of(Role::Main).skip(4).step_by(main).chain(of(Role::Log).skip(9).step_by(log));
        for &(role, number, _) in some {
            faults.push(Fault::Wire(Plan::Request { role, number, how: How::Silence }));
        }
    }
    let parts: u64 = if full {
        100
    } else if simple {
        12
    } else {
        2
    };
    for part in 0..parts {
        // the last bytes may not be sent at all: a number may be shorter the next time
        let of = |total: u64| total * (2 * part + 1) * 97 / (2 * parts * 100);
        faults.push(Fault::Wire(Plan::Sent(of(traffic.sent))));
        faults.push(Fault::Wire(Plan::Received(of(traffic.received))));
    }
}

/// Locks that are let go after the timeout, and locks that are held to the end.
fn locks(reference: &Reference, faults: &mut Vec<Fault>) {
    let point = |name: &str| reference.points.iter().position(|point| point.name == name).unwrap();
    for (table, hold) in [("public.accounts", Some(150)), ("public.accounts", None), ("public.events", None)]
    {
        faults.push(Fault::Locked { table, point: point("Beginning"), hold });
    }
    for table in ["meshhook_ops._sqlx_migrations", "meshhook_ops.migration_log"] {
        for name in ["Preflight", "Beginning", "Committed"] {
            faults.push(Fault::Locked { table, point: point(name), hold: Some(1500) });
        }
    }
}

/// Disks that are full for a while.
pub(crate) fn disks(reference: &Reference) -> Vec<Fault> {
    let mut points: Vec<usize> = Vec::new();
    for name in ["OpeningRun", "Beginning", "Started 13", "Committing", "TakingBack", "ClosingRun"] {
        points.extend(reference.points.iter().position(|point| point.name.starts_with(name)));
    }
    points.iter().flat_map(|&point| [0, 600].map(|left| Fault::Full { point, left })).collect()
}

/// Faults of a deployer that rehearses: at the step where it does, and after it.
pub(crate) fn rehearsals() -> Vec<Fault> {
    let steps = [5, 8, 14];
    steps.into_iter().flat_map(|point| [Fault::KillRehearsing(point), Fault::TermRehearsing(point)]).collect()
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}
