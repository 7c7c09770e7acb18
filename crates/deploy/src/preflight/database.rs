//! What the database says about itself: five questions, whatever its size.

use meshhook_migrate::SCHEMA;
use meshhook_migrate::connect::APPLICATION_NAME;
use meshhook_schema::PLATFORM_SCHEMAS;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::finding::{Check, Finding};
use super::settings::Settings;
use super::{connections, disk, objects, rights, sessions, settings};
use crate::policy::Policy;

/// How long a question may take. None takes long, unless somebody has locked the catalog.
const ANSWER: &str = "10s";

/// Looks at the database behind a connection that [`super::server`] made. Reads only; also on a server that is
/// read-only.
pub async fn database(conn: &mut PgConnection, policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut unread = Vec::new();
    let before = limit(conn, ANSWER, &mut unread).await;
    let foreign: Vec<String> = PLATFORM_SCHEMAS.iter().copied().chain([SCHEMA]).map(str::to_owned).collect();

    let answers = Answers {
        settings: one(sqlx::query(include_str!("settings.sql")).bind(APPLICATION_NAME), conn, &mut unread)
            .await
            .and_then(|row| Settings::of(&row).map_err(|error| unread.push(error.to_string())).ok()),
        sessions: all(
            sqlx::query(include_str!("sessions.sql"))
                .bind(f64::from(u32::try_from(policy.long_transaction.as_millis()).unwrap_or(u32::MAX)))
                .bind(&foreign)
                .bind(APPLICATION_NAME),
            conn,
            &mut unread,
        )
        .await,
        prepared: all(sqlx::query(include_str!("prepared.sql")).bind(&foreign), conn, &mut unread).await,
        slots: all(sqlx::query(include_str!("slots.sql")), conn, &mut unread).await,
        objects: one(sqlx::query(include_str!("objects.sql")).bind(&foreign), conn, &mut unread).await,
    };
    if let Some(before) = before {
        limit(conn, &before, &mut unread).await;
    }
    answers.judge(policy, &mut findings, &mut unread);
    findings.extend(unread.into_iter().map(|error| {
        Finding::error(Check::Rights, format!("the state of the server cannot be read: {error}"))
            .hint("the role must be able to read `pg_catalog`, as every role is by default")
    }));
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// What came back.
struct Answers {
    settings: Option<Settings>,
    sessions: Vec<PgRow>,
    prepared: Vec<PgRow>,
    slots: Vec<PgRow>,
    objects: Option<PgRow>,
}

impl Answers {
    fn judge(&self, policy: &Policy, findings: &mut Vec<Finding>, unread: &mut Vec<String>) {
        let mut take = |found: Result<Vec<Finding>, sqlx::Error>| match found {
            Ok(found) => findings.extend(found),
            Err(error) => unread.push(error.to_string()),
        };
        let objects = self.objects.as_ref().map(objects::Objects::of).transpose();
        let objects = objects.map_err(|error| take(Err(error))).ok().flatten();
        if let Some(settings) = &self.settings {
            take(Ok(settings::judge(settings, policy)));
            take(Ok(rights::judge(settings, objects.as_ref())));
            take(Ok(connections::judge(settings, policy).into_iter().collect()));
            take(Ok(disk::judge(settings, objects.as_ref()).into_iter().collect()));
        }
        take(self.sessions.iter().map(sessions::session).collect());
        take(self.prepared.iter().map(|row| sessions::prepared(row, policy)).collect());
        let slots: Result<Vec<Option<Finding>>, _> = self.slots.iter().map(disk::slot).collect();
        take(slots.map(|slots| slots.into_iter().flatten().collect()));
        if let Some(objects) = &objects {
            take(Ok(objects.judge()));
        }
    }
}

/// Sets `statement_timeout` for the session and says what it was.
async fn limit(conn: &mut PgConnection, to: &str, unread: &mut Vec<String>) -> Option<String> {
    let sql = "SELECT current_setting('statement_timeout'), set_config('statement_timeout', $1, false)";
    one(sqlx::query(sql).bind(to), conn, unread).await?.try_get(0).ok()
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Not a prepared statement that stays: the deploy's own would follow, and a session pooler may mind.
async fn all(query: Query<'_>, conn: &mut PgConnection, unread: &mut Vec<String>) -> Vec<PgRow> {
    match query.persistent(false).fetch_all(conn).await {
        Ok(rows) => rows,
        Err(error) => {
            unread.push(
                error.as_database_error().map_or_else(|| error.to_string(), |said| said.message().to_owned()),
            );
            Vec::new()
        }
    }
}

async fn one(query: Query<'_>, conn: &mut PgConnection, unread: &mut Vec<String>) -> Option<PgRow> {
    all(query, conn, unread).await.into_iter().next()
}
