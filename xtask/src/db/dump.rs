//! `dump`: a schema as SQL, printed or written.

use std::path::{Path, PathBuf};

use meshhook_sandbox::Server;
use meshhook_schema::Patterns;
use meshhook_verify::diff::{Alone, Side};
use meshhook_verify::dump::{Dump as Dumped, File, Layout, dump};

use super::{diff, schema};
use crate::cli::Dump;
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

pub(crate) async fn run(project: &Project, args: &Dump) -> anyhow::Result<Exit> {
    let printed = args.output == Path::new("-");
    let json = project.global.format == Format::Json;
    if printed && args.by_domain && !json {
        return Err(Failure::usage("`--by-domain` writes several files")
            .hint("name a folder for them: `--by-domain --output schema`")
            .into());
    }
    let layout = if args.by_domain { Layout::ByDomain } else { Layout::Whole };
    let (side, shown) = schema::chosen(project, &args.schema).await?;
    let runtime = Patterns::new(&project.deploy.runtime);
    let mut settings = project.sandbox_settings();
    let mut live = None;
    if let Side::Live(target) = &side {
        let read = Alone::read(target, &runtime).await.map_err(diff::explain)?;
        settings.major = read.live.unwrap_or(settings.major);
        live = Some(read);
    }
    let work = async |server: &Server| {
        let schema = match live {
            Some(read) => read,
            None => {
                Alone::load(server, &side, &runtime, args.schema.platform).await.map_err(diff::explain)?
            }
        };
        for role in &schema.roles {
            output::say(format!(
                "note: the role `{role}` is made in the sandbox, because the SQL mentions it"
            ));
        }
        dump(server, &schema, &runtime, layout).await.map_err(diff::explain)
    };
    let mut dumped = schema::with_sandbox(project, &settings, work).await?;
    for file in &mut dumped.files {
        let clean = meshhook_redact::clean(&file.sql).into_owned();
        if clean != file.sql {
            let path = file.path.display();
            output::warn(format!(
                "`{path}` held what looks like a secret; it is taken out, so the SQL is not the same"
            ));
            file.sql = clean;
        }
    }
    if let Some(why) = &dumped.unproven {
        output::warn(format!("not tried out: {why}"));
    }
    if !printed {
        write(args, &dumped.files)?;
    }
    match (json, printed) {
        (true, _) => output::json(&serde_json::json!({
            "schema": shown,
            "fingerprint": dumped.fingerprint,
            "unproven": dumped.unproven,
            "files": dumped.files,
        }))?,
        (false, true) => dumped.files.iter().for_each(|file| output::line(file.sql.trim_end())),
        (false, false) => {}
    }
    conclude(&dumped, &shown);
    Ok(Exit::Done)
}

fn conclude(dumped: &Dumped, shown: &str) {
    let proof = if dumped.unproven.is_some() {
        String::new()
    } else {
        ", restored twice over with the same outcome".to_owned()
    };
    let fingerprint = dumped.fingerprint.get(..12).unwrap_or_default();
    output::say(format!("`{shown}`, fingerprint {fingerprint}{proof}"));
}

/// Where each file goes: below a folder, or for a dump in one piece to the file that was named.
fn places(args: &Dump, files: &[File]) -> Vec<PathBuf> {
    if !args.by_domain && !args.output.is_dir() {
        return vec![args.output.clone()];
    }
    files.iter().map(|file| args.output.join(&file.path)).collect()
}

/// Writes what is not there yet. What is there and says something else is an error before anything is written.
fn write(args: &Dump, files: &[File]) -> anyhow::Result<()> {
    let places = places(args, files);
    let mut pending: Vec<(&PathBuf, &str)> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    for (path, file) in places.iter().zip(files) {
        match std::fs::read(path) {
            Ok(there) if there == file.sql.as_bytes() => {}
            Ok(_) if !args.force => others.push(format!("\n  {}", path.display())),
            Ok(_) => pending.push((path, &file.sql)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => pending.push((path, &file.sql)),
            Err(error) => return Err(unwritable(path, &error).into()),
        }
    }
    if !others.is_empty() {
        return Err(Failure::failed(format!("these files say something else:{}", others.concat()))
            .hint("nothing was written; `--force` writes over them")
            .into());
    }
    for (path, sql) in &pending {
        let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        folder.and_then(|()| std::fs::write(path, sql)).map_err(|error| unwritable(path, &error))?;
        output::line(path.display().to_string());
    }
    if args.by_domain {
        leftovers(&args.output, &places);
    }
    Ok(())
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(format!("cannot write `{}`: {error}", path.display()))
}

/// Whoever reads the whole folder would bring back what a file of an earlier dump says.
fn leftovers(folder: &Path, places: &[PathBuf]) {
    let mut found = Vec::new();
    if schema::collect(folder, &mut found).is_err() {
        return;
    }
    found.sort();
    for path in found.iter().filter(|path| !places.contains(path)) {
        output::warn(format!(
            "`{}` is not part of this dump; delete it if an earlier one left it",
            path.display()
        ));
    }
}
