use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;

const UP: &str = "supabase/migrations/";
const DOWN: &str = "supabase/rollbacks/";

fn write(root: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A project with one good migration, so that only what a case adds is to blame.
fn project() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &format!("{UP}1_one.sql"), "select 1;");
    write(root.path(), &format!("{DOWN}1_one.sql"), "select 1;");
    root
}

/// `path:line slug severity` for every problem, the path relative to the root.
fn told(root: &Path, folder: &Folder) -> Vec<String> {
    let one = |problem: &Problem| {
        let path = problem.path.strip_prefix(root).unwrap_or(&problem.path).to_string_lossy().into_owned();
        let line = problem.line.map_or(String::new(), |line| format!(":{line}"));
        format!("{path}{line} {} {:?}", problem.kind.slug(), problem.severity)
    };
    folder.problems.iter().map(one).collect()
}

#[test]
fn every_kind_of_problem_in_our_own_folder_is_found() {
    type Make = fn(&Path);
    let cases: &[(&str, Make, &[&str])] = &[
        ("a good project", |_| {}, &[]),
        (
            "a migration without rollback",
            |root| write(root, "supabase/migrations/2_two.sql", "select 2;"),
            &["supabase/migrations/2_two.sql migration-without-rollback Error"],
        ),
        (
            "a rollback without migration",
            |root| write(root, "supabase/rollbacks/2_two.sql", "select 2;"),
            &["supabase/rollbacks/2_two.sql rollback-without-migration Error"],
        ),
        (
            "a rollback under another name",
            |root| {
                write(root, "supabase/migrations/2_two.sql", "select 2;");
                write(root, "supabase/rollbacks/2_too.sql", "select 2;");
            },
            &["supabase/rollbacks/2_too.sql rollback-misnamed Error"],
        ),
        (
            "a version used twice",
            |root| {
                write(root, "supabase/migrations/0001_other.sql", "select 2;");
                write(root, "supabase/rollbacks/0001_other.sql", "select 2;");
            },
            &[
                // which one came first is a matter of names
                "supabase/migrations/1_one.sql duplicate-version Blocker",
                "supabase/rollbacks/1_one.sql duplicate-version Blocker",
            ],
        ),
        (
            "names that are not ours",
            |root| {
                for name in [
                    "x_two.sql",
                    "2two.sql",
                    "2_.sql",
                    "-2_two.sql",
                    "2_two.SQL",
                    "99999999999999999999_x.sql",
                ] {
                    write(root, &format!("supabase/migrations/{name}"), "select 2;");
                }
                write(root, "supabase/migrations/2_a\nb.sql", "select 2;");
                write(root, "supabase/migrations/README.md", "hello");
                write(root, "supabase/migrations/.keep", "");
            },
            &[
                "supabase/migrations/-2_two.sql bad-name Blocker",
                "supabase/migrations/2_.sql bad-name Blocker",
                "supabase/migrations/2_a\nb.sql bad-name Blocker",
                "supabase/migrations/2_two.SQL bad-name Blocker",
                "supabase/migrations/2two.sql bad-name Blocker",
                "supabase/migrations/99999999999999999999_x.sql bad-name Blocker",
                "supabase/migrations/README.md stray Warning",
                "supabase/migrations/x_two.sql bad-name Blocker",
            ],
        ),
        (
            "a name and a content that are not UTF-8",
            |root| {
                let name = OsStr::from_bytes(b"2_\xff.sql");
                fs::write(root.join("supabase/migrations").join(name), "select 2;").unwrap();
                write(root, "supabase/migrations/3_three.sql", b"select '\xe9';");
            },
            &[
                "supabase/migrations/2_\u{fffd}.sql name-not-utf8 Blocker",
                "supabase/migrations/3_three.sql not-utf8 Blocker",
            ],
        ),
        (
            "links and folders where files belong",
            |root| {
                symlink("1_one.sql", root.join("supabase/migrations/2_two.sql")).unwrap();
                fs::create_dir(root.join("supabase/migrations/3_three.sql")).unwrap();
                fs::create_dir(root.join("supabase/migrations/4_four")).unwrap();
                fs::create_dir(root.join("supabase/migrations/snippets")).unwrap();
            },
            &[
                "supabase/migrations/2_two.sql link Blocker",
                "supabase/migrations/3_three.sql folder Blocker",
                "supabase/migrations/4_four folder Blocker",
                "supabase/migrations/snippets stray Warning",
            ],
        ),
        (
            "scripts with nothing in them",
            |root| {
                write(root, "supabase/migrations/2_two.sql", "\n-- later;\n/* ; */;");
                write(root, "supabase/rollbacks/2_two.sql", "");
                write(root, "supabase/migrations/3_three.sql", "select 3;");
                write(root, "supabase/rollbacks/3_three.sql", "-- irreversible: the rows are gone\n");
                write(root, "supabase/migrations/4_four.sql", "select 4;");
                write(root, "supabase/rollbacks/4_four.sql", "-- irreversible:\n");
            },
            &[
                "supabase/migrations/2_two.sql empty Error",
                "supabase/rollbacks/2_two.sql empty Error",
                "supabase/rollbacks/4_four.sql irreversible-without-reason Error",
            ],
        ),
        (
            "bytes that mean something else than they seem to",
            |root| {
                write(root, "supabase/migrations/1_one.sql", "\u{feff}select 1;");
                write(root, "supabase/rollbacks/1_one.sql", "select 1;\nselect 2;\r\n");
                write(root, "supabase/migrations/2_two.sql", "select 1;\n\0");
                write(root, "supabase/rollbacks/2_two.sql", "select 1;\n");
            },
            &[
                "supabase/migrations/1_one.sql byte-order-mark Blocker",
                "supabase/migrations/2_two.sql:2 nul-character Blocker",
                "supabase/rollbacks/1_one.sql:2 carriage-return Error",
            ],
        ),
        (
            "a -- no-transaction that nobody hears",
            |root| {
                write(root, "supabase/migrations/1_one.sql", "-- about\n-- no-transaction\nselect 1;");
                write(root, "supabase/rollbacks/1_one.sql", "--no-transaction\nselect 1;");
            },
            &[
                "supabase/migrations/1_one.sql:2 late-no-transaction Error",
                "supabase/rollbacks/1_one.sql:1 late-no-transaction Error",
            ],
        ),
        (
            "transactions of its own",
            |root| {
                write(root, "supabase/migrations/1_one.sql", "select 1;\n\nBEGIN;\nselect 2;\nCOMMIT;");
                write(
                    root,
                    "supabase/rollbacks/1_one.sql",
                    "do $$ begin commit; end $$;\nsavepoint x;\nrollback to x;",
                );
            },
            &["supabase/migrations/1_one.sql:3 own-transaction Blocker"],
        ),
        (
            "sqlx pairs where the Supabase CLI looks",
            |root| {
                fs::remove_dir_all(root.join("supabase")).unwrap();
                write(root, "supabase/migrations/1_one.up.sql", "select 1;");
                write(root, "supabase/migrations/1_one.down.sql", "select 1;");
            },
            &["supabase/migrations/1_one.down.sql down-runs-forwards Error"],
        ),
        (
            "sqlx pairs where the Supabase CLI was told not to look",
            |root| {
                fs::remove_dir_all(root.join("supabase")).unwrap();
                write(root, "supabase/config.toml", "[db.migrations]\nenabled = false\n");
                write(root, "supabase/migrations/1_one.up.sql", "select 1;");
                write(root, "supabase/migrations/1_one.down.sql", "select 1;");
            },
            &[],
        ),
        (
            "no folder at all",
            |root| fs::remove_dir_all(root.join("supabase")).unwrap(),
            &["supabase/migrations unreadable Blocker"],
        ),
    ];
    for (name, make, expected) in cases {
        let root = project();
        make(root.path());
        let folder = Folder::read(&Source::project(root.path()));
        assert_eq!(told(root.path(), &folder), *expected, "{name}");
    }
}

#[test]
fn a_hostile_name_cannot_write_over_the_terminal() {
    let root = project();
    write(root.path(), "supabase/migrations/2_\u{1b}[2J\nx.sql", "select 1;");
    let folder = Folder::read(&Source::project(root.path()));
    let told = folder.problems[0].to_string();
    assert!(told.chars().all(|c| !c.is_control()), "{told:?}");
}

/// `version name irreversible? transactional?` of what was read.
fn read(folder: &Folder) -> Vec<String> {
    let one = |migration: &Migration| {
        let rollback = if migration.rollback.is_some() { "back" } else { "-" };
        let plain = if migration.up.transactional { "" } else { " no-transaction" };
        format!("{} {} {rollback}{plain}", migration.version, migration.name)
    };
    folder.migrations.iter().map(one).collect()
}

#[test]
fn foreign_folders_are_recognised_by_what_lies_in_them() {
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], Layout, &'a [&'a str], &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        (
            "sqlx pairs beside a simple one",
            &[
                ("LICENSE", ""),
                ("README.md", ""),
                (".keep", ""),
                ("2_b-b.up.sql", "-- no-transaction\nselect 1"),
                ("2_b-b.down.sql", "select 1"),
                ("1_a.up.sql", "begin; select 1; commit"),
                ("3_c.sql", "select 1"),
                ("10_status_view.sql.up.sql", "select 1"),
                ("10_status_view.sql.down.sql", ""),
            ],
            Layout::SqlxPairs,
            &["1 a -", "2 b-b back no-transaction", "3 c -", "10 status_view.sql back"],
            &[
                "10_status_view.sql.down.sql empty Warning",
                "1_a.up.sql migration-without-rollback Warning",
                "1_a.up.sql:1 own-transaction Warning",
                "3_c.sql migration-without-rollback Warning",
            ],
        ),
        (
            "sqlx simple",
            &[
                ("1_a.sql", "select 1"),
                ("2_b.sql", "select 1"),
                ("notes.sql", "x"),
                ("old/3_c.sql", "select 1"),
            ],
            Layout::SqlxSimple,
            &["1 a -", "2 b -"],
            &["notes.sql bad-name Warning"],
        ),
        (
            "diesel, with a counter behind newer versions",
            &[
                (".gitkeep", ""),
                ("00000000000000_diesel_initial_setup/up.sql", "select 1"),
                ("00000000000000_diesel_initial_setup/down.sql", "select 1"),
                ("2021-01-31-120000_add_tags/up.sql", "select 1"),
                ("2021-01-31-120000_add_tags/metadata.toml", "run_in_transaction = false"),
                ("2020-12-31-120000-0001_before/up.sql", "select 1"),
                ("2020-12-31-120000-0001_before/down.sql", "select 1"),
                ("2022-01-01-000000_bad/up.sql", "select 1"),
                ("2022-01-01-000000_bad/metadata.toml", "run_in_transaction = 'no'"),
                ("README.md", ""),
                ("utils/x.sql", ""),
            ],
            Layout::Diesel,
            &[
                "0 diesel_initial_setup back",
                "202012311200000001 before back",
                "202101311200000000 add_tags - no-transaction",
                "202201010000000000 bad -",
            ],
            &[
                "2021-01-31-120000_add_tags/up.sql migration-without-rollback Warning",
                "2022-01-01-000000_bad/metadata.toml bad-metadata Blocker",
                "2022-01-01-000000_bad/up.sql migration-without-rollback Warning",
            ],
        ),
        (
            "ours, as another project has it",
            &[("migrations/1_a.sql", "select 1"), ("rollbacks/1_a.sql", "select 1")],
            Layout::Supabase,
            &["1 a back"],
            &[],
        ),
        ("nothing", &[("README.md", "")], Layout::SqlxSimple, &[], &[" no-migrations Blocker"]),
    ];
    for (name, files, layout, migrations, problems) in cases {
        let root = tempfile::tempdir().unwrap();
        for (path, content) in *files {
            write(root.path(), path, content);
        }
        let folder = Folder::read(&Source::folder(root.path()));
        assert_eq!(folder.layout, *layout, "{name}");
        assert_eq!(read(&folder), *migrations, "{name}");
        assert_eq!(told(root.path(), &folder), *problems, "{name}");
    }
}

#[tokio::test]
async fn sqlx_and_we_agree_on_versions_descriptions_and_checksums() {
    let root = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("20260101000000_add_some_tags.sql", "select 'é';\r\n"),
        ("0002_b.up.sql", "-- no-transaction\nselect 1"),
        ("0002_b.down.sql", "select 2"),
        ("3_c-d_e.up.sql", ""),
        ("3_c-d_e.down.sql", "\u{feff}-- no-transaction"),
    ] {
        write(root.path(), name, content);
    }
    let theirs = sqlx::migrate::Migrator::new(root.path()).await.unwrap();
    let ours = Folder::read(&Source::folder(root.path()));
    let flat = |version: i64, description: &str, sql: &str, checksum: &[u8], no_tx: bool| {
        (version, description.to_owned(), sql.to_owned(), checksum.to_vec(), no_tx)
    };
    let theirs: Vec<_> = theirs
        .iter()
        .map(|theirs| {
            let sql = theirs.sql.as_str();
            flat(theirs.version, &theirs.description, sql, &theirs.checksum, theirs.no_tx)
        })
        .collect();
    let ours: Vec<_> = ours
        .migrations
        .iter()
        .flat_map(|ours| {
            [Some(&ours.up), ours.rollback.as_ref()].into_iter().flatten().map(|script| {
                let Script { sql, checksum, transactional, .. } = script;
                flat(ours.version.number(), &ours.description(), sql, checksum.bytes(), !transactional)
            })
        })
        .collect();
    assert_eq!(ours, theirs);
}
