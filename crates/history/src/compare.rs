//! compare
use crate::{HistoryError, Report, Request};
pub(crate) fn check(request: &Request) -> Result<Report, HistoryError> {
    Err(HistoryError::NotARepository { path: request.project_root.clone() })
}
