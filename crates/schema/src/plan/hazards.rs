//! What each statement costs, by what Postgres's manual says of the locks of its form.
//!
//! The rules say what only they know: which values go, which type makes Postgres write the rows again. What the form of
//! a statement says by itself is added here, for relations that are there before the plan.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Hazard, Statement, Step, Verb};
use crate::identity::{Identity, Kind};

mod breaks;
mod volatile;

const EXCLUSIVE: &str = "ACCESS EXCLUSIVE";
const ROWS: &str = "SHARE ROW EXCLUSIVE";
const GENTLE: &str = "SHARE UPDATE EXCLUSIVE";

/// Adds to every statement what it costs.
pub(super) fn add(context: &Context<'_>, steps: &mut [Step]) {
    let kin = Kin::new(context);
    for step in steps {
        let (object, verb, replaces) = (step.object.clone(), step.verb, step.replaces);
        for (at, statement) in step.statements.iter_mut().enumerate() {
            let of = Of { context, kin: &kin, object: &object, verb };
            of.locks(statement);
            of.scans(statement);
            if at == 0 {
                let why = breaks::why(context, &object, verb, replaces);
                statement.hazards.extend(why.into_iter().map(|why| Hazard::BreaksRunningCode { why }));
            }
            let mut seen = BTreeSet::new();
            statement.hazards.retain(|hazard| seen.insert(hazard.clone()));
        }
    }
}

/// Who hangs on whom in the old catalog, looked up once.
struct Kin<'a> {
    tables: BTreeMap<String, &'a Identity>,
    children: BTreeMap<&'a str, Vec<&'a Identity>>,
    keys: BTreeMap<&'a Identity, Vec<&'a Identity>>,
}

impl<'a> Kin<'a> {
    fn new(context: &Context<'a>) -> Kin<'a> {
        let mut kin = Kin { tables: BTreeMap::new(), children: BTreeMap::new(), keys: BTreeMap::new() };
        for (identity, fact) in context.from.facts() {
            if matches!(identity.kind, Kind::Table | Kind::ForeignTable) {
                kin.tables.insert(identity.name.sql(), identity);
                for parent in fact.list("parents") {
                    kin.children.entry(parent).or_default().push(identity);
                }
            }
            if let (Kind::Constraint, Some(table)) = (identity.kind, identity.parent.as_deref()) {
                kin.keys.entry(table).or_default().push(identity);
            }
        }
        kin
    }
}

struct Of<'c, 'a> {
    context: &'c Context<'a>,
    kin: &'c Kin<'a>,
    object: &'c Identity,
    verb: Verb,
}

impl Of<'_, '_> {
    fn lock(&self, statement: &mut Statement, on: &Identity, mode: &'static str) {
        let relation = matches!(
            on.kind,
            Kind::Table
                | Kind::ForeignTable
                | Kind::View
                | Kind::MaterializedView
                | Kind::Sequence
                | Kind::Index
                | Kind::Composite
        );
        if !relation || self.context.from.get(on).is_none() {
            return;
        }
        if self.context.is_made(on) && self.verb != Verb::Drop {
            return;
        }
        let known = statement
            .hazards
            .iter()
            .any(|hazard| matches!(hazard, Hazard::Lock { table, .. } if table == on));
        if !known {
            statement.hazards.push(Hazard::Lock { table: on.clone(), mode });
        }
    }

    fn locks(&self, statement: &mut Statement) {
        let sql = statement.sql.clone();
        let root = self.object.root().clone();
        let has = |words: &str| sql.contains(words);
        match self.object.kind {
            Kind::Table | Kind::ForeignTable if self.verb == Verb::Create => self.made(statement, &sql),
            Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView
                if self.verb == Verb::Drop =>
            {
                self.lock(statement, &root, EXCLUSIVE);
                self.referenced_by_foreign_keys(statement);
                self.above(statement, EXCLUSIVE);
            }
            Kind::Comment | Kind::SecurityLabel => {
                let on = self.object.parent.as_deref().unwrap_or(&root);
                let on = if matches!(on.kind, Kind::Index) { on } else { &root };
                self.lock(statement, on, GENTLE);
            }
            Kind::Grant => {}
            Kind::Statistics | Kind::PublicationTable => {
                let table = self.context.from.needs(self.object).chain(self.context.to.needs(self.object));
                for table in table.map(Identity::root).cloned().collect::<BTreeSet<_>>() {
                    self.lock(statement, &table, GENTLE);
                }
            }
            Kind::Index if self.verb == Verb::Create && has("CREATE ") => {
                self.lock(statement, &root, "SHARE");
            }
            Kind::Index if self.verb == Verb::Drop && has("DROP INDEX") => {
                self.lock(statement, &root, EXCLUSIVE);
                self.lock(statement, self.object, EXCLUSIVE);
            }
            Kind::Index | Kind::Constraint if has("ALTER INDEX ") => self.index(statement, &sql),
            Kind::Trigger if has("CREATE ") || has(" TRIGGER ") && !has("DROP TRIGGER") => {
                self.lock(statement, &root, ROWS)
            }
            Kind::Sequence => {
                self.lock(statement, &root, if has(" OWNER TO ") || has("DROP ") { EXCLUSIVE } else { ROWS })
            }
            Kind::Domain if has(" CHECK ") || has("SET NOT NULL") || has("VALIDATE") => {
                self.users(statement, "SHARE");
            }
            Kind::Domain | Kind::Enum | Kind::Range | Kind::BaseType => {}
            Kind::Composite => {}
            _ if root.kind == Kind::Domain
                && (self.verb == Verb::Create && !has("NOT VALID") || has("VALIDATE")) =>
            {
                self.users(statement, "SHARE");
            }
            _ if root.kind == Kind::Domain => {}
            _ if has("ALTER TABLE")
                || has("ALTER FOREIGN TABLE")
                || has("ALTER VIEW")
                || has("ALTER MATERIALIZED VIEW") =>
            {
                self.altered(statement, &sql)
            }
            Kind::Trigger | Kind::Policy | Kind::Rule => self.lock(statement, &root, EXCLUSIVE),
            Kind::View | Kind::MaterializedView => self.lock(statement, &root, EXCLUSIVE),
            _ => {}
        }
    }

    /// CREATE TABLE touches what it inherits from, and what it refers to.
    fn made(&self, statement: &mut Statement, sql: &str) {
        let partition = sql.contains(" PARTITION OF ");
        self.above(statement, if partition { EXCLUSIVE } else { GENTLE });
        if sql.contains(" REFERENCES ") {
            let keys: Vec<Identity> =
                self.context.has.get(self.object).into_iter().flatten().copied().cloned().collect();
            for key in keys {
                self.referenced(statement, &key);
            }
        }
    }

    /// What a table inherits from.
    fn above(&self, statement: &mut Statement, mode: &'static str) {
        let root = self.object.root();
        let fact = |catalog: &crate::Catalog| catalog.get(root).map(|fact| fact.list("parents").to_vec());
        let parents = [fact(self.context.from), fact(self.context.to)].into_iter().flatten().flatten();
        for parent in parents.collect::<BTreeSet<String>>() {
            if let Some(table) = self.kin.tables.get(&parent) {
                self.lock(statement, table, mode);
            }
        }
    }

    /// The tables that a foreign key refers to.
    fn referenced(&self, statement: &mut Statement, key: &Identity) {
        for catalog in [self.context.to, self.context.from] {
            let foreign = catalog.get(key).is_some_and(|fact| fact.text("type") == "foreign key");
            if !foreign {
                continue;
            }
            let mode = if self.verb == Verb::Drop { EXCLUSIVE } else { ROWS };
            let tables: BTreeSet<Identity> = catalog.needs(key).map(|needed| needed.root().clone()).collect();
            for table in tables {
                self.lock(statement, &table, mode);
            }
        }
    }

    /// The tables at the other end of a dropped table's foreign keys.
    fn referenced_by_foreign_keys(&self, statement: &mut Statement) {
        for key in self.kin.keys.get(self.object).into_iter().flatten() {
            self.referenced(statement, key);
        }
    }

    /// The tables whose columns are of a type.
    fn users(&self, statement: &mut Statement, mode: &'static str) {
        let root = self.object.root();
        let tables: BTreeSet<Identity> = self
            .context
            .needed_by(root)
            .filter(|user| user.kind == Kind::Column)
            .map(|column| column.root().clone())
            .collect();
        for table in tables {
            self.lock(statement, &table, mode);
            statement.hazards.push(Hazard::FullScan { table });
        }
    }

    fn index(&self, statement: &mut Statement, sql: &str) {
        let heavy =
            [" ATTACH PARTITION ", " SET TABLESPACE ", " OWNER TO "].iter().any(|words| sql.contains(words));
        let mode = if heavy || !gentle_options(sql) { EXCLUSIVE } else { GENTLE };
        self.lock(statement, &self.object.clone(), mode);
        let above = self.context.to.get(self.object).and_then(|fact| fact.inherited_from.clone());
        if let Some(above) = above.filter(|_| sql.contains(" ATTACH PARTITION ")) {
            self.lock(statement, &above, GENTLE);
        }
    }

    /// ALTER TABLE and its kin, by what they alter.
    fn altered(&self, statement: &mut Statement, sql: &str) {
        let root = self.object.root().clone();
        let has = |words: &str| sql.contains(words);
        let gentle = has(" VALIDATE CONSTRAINT ")
            || has(" SET STATISTICS ")
            || has(" CLUSTER ON ")
            || has(" SET WITHOUT CLUSTER")
            || (has(" SET (") || has(" RESET (")) && gentle_options(sql);
        let foreign = has(" FOREIGN KEY ") || has(" REFERENCES ");
        if has(" ATTACH PARTITION ") || has(" DETACH PARTITION ") {
            self.lock(statement, &root, EXCLUSIVE);
            self.above(statement, if has(" ATTACH ") { GENTLE } else { EXCLUSIVE });
            if has(" ATTACH ") {
                statement.hazards.push(Hazard::FullScan { table: root });
            }
            return;
        }
        let mode = match () {
            () if gentle => GENTLE,
            () if foreign && has(" ADD CONSTRAINT ") => ROWS,
            () if has("ABLE TRIGGER ") || has("REPLICA TRIGGER ") || has("ALWAYS TRIGGER ") => ROWS,
            () => EXCLUSIVE,
        };
        self.lock(statement, &root, mode);
        if has(" INHERIT ") && !has(" NO INHERIT ") {
            self.above(statement, GENTLE);
        }
        if self.object.kind == Kind::Constraint
            && (has(" ADD ") || has(" DROP ") || has(" ALTER CONSTRAINT "))
        {
            self.referenced(statement, self.object);
        }
        if has(" DROP COLUMN ") {
            let keys = self.context.needed_by(self.object).filter(|key| key.kind == Kind::Constraint);
            for key in keys.cloned().collect::<Vec<_>>() {
                self.referenced(statement, &key);
            }
        }
        if !has(" ONLY ") {
            self.below(statement, &root, mode);
        }
    }

    /// The children of a table, which are altered with it.
    fn below(&self, statement: &mut Statement, table: &Identity, mode: &'static str) {
        for child in self.kin.children.get(&*table.name.sql()).into_iter().flatten() {
            self.lock(statement, child, mode);
            self.below(statement, child, mode);
        }
    }

    /// What reads or writes all rows by the form of its statement.
    fn scans(&self, statement: &mut Statement) {
        let root = self.object.root().clone();
        if self.context.from.get(&root).is_none() || self.context.is_made(&root) {
            return;
        }
        let sql = statement.sql.clone();
        let builds = sql.contains(" ADD CONSTRAINT ")
            && !sql.contains(" USING INDEX ")
            && [" PRIMARY KEY ", " UNIQUE ", " EXCLUDE "].iter().any(|words| sql.contains(words));
        let creates = sql.starts_with("CREATE ") && sql.contains(" INDEX ") && !sql.contains(" ON ONLY ");
        if builds || creates {
            statement.hazards.push(Hazard::FullScan { table: root.clone() });
        }
        if sql.contains(" ADD COLUMN ") && volatile::writes_rows(self.context, self.object) {
            statement.hazards.push(Hazard::TableRewrite { table: root });
        }
    }
}

/// Whether all options that are set or reset in a statement are such as need no more than the gentle lock.
fn gentle_options(sql: &str) -> bool {
    let heavy = [
        "user_catalog_table",
        "security_barrier",
        "security_invoker",
        "check_option",
        "fastupdate",
        "buffering",
        "pages_per_range",
        "autosummarize",
        "gin_pending_list_limit",
    ];
    !heavy.iter().any(|option| sql.contains(option))
}
