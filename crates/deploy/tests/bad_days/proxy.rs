//! A network that breaks where it is told to: it knows the requests of the Postgres protocol and counts them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Which of the deployer's connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Runs the scripts.
    Main,
    /// Writes the log.
    Log,
    /// Looks around before anything is done.
    Other,
}

/// What happens at a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// The connection is cut before the server gets it.
    Before,
    /// The server gets it, and the connection is cut at once.
    AtOnce,
    /// The server answers, and the connection is cut before the answer arrives.
    Answered,
    /// Nothing arrives any more on any connection, in neither direction, and nothing is closed.
    Silence,
}

/// The fault; it happens once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// None.
    Pass,
    /// All connections are cut once so many bytes have gone to the server.
    Sent(u64),
    /// All connections are cut once so many bytes have come from the server.
    Received(u64),
    /// At a request of the first connection of this role.
    Request { role: Role, number: usize, how: How },
}

/// What went through.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traffic {
    pub(crate) sent: u64,
    pub(crate) received: u64,
    /// Each request of the first connections: whose, its number, and whether it commits something.
    pub(crate) requests: Vec<(Role, usize, bool)>,
    /// Connections that have shown their role.
    connections: Vec<Role>,
    /// Whether the fault has happened.
    pub(crate) fired: bool,
}

/// A proxy. Dropping it ends all connections.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    plan: Plan,
    traffic: Mutex<Traffic>,
    /// Told to connections that are open: the number of cuts and silences so far.
    cut: watch::Sender<u32>,
    silence: watch::Sender<bool>,
}

impl Proxy {
    pub(crate) async fn start(upstream: u16, plan: Plan) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            plan,
            traffic: Mutex::default(),
            cut: watch::Sender::new(0),
            silence: watch::Sender::new(false),
        });
        let for_all = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(("127.0.0.1", upstream)).await else { continue };
                client.set_nodelay(true).unwrap();
                server.set_nodelay(true).unwrap();
                open.spawn(Wire::new(Arc::clone(&for_all)).carry(client, server));
            }
        });
        Proxy { port, shared, task }
    }

    pub(crate) fn traffic(&self) -> Traffic {
        self.shared.traffic.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One connection.
struct Wire {
    shared: Arc<Shared>,
    cut: watch::Receiver<u32>,
    silence: watch::Receiver<bool>,
    /// What the client sent and was not forwarded yet: at most one request and a part of the next.
    held: Vec<u8>,
    /// How much of it was looked at.
    looked: usize,
    started: bool,
    role: Option<Role>,
    first: bool,
    number: usize,
}

/// What the fault means for this connection.
enum Next {
    On,
    Cut,
    AfterAnswer,
    Silent,
}

impl Wire {
    fn new(shared: Arc<Shared>) -> Wire {
        let (cut, silence) = (shared.cut.subscribe(), shared.silence.subscribe());
        Wire {
            shared,
            cut,
            // what happened before a connection was made does not concern it: the network is mended by then
            silence,
            held: Vec::new(),
            looked: 0,
            started: false,
            role: None,
            first: false,
            number: 0,
        }
    }

    async fn carry(mut self, mut client: TcpStream, mut server: TcpStream) {
        let (mut up, mut down) = (vec![0; 16384], vec![0; 16384]);
        loop {
            let next = tokio::select! {
                Ok(()) = self.cut.changed() => Next::Cut,
                Ok(()) = self.silence.changed() => Next::Silent,
                read = client.read(&mut up) => match read {
                    Ok(0) | Err(_) => Next::Cut,
                    Ok(count) => self.upwards(&up[..count], &mut server).await,
                },
                read = server.read(&mut down) => match read {
                    Ok(0) | Err(_) => Next::Cut,
                    Ok(count) => self.downwards(&down[..count], &mut client).await,
                },
            };
            match next {
                Next::On => {}
                Next::Cut => return,
                Next::AfterAnswer => return swallow(&mut server).await,
                Next::Silent => return std::future::pending().await,
            }
        }
    }

    /// Forwards whole requests: all up to a Query, Sync or Terminate.
    async fn upwards(&mut self, bytes: &[u8], server: &mut TcpStream) -> Next {
        let plan = self.shared.plan;
        self.held.extend_from_slice(bytes);
        while let Some((end, kind, commits)) = self.message() {
            self.looked = end;
            if !matches!(kind, 0 | b'Q' | b'S' | b'X') {
                continue;
            }
            let request: Vec<u8> = self.held.drain(..end).collect();
            self.looked = 0;
            let how = if kind == 0 { None } else { self.count(&request, commits) };
            match how {
                Some(How::Before) => return Next::Cut,
                Some(How::Silence) => {
                    let _ = self.shared.silence.send(true);
                    return Next::Silent;
                }
                _ => {}
            }
            let allowed = {
                let mut traffic = self.shared.traffic.lock().unwrap();
                let before = traffic.sent;
                traffic.sent += request.len() as u64;
                allowance(plan_limit(plan, true), before, request.len(), &mut traffic.fired)
            };
            if server.write_all(&request[..allowed]).await.is_err() {
                return Next::Cut;
            }
            if allowed < request.len() {
                self.shared.cut.send_modify(|cuts| *cuts += 1);
                return Next::Cut;
            }
            match how {
                Some(How::AtOnce) => return Next::Cut,
                Some(How::Answered) => return Next::AfterAnswer,
                _ => {}
            }
        }
        Next::On
    }

    async fn downwards(&mut self, bytes: &[u8], client: &mut TcpStream) -> Next {
        let allowed = {
            let mut traffic = self.shared.traffic.lock().unwrap();
            let before = traffic.received;
            traffic.received += bytes.len() as u64;
            allowance(plan_limit(self.shared.plan, false), before, bytes.len(), &mut traffic.fired)
        };
        if client.write_all(&bytes[..allowed]).await.is_err() {
            return Next::Cut;
        }
        if allowed < bytes.len() {
            self.shared.cut.send_modify(|cuts| *cuts += 1);
            return Next::Cut;
        }
        Next::On
    }

    /// The next whole message that was not looked at: where it ends, its type (0 for the first, which has none), and
    /// whether it commits.
    fn message(&mut self) -> Option<(usize, u8, bool)> {
        let rest = &self.held[self.looked..];
        let head = usize::from(self.started);
        let length = u32::from_be_bytes(rest.get(head..head + 4)?.try_into().unwrap()) as usize;
        let message = rest.get(..head + length)?;
        let kind = if self.started { message[0] } else { 0 };
        self.started = true;
        let commits = kind == b'Q' && message.windows(6).any(|word| word == b"COMMIT");
        Some((self.looked + head + length, kind, commits))
    }

    /// Counts a request, and says whether it is the one at which the fault happens.
    fn count(&mut self, request: &[u8], commits: bool) -> Option<How> {
        let mut traffic = self.shared.traffic.lock().unwrap();
        let role = *self.role.get_or_insert_with(|| {
            // the first that each of them says
            let says = |words: &[u8]| request.windows(words.len()).any(|word| word == words);
            let role = if says(b"synchronous_commit = off") {
                Role::Log
            } else if says(b"pg_backend_pid() AS pid") {
                Role::Main
            } else {
                Role::Other
            };
            self.first = !traffic.connections.contains(&role);
            traffic.connections.push(role);
            role
        });
        let number = self.number;
        self.number += 1;
        if !self.first {
            return None;
        }
        traffic.requests.push((role, number, commits));
        match self.shared.plan {
            Plan::Request { role: wanted, number: at, how }
                if (wanted, at) == (role, number) && !traffic.fired =>
            {
                traffic.fired = true;
                Some(how)
            }
            _ => None,
        }
    }
}

fn plan_limit(plan: Plan, up: bool) -> Option<u64> {
    match plan {
        Plan::Sent(bytes) if up => Some(bytes),
        Plan::Received(bytes) if !up => Some(bytes),
        _ => None,
    }
}

/// How much of so many bytes may pass.
fn allowance(limit: Option<u64>, before: u64, count: usize, fired: &mut bool) -> usize {
    match limit {
        Some(limit) if !*fired && before + count as u64 > limit => {
            *fired = true;
            usize::try_from(limit.saturating_sub(before)).unwrap()
        }
        _ => count,
    }
}

/// Reads the server's answer to its end: ReadyForQuery.
async fn swallow(server: &mut TcpStream) {
    let reading = async {
        loop {
            let mut head = [0; 5];
            if server.read_exact(&mut head).await.is_err() {
                return;
            }
            let length = u32::from_be_bytes(head[1..].try_into().unwrap()) as usize - 4;
            let mut body = vec![0; length];
            if server.read_exact(&mut body).await.is_err() || head[0] == b'Z' {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(5), reading).await;
}
