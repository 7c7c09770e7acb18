//! Recognising that a script failed only because this server lacks an extension.

/// The name of the extension that the server lacks, when that is what the error says.
///
/// PostgreSQL words it two ways: `extension "x" is not available` (0A000 feature_not_supported, CREATE EXTENSION since 12)
/// and `could not open extension control file "…/x.control"` (58P01 undefined_file, for what CREATE EXTENSION requires).
/// The codes 22023 and F0000 are what managed services raise with the same words.
pub fn missing_extension(error: &sqlx::Error) -> Option<String> {
    let error = error.as_database_error()?;
    read(error.code()?.as_ref(), error.message())
}

/// Of the extensions that come with PostgreSQL itself: what a slim installation may have left out.
const CONTRIB: &[&str] = &[
    "amcheck",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "dict_int",
    "earthdistance",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "pageinspect",
    "pg_buffercache",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_trgm",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "plperl",
    "plpython3u",
    "pltcl",
    "postgres_fdw",
    "refint",
    "seg",
    "sslinfo",
    "tablefunc",
    "tsm_system_rows",
    "unaccent",
    "uuid-ossp",
    "xml2",
];

/// Where to get an extension that a server lacks, in one sentence.
pub(crate) fn advice(name: &str) -> String {
    if CONTRIB.contains(&name) {
        "it comes with PostgreSQL: install its contrib package (Debian's postgresql-<version> has it), or use `--sandbox docker`"
            .to_owned()
    } else {
        "Supabase's own image has what the platform offers: use `--sandbox docker` where it can be pulled, or name an image \
        that has it in MESHHOOK_SANDBOX_IMAGE"
            .to_owned()
    }
}

fn read(code: &str, message: &str) -> Option<String> {
    if !matches!(code, "0A000" | "58P01" | "22023" | "F0000") {
        return None;
    }
    if let Some(rest) = message.strip_prefix("extension \"") {
        let (name, after) = rest.rsplit_once('"')?;
        return after.contains("not available").then(|| name.to_owned());
    }
    if let Some(rest) = message.strip_prefix("could not open extension control file \"") {
        let path = rest.split('"').next()?;
        let file = path.rsplit('/').next()?;
        return file.strip_suffix(".control").map(str::to_owned);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_wordings_name_the_extension_and_other_errors_do_not() {
        let cases = [
            ("0A000", "extension \"pg_cron\" is not available", Some("pg_cron")),
            ("0A000", "extension \"uuid-ossp\" is not available", Some("uuid-ossp")),
            (
                "58P01",
                "could not open extension control file \"/usr/share/postgresql/15/extension/pgmq.control\": No such file or directory",
                Some("pgmq"),
            ),
            ("42710", "extension \"pgcrypto\" already exists", None),
            ("0A000", "cannot drop extension \"x\" because it is not available to you", None),
            ("58P01", "could not open file \"/tmp/x\"", None),
        ];
        for (code, message, expected) in cases {
            assert_eq!(read(code, message).as_deref(), expected, "{message}");
        }
    }
}
