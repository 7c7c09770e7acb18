//! A mail server that takes what it is given, after the right password.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

#[derive(Debug, Clone, Default)]
pub struct Mail {
    pub login: String,
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body as they came over the wire.
    pub data: String,
}

pub struct SmtpServer {
    pub port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
    logins: Arc<Mutex<Vec<String>>>,
}

impl SmtpServer {
    /// Lets in who says `login` (base64 of `\0user\0password`), and refuses the first `busy` mails for now.
    pub fn start(login: &'static str, busy: usize) -> SmtpServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mails: Arc<Mutex<Vec<Mail>>> = Arc::default();
        let logins: Arc<Mutex<Vec<String>>> = Arc::default();
        let (kept, said, left) = (mails.clone(), logins.clone(), Arc::new(Mutex::new(busy)));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, said, left) = (kept.clone(), said.clone(), left.clone());
                std::thread::spawn(move || serve(stream, login, &left, &said, &kept));
            }
        });
        SmtpServer { port, mails, logins }
    }

    /// Everything that was said as a password, right or wrong.
    pub fn logins(&self) -> Vec<String> {
        self.logins.lock().unwrap().clone()
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: TcpStream,
    login: &str,
    busy: &Mutex<usize>,
    logins: &Mutex<Vec<String>>,
    kept: &Mutex<Vec<Mail>>,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut say = move |text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).ok();
    let mut mail = Mail::default();
    say("220 test ESMTP")?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        let (command, rest) = line.split_at(line.len().min(4));
        match command.to_ascii_uppercase().as_str() {
            "EHLO" => say("250-test\r\n250 AUTH PLAIN")?,
            "AUTH" => {
                mail.login = rest.trim_start_matches(" PLAIN ").to_owned();
                logins.lock().unwrap().push(mail.login.clone());
                say(if mail.login == login { "235 in" } else { "535 5.7.8 wrong password" })?;
            }
            "MAIL" => {
                let mut busy = busy.lock().unwrap();
                if *busy > 0 {
                    *busy -= 1;
                    say("451 4.3.0 busy")?;
                } else {
                    mail.from = rest.to_owned();
                    say("250 ok")?;
                }
            }
            "RCPT" => {
                mail.to.push(rest.to_owned());
                say("250 ok")?;
            }
            "DATA" => {
                say("354 go on")?;
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).ok()?;
                    if line == ".\r\n" {
                        break;
                    }
                    mail.data += &line;
                }
                kept.lock().unwrap().push(std::mem::take(&mut mail));
                say("250 taken")?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
}
