//! Settings, comments, rights, and what is seldom.

use super::{Slot, What, column, condition, name, table};

pub(super) fn extras(slot: &Slot) -> Vec<String> {
    let number = slot.number;
    let on = table(slot.below(0, 4));
    let one = column(slot.below(1, 6));
    match slot.what {
        What::Setting => vec![match slot.below(2, 5) {
            0 => format!("ALTER TABLE {on} REPLICA IDENTITY FULL"),
            1 => format!("ALTER TABLE {on} ALTER COLUMN {one} SET STATISTICS {}", 10 + slot.below(3, 3)),
            2 => format!("ALTER TABLE {on} ALTER COLUMN {one} SET STORAGE EXTERNAL"),
            3 => format!("ALTER TABLE {on} CLUSTER ON {}", name("i", slot.below(3, 5))),
            _ => format!("ALTER TABLE {on} SET (autovacuum_enabled = {})", slot.chance(4, 50)),
        }],
        What::Comment => {
            let what = match slot.below(2, 8) {
                0 => format!("TABLE {on}"),
                1 | 2 => format!("COLUMN {on}.{one}"),
                3 => format!("INDEX {}", name("i", slot.below(3, 5))),
                4 => format!("VIEW {}", name("v", slot.below(3, 4))),
                5 => format!("CONSTRAINT {} ON {on}", name("n", slot.below(3, 6))),
                6 => format!("FUNCTION {}", name("f", slot.below(3, 3))),
                _ => format!("TYPE {}", name("e", slot.below(3, 2))),
            };
            vec![format!(
                "COMMENT ON {what} IS 'Comment {number} with ''quotes'' and {}'",
                slot.pick(4, &["a", "b\\n", ";--"])
            )]
        }
        _ => {
            let (role, option) = (
                slot.pick(3, &["reader", "writer", "PUBLIC"]),
                if slot.chance(4, 15) { " WITH GRANT OPTION" } else { "" },
            );
            let what = match slot.below(2, 8) {
                0 | 1 => format!("SELECT, INSERT ON {on}"),
                2 => format!("UPDATE ({one}) ON {on}"),
                3 => format!("EXECUTE ON FUNCTION {}", name("f", slot.below(5, 3))),
                4 => format!("SELECT ON {}", name("v", slot.below(5, 4))),
                5 => format!("USAGE ON SEQUENCE {}", name("s", slot.below(5, 2))),
                6 => format!("USAGE ON TYPE {}", name("e", slot.below(5, 2))),
                _ => {
                    return vec![format!(
                        "REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC",
                        name("f", slot.below(5, 3))
                    )];
                }
            };
            vec![format!("GRANT {what} TO {role}{option}")]
        }
    }
}

/// Sub-partitions, views on views, publications, and whatever else is seldom.
pub(super) fn more(slot: &Slot) -> Vec<String> {
    let number = slot.number;
    let on = table(slot.below(0, 4));
    let one = column(slot.below(1, 6));
    match slot.what {
        What::Deeper => deeper(slot),
        What::Above => {
            let (view, own) = (name("v", slot.below(0, 4)), name("w", number));
            vec![match slot.below(1, 4) {
                0 => format!("CREATE VIEW {own} AS SELECT * FROM {view}"),
                1 => format!(
                    "CREATE VIEW {own} AS SELECT x FROM (SELECT id AS x FROM {view}) y WHERE x IS NOT NULL"
                ),
                2 => format!("CREATE MATERIALIZED VIEW {own} AS SELECT id FROM {view} WITH NO DATA"),
                _ => format!(
                    "CREATE FUNCTION {own}() RETURNS bigint BEGIN ATOMIC SELECT count(id) FROM {view}; END"
                ),
            }]
        }
        What::Published => {
            let own = name("b", number);
            let filter = if slot.chance(2, 30) {
                format!(" WHERE (id > {})", slot.below(3, 9))
            } else {
                String::new()
            };
            vec![
                format!(
                    "CREATE PUBLICATION {own} WITH (publish = '{}')",
                    slot.pick(4, &["insert", "insert, update", "delete"])
                ),
                format!("ALTER PUBLICATION {own} ADD TABLE {on}{filter}"),
                format!("ALTER PUBLICATION {own} ADD TABLE {}", table(slot.below(5, 4))),
            ]
        }
        _ => vec![match slot.below(2, 13) {
            0 => format!(
                "ALTER VIEW {} ALTER COLUMN id SET DEFAULT {}",
                name("v", slot.below(3, 4)),
                slot.below(4, 3)
            ),
            1 => format!("ALTER TABLE {on} FORCE ROW LEVEL SECURITY"),
            2 => format!("ALTER DOMAIN {} SET NOT NULL", name("d", slot.below(3, 2))),
            3 => format!(
                "ALTER DOMAIN {} ADD CONSTRAINT {} CHECK (VALUE IS NOT NULL) NOT VALID",
                name("d", slot.below(3, 2)),
                name("n", 9)
            ),
            4 => format!(
                "CREATE STATISTICS {} (ndistinct) ON {one}, id, (id::text) FROM {on}",
                name("x", 5 + number)
            ),
            5 => format!("ALTER TABLE {on} ALTER COLUMN {one} SET NOT NULL"),
            6 => format!(
                "COMMENT ON TRIGGER {} ON {on} IS 'watch {}'",
                name("z", slot.below(3, 3)),
                slot.below(4, 3)
            ),
            7 => format!(
                "COMMENT ON POLICY {} ON {on} IS 'who {}'",
                name("o", slot.below(3, 2)),
                slot.below(4, 3)
            ),
            8 => format!("COMMENT ON MATERIALIZED VIEW {} IS 'kept {}'", name("m", 0), slot.below(4, 3)),
            9 => format!("ALTER TABLE {on} OWNER TO keeper"),
            10 => {
                format!("ALTER FUNCTION {} SET search_path = pg_catalog, public", name("f", slot.below(3, 3)))
            }
            11 => format!(
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {}",
                slot.pick(3, &["reader", "writer"])
            ),
            _ => format!("ALTER TABLE {on} ENABLE ALWAYS TRIGGER {}", name("z", slot.below(3, 3))),
        }],
    }
}

/// A partition that is partitioned in turn, with an index, a check or a default of its own.
fn deeper(slot: &Slot) -> Vec<String> {
    let (number, own, top) = (slot.number, name("u", slot.number), table(3));
    let leaf = name("l", number);
    let key = slot.pick(0, &["RANGE (id)", "LIST (id)", "HASH (id)"]);
    let bounds = [
        format!("FOR VALUES FROM ({0}00) TO ({0}50)", number + 1),
        format!("FOR VALUES IN ({0}00, {0}01)", number + 1),
    ];
    let mut all: Vec<String> = bounds
        .iter()
        .map(|bound| format!("CREATE TABLE {own} PARTITION OF {top} {bound} PARTITION BY {key}"))
        .collect();
    let below = ["DEFAULT".to_owned(), "FOR VALUES WITH (MODULUS 2, REMAINDER 0)".to_owned()];
    all.extend(below.iter().map(|bound| format!("CREATE TABLE {leaf} PARTITION OF {own} {bound}")));
    let one = column(slot.below(1, 6));
    all.push(match slot.below(2, 4) {
        0 => format!("CREATE INDEX {} ON {own} ({one})", name("i", 7 + number)),
        1 => format!(
            "ALTER TABLE {own} ADD CONSTRAINT {} CHECK ({})",
            name("n", 7 + number),
            condition(slot, 3)
        ),
        2 => format!("ALTER TABLE {leaf} ALTER COLUMN {one} SET DEFAULT NULL"),
        _ => format!("ALTER TABLE {own} ALTER COLUMN {one} SET NOT NULL"),
    });
    all
}
