//! `cargo xtask db check`: the gates, and their verdict.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use support::Project;

#[test]
fn a_clean_branch_passes_every_gate() {
    let project = Project::small();
    project.ship();
    let ran = project.run(&["check", "--skip", "offline"]).exits(0);
    for gate in ["files", "history", "round-trip"] {
        assert!(ran.stdout.contains(gate), "{}", ran.stdout);
    }
}

#[test]
fn changes_of_shipped_migrations_fail_with_file_and_commit() {
    type Change = fn(&Project);
    let path = "supabase/migrations/20260101000000_create_notes.sql";
    let cases: &[(&str, Change)] = &[
        ("edited", |project| {
            project.write("supabase/migrations/20260101000000_create_notes.sql", "SELECT 1;\n");
        }),
        ("deleted", |project| {
            project.git(&["rm", "-q", "supabase/migrations/20260101000000_create_notes.sql"]);
        }),
        ("renamed", |project| {
            let from = "supabase/migrations/20260101000000_create_notes.sql";
            project.git(&["mv", from, "supabase/migrations/20260101000000_other.sql"]);
        }),
        ("renamed", |project| {
            let from = "supabase/migrations/20260101000000_create_notes.sql";
            project.git(&["mv", from, "supabase/migrations/20260102500000_create_notes.sql"]);
        }),
    ];
    for (kind, change) in cases {
        let project = Project::small();
        project.ship();
        let commit = project.git(&["rev-parse", "--short=7", "main"]);
        change(&project);
        let ran = project.run(&["check", "--only", "history"]).exits(1);
        ran.prints(&format!("[history/{kind}]")).prints(path).prints(&commit);
    }
}

#[test]
fn a_new_version_below_a_shipped_one_fails_and_fix_moves_both_files() {
    let project = Project::small();
    project.ship();
    project.migration(
        "20251231000000_late",
        "CREATE TABLE IF NOT EXISTS public.l (id int);\n",
        "DROP TABLE IF EXISTS public.l;\n",
    );
    project.run(&["check", "--only", "history"]).exits(1).prints("[history/not-above]");
    project.run(&["check", "--only", "history", "--fix"]).exits(0);
    for folder in ["migrations", "rollbacks"] {
        let names: Vec<String> = std::fs::read_dir(project.root().join("supabase").join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with("_late.sql"))
            .collect();
        assert_eq!(names.len(), 1);
        assert!(names[0].as_str() > "20260103000000", "{names:?}");
    }
}

#[test]
fn a_changed_rollback_fails_alone_and_passes_with_its_round_trip() {
    let project = Project::small();
    project.ship();
    let path = "supabase/rollbacks/20260101000000_create_notes.sql";
    project.write(path, "-- Mended.\nDROP TABLE IF EXISTS public.notes CASCADE;\n");
    project.run(&["check", "--only", "history"]).exits(1).prints("[history/rollback-changed]");
    project
        .run(&["check", "--only", "history,round-trip"])
        .exits(0)
        .prints("warning[history/rollback-changed]");
    project.write(path, "-- Worse.\nSELECT 1;\n");
    project.run(&["check", "--only", "history,round-trip"]).exits(1).prints("[round-trip/rollback-differs]");
}

#[test]
fn every_problem_of_the_files_is_reported_in_one_go() {
    let project = Project::small();
    project.write("supabase/migrations/20260201000000_empty.sql", "-- nothing\n");
    project.write("supabase/migrations/20260202000000_windows.sql", "SELECT 1;\r\n");
    project.write("supabase/migrations/nonsense.sql", "SELECT 1;\n");
    project.write("supabase/rollbacks/20269999000000_orphan.sql", "SELECT 1;\n");
    let ran = project.run(&["check", "--only", "files"]).exits(1);
    for kind in
        ["empty", "migration-without-rollback", "carriage-return", "bad-name", "rollback-without-migration"]
    {
        assert!(ran.stdout.contains(&format!("[files/{kind}]")), "{kind}\n{}", ran.stdout);
    }
}

#[test]
fn json_has_every_gate_with_its_findings() {
    let project = Project::small();
    project.write("supabase/migrations/20260201000000_empty.sql", "-- nothing\n");
    let json = project.run(&["check", "--only", "files", "--format", "json"]).exits(1).json();
    assert_eq!(json["passed"], false);
    let findings = json["gates"][0]["findings"].as_array().unwrap().clone();
    let paths: Vec<&str> = findings.iter().filter_map(|finding| finding["path"].as_str()).collect();
    assert!(paths.contains(&"supabase/migrations/20260201000000_empty.sql"), "{paths:?}");
}

#[test]
fn on_github_findings_become_annotations() {
    let project = Project::small();
    project.write("supabase/migrations/20260202000000_windows.sql", "SELECT 1;\r\n");
    let mut command = project.command(&["check", "--only", "files"]);
    command.env("GITHUB_ACTIONS", "true");
    support::finish(command)
        .exits(1)
        .says("::error title=carriage-return,file=supabase/migrations/20260202000000_windows.sql");
}

#[test]
fn without_git_the_history_gate_says_what_to_do() {
    let project = Project::small();
    project.run(&["check", "--only", "history"]).exits(1).prints("not in a git repository");
}

#[test]
fn a_report_is_written_for_github_and_the_job_page_gets_its_summary() {
    let project = Project::small();
    project.migration("20260201000000_empty", "-- nothing\n", "SELECT 1;\n");
    let event = project.write("event.json", r#"{"pull_request":{"number":41,"head":{"sha":"feedbeef"}}}"#);
    let page = project.write("page.md", "before\n");
    let mut command = project.command(&["check", "--only", "files", "--report", "out/report"]);
    command.env("GITHUB_EVENT_PATH", event).env("GITHUB_STEP_SUMMARY", &page);
    support::finish(command).exits(1).says("report: out/report");
    let read = |name: &str| std::fs::read_to_string(project.root().join("out/report").join(name)).unwrap();
    assert!(read("report.json").contains("\"commit\": \"feedbeef\""));
    assert!(read("comment.md").starts_with("<!-- meshhook-db-check -->\n## Database check failed"));
    assert_eq!(read("pull-request"), "41\n");
    assert!(read("check.sarif").contains("supabase/migrations/20260201000000_empty.sql"));
    assert_eq!(std::fs::read_to_string(page).unwrap(), format!("before\n{}\n", read("summary.md")));
}

#[test]
fn github_is_told_nine_findings_and_how_many_more_there_are() {
    let project = Project::small();
    for number in 10..24 {
        project.write(&format!("supabase/migrations/202602{number}000000_windows.sql"), "SELECT 1;\r\n");
        project.write(&format!("supabase/rollbacks/202602{number}000000_windows.sql"), "SELECT 1;\n");
    }
    let page = project.write("page.md", "");
    let mut command = project.command(&["check", "--only", "files"]);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &page);
    let ran = support::finish(command).exits(1);
    assert_eq!(ran.stderr.matches("::error ").count(), 10, "{}", ran.stderr);
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("5 findings have no annotation"), "{page}");
}

#[test]
fn a_migration_s_text_gives_github_no_command() {
    let project = Project::small();
    project.migration("20260201000000_fails", "SELECT 1 FROM nowhere\n::add-mask::x;\n", "SELECT 1;\n");
    project.ship();
    let mut command = project.command(&["check", "--only", "round-trip", "--all"]);
    command.env("GITHUB_ACTIONS", "true");
    let ran = support::finish(command).exits(1);
    for text in [&ran.stdout, &ran.stderr] {
        for line in text.lines().filter(|line| line.trim_start().starts_with("::")) {
            assert!(line.starts_with("::error title=up-fails,file=supabase/migrations/"), "{line}");
        }
    }
}

#[test]
fn the_declared_schema_has_to_be_what_the_migrations_end_in() {
    let project = Project::small();
    let only = ["check", "--only", "schema"];
    project.run(&only).exits(0).prints("no declared schema");
    // in no order that Postgres would take: the index waits for its table
    project
        .write("supabase/schemas/10_indexes.sql", "CREATE INDEX notes_title_idx ON public.notes (title);\n");
    let table = "CREATE TABLE public.notes (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  body text NOT NULL,\n  \
                 title text NOT NULL DEFAULT ''\n);\n";
    project.write("supabase/schemas/20_notes.sql", table);
    project.run(&only).exits(0).prints("2 statements in 2 files");

    project.write("supabase/schemas/30_more.sql", "\nALTER TABLE public.notes ADD COLUMN tags text[];\n");
    let ran =
        project.run(&only).exits(1).prints("error[schema/not-in-step]: column `tags` of `public.notes`");
    ran.prints("ADD COLUMN tags text[]");

    project
        .write("supabase/schemas/30_more.sql", "\n\nCREATE VIEW public.v AS SELECT 1 FROM public.nowhere;\n");
    let ran = project.run(&only).exits(1).prints("error[schema/declared-fails]");
    ran.prints("--> supabase/schemas/30_more.sql:3").prints("public.nowhere");
}
