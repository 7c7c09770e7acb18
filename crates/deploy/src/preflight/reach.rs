//! Whether something listens there, and if not, why.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use meshhook_migrate::connect::Target;
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{sleep, timeout};

use super::finding::{Check, Finding};
use super::server::PATIENCE;

/// How long a server that refuses is thought to be starting.
const STARTING: Duration = Duration::from_secs(3);

/// Resolves the name and knocks at each address until one opens.
pub(super) async fn reach(target: &Target) -> Result<(), Finding> {
    let options = target.options();
    let port = options.get_port();
    if let Some(folder) = options.get_socket() {
        let socket = folder.join(format!(".s.PGSQL.{port}"));
        return UnixStream::connect(&socket).await.map(drop).map_err(|error| {
            let message = format!("no server answers at the socket `{}`: {error}", socket.display());
            Finding::error(Check::Reachable, message).hint("start it, or mend folder and port of the address")
        });
    }
    let host = target.host();
    let host = host.trim_matches(['[', ']']);
    let addresses: Vec<SocketAddr> = match timeout(PATIENCE, tokio::net::lookup_host((host, port))).await {
        Ok(Ok(addresses)) => addresses.collect(),
        Ok(Err(error)) => return Err(unresolved(host, &error.to_string())),
        Err(_) => return Err(unresolved(host, "the name server does not answer")),
    };
    let since = Instant::now();
    loop {
        let failures = knock(&addresses).await;
        if failures.len() < addresses.len() {
            return Ok(());
        }
        let refused = failures.iter().any(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        if !refused || since.elapsed() > STARTING {
            return Err(judge(host, port, &addresses, &failures));
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// Tries one after the other; fewer failures than addresses: one opened.
async fn knock(addresses: &[SocketAddr]) -> Vec<io::Error> {
    let share = PATIENCE / u32::try_from(addresses.len().max(1)).unwrap_or(1);
    let mut failures = Vec::new();
    for address in addresses {
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(_)) => return Vec::new(),
            Ok(Err(error)) => failures.push(error),
            Err(_) => failures.push(io::ErrorKind::TimedOut.into()),
        }
    }
    if addresses.is_empty() { vec![io::ErrorKind::NotFound.into()] } else { failures }
}

fn unresolved(host: &str, why: &str) -> Finding {
    let finding = Finding::error(Check::Reachable, format!("the name `{host}` does not resolve: {why}"));
    match session_pooler(host) {
        Some(pooler) => finding
            .hint(format!("a paused project has no name; without IPv6 the name may be hidden: {pooler}")),
        None => finding.hint("mend the host in the address, or this machine's name server"),
    }
}

/// Says why none of the addresses opened. `failures` belongs to `addresses`, one by one.
fn judge(host: &str, port: u16, addresses: &[SocketAddr], failures: &[io::Error]) -> Finding {
    let no_route = |error: &io::Error| {
        use io::ErrorKind::{AddrNotAvailable, HostUnreachable, NetworkUnreachable};
        matches!(error.kind(), NetworkUnreachable | HostUnreachable | AddrNotAvailable)
    };
    let kind = |kind: io::ErrorKind| failures.iter().any(|error| error.kind() == kind);
    let only_v6 = !addresses.is_empty() && addresses.iter().all(SocketAddr::is_ipv6);
    let error = |message: String| Finding::error(Check::Reachable, message);
    if only_v6 && failures.iter().all(no_route) {
        let message = format!("`{host}` has only IPv6 addresses, and this machine has no way to IPv6");
        return error(message).hint(session_pooler(host).unwrap_or_else(|| {
            "use an address that has IPv4, or a machine that has IPv6 (GitHub's runners have none)".to_owned()
        }));
    }
    if kind(io::ErrorKind::ConnectionRefused) {
        return error(format!("`{host}` refuses connections on port {port}"))
            .hint("nothing listens there, or a firewall says no: mend the port, or start the server");
    }
    if kind(io::ErrorKind::TimedOut) {
        let message = format!("`{host}` does not answer on port {port} within {} s", PATIENCE.as_secs());
        let firewall = "a firewall may swallow it: let this machine's address in \
                        (Supabase: Database, Settings, Network Restrictions)";
        return error(message).hint(match session_pooler(host).filter(|_| only_v6) {
            Some(pooler) => format!("it has only IPv6 addresses: {pooler}; or {firewall}"),
            None => firewall.to_owned(),
        });
    }
    let why = failures.first().map(ToString::to_string).unwrap_or_default();
    error(format!("there is no way to `{host}` port {port}: {why}")).hint("mend this machine's network")
}

/// What to use instead of the direct address of a Supabase project.
fn session_pooler(host: &str) -> Option<String> {
    let project = host.strip_prefix("db.")?.strip_suffix(".supabase.co")?;
    Some(format!(
        "use the session pooler, which has IPv4: host `….pooler.supabase.com`, port 5432, user `postgres.{project}` \
         (the project's page, Connect, Session pooler)"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(host: &str, addresses: &[&str], kinds: &[io::ErrorKind]) -> String {
        let addresses: Vec<SocketAddr> =
            addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 5432)).collect();
        let failures: Vec<io::Error> = kinds.iter().map(|kind| io::Error::from(*kind)).collect();
        judge(host, 5432, &addresses, &failures).to_string()
    }

    #[test]
    fn an_ipv6_only_host_without_ipv6_here_is_told_as_that_with_the_session_pooler() {
        use io::ErrorKind::{AddrNotAvailable, NetworkUnreachable};
        let project = said("db.abcd.supabase.co", &["2001:db8::1"], &[NetworkUnreachable]);
        insta::assert_snapshot!(project, @r"
        error[reachable]: `db.abcd.supabase.co` has only IPv6 addresses, and this machine has no way to IPv6
          hint: use the session pooler, which has IPv4: host `….pooler.supabase.com`, port 5432, user `postgres.abcd` (the project's page, Connect, Session pooler)
        ");
        insta::assert_snapshot!(said("db.example", &["2001:db8::1", "2001:db8::2"], &[NetworkUnreachable, AddrNotAvailable]), @r"
        error[reachable]: `db.example` has only IPv6 addresses, and this machine has no way to IPv6
          hint: use an address that has IPv4, or a machine that has IPv6 (GitHub's runners have none)
        ");
    }

    #[test]
    fn any_other_reason_is_told_as_what_it_is() {
        use io::ErrorKind::{ConnectionRefused, NetworkUnreachable, TimedOut};
        for (addresses, kinds, expected) in [
            (
                vec!["2001:db8::1", "192.0.2.9"],
                vec![NetworkUnreachable, ConnectionRefused],
                "refuses connections on port 5432",
            ),
            (
                vec!["2001:db8::1", "192.0.2.9"],
                vec![NetworkUnreachable, TimedOut],
                "does not answer on port 5432 within 10 s",
            ),
            (vec!["192.0.2.9"], vec![NetworkUnreachable], "there is no way to `db.example` port 5432"),
        ] {
            let said = said("db.example", &addresses, &kinds);
            assert!(said.contains(expected) && said.contains("hint: "), "{said}");
        }
    }
}
