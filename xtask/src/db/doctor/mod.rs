//! `doctor`: what is here, what is missing, and the command that mends it.

mod environment;

use meshhook_sandbox::{Consent, dev, fetch_embedded, probe};
use serde::Serialize;

use super::{history, psql};
use crate::cli::Doctor;
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Item {
    name: String,
    ok: bool,
    /// Whether anything fails without it.
    needed: bool,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

impl Item {
    fn new(name: &str, result: Result<String, (String, &str)>, needed: bool) -> Item {
        let name = name.to_owned();
        match result {
            Ok(what) => Item { name, ok: true, needed, what, mend: None },
            Err((what, mend)) => Item { name, ok: false, needed, what, mend: Some(mend.to_owned()) },
        }
    }
}

/// `broken` is what is wrong with `supabase/deploy.toml`, which every other command refuses to start with.
pub(crate) async fn run(project: &Project, args: &Doctor, broken: Option<Failure>) -> anyhow::Result<Exit> {
    if let Some(name) = &args.env {
        return match broken {
            Some(failure) => Err(failure.into()),
            None => environment::run(project, name).await,
        };
    }
    let settings = project.sandbox_settings();
    let mut providers = probe(&settings).await;
    if args.fix && !providers.iter().any(|provider| provider.ready) {
        let mut settings = settings.clone();
        if !matches!(settings.consent, Consent::Ask(_)) || project.global.yes {
            settings.consent = Consent::Yes;
        }
        fetch_embedded(&settings, &mut |note| output::say(note))?;
        providers = probe(&settings).await;
    }
    let any = providers.iter().any(|provider| provider.ready);
    let mut items: Vec<Item> = providers
        .into_iter()
        .map(|provider| Item {
            name: format!("sandbox {}", provider.way),
            ok: provider.ready,
            needed: !any,
            what: provider.what,
            mend: provider.mend,
        })
        .collect();
    items.push(private_database(project, &settings).await);
    items.push(Item::new(
        "psql",
        psql::find().map(|path| path.display().to_string()).ok_or_else(|| {
            (
                "not on this machine; only `cargo xtask db psql` wants it".to_owned(),
                "`apt-get install postgresql-client`",
            )
        }),
        false,
    ));
    items.push(git(project));
    items.push(line_endings(project, args.fix));
    items.push(variables());
    items.push(settings_file(project, broken.as_ref()));
    show(project, &items)?;
    let failed = items.iter().any(|item| item.needed && !item.ok);
    if broken.is_some() {
        return Ok(Exit::Usage);
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

async fn private_database(project: &Project, settings: &meshhook_sandbox::Settings) -> Item {
    let result = match dev::status(&project.root, settings).await {
        Ok(dev::Status::Absent) => Ok("not made yet; the first `up` does".to_owned()),
        Ok(dev::Status::Stopped(what)) => Ok(format!("{what}, stopped")),
        Ok(dev::Status::Running(server)) => Ok(format!("{}, running", server.describe())),
        Err(error) => Err((error.to_string(), "`cargo xtask db stop --delete` removes it with its data")),
    };
    Item::new("private database", result, false)
}

fn git(project: &Project) -> Item {
    let result = match meshhook_history::check(&history::request(project, None, None)) {
        Ok(report) => Ok(format!("compares with `{}`", report.base.name)),
        Err(error) => {
            let text = error.to_string();
            let (what, mend) = text.split_once("\nhint: ").unwrap_or((&text, ""));
            return Item {
                name: "git".to_owned(),
                ok: false,
                needed: false,
                what: what.to_owned(),
                mend: Some(mend.to_owned()).filter(|mend| !mend.is_empty()),
            };
        }
    };
    Item::new("git", result, false)
}

/// Checksums are over bytes: SQL must be checked out with the same ones everywhere.
fn line_endings(project: &Project, fix: bool) -> Item {
    const RULE: &str = "*.sql text eol=lf";
    let path = project.root.join(".gitattributes");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let has = |text: &str| text.lines().any(|line| line.split_whitespace().eq(RULE.split_whitespace()));
    if has(&text) {
        return Item::new("line endings", Ok(format!("`{RULE}` in .gitattributes")), false);
    }
    if fix {
        let separator = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        if std::fs::write(&path, format!("{text}{separator}{RULE}\n")).is_ok() {
            return Item::new("line endings", Ok(format!("added `{RULE}` to .gitattributes")), false);
        }
    }
    let missing = (
        format!(".gitattributes lacks `{RULE}`: checksums would depend on the checkout"),
        "`cargo xtask db doctor --fix` adds it",
    );
    Item::new("line endings", Err(missing), false)
}

/// Variables that change what the commands do. Names only: a value may hold a password.
fn variables() -> Item {
    const NAMES: [&str; 7] = [
        "MESHHOOK_SANDBOX",
        "MESHHOOK_SANDBOX_IMAGE",
        "MESHHOOK_DATABASE_URL",
        "MESHHOOK_PG_BIN",
        "MESHHOOK_CACHE",
        "MESHHOOK_TEST_SERVERS",
        "MESHHOOK_SANDBOX_DIR",
    ];
    let set: Vec<&str> = NAMES.into_iter().filter(|name| std::env::var_os(name).is_some()).collect();
    let what = if set.is_empty() { "none is set".to_owned() } else { format!("set: {}", set.join(", ")) };
    Item::new("variables", Ok(what), false)
}

fn settings_file(project: &Project, broken: Option<&Failure>) -> Item {
    if let Some(failure) = broken {
        return Item {
            name: "deploy.toml".to_owned(),
            ok: false,
            needed: true,
            what: failure.message.clone(),
            mend: failure
                .hint
                .clone()
                .or_else(|| Some("docs/Deploy-Settings.md describes every key".to_owned())),
        };
    }
    let deploy = &project.deploy;
    if !deploy.is_there() {
        let missing =
            ("there is none: nothing can be deployed".to_owned(), "docs/Deploy-Settings.md describes it");
        return Item::new("deploy.toml", Err(missing), false);
    }
    let names: Vec<&str> = deploy.environments.keys().map(String::as_str).collect();
    let what = if names.is_empty() {
        "no environments".to_owned()
    } else {
        format!("environments: {}; `--env` looks at one", names.join(", "))
    };
    let mut item = Item::new("deploy.toml", Ok(what), false);
    if !deploy.warnings().is_empty() {
        item.ok = false;
        item.what = deploy.warnings().join("; ");
    }
    item
}

fn show(project: &Project, items: &[Item]) -> anyhow::Result<()> {
    if project.global.format == Format::Json {
        return output::json(&items);
    }
    for item in items {
        let mark = match (item.ok, item.needed) {
            (true, _) => "ok",
            (false, true) if item.name == "deploy.toml" => "ERROR",
            (false, true) => "MISSING",
            (false, false) => "absent",
        };
        let indented = item.what.replace('\n', &format!("\n{:28}", ""));
        output::line(format!("{:<18} {mark:<8} {indented}", item.name));
        if let Some(mend) = &item.mend {
            output::line(format!("{:27} -> {mend}", ""));
        }
    }
    Ok(())
}
