//! Roles, which belong to the whole server: what a trip did to them is taken back, so that it does not meet itself.

use crate::sql::{fetch, quote, run};
use sqlx::Row;
use sqlx::postgres::PgConnection;
use std::collections::BTreeSet;

/// The roles of a server and who is a member of whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Roles {
    facts: BTreeSet<Fact>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Fact {
    /// `role` or `member`.
    kind: String,
    role: String,
    /// The member.
    other: Option<String>,
    made_by: String,
}

impl Roles {
    pub(crate) async fn read(conn: &mut PgConnection) -> Result<Roles, sqlx::Error> {
        let rows = fetch(conn, include_str!("roles.sql")).await?;
        let facts = rows
            .iter()
            .map(|row| {
                Ok(Fact {
                    made_by: row.try_get("made")?,
                    role: row.try_get("role")?,
                    kind: row.try_get("kind")?,
                    other: row.try_get("other")?,
                })
            })
            .collect::<Result<_, sqlx::Error>>()?;
        Ok(Roles { facts })
    }

    /// What is told of the roles when `self` became `later`: `role `x` is still there after the rollback`.
    pub(crate) fn told(&self, later: &Roles) -> Vec<(String, String)> {
        let (gone, come) = self.moved(later);
        let named = |role: &str, rest: &str| (format!("role `{role}`"), format!("role `{role}` {rest}"));
        come.iter()
            .map(|role| named(role, "is still there after the rollback"))
            .chain(gone.iter().map(|role| named(role, "is missing after the rollback")))
            .collect()
    }

    fn moved(&self, later: &Roles) -> (Vec<String>, Vec<String>) {
        let names = |roles: &Roles| -> BTreeSet<String> {
            roles.facts.iter().filter(|fact| fact.kind == "role").map(|fact| fact.role.clone()).collect()
        };
        let (before, after) = (names(self), names(later));
        (before.difference(&after).cloned().collect(), after.difference(&before).cloned().collect())
    }

    /// Brings the server back to these roles. Called when the database that used the new ones is gone; what another
    /// database still needs stays.
    pub(crate) async fn restore(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let now = Roles::read(conn).await?;
        if now == *self {
            return Ok(());
        }
        let (_, come) = self.moved(&now);
        let mut steps: Vec<String> = come.iter().map(|role| format!("DROP ROLE {}", quote(role))).collect();
        for fact in now.facts.difference(&self.facts).filter(|fact| fact.kind == "member") {
            if let Some(member) =
                fact.other.as_ref().filter(|member| !come.contains(member) && !come.contains(&fact.role))
            {
                steps.push(format!("REVOKE {} FROM {}", quote(&fact.role), quote(member)));
            }
        }
        // Roles first, then memberships: `role` sorts after `member`.
        let mut missing: Vec<&Fact> = self.facts.difference(&now.facts).collect();
        missing.reverse();
        steps.extend(missing.into_iter().map(|fact| fact.made_by.clone()));
        for step in steps {
            // A role that is needed elsewhere, or one that is there with other attributes.
            let _ = run(conn, step).await;
        }
        Ok(())
    }
}
