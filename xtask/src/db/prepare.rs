//! `prepare`: sqlx's offline data for `crates/store`, from a sandbox at head.
//!
//! sqlx-cli's own `prepare` deletes `.sqlx/query-*.json` before it compiles, so a query that does
//! not compile leaves an empty folder behind. Its *check* step writes to `target/sqlx-prepare-check`
//! instead: we always run that one, and put its result in place by renames when all went well.
//! It runs in a process of its own since it prints to stdout and works in the current directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::Context as _;
use serde::Serialize;

use crate::cli::{Prepare, PrepareStep};
use crate::context::Project;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};

/// The crate whose queries are compiled offline, and where its data lies, both below the root.
const STORE: &str = "crates/store";
const DATA: &str = ".sqlx";

/// The kind of a query that the database does not understand.
const QUERY_FAILS: &str = "query-fails";

/// The content of `.sqlx`: file name → JSON.
type Data = BTreeMap<String, serde_json::Value>;

/// Something about the queries or their data that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// `query-fails`, `missing`, `differs`, `unused`
    pub(crate) kind: &'static str,
    /// The source file, relative to the root, where it is known.
    pub(crate) path: Option<PathBuf>,
    /// The line in it.
    pub(crate) line: Option<u64>,
    /// The query's text on one line.
    pub(crate) query: Option<String>,
    /// What is wrong.
    pub(crate) message: String,
}

/// The queries as compiled against a database at head, held against `.sqlx/`.
pub(crate) struct Prepared {
    fresh: Data,
    /// What does not fit. Queries that do not compile come alone: nothing else can be said then.
    pub(crate) findings: Vec<Finding>,
    compiled: bool,
}

pub(crate) async fn run(project: &Project, args: Prepare) -> anyhow::Result<Exit> {
    let prepared = compile(project).await?;
    if args.check || !prepared.compiled {
        present(project, &prepared)?;
        return Ok(if prepared.findings.is_empty() { Exit::Done } else { Exit::Failed });
    }
    let changed = prepared.findings.len();
    let queries = prepared.fresh.len();
    write(&project.root.join(DATA), &prepared.fresh)?;
    match project.global.format {
        Format::Json => {
            output::json(&serde_json::json!({ "queries": queries, "changed": prepared.findings }))?;
        }
        Format::Human if changed == 0 => output::say(format!("{DATA}/ is up to date: {queries} queries")),
        Format::Human => output::say(format!(
            "wrote {DATA}/: {queries} queries, {changed} of them changed; commit it with the migration"
        )),
    }
    Ok(Exit::Done)
}

/// Starts a sandbox, brings it to head and compiles the queries of `store` against it.
pub(crate) async fn compile(project: &Project) -> anyhow::Result<Prepared> {
    let package = project.root.join(STORE);
    if !package.join("Cargo.toml").is_file() {
        return Err(Failure::usage(format!("there is no `{STORE}` in `{}`", project.root.display())).into());
    }
    let server = project.sandbox().await?;
    let database = server.create().await?;
    super::apply_all(project, &database).await?;
    let (output, success) = compile_step(&package, &database.url()).await?;
    database.remove().await?;
    server.stop().await?;
    if success {
        let target = target_directory(&output).unwrap_or_else(|| project.root.join("target"));
        let fresh = read_data(&target.join("sqlx-prepare-check"))?;
        let findings = differences(&read_data(&project.root.join(DATA))?, &fresh, &project.root);
        return Ok(Prepared { fresh, findings, compiled: true });
    }
    let findings = compiler_errors(&output, &project.root);
    if findings.is_empty() {
        return Err(Failure::failed(format!("`cargo check` of `{STORE}` failed"))
            .hint("run `cargo check -p meshhook-store` and mend what it says")
            .into());
    }
    Ok(Prepared { fresh: Data::new(), findings, compiled: false })
}

/// Runs [`step`] in a process of its own; its stdout is cargo's JSON mixed with sqlx-cli's remarks.
async fn compile_step(package: &Path, url: &str) -> anyhow::Result<(String, bool)> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let child = tokio::process::Command::new(program)
        .args(["db", "__prepare-step", "--package"])
        .arg(package)
        .current_dir(package)
        .env("CARGO", cargo)
        .env("DATABASE_URL", url)
        .env_remove("CARGO_MANIFEST_DIR")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start sqlx's prepare step")?;
    let output = child.wait_with_output().await.context("cannot wait for sqlx's prepare step")?;
    Ok((String::from_utf8_lossy(&output.stdout).into_owned(), output.status.success()))
}

/// The hidden command: sqlx-cli's prepare, as a check. Exit 0 says that the queries compiled; whether
/// `.sqlx/` agrees is decided by the caller, who says more about it.
pub(crate) async fn step(args: PrepareStep) -> anyhow::Result<Exit> {
    sqlx::any::install_default_drivers();
    let url = std::env::var("DATABASE_URL").context("DATABASE_URL is not set")?;
    let connect = <sqlx_cli::opt::ConnectOpts as clap::Args>::augment_args(clap::Command::new("step"));
    let matches = connect.try_get_matches_from(["step", "--database-url", &url])?;
    let connect = <sqlx_cli::opt::ConnectOpts as clap::FromArgMatches>::from_arg_matches(&matches)?;
    anyhow::ensure!(
        args.package.join("Cargo.toml").is_file(),
        "no Cargo.toml in `{}`",
        args.package.display()
    );
    let arguments = ["--quiet", "--message-format=json", "--lib"].map(str::to_owned).to_vec();
    let config = sqlx_cli::Config::default();
    match sqlx_cli::prepare::run(&config, true, false, false, connect, arguments).await {
        // the comparison is with the package's own folder, which is not where our data lies
        Err(error) if !error.to_string().starts_with("prepare check failed") => {
            output::say(format!("{error:#}"));
            Ok(Exit::Failed)
        }
        _ => Ok(Exit::Done),
    }
}

/// The compiler's errors, with the place of the query: the SQL file of a `query_file!`, else the macro call.
fn compiler_errors(output: &str, root: &Path) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for line in output.lines().filter(|line| line.starts_with('{')) {
        let Ok(json) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let message = &json["message"];
        if json["reason"] != "compiler-message" || message["level"] != "error" {
            continue;
        }
        let spans = message["spans"].as_array().map(Vec::as_slice).unwrap_or_default();
        let Some(mut span) = spans.iter().find(|span| span["is_primary"] == true) else { continue };
        // sqlx's macros are made of macros: the place that a person wrote is where the outermost one was called
        while span["expansion"].is_object() {
            span = &span["expansion"]["span"];
        }
        let source = span["file_name"].as_str().map(PathBuf::from);
        let line = span["line_start"].as_u64();
        let text = message["message"].as_str().unwrap_or("the query does not compile");
        let quoted = quoted_at(root, source.as_deref(), line, span["line_end"].as_u64());
        let file = quoted
            .as_deref()
            .filter(|quoted| quoted.ends_with(".sql"))
            .map(|file| Path::new(STORE).join(file));
        let in_file = file.and_then(|file| Some((std::fs::read_to_string(root.join(&file)).ok()?, file)));
        findings.push(match (in_file, source) {
            (Some((sql, file)), Some(source)) => Finding {
                kind: QUERY_FAILS,
                message: format!("{text} (used in {}:{})", source.display(), line.unwrap_or_default()),
                path: Some(file),
                line: Some(1),
                query: Some(one_line(&sql)),
            },
            (_, source) => Finding {
                kind: QUERY_FAILS,
                message: text.to_owned(),
                path: source,
                line,
                query: quoted.as_deref().map(one_line),
            },
        });
    }
    findings
}

/// What stands between the quotes of the macro call that spans these lines: the SQL, or the name of its file.
fn quoted_at(root: &Path, path: Option<&Path>, from: Option<u64>, to: Option<u64>) -> Option<String> {
    let text = std::fs::read_to_string(root.join(path?)).ok()?;
    let from = usize::try_from(from?).ok()?;
    let to = usize::try_from(to?).ok()?;
    let call: Vec<&str> = text.lines().skip(from.checked_sub(1)?).take(to.saturating_sub(from) + 1).collect();
    let call = call.join("\n");
    // `query!("…")` and `query_as!(Type, r#"…"#)`
    let start = call.find('"')? + 1;
    let length = call[start..].rfind('"')?;
    Some(call[start..start + length].to_owned())
}

/// Folds white space, and shortens to what fits a line.
fn one_line(sql: &str) -> String {
    let text = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= 120 {
        text
    } else {
        format!("{}…", text.chars().take(119).collect::<String>())
    }
}

/// Cargo's JSON names each artifact below the target directory; the folder above `debug` is what we need.
fn target_directory(output: &str) -> Option<PathBuf> {
    output.lines().filter(|line| line.starts_with('{')).find_map(|line| {
        let json: serde_json::Value = serde_json::from_str(line).ok()?;
        let path = Path::new(json["filenames"].as_array()?.first()?.as_str()?);
        path.ancestors().find(|folder| folder.ends_with("debug"))?.parent().map(Path::to_path_buf)
    })
}

/// Reads `query-<hash>.json` files. A folder that does not exist is empty.
fn read_data(folder: &Path) -> anyhow::Result<Data> {
    let mut data = Data::new();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(data),
        Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", folder.display())),
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("query-") && name.ends_with(".json") {
            let bytes = std::fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            // a file that is no JSON differs from every fresh one, which is all that matters here
            data.insert(name, serde_json::from_slice(&bytes).unwrap_or_default());
        }
    }
    Ok(data)
}

/// What `.sqlx/` lacks, has too much of, or has otherwise than the database says.
fn differences(stored: &Data, fresh: &Data, root: &Path) -> Vec<Finding> {
    let finding = |kind, name: &str, data: &serde_json::Value, message: &str| {
        let query = data["query"].as_str();
        let place = query.and_then(|query| find_query(&root.join(STORE).join("src"), query));
        let (path, line) = match place {
            Some((path, line)) => {
                (path.strip_prefix(root).map(Path::to_path_buf).unwrap_or(path), Some(line))
            }
            None => (Path::new(DATA).join(name), None),
        };
        Finding { kind, path: Some(path), line, query: query.map(one_line), message: message.to_owned() }
    };
    let of_fresh = fresh.iter().filter_map(|(name, now)| match stored.get(name) {
        None => Some(finding("missing", name, now, "this query is not in .sqlx")),
        Some(before) if before != now => {
            let message = "the database gives this query other types than .sqlx says";
            Some(finding("differs", name, now, message))
        }
        Some(_) => None,
    });
    let of_stored = stored.iter().filter(|(name, _)| !fresh.contains_key(*name));
    let unused = of_stored.map(|(name, before)| {
        finding("unused", name, before, "no query of the store uses this file of .sqlx")
    });
    of_fresh.chain(unused).collect()
}

/// Where the store's source holds this query: file and line of the SQL's first line.
fn find_query(folder: &Path, query: &str) -> Option<(PathBuf, u64)> {
    let first = query.lines().map(str::trim).find(|line| !line.is_empty())?;
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files {
        if file.is_dir() {
            if let Some(found) = find_query(&file, query) {
                return Some(found);
            }
        } else if file.extension().is_some_and(|extension| extension == "rs" || extension == "sql")
            && let Ok(text) = std::fs::read_to_string(&file)
            && let Some(offset) = text.find(query).or_else(|| text.find(first))
        {
            let line = text[..offset].matches('\n').count() + 1;
            return Some((file, u64::try_from(line).unwrap_or(1)));
        }
    }
    None
}

/// Puts the fresh data in place: written beside the folder first, then swapped by renames, so that a
/// failure at any point leaves either the old folder or the new one.
fn write(folder: &Path, fresh: &Data) -> anyhow::Result<()> {
    let parent = folder.parent().context("the data folder has no parent")?;
    let staged =
        tempfile::Builder::new().prefix(".sqlx-new-").tempdir_in(parent).context("cannot write .sqlx")?;
    for (name, data) in fresh {
        let mut text = serde_json::to_string_pretty(data)?;
        text.push('\n');
        std::fs::write(staged.path().join(name), text)
            .with_context(|| format!("cannot write {DATA}/{name}"))?;
    }
    make_readable(staged.path())?;
    let old =
        tempfile::Builder::new().prefix(".sqlx-old-").tempdir_in(parent).context("cannot write .sqlx")?;
    let kept = old.path().join("data");
    if folder.exists() {
        std::fs::rename(folder, &kept).context("cannot move the old .sqlx away")?;
    }
    let staged = staged.keep();
    if let Err(error) = std::fs::rename(&staged, folder) {
        let _ = std::fs::rename(&kept, folder);
        let _ = std::fs::remove_dir_all(&staged);
        return Err(error).context("cannot put the new .sqlx in place");
    }
    Ok(())
}

/// A temporary folder is private (0700); `.sqlx` is a folder of the project like any other.
fn make_readable(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))
        .context("cannot open .sqlx to others")
}

fn present(project: &Project, prepared: &Prepared) -> anyhow::Result<()> {
    if project.global.format == Format::Json {
        return output::json(&serde_json::json!({ "findings": prepared.findings }));
    }
    for finding in &prepared.findings {
        output::line(finding.to_string());
    }
    if prepared.findings.is_empty() {
        output::say(format!("{DATA}/ fits the queries and the migrations: {} queries", prepared.fresh.len()));
    } else if let Some(first) = prepared.findings.first() {
        output::say(format!("\nhint: {}", first.hint()));
    }
    Ok(())
}

impl Finding {
    /// What to do next.
    pub(crate) fn hint(&self) -> &'static str {
        if self.kind == QUERY_FAILS {
            "mend the query, then run `cargo xtask db prepare` and commit .sqlx/"
        } else {
            "run `cargo xtask db prepare` and commit .sqlx/"
        }
    }
}

impl Prepared {
    /// How many queries the store has.
    pub(crate) fn queries(&self) -> usize {
        self.fresh.len()
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "error[offline/{}]: {}", self.kind, self.message)?;
        if let Some(path) = &self.path {
            write!(f, "\n  --> {}", path.display())?;
            if let Some(line) = self.line {
                write!(f, ":{line}")?;
            }
        }
        if let Some(query) = &self.query {
            write!(f, "\n  query: {query}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_swapped_whole_and_stale_files_go() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(".sqlx");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("query-old.json"), "{}").unwrap();
        let fresh = Data::from([("query-new.json".to_owned(), serde_json::json!({"query": "SELECT 1"}))]);
        write(&folder, &fresh).unwrap();
        assert_eq!(read_data(&folder).unwrap(), fresh);
        let left: Vec<_> =
            std::fs::read_dir(root.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, [".sqlx"], "nothing else stays beside it");
    }

    #[test]
    fn a_compiler_error_is_told_with_file_line_and_query() {
        let root = tempfile::tempdir().unwrap();
        let source = "fn f() {\n    sqlx::query!(\n        \"SELECT nme\n         FROM t\"\n    );\n}\n";
        std::fs::write(root.path().join("a.rs"), source).unwrap();
        let output = r#"a remark of sqlx-cli
{"reason":"compiler-message","message":{"level":"error","message":"column \"nme\" does not exist","spans":[{"is_primary":true,"file_name":"sqlx/macros.rs","line_start":9,"line_end":9,"expansion":{"span":{"file_name":"a.rs","line_start":2,"line_end":5,"expansion":null}}}]}}
{"reason":"compiler-message","message":{"level":"error","message":"aborting","spans":[]}}"#;
        let findings = compiler_errors(output, root.path());
        assert_eq!(findings.len(), 1);
        assert_eq!(
            findings[0].to_string(),
            "error[offline/query-fails]: column \"nme\" does not exist\n  --> a.rs:2\n  query: SELECT nme FROM t"
        );
    }

    #[test]
    fn missing_changed_and_unused_queries_are_told_apart() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("crates/store/src")).unwrap();
        std::fs::write(root.path().join("crates/store/src/a.rs"), "\n\nquery!(\"SELECT 2\")\n").unwrap();
        let of =
            |number: i64, kind: &str| serde_json::json!({"query": format!("SELECT {number}"), "type": kind});
        let stored =
            Data::from([("query-2.json".into(), of(2, "int4")), ("query-3.json".into(), of(3, "int4"))]);
        let fresh =
            Data::from([("query-1.json".into(), of(1, "int4")), ("query-2.json".into(), of(2, "int8"))]);
        let findings = differences(&stored, &fresh, root.path());
        let told: Vec<_> = findings.iter().map(|finding| (finding.kind, finding.line)).collect();
        assert_eq!(told, [("missing", None), ("differs", Some(3)), ("unused", None)]);
        assert_eq!(findings[1].path.as_deref(), Some(Path::new("crates/store/src/a.rs")));
    }
}
