//! Collations and conversions. Postgres alters neither, their owner and schema aside.

use super::guard;
use crate::fact::Fact;
use crate::identity::Identity;
use crate::plan::Statement;
use crate::quote::quote_literal;

pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let own = identity.name.sql();
    // One that has no encoding fits databases of all: Postgres has it from another such one only.
    if fact.text("provider") == "libc"
        && fact.get("encoding").is_none()
        && ["C", "POSIX"].contains(&fact.text("lc_collate"))
    {
        return vec![Statement::new(format!(
            "CREATE COLLATION IF NOT EXISTS {own} FROM pg_catalog.\"{}\"",
            fact.text("lc_collate")
        ))];
    }
    let mut options = vec![format!("provider = {}", fact.text("provider"))];
    for attribute in ["locale", "lc_collate", "lc_ctype", "rules"] {
        if fact.get(attribute).is_some() {
            options.push(format!("{attribute} = {}", quote_literal(fact.text(attribute)).trim()));
        }
    }
    if fact.flag("nondeterministic") {
        options.push("deterministic = false".to_owned());
    }
    let options = options.join(", ");
    vec![Statement::new(format!("CREATE COLLATION IF NOT EXISTS {own} ({options})"))]
}

pub(super) fn create_conversion(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let default = if fact.flag("default") { "DEFAULT " } else { "" };
    let (from, to) = (quote_literal(fact.text("lc_collate")), quote_literal(fact.text("lc_ctype")));
    let (own, function) = (identity.name.sql(), fact.text("function"));
    let sql = format!("CREATE {default}CONVERSION {own} FOR {from} TO {to} FROM {function}");
    vec![Statement::new(sql).when(guard::lacks("pg_conversion", "con", identity))]
}
