//! The queries, and which of them a database needs.

use sqlx::{PgConnection, Row};

use super::ReadError;
use crate::scope::Scope;

/// The oldest major version whose catalog the queries fit.
const OLDEST: i32 = 15;

/// What the query of dependencies needs, which is no find of the probe but asked for.
const DEPENDENCIES: &str = "dependencies";

struct Query {
    sql: &'static str,
    /// What the probe must have found for it to be sent.
    needs: Option<&'static str>,
}

macro_rules! queries {
    ($($file:literal $(if $needs:literal)?),+ $(,)?) => {
        &[$(Query { sql: include_str!(concat!("sql/", $file, ".sql")), needs: queries!(@ $($needs)?) }),+]
    };
    (@ $needs:literal) => { Some($needs) };
    (@) => { None };
}

const QUERIES: &[Query] = queries![
    "unmodelled",
    "schemas",
    "relations",
    "columns",
    "defaults",
    "constraints",
    "indexes",
    "triggers",
    "policies",
    "functions",
    "types",
    "sequences",
    "aggregates" if "aggregate",
    "rules" if "rule",
    "statistics" if "statistics",
    "casts" if "cast",
    "transforms" if "transform",
    "operators" if "operator",
    "operator_families" if "operator family",
    "text_search" if "text search",
    "publications" if "publication",
    "subscriptions" if "subscription",
    "event_triggers" if "event trigger",
    "foreign" if "foreign",
    "languages" if "language",
    "collations" if "collation",
    "default_privileges" if "default privileges",
    "security_labels" if "security label",
    "member_grants",
    "dependencies" if "dependencies",
];

/// Every table of `pg_catalog` up to PostgreSQL 18: read by a query, or not part of a schema (statistics, large
/// objects, what the whole cluster shares). A catalog beyond these is of a later version.
const CATALOGS: &str = "pg_aggregate pg_am pg_amop pg_amproc pg_attrdef pg_attribute pg_auth_members pg_authid pg_cast \
    pg_class pg_collation pg_constraint pg_conversion pg_database pg_db_role_setting pg_default_acl pg_depend \
    pg_description pg_enum pg_event_trigger pg_extension pg_foreign_data_wrapper pg_foreign_server pg_foreign_table \
    pg_index pg_inherits pg_init_privs pg_language pg_largeobject pg_largeobject_metadata pg_namespace pg_opclass \
    pg_operator pg_opfamily pg_parameter_acl pg_partitioned_table pg_policy pg_proc pg_publication \
    pg_publication_namespace pg_publication_rel pg_range pg_replication_origin pg_rewrite pg_seclabel pg_sequence \
    pg_shdepend pg_shdescription pg_shseclabel pg_statistic pg_statistic_ext pg_statistic_ext_data pg_subscription \
    pg_subscription_rel pg_tablespace pg_transform pg_trigger pg_ts_config pg_ts_config_map pg_ts_dict pg_ts_parser \
    pg_ts_template pg_type pg_user_mapping";

/// Options of wrappers and servers whose values are secrets, as regular expressions: by their names, and by a password
/// in a URL or a connection string.
const SECRET_NAMES: &str = "(key|secret|passw|token|credential|private|conn_?str)";
const SECRET_VALUES: &str = "(://[^/]*@|passw)";

/// What the probe found.
pub(super) struct Extent {
    pub(super) major: i32,
    schemas: Vec<i64>,
    platform: Vec<i64>,
    left_out: Vec<i64>,
    rare: Vec<String>,
    pub(super) role: String,
}

pub(super) async fn probe(connection: &mut PgConnection, scope: &Scope) -> Result<Extent, ReadError> {
    let row = sqlx::query(include_str!("sql/probe.sql"))
        .bind(scope.out())
        .bind(scope.platform())
        .bind(scope.ledgers())
        .fetch_one(connection)
        .await?;
    let major = row.try_get("major")?;
    if major < OLDEST {
        return Err(ReadError::TooOld { major });
    }
    Ok(Extent {
        major,
        schemas: row.try_get("schemas")?,
        platform: row.try_get("platform")?,
        left_out: row.try_get("left_out")?,
        rare: row.try_get("rare")?,
        role: row.try_get("role")?,
    })
}

/// All queries that this database needs, as one text.
pub(super) fn batch(extent: &Extent, scope: &Scope) -> String {
    let plans = scope.dependencies();
    let needed = QUERIES.iter().filter(|query| match query.needs {
        None => true,
        Some(DEPENDENCIES) => plans,
        Some(needs) => extent.rare.iter().any(|found| found == needs),
    });
    needed.map(|query| fill(query.sql, extent, plans)).collect::<Vec<_>>().join(";\n")
}

/// Puts in the parameters, which are OIDs and names of our own, and drops the lines that are not for this version:
/// a line may end in `-- since 17` or `-- before 17`; and those that end in `-- for plans`, where there will be none.
fn fill(sql: &str, extent: &Extent, plans: bool) -> String {
    let catalogs = CATALOGS.split_ascii_whitespace().collect::<Vec<_>>().join(",");
    sql.lines()
        .filter(|line| fits(line, extent.major) && (plans || !line.contains("-- for plans")))
        .collect::<Vec<_>>()
        .join("\n")
        .trim_end_matches(';')
        .replace("{secret_names}", SECRET_NAMES)
        .replace("{secret_values}", SECRET_VALUES)
        .replace("{schemas}", &oids(&extent.schemas))
        .replace("{platform}", &oids(&extent.platform))
        .replace("{left_out}", &oids(&extent.left_out))
        .replace("{catalogs}", &format!("'{{{catalogs}}}'::name[]"))
}

fn oids(oids: &[i64]) -> String {
    let list = oids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    format!("'{{{list}}}'::oid[]")
}

fn fits(line: &str, major: i32) -> bool {
    let version =
        |mark: &str| line.rsplit_once(mark).and_then(|(_, version)| version.trim().parse::<i32>().ok());
    version("-- since ").is_none_or(|since| major >= since)
        && version("-- before ").is_none_or(|before| major < before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_other_versions_are_dropped() {
        let cases =
            [("a, -- since 18", 17, false), ("a, -- since 18", 18, true), ("a -- before 17", 17, false)];
        for (line, major, expected) in cases {
            assert_eq!(fits(line, major), expected, "{line} on {major}");
        }
    }
}
