//! Types and sequences.

use super::{Slot, What, column, mix, name, named, table};

pub(super) const TYPES: &[&str] = &[
    "integer",
    "bigint",
    "smallint",
    "text",
    "varchar(20)",
    "varchar(40)",
    "numeric",
    "numeric(8,2)",
    "boolean",
    "timestamptz",
    "date",
    "uuid",
    "jsonb",
    "bytea",
    "integer[]",
    "text[]",
    "char(3)",
    "interval",
    "inet",
    "{e0}",
    "{e1}",
    "{e0}[]",
    "{d0}",
    "{d1}",
    "{k0}",
    "{r0}",
    "double precision",
    "timestamp(3)",
];

pub(super) fn type_of(slot: &Slot, part: usize) -> String {
    named(slot.pick(part, TYPES))
}

pub(super) fn types(slot: &Slot) -> Vec<String> {
    let number = slot.number;
    match slot.what {
        What::Enum => {
            let labels = ["low", "it's", "high", "Top \"x\"", "mid"];
            let wanted =
                labels.iter().enumerate().filter(|(at, _)| !slot.seeds[at % 6].is_multiple_of(4) || *at == 0);
            let wanted: Vec<String> =
                wanted.map(|(_, label)| format!("'{}'", label.replace('\'', "''"))).collect();
            vec![format!("CREATE TYPE {} AS ENUM ({})", name("e", number), wanted.join(", "))]
        }
        What::Composite => {
            let attributes: Vec<String> = (0..2 + slot.below(0, 2))
                .map(|at| format!("{} {}", name("a", at), named(slot.pick(at + 1, &TYPES[..22]))))
                .collect();
            vec![format!("CREATE TYPE {} AS ({})", name("k", number), attributes.join(", "))]
        }
        What::Domain => {
            let base =
                named(slot.pick(0, &["integer", "text", "numeric(8,2)", "{e0}", "varchar(10)", "integer[]"]));
            let default = if slot.chance(1, 20) { " DEFAULT NULL" } else { "" };
            let not_null = if slot.chance(2, 20) { " NOT NULL" } else { "" };
            let check = slot
                .pick(3, &["", " CHECK (VALUE::text <> 'x')", " CONSTRAINT fine CHECK (VALUE IS NOT NULL)"]);
            vec![format!("CREATE DOMAIN {} AS {base}{default}{not_null}{check}", name("d", number))]
        }
        What::Range => {
            let subtype = slot.pick(0, &["integer", "numeric", "date", "text"]);
            vec![format!("CREATE TYPE {} AS RANGE (subtype = {subtype})", name("r", number))]
        }
        _ => {
            let kind = slot.pick(0, &["integer", "bigint", "smallint"]);
            let more = slot.pick(
                1,
                &["", " INCREMENT BY 5", " START WITH 10 MINVALUE 2", " CYCLE CACHE 3", " MAXVALUE 100"],
            );
            let owner = if slot.chance(2, 30) {
                format!(" OWNED BY {}.{}", table(number), column(number))
            } else {
                String::new()
            };
            let own = name("s", number);
            let mut all = vec![format!("CREATE SEQUENCE {own} AS {kind}{more}")];
            if !owner.is_empty() {
                all.push(format!("ALTER SEQUENCE {own}{owner}"));
            }
            all
        }
    }
}
