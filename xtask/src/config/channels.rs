//! `[channels.NAME]` of `supabase/deploy.toml`: who is told about a deploy. Holds the names of the variables in which
//! addresses and keys are; a variable is looked up only when its channel is used.

use std::collections::BTreeMap;

use meshhook_notify::{Channel, ChannelError, Outcome, is_mailbox};

use super::Deploy;
use super::document::{Place, Section, Variable};
use crate::exit::Failure;

/// Looks up an environment variable.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The channels of a project.
#[derive(Debug)]
pub(crate) struct Channels {
    channels: BTreeMap<String, Settings>,
}

#[derive(Debug)]
struct Settings {
    place: Place,
    /// None where the file is wrong, which is an error before anybody asks.
    kind: Option<Kind>,
    /// Every outcome when it is empty.
    on: Vec<Outcome>,
}

#[derive(Debug)]
enum Kind {
    Slack { url: Variable },
    Discord { url: Variable },
    Teams { url: Variable },
    Webhook { url: Variable, secret: Variable },
    Email { server: Variable, from: String, to: Vec<String> },
}

/// The word behind `kind`.
#[derive(Clone, Copy)]
enum Word {
    Slack,
    Discord,
    Teams,
    Webhook,
    Email,
}

const KINDS: [(&str, Word); 5] = [
    ("slack", Word::Slack),
    ("discord", Word::Discord),
    ("teams", Word::Teams),
    ("webhook", Word::Webhook),
    ("email", Word::Email),
];

impl Channels {
    /// Reads the tables; everything that is wrong with them is one failure.
    pub(crate) fn read(deploy: &Deploy) -> Result<Channels, Failure> {
        Ok(Channels { channels: deploy.read_channels(Settings::read)? })
    }

    /// Every name there is.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.channels.keys().map(String::as_str)
    }

    /// The channel of this name, with the secrets from its variables.
    pub(crate) fn resolve(&self, name: &str, lookup: Lookup<'_>) -> Result<Channel, Failure> {
        let Some(settings) = self.channels.get(name) else {
            let known: Vec<String> = self.names().map(|name| format!("`{name}`")).collect();
            let known = if known.is_empty() {
                "none is configured".to_owned()
            } else {
                format!("known: {}", known.join(", "))
            };
            let failure =
                Failure::usage(format!("there is no channel `{name}` in supabase/deploy.toml; {known}"));
            return Err(failure.hint(
                "a channel is a table of that file: `[channels.NAME]` with `kind` and `url_variable`",
            ));
        };
        settings.resolve(name, lookup)
    }

    /// The channels of these names; everything that is wrong with any of them is one failure.
    pub(crate) fn resolve_all(&self, names: &[String], lookup: Lookup<'_>) -> Result<Vec<Channel>, Failure> {
        let (mut channels, mut problems, mut hint) = (Vec::new(), Vec::new(), None);
        for name in names {
            match self.resolve(name, lookup) {
                Ok(channel) => channels.push(channel),
                Err(failure) => {
                    problems.push(failure.message);
                    hint = hint.or(failure.hint);
                }
            }
        }
        if problems.is_empty() {
            return Ok(channels);
        }
        let failure = Failure::usage(problems.join("\n"));
        Err(match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        })
    }
}

impl Settings {
    fn read(section: &Section<'_>) -> Settings {
        let required = |key: &'static str| {
            if !section.has(key) {
                section.complain(format!("needs `{key}`"));
            }
            section.variable(key)
        };
        if !section.has("kind") {
            let kinds = KINDS.map(|(word, _)| format!("`\"{word}\"`")).join(", ");
            section.complain(format!("needs `kind`, one of {kinds}"));
        }
        let kind = match section.choice("kind", &KINDS) {
            Some(Word::Slack) => required("url_variable").map(|url| Kind::Slack { url }),
            Some(Word::Discord) => required("url_variable").map(|url| Kind::Discord { url }),
            Some(Word::Teams) => required("url_variable").map(|url| Kind::Teams { url }),
            Some(Word::Webhook) => {
                let (url, secret) = (required("url_variable"), required("secret_variable"));
                url.zip(secret).map(|(url, secret)| Kind::Webhook { url, secret })
            }
            Some(Word::Email) => {
                let (server, from, to) = (required("server_variable"), from(section), to(section));
                server.zip(from).map(|(server, from)| Kind::Email { server, from, to })
            }
            // which other keys there may be depends on the kind: one mistake at a time
            None => return Settings { place: section.place(), kind: None, on: Vec::new() },
        };
        let on = outcomes(section);
        section.finish();
        Settings { place: section.place(), kind, on }
    }

    fn resolve(&self, name: &str, lookup: Lookup<'_>) -> Result<Channel, Failure> {
        let value = |variable: &Variable| {
            let value =
                lookup(&variable.name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
            value.ok_or_else(|| {
                Failure::usage(format!("{}: the variable `{}` is not set", variable.place, variable.name)).hint(
                    "on a laptop export it in the shell; in a workflow pass it with `env:` from the environment's secrets",
                )
            })
        };
        let channel = match &self.kind {
            // the file was refused already
            None => return Err(Failure::usage(format!("{}: has no kind", self.place))),
            Some(Kind::Slack { url }) => Channel::slack(name, &value(url)?).map_err(|error| (error, url)),
            Some(Kind::Discord { url }) => Channel::discord(name, &value(url)?).map_err(|error| (error, url)),
            Some(Kind::Teams { url }) => Channel::teams(name, &value(url)?).map_err(|error| (error, url)),
            Some(Kind::Webhook { url, secret }) => Channel::webhook(name, &value(url)?, &value(secret)?)
                .map_err(|error| match error {
                    ChannelError::SigningKey => (error, secret),
                    other => (other, url),
                }),
            Some(Kind::Email { server, from, to }) => {
                Channel::email(name, &value(server)?, from, to).map_err(|error| (error, server))
            }
        };
        let channel = channel.map_err(|(error, variable)| {
            Failure::usage(format!("{}: what is in the variable `{}` {error}", variable.place, variable.name))
        })?;
        Ok(channel.on(&self.on))
    }
}

fn from(section: &Section<'_>) -> Option<String> {
    if !section.has("from") {
        section.complain("needs `from`, the address that its mails come from");
    }
    let from = section.string("from")?;
    if !is_mailbox(&from) {
        section.complain_about("from", "is no e-mail address");
    }
    Some(from)
}

fn to(section: &Section<'_>) -> Vec<String> {
    let to = section.strings("to");
    if to.is_empty() {
        section.complain("needs `to`, a list of e-mail addresses");
    }
    for address in to.iter().filter(|address| !is_mailbox(address.get_ref())) {
        section.complain_about_item("to", address, "is no e-mail address");
    }
    to.into_iter().map(toml::Spanned::into_inner).collect()
}

/// `on`; a test message goes out whatever it says, and is none of its words.
fn outcomes(section: &Section<'_>) -> Vec<Outcome> {
    let known = || Outcome::ALL.into_iter().filter(|outcome| *outcome != Outcome::Test);
    let mut chosen = Vec::new();
    let items = section.strings("on");
    if section.has("on") && items.is_empty() {
        section.complain_about(
            "on",
            "names no outcome, so that nobody would ever be told; leave it out for all of them",
        );
    }
    for item in items {
        match known().find(|outcome| outcome.name() == item.get_ref()) {
            Some(outcome) => chosen.push(outcome),
            None => {
                let names: Vec<String> = known().map(|outcome| format!("`{}`", outcome.name())).collect();
                let message = format!("an outcome that is not known; known: {}", names.join(", "));
                section.complain_about_item("on", &item, message);
            }
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str) -> Result<Channels, Failure> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("supabase")).unwrap();
        std::fs::write(folder.path().join("supabase/deploy.toml"), toml).unwrap();
        Channels::read(&Deploy::read(folder.path())?)
    }

    fn refused(toml: &str) -> String {
        let failure = read(toml).unwrap_err();
        assert_eq!(failure.exit, crate::exit::Exit::Usage);
        failure.message
    }

    const ALL: &str = r#"
        [channels.team]
        kind = "slack"
        url_variable = "SLACK_URL"
        on = ["rolled-back", "needs-person"]
        [channels.chat]
        kind = "discord"
        url_variable = "DISCORD_URL"
        [channels.office]
        kind = "teams"
        url_variable = "TEAMS_URL"
        [channels.hook]
        kind = "webhook"
        url_variable = "HOOK_URL"
        secret_variable = "HOOK_SECRET"
        [channels.mail]
        kind = "email"
        server_variable = "SMTP_URL"
        from = "Deploys <deploy@example.com>"
        to = ["team@example.com"]
    "#;

    #[test]
    fn every_kind_is_read_and_resolved_from_its_variables() {
        let channels = read(ALL).unwrap();
        assert_eq!(channels.names().collect::<Vec<_>>(), ["chat", "hook", "mail", "office", "team"]);
        let lookup = |name: &str| match name {
            "HOOK_SECRET" => Some("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".to_owned()),
            "SMTP_URL" => Some("smtps://u:p4ssw0rd@mail.example.com".to_owned()),
            _ => Some(" https://chat.example.com/s3cret\n".to_owned()),
        };
        let resolved: Vec<Channel> =
            channels.names().map(|name| channels.resolve(name, &lookup).unwrap()).collect();
        assert_eq!(resolved.len(), 5);
        let team = channels.resolve("team", &lookup).unwrap();
        assert!(
            team.wants(Outcome::RolledBack) && team.wants(Outcome::Test) && !team.wants(Outcome::Succeeded)
        );
        assert!(channels.resolve("chat", &lookup).unwrap().wants(Outcome::Succeeded));
        assert!(!format!("{resolved:?}").contains("s3cret"));
    }

    #[test]
    fn a_variable_is_missed_only_where_it_is_used() {
        let channels = read(ALL).unwrap();
        let lookup = |name: &str| (name == "SLACK_URL").then(|| "https://chat.example.com/s3cret".to_owned());
        assert!(channels.resolve("team", &lookup).is_ok());
        let message = |name: &str| channels.resolve(name, &lookup).unwrap_err().message;
        assert_eq!(
            message("hook"),
            "supabase/deploy.toml:14:24: `channels.hook.url_variable`: the variable `HOOK_URL` is not set"
        );
        assert_eq!(
            message("ghost"),
            "there is no channel `ghost` in supabase/deploy.toml; known: `chat`, `hook`, `mail`, `office`, `team`"
        );
    }

    #[test]
    fn what_a_variable_holds_is_judged_and_not_repeated() {
        let channels = read(ALL).unwrap();
        let lookup = |name: &str| match name {
            "HOOK_URL" => Some("https://chat.example.com/s3cret".to_owned()),
            _ => Some("gopher://s3cret".to_owned()),
        };
        let cases = [
            (
                "team",
                "supabase/deploy.toml:4:24: `channels.team.url_variable`: what is in the variable `SLACK_URL` is no address",
            ),
            (
                "hook",
                "supabase/deploy.toml:15:27: `channels.hook.secret_variable`: what is in the variable `HOOK_SECRET` is no signing key",
            ),
            (
                "mail",
                "supabase/deploy.toml:18:27: `channels.mail.server_variable`: what is in the variable `SMTP_URL` is no address of a mail server",
            ),
        ];
        for (name, expected) in cases {
            let message = channels.resolve(name, &lookup).unwrap_err().message;
            assert!(message.starts_with(expected), "{message}");
            assert!(!message.contains("s3cret"), "{message}");
        }
    }

    #[test]
    fn every_mistake_is_named_with_its_place_and_no_value_is_shown() {
        let cases = [
            ("kind = 'slack'", "1:11: `channels.c`: needs `url_variable`"),
            (
                "url_variable = 'X'",
                "1:11: `channels.c`: needs `kind`, one of `\"slack\"`, `\"discord\"`, `\"teams\"`, `\"webhook\"`, `\"email\"`",
            ),
            (
                "kind = 'irc'",
                "2:8: `channels.c.kind`: must be `\"slack\"` or `\"discord\"` or `\"teams\"` or `\"webhook\"` or `\"email\"`",
            ),
            (
                "kind = 'slack'\nurl_variable = 'https://chat.example.com/s3cret'",
                "3:16: `channels.c.url_variable`: must be the name of a variable (capitals, digits, `_`), such as `PRODUCTION_DATABASE_URL`, never the value itself",
            ),
            (
                "kind = 'slack'\nurl = 'https://chat.example.com/s3cret'\nurl_variable = 'X'",
                "3:1: `channels.c.url`: is not a key; write `url_variable`, the name of the variable that holds it",
            ),
            (
                "kind = 'slack'\nurl_variable = 'X'\nsecret_variable = 'Y'",
                "4:1: `channels.c.secret_variable`: is not a key; known here: `kind`, `on`, `url_variable`",
            ),
            ("kind = 'webhook'\nurl_variable = 'X'", "1:11: `channels.c`: needs `secret_variable`"),
            (
                "kind = 'slack'\nurl_variable = 'X'\non = ['succeeded', 's3cret']",
                "4:20: `channels.c.on`: an outcome that is not known; known: `succeeded`, `taken-back`, `drift`, `failed`, `interrupted`, `rolled-back`, `needs-person`",
            ),
            (
                "kind = 'slack'\nurl_variable = 'X'\non = []",
                "4:6: `channels.c.on`: names no outcome, so that nobody would ever be told; leave it out for all of them",
            ),
            (
                "kind = 'email'\nserver_variable = 'X'\nfrom = 's3cret'\nto = ['team@example.com', 's3cret']",
                "4:8: `channels.c.from`: is no e-mail address\nsupabase/deploy.toml:5:27: `channels.c.to`: is no e-mail address",
            ),
            (
                "kind = 'email'\nserver_variable = 'X'",
                "1:11: `channels.c`: needs `from`, the address that its mails come from\nsupabase/deploy.toml:1:11: `channels.c`: needs `to`, a list of e-mail addresses",
            ),
        ];
        for (toml, expected) in cases {
            let message = refused(&format!("[channels.c]\n{toml}\n"));
            assert_eq!(message, format!("supabase/deploy.toml:{expected}"), "{toml}");
        }
    }
}
