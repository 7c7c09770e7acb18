//! What the database said no to, in terms of the model.

use sqlx::postgres::PgDatabaseError;

/// Why a query did not do what it was asked to. A row that does not exist, or that the caller may not see, is no error:
/// functions return `None` or `false` then.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another row has this name, version or key (SQLSTATE 23505).
    #[error("taken: another row has the same value in `{constraint}`")]
    Taken {
        /// The unique constraint or index.
        constraint: String,
    },
    /// It refers to something that does not exist (23503).
    #[error("there is no such row: {message}")]
    Missing {
        /// The foreign key, if it was one: functions of the queue raise the same error for an unknown queue.
        constraint: Option<String>,
        /// Postgres's message.
        message: String,
    },
    /// A value is outside of what the model allows (23514).
    #[error("not allowed: `{constraint}` does not hold")]
    Invalid {
        /// The check constraint.
        constraint: String,
    },
    /// It never changes: a published version, an event, an entry of the audit log (23001, raised by triggers).
    #[error("{message}")]
    Immutable {
        /// What, as the trigger says it.
        message: String,
        /// What to do instead.
        hint: Option<String>,
    },
    /// The role that the connection has may not do this (42501): a missing grant, or a policy.
    #[error("forbidden: {message}")]
    Forbidden {
        /// Postgres's message.
        message: String,
    },
    /// Everything else: the connection, a timeout, a schema that this build does not fit.
    #[error(transparent)]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(told) =
            error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>())
        else {
            return Self::Database(error);
        };
        let constraint = told.constraint().map(str::to_owned);
        let message = told.message().to_owned();
        // https://www.postgresql.org/docs/current/errcodes-appendix.html
        match (told.code(), constraint) {
            ("23505", Some(constraint)) => Self::Taken { constraint },
            ("23503", constraint) => Self::Missing { constraint, message },
            ("23514", Some(constraint)) => Self::Invalid { constraint },
            ("23001", None) => Self::Immutable { message, hint: told.hint().map(str::to_owned) },
            ("42501", _) => Self::Forbidden { message },
            _ => Self::Database(error),
        }
    }
}
