//! Reports of well-meaning branches and of hostile ones.

use serde_json::Value;

use super::markdown::{COMMENT_BYTES, MARKER, SUMMARY_BYTES};
use super::text::{block, span};
use super::*;

pub(super) fn entry(severity: Severity, path: Option<&str>, message: &str) -> Entry {
    Entry {
        kind: "rollback-differs".into(),
        severity,
        path: path.map(str::to_owned),
        line: Some(3),
        version: None,
        message: message.to_owned(),
        details: vec!["DROP INDEX i;".into()],
        hint: Some("add the SQL above".into()),
    }
}

pub(super) fn report(entries: Vec<Entry>) -> Report {
    let gate = Gate {
        gate: "round-trip".into(),
        passed: !entries.iter().any(|entry| entry.severity == Severity::Error),
        milliseconds: 1_540,
        summary: "1 migration".into(),
        findings: entries,
        error: None,
    };
    Report::new(vec![gate], Some("0123456789abcdef0123456789abcdef01234567".into()))
}

fn sarif(report: &Report) -> Value {
    serde_json::from_str(&report.sarif()).unwrap()
}

/// What a person must never be able to reach through a name, a path or a message.
const HOSTILE: &[&str] = &[
    "`",
    "```\n# owned\n```",
    "````` `` `",
    "a | b | c",
    "\\| x",
    "<img src=x onerror=alert(1)>",
    "<!-- meshhook-db-check -->",
    "-->",
    "@everyone @octocat",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "line\nbreak\r\nand\rmore",
    "\u{202e}txt.exe",
    "\u{1b}[31mred\u{0}",
    "~~~\nfence\n~~~",
    "    indented",
    "::error::no",
    "#1 GH-1 https://evil.example www.evil.example",
    "",
];

#[test]
fn the_summary_says_verdict_gate_place_cause_and_what_to_do() {
    let report =
        report(vec![entry(Severity::Error, Some("supabase/rollbacks/1_a.sql"), "index `i` is still there")]);
    insta::assert_snapshot!(report.summary(), @r"
    ## Database check failed: `round-trip`

    | gate | result | time | looked at |
    | --- | --- | ---: | --- |
    | `round-trip` | **FAILED**, 1 error | 1.5 s | `1 migration` |

    **error** `round-trip/rollback-differs` `supabase/rollbacks/1_a.sql:3`

    ```text
    index `i` is still there
    DROP INDEX i;
    hint: add the SQL above
    ```

    The same on your machine: `cargo xtask db check` at `0123456789abcdef0123456789abcdef01234567`. What each finding means: `docs/Database-Migrations.md`.
    ");
    assert_eq!(report.comment(), format!("{MARKER}\n{}", report.summary()));
}

#[test]
fn errors_come_first_and_what_is_not_annotated_is_said() {
    let mut entries = vec![entry(Severity::Note, None, "a note")];
    entries.extend((0..12).map(|i| entry(Severity::Error, None, &format!("error number {i}"))));
    let summary = report(entries).summary();
    assert!(summary.find("error number 0") < summary.find("a note"), "{summary}");
    assert!(
        summary.contains("4 findings have no annotation in the files: GitHub shows 10 a step."),
        "{summary}"
    );
}

/// Reads Markdown as CommonMark does as far as our pages go: what stands outside of code blocks and code spans.
fn outside_of_code(markdown: &str) -> String {
    let mut outside = String::new();
    let mut fence: Option<usize> = None;
    for line in markdown.lines() {
        let run = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(width) if run >= width && line.trim_start_matches('`').is_empty() => fence = None,
            Some(_) => {}
            None if run >= 3 => fence = Some(run),
            None => {
                outside += &without_spans(line);
                outside.push('\n');
            }
        }
    }
    assert_eq!(fence, None, "a code block is not closed:\n{markdown}");
    outside
}

fn without_spans(line: &str) -> String {
    let mut rest = line;
    let mut outside = String::new();
    while let Some(start) = rest.find('`') {
        outside += &rest[..start];
        let width = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let inside = &rest[start + width..];
        let end = inside
            .match_indices('`')
            .map(|(at, _)| at)
            .filter(|at| !inside[..*at].ends_with('`'))
            .find(|at| inside[*at..].len() - inside[*at..].trim_start_matches('`').len() == width);
        let end = end.unwrap_or_else(|| panic!("a code span is not closed: {line}"));
        rest = &inside[end + width..];
    }
    outside + rest
}

#[test]
fn hostile_text_stays_inside_code_wherever_it_comes_in() {
    let plain = outside_of_code(&report(vec![entry(Severity::Error, Some("x"), "x")]).comment());
    for hostile in HOSTILE {
        let mut report = report(vec![Entry {
            kind: (*hostile).to_owned(),
            severity: Severity::Error,
            path: Some((*hostile).to_owned()),
            line: None,
            version: Some((*hostile).to_owned()),
            message: (*hostile).to_owned(),
            details: vec![(*hostile).to_owned()],
            hint: Some((*hostile).to_owned()),
        }]);
        report.gates[0].summary = (*hostile).to_owned();
        report.commit = Some((*hostile).to_owned());
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let outside = outside_of_code(&report.comment());
        assert_eq!(words(&outside), words(&plain), "{hostile:?}:\n{}", report.comment());
        // the table still has four cells a row
        for row in report.comment().lines().filter(|line| line.starts_with("| ")) {
            assert_eq!(row.matches('|').count(), 5, "{row}");
        }
    }
}

#[test]
fn a_gate_with_a_hostile_name_or_error_stays_inside_code() {
    for hostile in HOSTILE.iter().filter(|hostile| !hostile.is_empty()) {
        let mut report = report(Vec::new());
        report.gates[0].gate = (*hostile).to_owned();
        report.gates[0].error = Some((*hostile).to_owned());
        let outside = outside_of_code(&report.comment());
        assert!(
            !outside.contains("owned") && !outside.contains("evil") && !outside.contains('@'),
            "{outside}"
        );
        assert_eq!(outside.matches("<!--").count(), 1, "{outside}");
    }
}

#[test]
fn a_span_is_one_line_and_a_block_is_longer_than_every_fence_in_it() {
    assert_eq!(span("a`b|c\nd", 100), "``a`b¦c d``");
    assert_eq!(span("`a`", 100), "`` `a` ``");
    assert_eq!(span("  ", 100), "");
    assert_eq!(span("äöü", 5), "`ä…`");
    assert_eq!(block("a\r\n```\rb", 100), "````text\na\n```\nb\n````");
    assert_eq!(block("one\ntwo", 5), "```text\none\n… 4 more characters, in report.json\n```");
}

#[test]
fn the_largest_report_fits_and_keeps_verdict_and_table() {
    for filler in ["x", "`", "|", "\u{1}", "ä", "😀", "\n"] {
        let long = filler.repeat(20_000);
        let mut entries: Vec<Entry> = (0..40).map(|_| entry(Severity::Error, Some(&long), &long)).collect();
        entries.push(entry(Severity::Warning, None, &long));
        let mut report = report(entries);
        report.gates[0].gate = long.clone();
        report.gates[0].summary = long.clone();
        report.gates[0].error = Some(long.clone());
        report.commit = Some(long.clone());
        let another = Gate { findings: Vec::new(), ..report.gates[0].clone() };
        report.gates.extend(vec![another; 60]);
        let comment = report.comment();
        assert!(comment.len() <= COMMENT_BYTES, "{filler:?}: {} bytes", comment.len());
        assert!(report.summary().len() <= SUMMARY_BYTES);
        assert!(comment.contains("## Database check failed") && comment.contains("looked at"));
        assert!(comment.contains("more findings are not shown here"), "{filler:?}");
        outside_of_code(&comment);
    }
}

#[test]
fn sarif_has_what_the_standard_and_github_require() {
    let report = report(vec![
        entry(Severity::Warning, None, "no file"),
        entry(Severity::Error, Some("supabase/migrations/1_a.sql"), "see [here](1)"),
    ]);
    let log = sarif(&report);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "meshhook db check");
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "round-trip/rollback-differs");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let results = run["results"].as_array().unwrap();
    let levels: Vec<&str> = results.iter().map(|result| result["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "warning"]);
    let places: Vec<(&str, u64)> = results
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
            let line = place["region"]["startLine"].as_u64().unwrap();
            (place["artifactLocation"]["uri"].as_str().unwrap(), line)
        })
        .collect();
    assert_eq!(places, [("supabase/migrations/1_a.sql", 3), ("supabase/migrations", 1)]);
    assert_eq!(results[0]["message"]["text"], "see [here] (1)\nDROP INDEX i;\nhint: add the SQL above");
    assert_ne!(results[0]["partialFingerprints"], results[1]["partialFingerprints"]);
}

#[test]
fn an_alert_stays_the_same_alert_when_lines_move() {
    let at = |line| {
        let mut moved = entry(Severity::Error, Some("a.sql"), "m");
        moved.line = line;
        sarif(&report(vec![moved]))["runs"][0]["results"][0].clone()
    };
    assert_eq!(at(Some(3))["partialFingerprints"], at(Some(9))["partialFingerprints"]);
    for (line, expected) in [(Some(0), 1), (None, 1), (Some(9), 9), (Some(u64::MAX), i32::MAX as u64)] {
        assert_eq!(at(line)["locations"][0]["physicalLocation"]["region"]["startLine"], expected);
    }
}

#[test]
fn file_names_become_relative_uris_and_never_leave_the_project() {
    let cases = [
        ("supabase/migrations/1_ä b.sql", "supabase/migrations/1_%C3%A4%20b.sql"),
        ("a%2e/x?y#z", "a%252e/x%3Fy%23z"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("./a/./b.sql", "a/b.sql"),
        ("a\\b\n.sql", "a%5Cb%0A.sql"),
        ("../../etc/passwd", "supabase/migrations"),
        ("/etc/passwd", "supabase/migrations"),
        ("", "supabase/migrations"),
    ];
    for (path, expected) in cases {
        let log = sarif(&report(vec![entry(Severity::Error, Some(path), "m")]));
        let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], expected, "{path:?}");
    }
}

#[test]
fn a_gate_that_could_not_be_judged_is_told_in_sarif() {
    let mut report = report(Vec::new());
    report.gates[0].error = Some("no sandbox".into());
    let invocation = &sarif(&report)["runs"][0]["invocations"][0].clone();
    assert_eq!(invocation["executionSuccessful"], false);
    let text = "the gate round-trip could not be judged: no sandbox";
    assert_eq!(invocation["toolExecutionNotifications"][0]["message"]["text"], text);
}

#[test]
fn the_largest_sarif_file_is_below_ten_megabytes_and_keeps_the_errors() {
    let long = "\u{1}".repeat(20_000);
    let mut entries: Vec<Entry> = (0..300).map(|_| entry(Severity::Note, Some("a.sql"), &long)).collect();
    entries.push(entry(Severity::Error, Some("b.sql"), "the error"));
    let report = report(entries);
    assert!(report.sarif().len() < 10_000_000);
    let first = &sarif(&report)["runs"][0]["results"][0];
    assert_eq!(first["level"], "error");
}
