//! Schemas.

use crate::identity::Identity;
use crate::plan::Statement;

pub(super) fn create(identity: &Identity) -> Vec<Statement> {
    vec![Statement::new(format!("CREATE SCHEMA IF NOT EXISTS {}", identity.name.sql()))]
}
