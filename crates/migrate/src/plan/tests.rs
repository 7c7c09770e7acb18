use super::*;
use crate::folder::Layout;
use crate::version::Checksum;

/// A folder out of a few words: `1` is a migration, `2-` one without rollback, `3!` an irreversible one, `4!s` one
/// that has SQL all the same, `5n` one without a transaction, `6*` one with other content.
fn folder(words: &str) -> Folder {
    let migrations = words.split_whitespace().map(migration).collect();
    Folder { layout: Layout::Supabase, migrations, problems: Vec::new() }
}

fn migration(word: &str) -> Migration {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    let version: Version = digits.parse().unwrap();
    let marker = if word.contains('n') { "-- no-transaction\n" } else { "" };
    let edit = if word.contains('*') { "select 0; " } else { "" };
    let up = Script::new(
        format!("{version}.sql"),
        format!("{marker}{edit}select {version}; call more({version});"),
    );
    let back = match word {
        _ if word.contains("!s") => Some(format!("-- irreversible: gone\nselect -{version};")),
        _ if word.contains('!') => Some("-- irreversible: gone".to_owned()),
        _ if word.contains('-') => None,
        _ => Some(format!("{marker}select -{version};")),
    };
    let rollback = back.map(|sql| Script::new(format!("back/{version}.sql"), sql));
    Migration { version, name: format!("m{version}"), up, rollback }
}

/// A ledger out of a few words: `1` was applied, `2~` left unfinished by another tool, `3<` was begun and its first
/// statement is done, `4<?` the second is in doubt, `5>` is half taken back, `6k` has its rollback kept.
fn state(folder: &Folder, words: &str) -> State {
    let mut recorded = crate::ledger::Recorded { ledger_exists: true, ..Default::default() };
    let mut kept = Vec::new();
    for word in words.split_whitespace() {
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        let original = migration(if word.contains('n') { &word[..digits.len() + 1] } else { digits });
        let entry = |statement: usize, script: &Script, state| JournalEntry {
            statement,
            checksum: Some(script.statements()[statement - 1].checksum()),
            state,
        };
        if word.contains('<') {
            let mut journal = vec![entry(1, &original.up, JournalState::Done)];
            if word.contains('?') {
                journal.push(entry(2, &original.up, JournalState::Started));
            }
            recorded.journal.insert((original.version, Direction::Up), journal);
            continue;
        }
        if let (true, Some(rollback)) = (word.contains('>'), &original.rollback) {
            let journal = vec![entry(1, rollback, JournalState::Done)];
            recorded.journal.insert((original.version, Direction::Down), journal);
        }
        if word.contains('k') {
            let script = Script::new(format!("ledger:{digits}"), original.rollback.clone().unwrap().sql);
            kept.push((original.version, script));
        }
        recorded.applied.push(crate::ledger::Applied {
            version: original.version,
            description: original.name.clone(),
            installed_on: chrono::DateTime::UNIX_EPOCH,
            execution_time: 1,
            success: !word.contains('~'),
            checksum: Some(original.up.checksum),
            rollback: original.rollback.as_ref().map(|rollback| rollback.checksum),
        });
    }
    let mut state = State::compare(folder, recorded);
    state.kept_rollbacks.extend(kept);
    state
}

/// Steps as `up 1 down 2`, or obstacles as `edited 1`.
fn told(result: Result<Plan, Vec<Obstacle>>) -> String {
    let step = |step: &Step| {
        let resumed = if step.resumes.is_empty() { "" } else { "…" };
        format!("{} {}{resumed}", step.direction.as_str(), step.version)
    };
    let obstacle = |obstacle: &Obstacle| {
        let json = serde_json::to_value(obstacle).unwrap();
        format!("{} {}", json["kind"].as_str().unwrap(), json["version"])
    };
    match result {
        Ok(plan) => plan.steps.iter().map(step).collect::<Vec<_>>().join(" "),
        Err(obstacles) => format!("NOT: {}", obstacles.iter().map(obstacle).collect::<Vec<_>>().join(", ")),
    }
}

#[test]
fn files_ledger_and_wish_make_a_plan_or_all_the_reasons_why_not() {
    let v = Version::new;
    let up = Wish::new(Goal::Up(None));
    let down = |count| Wish::new(Goal::Down(count));
    let down_to = |version| Wish::new(Goal::DownTo(v(version)));
    let to = |version| Wish::new(Goal::Up(Some(v(version))));
    let redo = Wish::new(Goal::Redo);
    let reset = Wish::new(Goal::Reset);
    let irreversible = Wish { irreversible: true, ..down(1) };
    let out_of_order = Wish { out_of_order: true, ..up.clone() };
    let skip = Wish { doubt: Doubt::Skip, ..up.clone() };
    for (name, files, ledger, wish, expected) in [
        ("nothing at all", "", "", &up, ""),
        ("everything", "1 2 3", "", &up, "up 1 up 2 up 3"),
        ("the rest", "1 2 3", "1", &up, "up 2 up 3"),
        ("nothing is left", "1 2", "1 2", &up, ""),
        ("up to a version", "1 2 3", "", &to(2), "up 1 up 2"),
        ("up to one that is applied", "1 2 3", "1 2", &to(1), ""),
        ("up to one that is not there", "1 2 3", "", &to(4), "NOT: unknown-target 4"),
        ("edited", "1* 2", "1", &up, "NOT: edited 1"),
        ("missing", "2", "1", &up, "NOT: missing 1"),
        ("out of order", "1 2 3", "2", &up, "NOT: out-of-order 1"),
        ("out of order, allowed", "1 2 3", "2", &out_of_order, "up 1 up 3"),
        (
            "all of it at once",
            "1 2* 4",
            "2 3 5",
            &up,
            "NOT: edited 2, missing 3, missing 5, out-of-order 1, out-of-order 4",
        ),
        ("unfinished by another tool", "1 2", "1~", &up, "NOT: half-applied 1"),
        ("interrupted", "1 2n 3", "1 2n<", &up, "up 2… up 3"),
        ("interrupted, and edited behind what is done", "1 2n- 3", "1 2n<", &up, "up 2… up 3"),
        (
            "interrupted, and edited in what is done",
            "1 2n* 3",
            "1 2n<",
            &up,
            "NOT: edited-while-interrupted 2",
        ),
        ("interrupted, and gone", "1 3", "1 2n<", &up, "NOT: missing 2"),
        ("interrupted in doubt", "1 2n", "1 2n<?", &up, "NOT: in-doubt 2"),
        ("interrupted in doubt, and somebody has looked", "1 2n", "1 2n<?", &skip, "up 2…"),
        ("interrupted, and a lower one since", "1 2 3n", "1 3n<", &up, "up 2 up 3…"),
        ("half taken back", "1n 2", "1n>", &up, "NOT: half-taken-back 1"),
        ("one back", "1 2", "1 2", &down(1), "down 2"),
        ("two back", "1 2 3", "1 2", &down(2), "down 2 down 1"),
        ("more back than there are", "1 2", "1 2", &down(9), "down 2 down 1"),
        ("back when nothing is applied", "1 2", "", &down(1), ""),
        ("back to a version", "1 2 3", "1 2 3", &down_to(1), "down 3 down 2"),
        ("back to nothing", "1 2", "1 2", &down_to(0), "down 2 down 1"),
        ("back to one that is not there", "1 3", "1 3", &down_to(2), "NOT: unknown-target 2"),
        ("back without a rollback", "1 2-", "1 2", &down(2), "NOT: no-rollback 2"),
        ("back with an irreversible one", "1 2!", "1 2", &down(2), "NOT: irreversible 2"),
        ("back with one that has SQL", "1 2!s", "1 2", &down(1), "NOT: irreversible 2"),
        ("back with one that has SQL, confirmed", "1 2!s", "1 2", &irreversible, "down 2"),
        ("back with one that has none, confirmed", "1 2!", "1 2", &irreversible, "NOT: irreversible 2"),
        ("back although it was edited", "1*", "1", &down(1), "down 1"),
        ("back without a file", "1", "1 2", &down(1), "NOT: no-rollback 2"),
        ("back without a file, kept", "1", "1 2k", &down(1), "down 2"),
        ("an interrupted one back", "1 2n", "1 2n<", &down(1), "down 2"),
        ("an interrupted one in doubt back", "1 2n", "1 2n<?", &down(1), "down 2"),
        ("one that is half back", "1 2n", "1 2n>", &down(1), "down 2…"),
        ("another than the one that is half back", "1n 2", "1n> 2", &down(1), "NOT: half-taken-back 1"),
        ("redo", "1 2 3", "1 2", &redo, "down 2 up 2"),
        ("redo of nothing", "1 2", "", &redo, ""),
        ("redo of an edited one", "1 2*", "1 2", &redo, "down 2 up 2"),
        ("reset", "1 2 3", "1 2", &reset, "down 2 down 1 up 1 up 2 up 3"),
    ] {
        let folder = folder(files);
        let state = state(&folder, ledger);
        assert_eq!(told(plan(&folder, &state, wish)), expected, "{name}");
    }
}

#[test]
fn a_folder_that_cannot_be_read_right_is_an_obstacle() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("supabase/migrations")).unwrap();
    std::fs::write(dir.path().join("supabase/migrations/x_1.sql"), "select 1").unwrap();
    let folder = Folder::read(&crate::Source::project(dir.path()));
    let result = plan(&folder, &State::default(), &Wish::new(Goal::Up(None)));
    assert!(matches!(&result.unwrap_err()[..], [Obstacle::Folder { .. }]));
}

#[test]
fn a_dry_run_is_the_plan_with_its_sql() {
    let folder = folder("1 2n");
    let plan = plan(&folder, &state(&folder, ""), &Wish::new(Goal::Up(None))).unwrap();
    insta::assert_snapshot!(plan.sql(), @r"
    -- up 1_m1
    select 1; call more(1);

    -- up 2_m2 (no transaction)
    -- no-transaction
    select 2; call more(2);
    ");
}

#[test]
fn checksums_of_statements_do_not_depend_on_what_stands_around_them() {
    let script = Script::new("x", "-- a\nselect 1 ;\n\nselect 2");
    assert_eq!(script.statements()[0].checksum(), Checksum::of("select 1"));
}

#[test]
fn what_another_tool_has_applied_is_not_run_a_second_time() {
    let folder = folder("1 2 3");
    let mut state = state(&folder, "");
    let version = Version::new;
    state.foreign.push(crate::ledger::ForeignLedger {
        tool: crate::ledger::Tool::Supabase,
        readable: true,
        writable: true,
        matching: vec![version(1), version(2)],
        edited: Vec::new(),
        unknown: Vec::new(),
        adopted: Vec::new(),
    });
    let obstacles = plan(&folder, &state, &Wish::new(Goal::Up(None))).unwrap_err();
    let table = "supabase_migrations.schema_migrations";
    assert_eq!(obstacles, [Obstacle::NotAdopted { table, count: 2, first: version(1) }]);
    // once they are in our ledger as well, the rest may follow
    let mut adopted = self::state(&folder, "1 2");
    adopted.foreign = state.foreign;
    adopted.foreign[0].adopted = vec![version(1), version(2)];
    let plan = plan(&folder, &adopted, &Wish::new(Goal::Up(None))).unwrap();
    assert_eq!(plan.steps.iter().map(|step| step.version).collect::<Vec<_>>(), [version(3)]);
}
