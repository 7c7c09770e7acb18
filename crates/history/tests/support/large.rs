//! A repository with more migrations than anybody has.

#![allow(clippy::unwrap_used, reason = "a test that cannot make its repository has to stop")]

use std::fmt::Write;

use crate::support::{Repo, down, fast_import, up};

const TOGETHER: usize = 100;

/// Versions as seconds of some days: `20200101000000` and on, ascending.
pub(crate) fn version(number: usize) -> i64 {
    20_200_101_000_000 + i64::try_from(number).unwrap()
}

/// `main` with `count` migrations and rollbacks, and one commit for each of them. A hundred land at a time, and
/// the other commits touch a file elsewhere: writing so large a folder anew 10,000 times takes minutes.
pub(crate) fn repository(count: usize) -> Repo {
    let mut stream = String::new();
    for number in 0..count {
        writeln!(
            stream,
            "commit refs/heads/main\ncommitter Ada <ada@example.org> {} +0000",
            1_600_000_000 + number
        )
        .unwrap();
        data(&mut stream, &format!("Step {number}"));
        writeln!(stream, "M 100644 inline README.md").unwrap();
        data(&mut stream, &format!("{number}"));
        if number % TOGETHER == 0 {
            (number..(number + TOGETHER).min(count)).for_each(|number| migration(&mut stream, number));
        }
    }
    let repo = Repo::empty();
    fast_import(&repo, stream.as_bytes(), "main");
    repo.git(&["switch", "--quiet", "--create", "work"]);
    repo
}

/// The summary of the commit that shipped a migration.
pub(crate) fn summary(number: usize) -> String {
    format!("Step {}", number / TOGETHER * TOGETHER)
}

fn migration(stream: &mut String, number: usize) {
    let stem = format!("{}_step", version(number));
    writeln!(stream, "M 100644 inline {}", up(&stem)).unwrap();
    data(stream, &format!("create table if not exists public.step_{number} (id bigint primary key);\n"));
    writeln!(stream, "M 100644 inline {}", down(&stem)).unwrap();
    data(stream, &format!("drop table if exists public.step_{number};\n"));
}

fn data(stream: &mut String, text: &str) {
    writeln!(stream, "data {}\n{text}", text.len()).unwrap();
}
