//! Random schemas: slots that each make one thing, and can be made otherwise without the rest noticing.
//!
//! What a slot makes may need what is not there. Postgres says so, and the statement is left out.

mod extras;
mod relations;
mod routines;
mod types;

/// Numbers that look random and are the same for the same seed (SplitMix64).
#[derive(Clone)]
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// Below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

fn mix(seed: u64) -> u64 {
    let z = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// What a slot makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Enum,
    Composite,
    Domain,
    Range,
    Sequence,
    Function,
    Table,
    Column,
    Partition,
    Constraint,
    Index,
    ForeignKey,
    View,
    Materialized,
    Reader,
    Trigger,
    Policy,
    Rule,
    Statistics,
    Setting,
    Comment,
    Grant,
    Deeper,
    Above,
    Published,
    More,
}

/// How many slots there are of each kind, in the order in which they are made.
const SLOTS: &[(What, usize)] = &[
    (What::Enum, 2),
    (What::Composite, 1),
    (What::Domain, 2),
    (What::Range, 1),
    (What::Sequence, 2),
    (What::Function, 3),
    (What::Table, 4),
    (What::Column, 24),
    (What::Partition, 3),
    (What::Constraint, 6),
    (What::Index, 5),
    (What::ForeignKey, 2),
    (What::View, 4),
    (What::Materialized, 1),
    (What::Reader, 2),
    (What::Trigger, 3),
    (What::Policy, 2),
    (What::Rule, 1),
    (What::Statistics, 1),
    (What::Setting, 3),
    (What::Comment, 5),
    (What::Grant, 5),
    // New kinds come last, so that the seeds of those above mean what they meant.
    (What::Deeper, 2),
    (What::Above, 2),
    (What::Published, 1),
    (What::More, 6),
];

/// What makes one thing: each part of it hangs on a seed of its own.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) what: What,
    pub(crate) number: usize,
    pub(crate) there: bool,
    pub(crate) seeds: [u64; 6],
}

impl Slot {
    fn below(&self, part: usize, end: usize) -> usize {
        (self.seeds[part] % end as u64) as usize
    }

    /// One of these; the same one when others come or go.
    fn pick<'t>(&self, part: usize, from: &[&'t str]) -> &'t str {
        let rank = |text: &str| text.bytes().fold(self.seeds[part], |seed, byte| mix(seed ^ u64::from(byte)));
        from.iter().copied().max_by_key(|text| rank(text)).unwrap_or_default()
    }

    fn chance(&self, part: usize, percent: u64) -> bool {
        mix(self.seeds[part] ^ 7) % 100 < percent
    }
}

/// All slots of one schema.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) slots: Vec<Slot>,
}

impl Schema {
    pub(crate) fn random(rng: &mut Rng) -> Schema {
        let mut slots = Vec::new();
        for &(what, count) in SLOTS {
            for number in 0..count {
                let seeds = std::array::from_fn(|_| rng.next());
                slots.push(Slot { what, number, there: rng.below(20) < 17, seeds });
            }
        }
        Schema { slots }
    }

    /// The same with some edits: a thing comes or goes, or a part of one is another.
    pub(crate) fn edited(&self, rng: &mut Rng) -> Schema {
        let mut schema = self.clone();
        for _ in 0..4 + rng.below(10) {
            let slot = rng.below(schema.slots.len());
            let slot = &mut schema.slots[slot];
            if rng.below(3) == 0 {
                slot.there = !slot.there;
            } else {
                slot.seeds[rng.below(6)] = rng.next();
            }
        }
        schema
    }

    /// The statements that make it, of which Postgres may refuse some.
    pub(crate) fn sql(&self) -> Vec<String> {
        let there = self.slots.iter().filter(|slot| slot.there);
        there.flat_map(statements).collect()
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A name; each third one is one that nobody should choose.
fn name(letter: &str, number: usize) -> String {
    let hostile = ["we\"ird", "Order", "a b", "sel'ect", "$x$", "é%s", "back\\slash", "semi;--", "user"];
    let code = number * 31 + usize::from(letter.as_bytes()[0]);
    match code % 3 {
        0 => quoted(&format!("{}{letter}{number}", hostile[code % hostile.len()])),
        _ => format!("{letter}{number}"),
    }
}

fn table(number: usize) -> String {
    name("t", number % 4)
}

fn column(number: usize) -> String {
    name("c", number % 6)
}

fn named(text: &str) -> String {
    let mut text = text.to_owned();
    for (letter, count) in
        [("e", 2), ("d", 2), ("k", 1), ("r", 1), ("f", 3), ("s", 2), ("v", 4), ("t", 4), ("c", 6)]
    {
        for number in 0..count {
            text = text.replace(&format!("{{{letter}{number}}}"), &name(letter, number));
        }
    }
    text
}

/// Expressions over the columns that the table may have.
const CONDITIONS: &[&str] = &[
    "{c0} IS NOT NULL",
    "length({c1}::text) > 3",
    "{c2}::text <> 'it''s'",
    "{c0} > {c0}",
    "id > 0",
    "id BETWEEN 1 AND 9",
    "{f0}(id) > 0",
    "{c3} IS DISTINCT FROM {c4}",
    "coalesce({c5}::text, '') <> ''",
    "{c1} IN ('a', 'b')",
    "{c2} = ANY (ARRAY['low'::{e0}, 'high'::{e0}])",
    "{c0} = 'low'",
];

fn condition(slot: &Slot, part: usize) -> String {
    named(slot.pick(part, CONDITIONS))
}

fn statements(slot: &Slot) -> Vec<String> {
    match slot.what {
        What::Deeper | What::Above | What::Published | What::More => extras::more(slot),
        What::Enum | What::Composite | What::Domain | What::Range | What::Sequence => types::types(slot),
        What::Function | What::Reader => routines::functions(slot),
        What::Table | What::Column | What::Partition => relations::tables(slot),
        What::Constraint | What::Index | What::ForeignKey | What::Statistics => relations::keys(slot),
        What::View | What::Materialized | What::Rule => relations::views(slot),
        What::Trigger | What::Policy => routines::watchers(slot),
        What::Setting | What::Comment | What::Grant => extras::extras(slot),
    }
}
