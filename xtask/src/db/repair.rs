//! `repair`: a ledger that says something else than what is in the database.

use meshhook_deploy::{Action, Repair as Request, examine_repair};
use meshhook_migrate::Version;

use super::adopt::{self, Said};
use super::deploy;
use super::target::Chosen;
use crate::cli::Repair;
use crate::context::Project;
use crate::exit::{Exit, Failure};

pub(crate) async fn run(project: &Project, args: Repair) -> anyhow::Result<Exit> {
    if args.reason.trim().is_empty() {
        return Err(Failure::usage("`--reason` is empty; say why, for whoever reads the log").into());
    }
    let folder = super::read_folder(project, args.source.source.as_deref())?;
    let chosen = Chosen::open(project, &args.target).await?;
    let policy = deploy::policy(project, &chosen)?;
    let checksum = args.checksum.iter().map(|version| Action::Checksum(Version::new(*version)));
    let applied = args.applied.iter().map(|version| Action::Applied(Version::new(*version)));
    let reverted = args.reverted.iter().map(|version| Action::Reverted(Version::new(*version)));
    let request = Request {
        target: &chosen.target,
        folder: &folder,
        policy: &policy,
        actions: checksum.chain(applied).chain(reverted).collect(),
        sandbox: project.sandbox_settings(),
    };
    let looking = async |cancel| examine_repair(&request, &mut deploy::tell, &cancel).await;
    let adoption = adopt::stoppable(looking).await?;
    let said =
        Said { reason: Some(args.reason), accept_difference: args.accept_difference, dry_run: args.dry_run };
    adopt::finish(project, &chosen, &policy, &folder, &adoption, said).await
}
