//! A text that matches a regular expression of the kind that CHECK constraints hold.
//!
//! Anchors, classes, groups, alternatives and counts are understood; look-arounds and back references are not. What is
//! made is only a proposal: Postgres itself judges it.

/// A short text that should match `pattern`; `pick` chooses among equals, so that different rows get different texts.
pub(crate) fn example(pattern: &str, pick: u32) -> Option<String> {
    // Options in front, as in (?i).
    let pattern = match pattern.strip_prefix("(?") {
        Some(rest) if !rest.starts_with([':', '=', '!', '<']) => rest.split_once(')')?.1,
        _ => pattern,
    };
    let chars: Vec<char> = pattern.chars().collect();
    let mut parser = Parser { chars: &chars, at: 0, pick, picked: false };
    let text = parser.alternatives()?;
    if parser.at < chars.len() {
        return None;
    }
    // Where the pattern leaves an end open, the row's own text goes there.
    let open_start = !pattern.starts_with('^') && !pattern.starts_with("\\A");
    let open_end = !pattern.ends_with('$') && !pattern.ends_with("\\Z");
    let own = format!("a{pick}");
    Some(format!(
        "{}{text}{}",
        if open_start { own.as_str() } else { "" },
        if open_end { own.as_str() } else { "" }
    ))
}

/// A text that is LIKE `pattern`.
pub(crate) fn like(pattern: &str, pick: u32) -> String {
    let mut made = String::new();
    let mut chars = pattern.chars();
    while let Some(each) = chars.next() {
        match each {
            '%' => made.push_str(&format!("a{pick}")),
            '_' => made.push('a'),
            '\\' => made.extend(chars.next()),
            other => made.push(other),
        }
    }
    made
}

struct Parser<'a> {
    chars: &'a [char],
    at: usize,
    pick: u32,
    /// The row's own character is used once, in the first class that has a choice.
    picked: bool,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn alternatives(&mut self) -> Option<String> {
        let mut first = self.sequence()?;
        while self.eat('|') {
            let next = self.sequence()?;
            if first.is_empty() {
                first = next;
            }
        }
        Some(first)
    }

    fn sequence(&mut self) -> Option<String> {
        let mut made = String::new();
        while let Some(next) = self.peek().filter(|next| !matches!(next, '|' | ')')) {
            if matches!(next, '^' | '$') {
                self.at += 1;
                continue;
            }
            let once = self.atom()?;
            made.push_str(&once.repeat(self.count()?));
        }
        Some(made)
    }

    fn atom(&mut self) -> Option<String> {
        let next = self.peek()?;
        self.at += 1;
        Some(match next {
            '(' => {
                if self.eat('?') && !self.eat(':') {
                    return None;
                }
                let inner = self.alternatives()?;
                self.eat(')').then_some(inner)?
            }
            '[' => self.class()?.to_string(),
            '.' => self.choose(&LETTERS).to_string(),
            '\\' => self.escape()?,
            '*' | '+' | '?' | '{' => return None,
            other => other.to_string(),
        })
    }

    fn escape(&mut self) -> Option<String> {
        let next = self.peek()?;
        self.at += 1;
        Some(match next {
            'd' => self.choose(&[('1', '9')]).to_string(),
            'w' => self.choose(&LETTERS).to_string(),
            's' => " ".to_owned(),
            'D' | 'S' => self.choose(&LETTERS).to_string(),
            'm' | 'M' | 'y' | 'A' | 'Z' | 'B' => String::new(),
            'n' => "\n".to_owned(),
            't' => "\t".to_owned(),
            other if other.is_alphanumeric() => return None,
            other => other.to_string(),
        })
    }

    fn class(&mut self) -> Option<char> {
        let negated = self.eat('^');
        let mut ranges: Vec<(char, char)> = Vec::new();
        let start = self.at;
        loop {
            let next = self.peek()?;
            self.at += 1;
            let low = match next {
                ']' if self.at > start + 1 => break,
                '[' if self.peek() == Some(':') => {
                    ranges.extend(self.named_class()?);
                    continue;
                }
                '\\' => {
                    let escaped = self.peek()?;
                    self.at += 1;
                    match escaped {
                        'd' => ranges.push(('1', '9')),
                        'w' => ranges.extend(LETTERS),
                        's' => ranges.push((' ', ' ')),
                        other => ranges.push((other, other)),
                    }
                    continue;
                }
                other => other,
            };
            let is_range =
                self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|next| *next != ']');
            if is_range {
                let high = *self.chars.get(self.at + 1)?;
                self.at += 2;
                ranges.push((low, high));
            } else {
                ranges.push((low, low));
            }
        }
        if negated {
            let allowed: Vec<(char, char)> = ('a'..='z')
                .chain('0'..='9')
                .filter(|each| !ranges.iter().any(|(low, high)| (low..=high).contains(&each)))
                .map(|each| (each, each))
                .collect();
            let steps = if self.picked { 0 } else { self.pick.saturating_sub(1) as usize };
            self.picked = true;
            return allowed.get(steps % allowed.len().max(1)).map(|(each, _)| *each);
        }
        Some(self.choose(&ranges))
    }

    fn named_class(&mut self) -> Option<Vec<(char, char)>> {
        let rest: String = self.chars[self.at..].iter().collect();
        let (name, _) = rest.strip_prefix(':')?.split_once(":]")?;
        self.at += name.chars().count() + 3;
        Some(match name {
            "alpha" | "lower" | "alnum" => vec![('a', 'z')],
            "upper" => vec![('A', 'Z')],
            "digit" | "xdigit" => vec![('1', '9')],
            "space" | "blank" => vec![(' ', ' ')],
            "punct" => vec![('-', '-')],
            _ => return None,
        })
    }

    /// How often the atom stands there: as seldom as allowed, but once where it may.
    fn count(&mut self) -> Option<usize> {
        let mut times = 1;
        if self.eat('*') || self.eat('+') || self.eat('?') {
            self.eat('?');
        } else if self.peek() == Some('{') {
            let rest: String = self.chars[self.at + 1..].iter().collect();
            let (bounds, _) = rest.split_once('}')?;
            self.at += bounds.chars().count() + 2;
            let (low, high) = bounds.split_once(',').unwrap_or((bounds, bounds));
            times = low.parse::<usize>().ok()?;
            if times == 0 && high.parse::<usize>() != Ok(0) {
                times = 1;
            }
            self.eat('?');
        }
        (times <= 10_000).then_some(times)
    }

    fn choose(&mut self, ranges: &[(char, char)]) -> char {
        // Letters first: they read best and are most often allowed at a start.
        let best = ranges
            .iter()
            .find(|(low, high)| low != high && low.is_ascii_lowercase() && high.is_ascii_lowercase());
        let (low, high) = best
            .or_else(|| ranges.iter().find(|(low, high)| low != high))
            .or_else(|| ranges.first())
            .copied()
            .unwrap_or(('a', 'a'));
        let size = (u32::from(high) + 1).saturating_sub(u32::from(low)).max(1);
        let steps = if self.picked { 0 } else { self.pick.saturating_sub(1) % size };
        self.picked |= size > 1;
        char::from_u32(u32::from(low) + steps).unwrap_or(low)
    }
}

const LETTERS: [(char, char); 1] = [('a', 'z')];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_follow_the_pattern() {
        for (pattern, first, second) in [
            ("^[a-z0-9-]+$", "a", "b"),
            ("^[a-z][a-z0-9_]{2,62}$", "aaa", "baa"),
            ("^(sha256|md5):[0-9a-f]{4}$", "sha256:aaaa", "sha256:bbbb"),
            ("^https?://", "https://a1", "https://a2"),
            ("^[^@]+@[^@]+\\.[^@]+$", "a@a.a", "b@a.a"),
            ("^\\d{3}-\\d{2}$", "111-11", "222-11"),
            ("^[[:alpha:]]+$", "a", "b"),
            ("@", "a1@a1", "a2@a2"),
            ("^$", "", ""),
            ("^[A-Z]{2}$", "AA", "BB"),
        ] {
            assert_eq!(example(pattern, 1).as_deref(), Some(first), "{pattern}");
            assert_eq!(example(pattern, 2).as_deref(), Some(second), "{pattern}");
        }
    }

    #[test]
    fn what_is_not_understood_is_not_guessed() {
        for pattern in ["(?=a)b", "a\\1", "[[:nonsense:]]", "(a"] {
            assert_eq!(example(pattern, 1), None, "{pattern}");
        }
    }

    #[test]
    fn like_patterns_are_filled_in() {
        assert_eq!(like("http%_x", 3), "httpa3ax");
    }
}
