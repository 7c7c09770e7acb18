//! `baseline`: what is in a database already is recorded as applied.

use meshhook_deploy::{Baseline as Request, Origin, examine_baseline};
use meshhook_migrate::Version;

use super::adopt::{self, Said};
use super::deploy;
use super::target::Chosen;
use crate::cli::{Baseline, OriginArg};
use crate::context::Project;
use crate::exit::{Exit, Failure};

pub(crate) async fn run(project: &Project, args: Baseline) -> anyhow::Result<Exit> {
    let reason = args.reason.filter(|reason| !reason.trim().is_empty());
    if project.global.yes && !args.dry_run && reason.is_none() {
        return Err(Failure::usage("`--yes` without `--reason`: nobody is asked, so the log has to say why")
            .hint("add `--reason TEXT`; nothing was written")
            .into());
    }
    let folder = super::read_folder(project, args.source.source.as_deref())?;
    let versions = args.to.iter().chain(&args.accept_edited).copied().map(Version::new);
    if let Some(unknown) = versions.into_iter().find(|version| folder.get(*version).is_none()) {
        return Err(Failure::usage(format!("no migration has version {unknown}")).into());
    }
    let chosen = Chosen::open(project, &args.target).await?;
    let policy = deploy::policy(project, &chosen)?;
    let request = Request {
        target: &chosen.target,
        folder: &folder,
        policy: &policy,
        origin: match args.from {
            OriginArg::Auto => Origin::Auto,
            OriginArg::Supabase => Origin::Supabase,
            OriginArg::Sqlx => Origin::Sqlx,
            OriginArg::Files => Origin::Files,
        },
        to: args.to.map(Version::new),
        accept_edited: args.accept_edited.iter().copied().map(Version::new).collect(),
        sandbox: project.sandbox_settings(),
    };
    let looking = async |cancel| examine_baseline(&request, &mut deploy::tell, &cancel).await;
    let adoption = adopt::stoppable(looking).await?;
    let said = Said { reason, accept_difference: args.accept_difference, dry_run: args.dry_run };
    adopt::finish(project, &chosen, &policy, &folder, &adoption, said).await
}
