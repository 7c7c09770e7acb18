//! The log of the process on stderr: `-v` for every statement, `-vv` for everything; as text or as JSON lines.

use std::io::{self, IsTerminal, Write};

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::cli::LogFormat;

/// Starts the log. Other people's crates stay silent: what they say of a connection may hold its password.
pub(crate) fn init(verbose: u8, format: LogFormat) {
    let level = match verbose {
        0 => return,
        1 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let ours = Targets::new().with_target("meshhook", level).with_target("xtask", level);
    let registry = tracing_subscriber::registry().with(ours);
    match format {
        LogFormat::Json => registry.with(fmt::layer().json().with_writer(Cleaned::new)).init(),
        LogFormat::Text => {
            let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            registry.with(fmt::layer().with_ansi(colour).with_writer(Cleaned::new)).init();
        }
    }
}

/// Stderr without secrets. An event comes in one piece.
struct Cleaned;

impl Cleaned {
    fn new() -> Cleaned {
        Cleaned
    }
}

impl Write for Cleaned {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        io::stderr().write_all(meshhook_redact::clean(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
