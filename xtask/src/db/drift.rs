//! `drift`: the live schema against the one that the last run left. Only reads.

use meshhook_deploy::{Drift as Found, DriftError, drift};

use super::deploy;
use super::target::{Chosen, Kind};
use crate::cli::Drift;
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

pub(crate) async fn run(project: &Project, args: Drift) -> anyhow::Result<Exit> {
    let chosen = Chosen::open(project, &args.target).await?;
    let policy = deploy::policy(project, &chosen)?;
    let mut connection = chosen.connect().await?;
    let found = drift(&mut connection, &policy).await.map_err(|error| explain(error, &chosen))?;
    if project.global.format == Format::Json {
        output::json(&serde_json::json!({ "target": chosen.shown, "drift": found }))?;
    } else {
        show(&found);
    }
    let by = found.actor.as_ref().map(|actor| format!(" by {actor}")).unwrap_or_default();
    let since = found.since.format("%Y-%m-%d %H:%M:%S UTC");
    let left = format!("the {}{by} of {since} (run {})", found.command, found.run);
    Ok(match found.differences.len() {
        0 => {
            output::say(format!("no drift: the schema is as {left} left it"));
            Exit::Done
        }
        count => {
            let objects = if count == 1 { "object is" } else { "objects are" };
            output::say(format!(
                "drift: {count} {objects} not as {left} left them; the SQL takes them back. To keep them, write them \
                 as a migration"
            ));
            Exit::Failed
        }
    })
}

/// Sentences as comments, and the SQL: fit to be piped into a file.
fn show(found: &Found) {
    for difference in &found.differences {
        output::line(format!("-- {}", difference.sentence.replace('\n', "\n-- ")));
    }
    for statement in &found.sql {
        output::line(statement);
    }
}

fn explain(error: DriftError, chosen: &Chosen) -> Failure {
    let option = match &chosen.kind {
        Kind::Environment(name) => format!(" --env {name}"),
        Kind::Private | Kind::Own => String::new(),
    };
    let failure = Failure::failed(error.to_string());
    match error {
        DriftError::NoBase | DriftError::BaseGone { .. } => failure.hint(format!(
            "`cargo xtask db deploy{option}` leaves one, and so does `cargo xtask db baseline{option}`"
        )),
        DriftError::Unreadable(_) => failure,
    }
}
