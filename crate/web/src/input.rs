//! Text from people, made safe: to take in, and to name a file with.

use crate::error::{Error, Result};

/// The most characters that are taken of one message.
pub const LONGEST: usize = 2_000;
/// The most characters that are looked at: composing and dropping make a text shorter, but not by this much.
const LOOKED_AT: usize = 4 * LONGEST;

/// A text as the model takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// Composed, without control characters, not too long, not empty.
    pub text: String,
    /// Whether it was cut.
    pub truncated: bool,
}

/// Cleans a message; `compose` brings a text into Unicode's composed form (NFC).
///
/// # Errors
/// [`Error::Input`] if nothing is left of it.
pub fn clean(text: &str, compose: impl FnOnce(&str) -> String) -> Result<Cleaned> {
    let looked_at = text.char_indices().nth(LOOKED_AT).map_or(text, |(end, _)| &text[..end]);
    let spaced: String = compose(looked_at).replace("\r\n", " ").chars().filter_map(visible).collect();
    let whole = spaced.trim();
    let cut = whole.char_indices().nth(LONGEST).map_or(whole, |(end, _)| &whole[..end]);
    if cut.is_empty() {
        return Err(Error::Input { reason: "there are no words in this message".to_owned() });
    }
    let truncated = cut.len() < whole.len() || looked_at.len() < text.len();
    Ok(Cleaned { text: cut.trim_end().to_owned(), truncated })
}

/// The character, a space for one that moves the pen, nothing for one that controls a terminal.
fn visible(character: char) -> Option<char> {
    match character {
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        control if control.is_control() => None,
        other => Some(other),
    }
}

/// The longest name of a version, in characters.
const LONGEST_TITLE: usize = 60;

/// What a person calls a version; `None` if nothing is left of it.
#[must_use]
pub fn title(text: &str) -> Option<String> {
    let text: String = text.chars().filter_map(visible).collect();
    let cut: String = text.trim().chars().take(LONGEST_TITLE).collect();
    Some(cut.trim_end().to_owned()).filter(|title| !title.is_empty())
}

/// What to call an exported memory. `date` is `2026-03-14`.
#[must_use]
pub fn file_name(key: &str, date: &str) -> String {
    format!("{}.safetensors", stem(key, date))
}

/// What to call its ledger.
#[must_use]
pub fn ledger_name(key: &str, date: &str) -> String {
    format!("{}-ledger.json", stem(key, date))
}

/// What to call one of its versions.
#[must_use]
pub fn version_name(key: &str, version: u32) -> String {
    format!("{}.safetensors", stem(key, &format!("version-{version}")))
}

fn stem(key: &str, date: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let key: String = key.chars().take(40).map(safe).collect();
    format!("nested-memory-{key}-{date}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> Cleaned {
        clean(text, str::to_owned).unwrap()
    }

    #[test]
    fn lines_become_spaces_and_controls_nothing() {
        assert_eq!(cleaned("a\u{0}b\u{7}c\u{1b}[31md").text, "abc[31md");
        assert_eq!(cleaned(" line\nline\r\nline\tend \n").text, "line line line end");
        assert_eq!(cleaned("\u{202e}right\u{202c}").text, "\u{202e}right\u{202c}");
    }

    #[test]
    fn nothing_is_refused() {
        for text in ["", "   ", "\n\t", "\u{0}\u{7}\u{1b}", "\u{2028}"] {
            let error = clean(text, str::to_owned).unwrap_err();
            assert_eq!(error.code(), "bad-input", "{text:?}");
        }
        assert_eq!(cleaned("\u{200b}").text, "\u{200b}");
    }

    #[test]
    fn long_texts_are_cut_between_characters_and_say_so() {
        let exact = "é".repeat(LONGEST);
        assert_eq!(cleaned(&exact), Cleaned { text: exact.clone(), truncated: false });
        let longer = format!("{exact}é");
        assert_eq!(cleaned(&longer), Cleaned { text: exact, truncated: true });
        let huge = cleaned(&"walnut ".repeat(15_000));
        assert!(huge.truncated && huge.text.chars().count() <= LONGEST);
        let hidden = format!("a{}b", "\u{0}".repeat(LOOKED_AT));
        assert_eq!(cleaned(&hidden), Cleaned { text: "a".to_owned(), truncated: true });
    }

    #[test]
    fn composing_comes_first() {
        let compose = |text: &str| text.replace("e\u{301}", "é");
        assert_eq!(clean("caf\u{65}\u{301}", compose).unwrap().text, "café");
    }

    #[test]
    fn file_names_hold_nothing_that_a_system_could_stumble_over() {
        assert_eq!(file_name("course-7", "2026-03-14"), "nested-memory-course-7-2026-03-14.safetensors");
        assert_eq!(file_name("../a b:c", "d"), "nested-memory----a-b-c-d.safetensors");
        assert!(file_name(&"x".repeat(500), "d").len() < 80);
    }
}
