//! `graph`: a schema as a Mermaid entity diagram.

use std::collections::BTreeSet;

use meshhook_migrate::Folder;
use meshhook_sandbox::Server;
use meshhook_schema::Patterns;
use meshhook_schema::graph::Diagram;
use meshhook_verify::diff::{Alone, Side};

use super::{diff, history, schema};
use crate::cli::Graph;
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

pub(crate) async fn run(project: &Project, args: &Graph) -> anyhow::Result<Exit> {
    let mut diagram = if args.changed { changed(project, args).await? } else { whole(project, args).await? };
    narrow(&mut diagram, args)?;
    let text = diagram.mermaid();
    let (entities, relations) = (diagram.entities.len(), diagram.relations.len());
    if project.global.format == Format::Json {
        output::json(&serde_json::json!({ "entities": entities, "relations": relations, "mermaid": text }))?;
    } else if entities > 0 {
        output::line(text.trim_end());
    }
    output::say(match entities {
        0 if args.changed => "nothing to show: no table or view differs".to_owned(),
        0 => "nothing to show: there is no table".to_owned(),
        _ => format!("{entities} in the diagram, {relations} relations"),
    });
    Ok(Exit::Done)
}

async fn whole(project: &Project, args: &Graph) -> anyhow::Result<Diagram> {
    let (side, _) = schema::chosen(project, &args.schema).await?;
    let runtime = Patterns::new(&project.deploy.runtime);
    let catalog = if let Side::Live(target) = &side {
        Alone::read(target, &runtime).await.map_err(diff::explain)?.catalog
    } else {
        let platform = args.schema.platform;
        let work = async |server: &Server| {
            Ok(Alone::load(server, &side, &runtime, platform).await.map_err(diff::explain)?.catalog)
        };
        schema::with_sandbox(project, &project.sandbox_settings(), work).await?
    };
    Ok(Diagram::of(&catalog, args.views))
}

/// What the base branch has shipped against the declared schema, or against the migrations where none is declared.
async fn changed(project: &Project, args: &Graph) -> anyhow::Result<Diagram> {
    if args.schema.target.is_typed() {
        return Err(Failure::usage("`--changed` compares files, and takes no database").into());
    }
    let before = shipped(project, args)?;
    let after = if project.supabase.schemas.is_empty() { "migrations" } else { "schemas" };
    let after = schema::parse(project, after, "--changed")?;
    let runtime = Patterns::new(&project.deploy.runtime);
    let work = async |server: &Server| {
        let (before, after) = tokio::join!(
            Alone::load(server, &before, &runtime, true),
            Alone::load(server, &after, &runtime, true)
        );
        let (before, after) = (before.map_err(diff::explain)?, after.map_err(diff::explain)?);
        Ok(Diagram::changed(&before.catalog, &after.catalog, args.views))
    };
    schema::with_sandbox(project, &project.sandbox_settings(), work).await
}

/// The migrations without those that only this branch has; all of them where git cannot tell.
fn shipped(project: &Project, args: &Graph) -> anyhow::Result<Side> {
    let mut folder: Folder = super::read_folder(project, None)?;
    match meshhook_history::check(&history::request(project, args.base.as_deref(), None)) {
        Ok(report) => {
            let new: BTreeSet<i64> = report.new_versions.iter().map(|one| one.version).collect();
            folder.migrations.retain(|migration| !new.contains(&migration.version.number()));
            output::say(format!("compared with what `{}` has shipped", report.base.name));
        }
        Err(error) if args.base.is_some() => return Err(error.into()),
        Err(error) => output::say(format!("note: compared with all migrations: {error}")),
    }
    Ok(Side::Migrations { folder, house: true })
}

fn narrow(diagram: &mut Diagram, args: &Graph) -> Result<(), Failure> {
    if let Some(table) = &args.table {
        let found = diagram.find(table);
        if found.is_empty() {
            return Err(Failure::usage(format!("there is no table `{}`", table.escape_debug()))
                .hint("write it as `table` or `schema.table`; views are looked at with `--views`"));
        }
        diagram.keep_around(found.into_iter().collect(), args.depth);
    }
    if let Some(name) = &args.namespace
        && !diagram.keep_schema(name)
    {
        return Err(Failure::usage(format!("there is no table in a schema `{}`", name.escape_debug())));
    }
    Ok(())
}
