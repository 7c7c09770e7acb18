//! The checkouts that are deployed: two old migrations, and five new ones in several variants.

use std::fs;
use std::path::{Path, PathBuf};

use meshhook_deploy::Segments;

/// Name, up, rollback.
type File = (&'static str, &'static str, &'static str);

/// What production has already: rows, and a pair of accounts with the same address.
const OLD: [File; 2] = [
    (
        "1_accounts",
        "create table public.accounts (id int primary key, email text not null, plan text);
         insert into public.accounts
         select i, 'user' || least(i, 39) || '@example.org', case when i % 3 > 0 then 'paid' end
         from generate_series(1, 40) as i;",
        "drop table public.accounts;",
    ),
    (
        "2_events",
        "create table public.events (id int primary key, account int not null references public.accounts, note text);
         insert into public.events select i, 1 + i % 40, 'note ' || i from generate_series(1, 200) as i;",
        "drop table public.events;",
    ),
];

const TAGS: File = (
    "11_tags",
    "create table public.tags (id int primary key, name text not null unique);
     insert into public.tags values (1, 'new'), (2, 'hot'), (3, 'cold');",
    "drop table public.tags;",
);

const BACKFILL: File = (
    "12_display_name",
    "alter table public.accounts add column display_name text;
     update public.accounts set display_name = split_part(email, '@', 1);
     alter table public.accounts alter column display_name set not null;",
    "alter table public.accounts drop column display_name;",
);

const ONE_WAY: File = (BACKFILL.0, BACKFILL.1, "-- irreversible: the old names are not kept");

/// Statement by statement; the index is built without a transaction.
const ALONE: File = (
    "13_kinds",
    "-- no-transaction
alter table public.events add column kind text not null default 'web';
create index concurrently if not exists bad_day_index on public.events (kind);
insert into public.tags values (10, 'kinds');",
    "-- no-transaction
delete from public.tags where id = 10;
drop index concurrently if exists public.bad_day_index;
alter table public.events drop column if exists kind;",
);

/// Half of it is done when the rows that are there make it fail, and an invalid index is left.
const ALONE_FAILS: File = (
    "13_kinds",
    "-- no-transaction
alter table public.events add column kind text not null default 'web';
create unique index concurrently bad_day_index on public.accounts (email);
insert into public.tags values (10, 'kinds');",
    ALONE.2,
);

const INVOICES: File = (
    "14_invoices",
    "create table public.invoices (id int primary key, account int not null references public.accounts, cents bigint);
     insert into public.invoices select id, id, id * 100 from public.accounts;
     create view public.account_totals as select account, sum(cents) as cents from public.invoices group by account;",
    "drop view public.account_totals; drop table public.invoices;",
);

const PLANS: File = (
    "15_plans",
    "update public.accounts set plan = 'free' where plan is null;
     alter table public.accounts alter column plan set default 'free', alter column plan set not null;
     alter table public.accounts add constraint known_plan check (plan in ('free', 'paid'));",
    "alter table public.accounts drop constraint known_plan;
     alter table public.accounts alter column plan drop default, alter column plan drop not null;
     update public.accounts set plan = null where plan = 'free';",
);

/// Fails on the rows that are there, after the others were committed.
const UNIQUE: File = (
    "15_unique",
    "create unique index accounts_email on public.accounts (email);",
    "drop index accounts_email;",
);

/// The index that is built, or is left invalid, outside of every transaction.
pub(crate) const INDEX: &str = "bad_day_index";

/// One way to deploy the five.
#[derive(Debug, Clone)]
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    pub(crate) checkout: PathBuf,
    pub(crate) segments: Segments,
    /// Whether it can succeed.
    pub(crate) good: bool,
    /// A migration that cannot be taken back, and may be applied all the same.
    pub(crate) one_way: Option<i64>,
    /// The script without a transaction, and its way back.
    pub(crate) alone: (&'static str, &'static str),
}

/// Writes all checkouts; that of the old state, and the variants.
pub(crate) fn write(root: &Path) -> (Variant, Vec<Variant>) {
    let variant = |name, files: &[File], segments, good, one_way| {
        let checkout = root.join(name);
        for file in OLD.iter().chain(files) {
            for (folder, sql) in [("migrations", file.1), ("rollbacks", file.2)] {
                let folder = checkout.join("supabase").join(folder);
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join(format!("{}.sql", file.0)), sql).unwrap();
            }
        }
        let alone =
            files.iter().find(|file| file.0 == ALONE.0).map_or((ALONE.1, ALONE.2), |file| (file.1, file.2));
        Variant { name, checkout, segments, good, one_way, alone }
    };
    let old = variant("old", &[], Segments::Joined, true, None);
    let good = [TAGS, BACKFILL, ALONE, INVOICES, PLANS];
    let fails = [TAGS, BACKFILL, ALONE, INVOICES, UNIQUE];
    let variants = vec![
        variant("good", &good, Segments::Joined, true, None),
        variant("fails", &fails, Segments::Joined, false, None),
        variant("good-each", &good, Segments::PerMigration, true, None),
        variant("fails-each", &fails, Segments::PerMigration, false, None),
        variant("half", &[TAGS, BACKFILL, ALONE_FAILS, INVOICES, PLANS], Segments::Joined, false, None),
        variant("one-way", &[TAGS, ONE_WAY, ALONE, INVOICES, PLANS], Segments::Joined, true, Some(12)),
    ];
    (old, variants)
}
