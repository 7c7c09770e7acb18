//! Whether two files say the same and are only written differently.
//!
//! An editor or a setting of git that rewrites line endings changes a migration's checksum and nothing
//! that a reader would see. A finding that says so saves the search for the difference.

/// What differs between two files with the same text, as "`now`, was `before`". None when the text differs, or
/// the bytes do not.
pub(crate) fn only_the_encoding(before: &[u8], now: &[u8]) -> Option<String> {
    if before == now {
        return None;
    }
    let (before, now) = (Read::new(before)?, Read::new(now)?);
    if before.text != now.text {
        return None;
    }
    let mut told = Vec::new();
    if before.charset != now.charset {
        told.push(format!("it is {} now, was {}", now.charset.name(), before.charset.name()));
    }
    if before.mark != now.mark {
        told.push(
            if now.mark { "it begins with a byte order mark now" } else { "it lost its byte order mark" }
                .to_owned(),
        );
    }
    if before.endings != now.endings {
        told.push(format!(
            "its lines end in {} now, in {} before",
            now.endings.name(),
            before.endings.name()
        ));
    }
    Some(if told.is_empty() { "single line endings changed".to_owned() } else { told.join(", ") })
}

/// A file's text with line feeds, and how it was written.
struct Read {
    text: String,
    charset: Charset,
    mark: bool,
    endings: Endings,
}

impl Read {
    fn new(bytes: &[u8]) -> Option<Self> {
        let (raw, charset, mark) = decode(bytes)?;
        let endings = Endings::of(&raw);
        let text = raw.replace("\r\n", "\n").replace('\r', "\n");
        Some(Self { text, charset, mark, endings })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Charset {
    Utf8,
    Utf16Le,
    Utf16Be,
    Latin1,
}

impl Charset {
    fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 (little endian)",
            Self::Utf16Be => "UTF-16 (big endian)",
            Self::Latin1 => "Latin-1",
        }
    }
}

fn decode(bytes: &[u8]) -> Option<(String, Charset, bool)> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Some((String::from_utf8(rest.to_vec()).ok()?, Charset::Utf8, true)),
        [0xff, 0xfe, rest @ ..] => Some((utf16(rest, u16::from_le_bytes)?, Charset::Utf16Le, true)),
        [0xfe, 0xff, rest @ ..] => Some((utf16(rest, u16::from_be_bytes)?, Charset::Utf16Be, true)),
        [first, 0, ..] if *first != 0 => Some((utf16(bytes, u16::from_le_bytes)?, Charset::Utf16Le, false)),
        [0, second, ..] if *second != 0 => Some((utf16(bytes, u16::from_be_bytes)?, Charset::Utf16Be, false)),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Some((text.to_owned(), Charset::Utf8, false)),
            // every byte is a character of Latin-1, so this never fails, and never claims a wrong match
            Err(_) => Some((bytes.iter().map(|byte| char::from(*byte)).collect(), Charset::Latin1, false)),
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if rest.is_empty() {
        String::from_utf16(&pairs.iter().map(|pair| unit(*pair)).collect::<Vec<_>>()).ok()
    } else {
        None
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Endings {
    None,
    Lf,
    CrLf,
    Cr,
    Mixed,
}

impl Endings {
    fn of(text: &str) -> Self {
        let crlf = text.matches("\r\n").count();
        let lf = text.matches('\n').count() - crlf;
        let cr = text.matches('\r').count() - crlf;
        match (lf > 0, crlf > 0, cr > 0) {
            (false, false, false) => Self::None,
            (true, false, false) => Self::Lf,
            (false, true, false) => Self::CrLf,
            (false, false, true) => Self::Cr,
            _ => Self::Mixed,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::None => "nothing",
            Self::Lf => "LF",
            Self::CrLf => "CRLF",
            Self::Cr => "CR",
            Self::Mixed => "a mix of LF and CRLF",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_in_another_encoding_is_told_apart_from_another_text() {
        let utf16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("select 'é';\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let utf16_unmarked: Vec<u8> = "select 'é';\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (before, now, expected) in [
            (&b"a\nb\n"[..], &b"a\r\nb\r\n"[..], Some("its lines end in CRLF now, in LF before")),
            (b"a\r\nb\r\n", b"a\nb\n", Some("its lines end in LF now, in CRLF before")),
            (b"a\nb\n", b"a\nb\r\n", Some("its lines end in a mix of LF and CRLF now, in LF before")),
            (b"a\r\nb\n", b"a\nb\r\n", Some("single line endings changed")),
            (b"a\n", b"\xef\xbb\xbfa\n", Some("it begins with a byte order mark now")),
            (b"\xef\xbb\xbfa\n", b"a\n", Some("it lost its byte order mark")),
            (
                "select 'é';\n".as_bytes(),
                &utf16,
                Some("it is UTF-16 (little endian) now, was UTF-8, it begins with a byte order mark now"),
            ),
            ("select 'é';\n".as_bytes(), &utf16_unmarked, Some("it is UTF-16 (big endian) now, was UTF-8")),
            ("é\n".as_bytes(), b"\xe9\n", Some("it is Latin-1 now, was UTF-8")),
            (b"a\n", b"a\n", None),
            (b"a\n", b"b\n", None),
            (b"a\n", b"a", None),
            (b"a\n", b"a \n", None),
            (b"", b"a", None),
            (b"\xff\xfea", b"a", None),
        ] {
            assert_eq!(only_the_encoding(before, now).as_deref(), expected, "{before:?} → {now:?}");
        }
    }
}
