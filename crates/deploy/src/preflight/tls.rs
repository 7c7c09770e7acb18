//! TLS for every server that is not on this machine.

use std::net::IpAddr;

use meshhook_migrate::connect::Target;
use sqlx::postgres::PgSslMode;

use super::finding::{Check, Finding};
use crate::policy::{Policy, Tls};

/// Whether the server is reached without leaving this machine: by a socket, `localhost` or a loopback address. Judged
/// by what is written, since a name server may say anything.
pub fn is_local(target: &Target) -> bool {
    let host = target.host();
    let host = host.trim_matches(['[', ']']);
    host.starts_with('/')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// The same target with TLS as the policy wants it, where the server is not on this machine. A mode below the policy is
/// raised to it; `sslmode=disable` was written by somebody, and is refused.
pub fn secured(target: &Target, policy: &Policy) -> Result<Target, Finding> {
    let options = target.options();
    if is_local(target) {
        return Ok(target.clone());
    }
    let given = options.get_ssl_mode();
    if matches!(given, PgSslMode::Disable) {
        let message =
            format!("the URL of {target} says `sslmode=disable`, and the server is not on this machine");
        return Err(Finding::error(Check::Tls, message)
            .hint("take it out, or write `sslmode=require`; passwords and rows would travel in the clear"));
    }
    let wanted = match policy.tls {
        Tls::Require => PgSslMode::Require,
        Tls::VerifyFull => PgSslMode::VerifyFull,
    };
    let mut options = options.ssl_mode(if rank(given) < rank(wanted) { wanted } else { given });
    if let Some(certificate) = &policy.root_certificate {
        options = options.ssl_root_cert(certificate);
    }
    Ok(Target::new(options))
}

fn rank(mode: PgSslMode) -> u8 {
    match mode {
        PgSslMode::Disable => 0,
        PgSslMode::Allow => 1,
        PgSslMode::Prefer => 2,
        PgSslMode::Require => 3,
        PgSslMode::VerifyCa => 4,
        PgSslMode::VerifyFull => 5,
    }
}

#[cfg(test)]
mod tests {
    use meshhook_migrate::connect::Environment;

    use super::*;

    fn target(url: &str) -> Target {
        Target::parse(url, Environment::Ignored).unwrap()
    }

    #[test]
    fn only_this_machine_is_local() {
        for (host, local) in [
            ("%2Frun%2Fpg", true),
            ("localhost", true),
            ("127.0.0.2", true),
            ("[::1]", true),
            ("[::ffff:127.0.0.1]", true),
            ("10.0.0.1", false),
            ("localhost.example", false),
            // loopback for the resolver, but that is not for us to know
            ("127.1", false),
        ] {
            assert_eq!(is_local(&target(&format!("postgres://u@{host}/db"))), local, "{host}");
        }
    }

    #[test]
    fn a_mode_below_the_policy_is_raised_and_one_above_it_stays() {
        let mut policy = Policy::named("production");
        for (policy_tls, given, expected) in [
            (Tls::Require, "", "Require"),
            (Tls::Require, "?sslmode=prefer", "Require"),
            (Tls::Require, "?sslmode=allow", "Require"),
            (Tls::Require, "?sslmode=verify-ca", "VerifyCa"),
            (Tls::VerifyFull, "?sslmode=require", "VerifyFull"),
            (Tls::VerifyFull, "?sslmode=verify-full", "VerifyFull"),
        ] {
            policy.tls = policy_tls;
            let secured = secured(&target(&format!("postgres://u@db.example/db{given}")), &policy).unwrap();
            assert_eq!(format!("{:?}", secured.options().get_ssl_mode()), expected, "{given}");
        }
    }

    #[test]
    fn on_this_machine_everything_stays_as_it_was_written() {
        let policy = Policy { tls: Tls::VerifyFull, ..Policy::named("local") };
        for url in ["postgres://u@localhost/db?sslmode=disable", "postgres:///db?host=/run/pg"] {
            let before = target(url);
            let after = secured(&before, &policy).unwrap();
            assert_eq!(
                format!("{:?}", after.options().get_ssl_mode()),
                format!("{:?}", before.options().get_ssl_mode()),
                "{url}"
            );
        }
    }

    #[test]
    fn tls_that_was_switched_off_is_refused_without_showing_the_url() {
        let policy = Policy::named("production");
        let finding =
            secured(&target("postgres://u:s3cret@db.example/db?sslmode=disable"), &policy).unwrap_err();
        assert!(finding.is_error());
        assert!(finding.message.contains("db.example:5432/db as u"), "{finding}");
        assert!(!finding.to_string().contains("s3cret"));
    }
}
