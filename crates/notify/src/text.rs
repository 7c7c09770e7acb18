//! Making text fit: into what a reader should see, and into the length that a channel takes.

use std::borrow::Cow;

/// Text as it may be shown anywhere: line ends are `\n`; what moves the cursor or turns the reading direction around
/// (NUL, ESC, U+202E) becomes `�`, since names come from files that anybody may write.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' | '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' => shown.push('\n'),
            '\t' => shown.push(' '),
            other if other.is_control() || turns_around(other) => shown.push(char::REPLACEMENT_CHARACTER),
            other => shown.push(other),
        }
    }
    shown
}

/// The characters by which text can be made to read in another order than it is written.
fn turns_around(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The same on one line.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    if text.contains('\n') { Cow::Owned(text.replace('\n', " ")) } else { Cow::Borrowed(text) }
}

/// How a channel counts. Slack and Discord speak of characters; UTF-16 units are never fewer.
pub(crate) type Measure = fn(&str) -> usize;

pub(crate) fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

pub(crate) fn bytes(text: &str) -> usize {
    text.len()
}

/// Escapes the text character by character, as far as `max` allows. What is cut ends in `…`; a cut never lies inside
/// of a character or of its escape.
pub(crate) fn fit(text: &str, max: usize, measure: Measure, escape: impl Fn(char, &mut String)) -> String {
    let mut fitted = String::with_capacity(text.len().min(max * 4));
    let (mut used, mut whole) = (0, 0);
    for character in text.chars() {
        let before = fitted.len();
        escape(character, &mut fitted);
        used += measure(&fitted[before..]);
        if used > max {
            fitted.truncate(whole);
            fitted.truncate(fitted.trim_end().len());
            fitted.push('…');
            return fitted;
        }
        if used + measure("…") <= max {
            whole = fitted.len();
        }
    }
    fitted
}

/// [`fit`] for text that needs no escapes.
pub(crate) fn cut(text: &str, max: usize, measure: Measure) -> String {
    fit(text, max, measure, |character, cut| cut.push(character))
}

/// A line of a list that was made to fit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// This one.
    Line(usize),
    /// So many are left out here.
    Gap(usize),
}

/// Which lines of a list to keep within `max`: those that must stay, then from both ends. `costs` and `max` are in the
/// same units; a gap costs `gap`.
pub(crate) fn keep(costs: &[usize], must_stay: impl Fn(usize) -> bool, max: usize, gap: usize) -> Vec<Kept> {
    let mut kept = vec![true; costs.len()];
    if costs.iter().sum::<usize>() > max {
        let ends = (0..costs.len()).map(|n| if n % 2 == 0 { n / 2 } else { costs.len() - 1 - n / 2 });
        let (first, rest): (Vec<usize>, Vec<usize>) = ends.partition(|&line| must_stay(line));
        let mut left = max.saturating_sub(gap * (first.len().min(2) + 1));
        kept.fill(false);
        for line in first.into_iter().chain(rest) {
            match left.checked_sub(costs[line]) {
                Some(rest) => left = rest,
                None if must_stay(line) => continue,
                None => break,
            }
            kept[line] = true;
        }
    }
    let mut lines = Vec::new();
    for (line, kept) in kept.into_iter().enumerate() {
        match (kept, lines.last_mut()) {
            (true, _) => lines.push(Kept::Line(line)),
            (false, Some(Kept::Gap(count))) => *count += 1,
            (false, _) => lines.push(Kept::Gap(1)),
        }
    }
    lines
}

/// The words for a gap.
pub(crate) fn more(count: usize) -> String {
    format!("… and {count} more")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_are_made_visible() {
        assert_eq!(visible("a\r\nb\rc\td\0e\u{1b}[31mf\u{202e}g"), "a\nb\nc d�e�[31mf�g");
        assert_eq!(visible("👩‍💻 naïve"), "👩‍💻 naïve");
    }

    #[test]
    fn a_cut_is_on_a_character_and_not_inside_an_escape() {
        let escape = |character: char, text: &mut String| match character {
            '<' => text.push_str("&lt;"),
            other => text.push(other),
        };
        let cases = [
            ("ab<cd", 99, "ab&lt;cd"),
            ("ab<cd", 8, "ab&lt;cd"),
            ("ab<cd", 7, "ab&lt;…"),
            ("ab<cd", 6, "ab…"),
            ("äöü", 2, "ä…"),
            ("ab cd", 4, "ab…"),
            ("abc", 1, "…"),
        ];
        for (text, max, expected) in cases {
            let fitted = fit(text, max, utf16, escape);
            assert_eq!(fitted, expected);
            assert!(utf16(&fitted) <= max);
        }
        assert_eq!(cut("🦀🦀🦀", 5, utf16), "🦀🦀…");
        assert_eq!(cut("ääää", 7, bytes), "ää…");
    }

    #[test]
    fn a_list_is_cut_in_the_middle_around_what_must_stay() {
        use Kept::{Gap, Line};
        let never = |_: usize| false;
        assert_eq!(keep(&[1; 3], never, 3, 1), [Line(0), Line(1), Line(2)]);
        assert_eq!(keep(&[1; 9], never, 5, 1), [Line(0), Line(1), Gap(5), Line(7), Line(8)]);
        assert_eq!(keep(&[1; 9], |line| line == 4, 5, 1), [Line(0), Gap(3), Line(4), Gap(3), Line(8)]);
        assert_eq!(keep(&[], never, 0, 1), []);
        assert_eq!(keep(&[9; 2], never, 5, 1), [Gap(2)]);
    }
}
