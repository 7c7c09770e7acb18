//! A catalog as a Mermaid diagram.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::BTreeSet;

use meshhook_sandbox::testing::servers;
use meshhook_sandbox::{Database, Server};
use meshhook_schema::graph::{Diagram, Mark};
use meshhook_schema::{Catalog, Scope};
use sqlx::{AssertSqlSafe, Executor};

const SHOP: &str = r#"
CREATE TABLE public.users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, born date);
CREATE TABLE public.profiles (user_id bigint PRIMARY KEY REFERENCES public.users, photo bytea);
CREATE TABLE public.orders (
    id bigint PRIMARY KEY,
    buyer bigint NOT NULL REFERENCES public.users,
    seller bigint REFERENCES public.users,
    total numeric(10,2) NOT NULL,
    placed_at timestamp(3) with time zone
) ;
CREATE TABLE public.lines (
    order_id bigint NOT NULL REFERENCES public.orders,
    number int NOT NULL,
    PRIMARY KEY (order_id, number)
);
CREATE TABLE public.events (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE public.events_2026 PARTITION OF public.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE public.badges (code text, owner bigint REFERENCES public.users);
CREATE UNIQUE INDEX ON public.badges (owner);
CREATE UNIQUE INDEX ON public.badges (code) WHERE owner IS NULL;
CREATE VIEW public.sales AS SELECT o.id, u.email FROM public.orders o JOIN public.users u ON u.id = o.seller;
"#;

const HOSTILE: &str = r#"
CREATE SCHEMA "my ""app""%%{init}";
CREATE TYPE public."odd, type" AS ENUM ('a');
CREATE TABLE "my ""app""%%{init}"."tab`le] { x
y" ("pk" int PRIMARY KEY, "a ""b"" \c" public."odd, type"[], "größe" text, "1st" int, "%%" int);
CREATE TABLE public."a.b" (id int REFERENCES "my ""app""%%{init}"."tab`le] { x
y", "UK" int UNIQUE, CONSTRAINT "fk "" : %%" FOREIGN KEY ("UK") REFERENCES "my ""app""%%{init}"."tab`le] { x
y");
CREATE TABLE public.empty ();
CREATE SCHEMA a;
CREATE TABLE a.b (id int);
"#;

async fn catalog(server: &Server, scripts: &[&str]) -> Catalog {
    let database: Database = server.create_bare().await.unwrap();
    let mut connection = database.connect().await.unwrap();
    for script in scripts {
        connection.execute(sqlx::raw_sql(AssertSqlSafe((*script).to_owned()))).await.unwrap();
    }
    Catalog::read(&mut connection, &Scope::everything().with_dependencies()).await.unwrap()
}

#[tokio::test]
async fn tables_columns_keys_and_cardinalities_are_drawn() {
    for server in servers().await {
        let catalog = catalog(&server, &[SHOP]).await;
        assert_eq!(
            Diagram::of(&catalog, true).mermaid(),
            include_str!("graph/shop.mmd"),
            "{}",
            server.describe()
        );
        let without = Diagram::of(&catalog, false);
        assert!(without.find("sales").is_empty() && without.find("events_2026").is_empty());
        assert_eq!(without.find("orders"), without.find("public.orders"));
    }
}

#[tokio::test]
async fn hostile_names_leave_the_diagram_valid() {
    for server in servers().await {
        let catalog = catalog(&server, &[HOSTILE]).await;
        let text = Diagram::of(&catalog, false).mermaid();
        assert_eq!(text, include_str!("graph/hostile.mmd"), "{}", server.describe());
        well_formed(&text);
    }
}

/// As far as the grammar goes for what is written: quotes in pairs, words between them, one thing a line.
fn well_formed(text: &str) {
    let mut open = false;
    for line in text.lines().skip(1) {
        assert_eq!(line.matches('"').count() % 2, 0, "{line}");
        let outside: String = line.split('"').step_by(2).collect();
        if open && line.trim() == "}" {
            open = false;
        } else if open {
            let mut words = outside.split_whitespace();
            for _ in 0..2 {
                let word = words.next().unwrap();
                assert!(word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'), "{line}");
                assert!(word.chars().all(|c| c.is_ascii_alphanumeric() || "_-[]()".contains(c)), "{line}");
                assert!(!["pk", "fk", "uk"].contains(&word.to_lowercase().as_str()), "{line}");
            }
            assert!(words.all(|word| ["PK", "FK", "UK"].contains(&word.trim_end_matches(','))), "{line}");
        } else {
            open = outside.ends_with('{') && !outside.contains("--");
            assert!(!line.contains('%') && !line.contains('\\'), "{line}");
        }
    }
    assert!(!open, "{text}");
}

#[tokio::test]
async fn what_differs_is_marked_and_shown_with_its_neighbours() {
    const CHANGE: &str = "ALTER TABLE public.orders ADD COLUMN note text; ALTER TABLE public.orders DROP COLUMN placed_at; \
        ALTER TABLE public.orders ALTER COLUMN total SET DEFAULT 0; \
        CREATE TABLE public.refunds (order_id bigint NOT NULL UNIQUE REFERENCES public.orders); \
        DROP TABLE public.badges; ALTER TABLE public.orders DROP CONSTRAINT orders_seller_fkey";
    for server in servers().await {
        let (before, after) = (catalog(&server, &[SHOP]).await, catalog(&server, &[SHOP, CHANGE]).await);
        let diagram = Diagram::changed(&before, &after, false);
        assert_eq!(diagram.mermaid(), include_str!("graph/changed.mmd"), "{}", server.describe());
        assert_eq!(Diagram::changed(&after, &after, true), Diagram::default());
        let back = Diagram::changed(&after, &before, false);
        let marks: BTreeSet<Mark> = back.entities.values().map(|entity| entity.mark).collect();
        assert_eq!(marks, BTreeSet::from([Mark::Same, Mark::New, Mark::Changed, Mark::Gone]));
    }
}

#[tokio::test]
async fn a_part_can_be_asked_for() {
    for server in servers().await {
        let catalog = catalog(&server, &[SHOP, HOSTILE]).await;
        let names = |diagram: &Diagram| {
            diagram.entities.keys().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        let whole = Diagram::of(&catalog, false);
        let around = |steps| {
            let mut part = whole.clone();
            part.keep_around(whole.find("lines").into_iter().collect(), steps);
            names(&part)
        };
        assert_eq!(around(0), "public.lines");
        assert_eq!(around(1), "public.lines public.orders");
        assert_eq!(around(2), "public.lines public.orders public.users");
        assert_eq!(around(9), "public.badges public.lines public.orders public.profiles public.users");
        let mut own = whole.clone();
        assert!(own.keep_schema("a"));
        assert_eq!(names(&own), "a.b");
        assert!(!own.keep_schema("nobody"));
        assert_eq!(whole.find("a.b").len(), 2, "a table of a schema, and one with a dot in its name");
    }
}
