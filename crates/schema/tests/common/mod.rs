//! What the tests of this crate share; each of them uses a part.
#![allow(dead_code, unused_imports, reason = "every test file takes in the whole of it")]

mod cases;
pub(crate) mod dump;
pub(crate) mod generate;
pub(crate) mod judge;
mod pairs;

pub(crate) use cases::{Case, cases};
pub(crate) use pairs::{Pair, pairs};

/// Roles that the cases name. Roles belong to the cluster, not to a database.
pub(crate) const ROLES: &str = r#"
DO $$ BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE writer; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE keeper; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE "Odd ""role"""; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
"#;
