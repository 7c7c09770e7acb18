//! `diff`: what is written, what is printed, and what is refused.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Project, Ran};

const NOTES: &str = "CREATE TABLE public.notes (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    body text NOT NULL,\n    title text NOT NULL DEFAULT ''\n);\n\
                     CREATE INDEX notes_title_idx ON public.notes (title);\n";

/// The small project, and what it declares.
fn declared() -> Project {
    let project = Project::small();
    project.write("supabase/schemas/10_notes.sql", NOTES);
    project
}

/// A copy of MeshHook's own `supabase` folder.
fn meshhook() -> Project {
    let project = Project::empty();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("supabase");
    let copied = Command::new("cp").arg("-r").arg(own).arg(project.root()).status().unwrap();
    assert!(copied.success());
    project
}

/// Changes a declared file.
fn edit(project: &Project, file: &str, edits: &[(&str, &str)]) {
    let path = project.root().join("supabase/schemas").join(file);
    let mut text = std::fs::read_to_string(&path).unwrap();
    for (old, new) in edits {
        assert!(text.contains(old), "`{old}` is not in {file}");
        text = text.replacen(old, new, 1);
    }
    std::fs::write(path, text).unwrap();
}

/// The paths that were printed.
fn written(ran: &Ran) -> Vec<PathBuf> {
    ran.stdout.lines().map(PathBuf::from).collect()
}

#[test]
fn equal_sides_leave_nothing_to_do() {
    let project = declared();
    let ran = project.run(&["diff"]).exits(0);
    assert_eq!(ran.stdout, "");
    ran.says("nothing to do: `supabase/migrations` is what `supabase/schemas` says");
    let json = project.run(&["diff", "again", "--format", "json"]).exits(0).json();
    assert_eq!(json["equal"], true);
    assert_eq!(json["actions"], serde_json::json!([]));
    assert_eq!(std::fs::read_dir(project.root().join("supabase/migrations")).unwrap().count(), 3);
}

#[test]
fn an_edit_of_the_declared_schema_becomes_proven_migrations() {
    let project = meshhook();
    edit(
        &project,
        "20_workflows.sql",
        &[
            ("'published', 'archived')", "'published', 'archived', 'retired')"),
            (
                "    name text NOT NULL,\n",
                "    name text NOT NULL,\n    tags text[] NOT NULL DEFAULT '{}',\n",
            ),
            ("    d.updated_at\nFROM", "    d.updated_at,\n    d.tags\nFROM"),
            (
                "-- For reading only.\n",
                "COMMENT ON COLUMN public.workflow_definitions.tags IS 'Words to find it by.';\n\
                 COMMENT ON COLUMN public.workflows.tags IS 'Words to find it by.';\n\
                 CREATE INDEX workflow_definitions_tags_idx ON public.workflow_definitions USING gin (tags);\n\
                 CREATE POLICY workflow_definitions_service ON public.workflow_definitions\n\
                 FOR SELECT TO service_role USING (true);\n\n-- For reading only.\n",
            ),
        ],
    );
    let ran = project.run(&["diff", "demo"]).exits(0).says("proven on ");
    let files = written(&ran);
    assert!(files.len() >= 2 && files.len().is_multiple_of(2), "{files:?}");
    let texts: String =
        files.iter().map(|file| std::fs::read_to_string(project.root().join(file)).unwrap()).collect();
    assert!(texts.contains("-- rollback: lossless"), "{texts}");
    assert!(texts.contains("ADD VALUE IF NOT EXISTS 'retired'"), "{texts}");
    let versions: Vec<String> = files
        .iter()
        .filter(|file| file.starts_with("supabase/migrations"))
        .map(|file| file.file_name().unwrap().to_string_lossy()[..14].to_owned())
        .collect();
    let mut verify = vec!["verify"];
    verify.extend(versions.iter().map(String::as_str));
    project.run(&verify).exits(0);
    project.run(&["check", "--only", "schema,files"]).exits(0);
    project.run(&["up"]).exits(0);
    project.run(&["down", &versions.len().to_string()]).exits(0);
    project.run(&["diff"]).exits(0).says("nothing to do");
}

#[test]
fn a_rename_keeps_the_rows_with_a_hint_and_is_refused_without() {
    let project = declared();
    let renamed = NOTES.replace("    body text", "    content text");
    project.write("supabase/schemas/10_notes.sql", &renamed);
    let ran = project.run(&["diff", "rename_body"]).exits(1);
    assert_eq!(ran.stdout, "");
    let ran = ran.says("this drops what holds data:\n  column `body` of `public.notes`");
    let ran = ran.says("`-- @renamed from=body`").says("`--rename public.notes.body=content`");
    assert!(!ran.stderr.contains("proving"), "{}", ran.stderr);
    let option = project.run(&["diff", "--rename", "notes.body=content"]).exits(0);
    let option = option.prints("RENAME COLUMN body TO content");
    let hinted = renamed.replace("    content", "    -- @renamed from=body\n    content");
    project.write("supabase/schemas/10_notes.sql", &hinted);
    let hint = project.run(&["diff"]).exits(0);
    assert_eq!(hint.stdout, option.stdout);
    project.run(&["diff", "rename_body"]).exits(0).says("the way back is lossless");
    project.run(&["diff"]).exits(0).says("nothing to do");
    project
        .run(&["diff", "--rename", "notes.no=content"])
        .exits(2)
        .says("there is nothing called `notes.no`");
}

#[test]
fn dropping_data_has_to_be_allowed_and_is_marked() {
    let project = declared();
    project.write(
        "supabase/schemas/10_notes.sql",
        "CREATE TABLE public.notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL);\n",
    );
    let refused = project.run(&["diff", "drop_title"]).exits(1).says("column `title` of `public.notes`");
    refused.says("`--allow-drop`");
    let ran = project.run(&["diff", "drop_title", "--allow-drop"]).exits(0);
    let texts: Vec<String> = written(&ran)
        .iter()
        .map(|file| std::fs::read_to_string(project.root().join(file)).unwrap())
        .collect();
    assert!(texts.concat().contains("-- DROPS DATA: column `title` of `public.notes`\n"), "{texts:?}");
    let lost = "-- irreversible: what was in column `title` of `public.notes` is lost\n";
    // an index of a table that is there is built beside those who use it
    let header = texts[1].strip_prefix("-- no-transaction\n").unwrap();
    assert!(header.starts_with(lost), "{texts:?}");
    assert!(
        texts[1].contains("-- rollback: schema-only, the SQL below brings back the shape\n"),
        "{texts:?}"
    );
    project.run(&["verify", &written(&ran)[0].file_name().unwrap().to_string_lossy()[..14]]).exits(0);
}

#[test]
fn files_are_compared_with_files_and_both_ways_printed() {
    let project = Project::empty();
    project.write("old.sql", "CREATE TABLE t (id int);\n");
    project.write("new folder/b'; DROP.sql", "COMMENT ON TABLE t IS 'x';\n");
    project.write("new folder/a.sql", "CREATE TABLE t (id int, \"Näme\" text);\n");
    let there = project.run(&["diff", "--from", "old.sql", "--to", "new folder"]).exits(0);
    assert!(there.stdout.starts_with("-- from old.sql to new folder.\n"), "{}", there.stdout);
    let there = there.prints("ADD COLUMN IF NOT EXISTS \"Näme\" text;");
    let back = project.run(&["diff", "--from", "old.sql", "--to", "new folder", "--rollback"]).exits(0);
    let back = back.prints("-- rollback: lossless\n").prints("DROP COLUMN IF EXISTS \"Näme\";");
    let json = project.run(&["diff", "--from", "old.sql", "--to", "new folder", "--format", "json"]).exits(0);
    let json = json.json();
    assert_eq!(json["sql"].as_str().unwrap().trim_end(), there.stdout.trim_end());
    assert_eq!(json["rollback"]["sql"].as_str().unwrap().trim_end(), back.stdout.trim_end());
    assert_eq!(json["rollback"]["class"], "lossless");
    assert_eq!(json["rollback"]["actions"].as_array().unwrap().len(), 2);
    assert_eq!(json["proof"]["rows"]["public.t"], 3);
    let action = json["actions"].as_array().unwrap().iter().find(|one| one["kind"] == "column").unwrap();
    assert_eq!(
        (&action["verb"], &action["statements"][0]["runs"]),
        (&"create".into(), &"in-transaction".into())
    );
    let hazard = &json["rollback"]["actions"][0]["statements"][0]["hazards"];
    let all = json["rollback"]["actions"].to_string();
    assert!(all.contains("\"hazard\":\"data-loss\""), "{hazard}");
}

#[test]
fn what_a_file_says_of_the_server_and_its_rows_are_passed_over_and_told() {
    let project = Project::empty();
    let plain = "CREATE SCHEMA app; CREATE TABLE app.t (id int); CREATE TABLE public.u (id int);";
    project.write("plain.sql", plain);
    project.write(
        "dump.sql",
        "CREATE DATABASE elsewhere;\nALTER DATABASE elsewhere SET timezone = 'UTC';\n\\connect elsewhere\n\
         DROP ROLE IF EXISTS diff_reader;\nCREATE ROLE diff_reader;\nCREATE SCHEMA app;\n\
         BEGIN;\nSET LOCAL search_path = app;\nCREATE TABLE t (id int);\nCOMMIT;\nCREATE TABLE u (id int);\n\
         COPY app.t (id) FROM stdin;\n1\n\\.\n",
    );
    for (from, to) in [("plain.sql", "dump.sql"), ("dump.sql", "dump.sql")] {
        let ran = project.run(&["diff", "--from", from, "--to", to]).exits(0).says("nothing to do");
        let ran = ran.says("note: CREATE DATABASE is about the server and passed over: dump.sql:1");
        let ran = ran.says("note: DROP ROLE is about the server and passed over: dump.sql:4");
        ran.says("note: rows for COPY are passed over: dump.sql:12");
    }
    project.write("undone.sql", "BEGIN;\nCREATE TABLE t (id int);\nROLLBACK;\n");
    let ran = project.run(&["diff", "--from", "plain.sql", "--to", "undone.sql"]).exits(2);
    assert_eq!(ran.says("undone.sql:3: ROLLBACK takes back what stands before it").stdout, "");
}

#[test]
fn of_other_peoples_files_a_way_back_for_empty_tables_is_printed_and_told() {
    let project = Project::empty();
    project.write("old.sql", "CREATE TABLE t (id int, code text NOT NULL UNIQUE);");
    project.write("new.sql", "CREATE TABLE t (id int);");
    let diff = ["diff", "--from", "old.sql", "--to", "new.sql", "--allow-drop"];
    let back = project.run(&[&diff[..], &["--rollback"]].concat()).exits(0);
    let back = back.prints("-- It works on empty tables only: the rollback fails: could not create unique");
    back.prints("\nALTER TABLE public.t ADD COLUMN").says("the way back works on empty tables only");
    let json = project.run(&[&diff[..], &["--format", "json"]].concat()).exits(0).json();
    assert_eq!(json["rollback"]["class"], "schema-only");
    assert!(json["proof"]["back_without_rows"].is_string(), "{json}");
}

#[test]
fn rows_are_known_again_when_computed_values_change() {
    let project = Project::empty();
    let table = "CREATE TABLE t (id int, c int GENERATED ALWAYS AS";
    project.write("old.sql", &format!("{table} (id + 2) STORED);"));
    project.write("new.sql", &format!("{table} (id + 1) STORED);"));
    let ran = project.run(&["diff", "--from", "old.sql", "--to", "new.sql"]).exits(0);
    ran.says("the way back is lossless");
}

#[test]
fn attributes_of_composite_values_come_without_loss_and_go_with_permission() {
    let project = Project::empty();
    let users = "CREATE DOMAIN d AS k; CREATE TABLE t (id int PRIMARY KEY, c k, l k[], o d);";
    project.write("old.sql", &format!("CREATE TYPE k AS (a text, b text); {users}"));
    project.write("new.sql", &format!("CREATE TYPE k AS (a text, b text, n int); {users}"));
    let there = project.run(&["diff", "--from", "old.sql", "--to", "new.sql"]).exits(0);
    there.says("the way back is lossless");
    let back = ["diff", "--from", "new.sql", "--to", "old.sql"];
    project.run(&back).exits(1).says("attribute `n` of composite type `public.k`");
    let back = project.run(&[&back[..], &["--allow-drop"]].concat()).exits(0);
    back.says("the way back brings back the schema only; lost: attribute `n` of composite type `public.k`");
}

#[test]
fn how_to_run_what_refuses_a_transaction_is_said_where_it_is_printed() {
    let project = Project::empty();
    project.write("old.sql", "CREATE TABLE t (id int);");
    project.write("new.sql", "CREATE TABLE t (id int); CREATE INDEX t_id_idx ON t (id);");
    let diff = ["diff", "--from", "old.sql", "--to", "new.sql"];
    for more in [None, Some("--rollback")] {
        let ran = project.run(&diff.into_iter().chain(more).collect::<Vec<_>>()).exits(0);
        let ran = ran.prints("CONCURRENTLY").prints("`psql -v ON_ERROR_STOP=1 -f FILE`, without `-1`");
        assert!(ran.stdout.starts_with("-- no-transaction\n"), "{}", ran.stdout);
    }
    let plain = project.run(&[&diff[..], &["--offline-ddl"]].concat()).exits(0);
    assert!(!plain.stdout.contains("CONCURRENTLY") && !plain.stdout.contains("psql"), "{}", plain.stdout);
}

#[test]
fn folders_of_migrations_are_applied_in_their_order() {
    let project = declared();
    project.write("pairs/1_a.up.sql", "CREATE TABLE t (id int);");
    project.write("pairs/1_a.down.sql", "DROP TABLE t;");
    project.write("pairs/2_b.up.sql", "ALTER TABLE t ADD COLUMN x int;");
    project.write("pairs/2_b.down.sql", "ALTER TABLE t DROP COLUMN x;");
    project.write("end.sql", "CREATE TABLE t (id int, x int);");
    project.run(&["diff", "--from", "pairs", "--to", "end.sql"]).exits(0).says("nothing to do");
    // the project's own folders by their paths
    let ran = project.run(&["diff", "--from", "supabase/migrations", "--to", "supabase/schemas"]).exits(0);
    ran.says("nothing to do");
}

#[test]
fn what_cannot_be_read_is_said_without_a_secret() {
    let project = declared();
    project.write("rows.sql", "COPY t\nFROM stdin;\n1\n\\.\n");
    project.write("wrong.sql", "CREATE TABLE t (\n  id nothing\n);\n");
    project.write("empty/readme.txt", "");
    for (arguments, code, expected) in [
        (vec!["diff", "--to", "no\u{7}where.sql"], 2, "--to: cannot read `no\\u{7}where.sql`: No such file"),
        (vec!["diff", "--to", "rows.sql"], 2, "rows.sql:4: the file holds rows for COPY"),
        (vec!["diff", "--to", "wrong.sql"], 1, "wrong.sql:2:6: type \"nothing\" does not exist (42704)"),
        (vec!["diff", "--to", "empty"], 2, "there is no .sql file in `empty`"),
        (vec!["diff", "--to", "mysql://joe:hunter2@db/x"], 2, "begins with postgres://"),
        (
            vec!["diff", "--to", "postgres://joe:hunter2@127.0.0.1:9/x"],
            1,
            "cannot connect to 127.0.0.1:9/x as joe",
        ),
        (vec!["diff", "../up"], 2, "cannot be a migration's name"),
        (vec!["diff", "name", "--rollback"], 2, "cannot be used with"),
    ] {
        let ran = project.run(&arguments).exits(code).says(expected);
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("hunter2"), "{ran:?}");
    }
    assert_eq!(std::fs::read_dir(project.root().join("supabase/rollbacks")).unwrap().count(), 3);
}

#[test]
fn what_fails_where_rows_are_is_not_written() {
    let project = declared();
    edit(&project, "10_notes.sql", &[("    body text", "    author uuid NOT NULL,\n    body text")]);
    let ran = project.run(&["diff", "add_author"]).exits(1);
    let ran = ran.says("not proven, so nothing is written: the way there fails");
    let ran = ran.says("column \"author\" of relation \"notes\" contains null values (23502)");
    ran.says("needs a default");
    assert_eq!(std::fs::read_dir(project.root().join("supabase/migrations")).unwrap().count(), 3);
}
