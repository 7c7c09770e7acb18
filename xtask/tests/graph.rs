//! `graph`: the diagram of a schema, of a part of it, and of what a branch touches.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use support::Project;

#[test]
fn the_migrations_end_is_drawn_by_default_and_parts_of_it_on_demand() {
    let project = Project::small();
    let ran = project.run(&["graph"]).exits(0);
    assert_eq!(
        ran.stdout,
        "erDiagram\n    \"notes\" {\n        bigint id PK\n        text body\n        text title\n    }\n"
    );
    project.run(&["graph", "--table", "public.notes", "--depth", "0"]).exits(0).prints("\"notes\" {");
    let json = project.run(&["graph", "--format", "json"]).exits(0).json();
    assert_eq!((&json["entities"], &json["relations"]), (&1.into(), &0.into()));
    assert_eq!(json["mermaid"], ran.stdout);
    let empty = Project::empty();
    let nothing = empty.run(&["graph"]).exits(0).says("nothing to show: there is no table");
    assert_eq!(nothing.stdout, "");
}

#[test]
fn what_a_branch_touches_is_marked() {
    let project = Project::small();
    project.ship();
    project.run(&["graph", "--changed", "--base", "main"]).exits(0).says("no table or view differs");
    project.migration(
        "20260104000000_tags",
        "CREATE TABLE IF NOT EXISTS public.tags (note_id bigint NOT NULL REFERENCES public.notes);\n",
        "DROP TABLE IF EXISTS public.tags;\n",
    );
    let ran = project.run(&["graph", "--changed", "--base", "main"]).exits(0);
    let ran = ran.says("compared with what `main` has shipped");
    assert_eq!(
        ran.stdout,
        "erDiagram\n    \"notes\" {\n        bigint id PK\n        text body\n        text title\n    }\n    \
         \"tags\"[\"tags (new)\"] {\n        bigint note_id FK\n    }\n    \
         \"notes\" ||--o{ \"tags\" : \"tags_note_id_fkey (new)\"\n"
    );
    // the declared schema says what is wanted, where there is one
    project.write(
        "supabase/schemas/notes.sql",
        "CREATE TABLE public.notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text);\n",
    );
    let ran = project.run(&["graph", "--changed", "--base", "main"]).exits(0);
    ran.prints("\"notes\"[\"notes (changed)\"]")
        .prints("text body \"changed\"")
        .prints("text title \"gone\"");
}

#[test]
fn without_git_the_migrations_are_compared_with() {
    let project = Project::small();
    project.write("supabase/schemas/notes.sql", "CREATE TABLE public.notes (id bigint PRIMARY KEY);\n");
    let ran = project.run(&["graph", "--changed"]).exits(0).says("compared with all migrations");
    ran.prints("\"notes\"[\"notes (changed)\"]");
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let project = Project::small();
    for (arguments, code, expected) in [
        (vec!["graph", "--table", "nobody"], 2, "there is no table `nobody`"),
        (vec!["graph", "--schema", "nobody"], 2, "there is no table in a schema `nobody`"),
        (vec!["graph", "--depth", "2"], 2, "--table <TABLE>"),
        (vec!["graph", "--changed", "--from", "schemas"], 2, "cannot be used with"),
        (
            vec!["graph", "--changed", "--database-url", "postgres://joe:hunter2@127.0.0.1:9/x"],
            2,
            "takes no database",
        ),
        (vec!["graph", "--changed", "--base", "main"], 1, "git"),
        (
            vec!["graph", "--database-url", "postgres://joe:hunter2@127.0.0.1:9/x"],
            1,
            "cannot connect to 127.0.0.1:9/x as joe",
        ),
    ] {
        let ran = project.run(&arguments).exits(code).says(expected);
        assert_eq!(ran.stdout, "");
        assert!(!ran.stderr.contains("hunter2"), "{ran:?}");
    }
}
