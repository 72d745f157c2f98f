//! The conversation that is going on, as tokens: what sleep consolidates when it is over.
//!
//! A memory holds no text, so this lives beside it. After a reload it is found again in what the browser keeps of the
//! conversation; where nothing is kept, the day begins anew and says that it is not whole.

use crate::protocol::{Role, SaidToken, Turn};
use nested_memory_dialogue::{ASSISTANT, END, Tokenizer, USER};
use nested_memory_model::Marks;
use nested_memory_model::sleep::Exchange;

/// No exchange is as short as this, in tokens.
const SHORTEST: usize = 5;

/// What was said in the conversation that is going on, while the levels were on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    tokens: Vec<u32>,
    whole: bool,
}

impl Default for Day {
    fn default() -> Self {
        Self { tokens: Vec::new(), whole: true }
    }
}

impl Day {
    /// Nothing is at hand of a conversation of which a memory has heard so many tokens.
    #[must_use]
    pub const fn lost(heard: u64) -> Self {
        Self { tokens: Vec::new(), whole: heard == 0 }
    }

    /// From the turns of the conversation, as they were kept. Those at the beginning that are more than the memory has
    /// heard belong to another one, from before an import.
    #[must_use]
    pub fn recall<'a>(turns: impl Iterator<Item = &'a Turn>, heard: u64, tokenizer: &Tokenizer) -> Self {
        let mut exchanges: Vec<Spelled> = Vec::new();
        for turn in turns {
            match (turn.role, exchanges.last_mut()) {
                (Role::User, _) => exchanges.push(Spelled::said(&turn.text, tokenizer)),
                (Role::Assistant, Some(last)) => last.answered(&turn.text, tokenizer),
                (Role::Assistant, None) => {}
            }
        }
        let (mut least, mut most) = (0, 0);
        let kept = exchanges.iter().rev().take_while(|exchange| {
            least += exchange.least;
            let fits = least as u64 <= heard;
            most += if fits { exchange.most } else { 0 };
            fits
        });
        let first = exchanges.len() - kept.count();
        let tokens = exchanges[first..].iter().flat_map(|exchange| exchange.tokens.clone()).collect();
        Self { tokens, whole: heard < (most + SHORTEST) as u64 }
    }

    /// Takes in what was said.
    pub fn extend(&mut self, tokens: &[u32]) {
        self.tokens.extend(tokens);
    }

    /// Whether all of the conversation is at hand.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// What was said and answered. A base without marks cannot tell.
    #[must_use]
    pub fn exchanges(&self, marks: Option<Marks>) -> Vec<Exchange> {
        marks.map_or_else(Vec::new, |marks| Exchange::all(marks, &self.tokens))
    }
}

/// An exchange as tokens again. A reply is kept without the blank that it may have begun with, so that it can have been
/// spoken in a token more or less.
struct Spelled {
    tokens: Vec<u32>,
    least: usize,
    most: usize,
}

impl Spelled {
    fn said(text: &str, tokenizer: &Tokenizer) -> Self {
        let tokens = [vec![USER], tokenizer.turn(text), vec![ASSISTANT]].concat();
        Self { least: tokens.len(), most: tokens.len(), tokens }
    }

    fn answered(&mut self, text: &str, tokenizer: &Tokenizer) {
        let bare = tokenizer.encode(text);
        let words = if text.is_empty() { Vec::new() } else { tokenizer.turn(text) };
        self.least += 1 + words.len().min(bare.len());
        self.most += 1 + words.len().max(bare.len());
        self.tokens.extend(words);
        self.tokens.push(END);
    }
}

/// What the person said in an exchange, for the page; `matters` are places as sleep counts them.
#[must_use]
pub fn said(exchange: &Exchange, matters: &[usize], tokenizer: &Tokenizer) -> Vec<SaidToken> {
    let mut decoder = tokenizer.stream();
    let mut said: Vec<SaidToken> = Vec::new();
    // A character may be spelled with several tokens.
    let mut mattered = false;
    // The first and the last are marks; a place is that of the token before.
    let words = exchange.said.iter().skip(1).take(exchange.said.len().saturating_sub(2));
    for (place, token) in words.enumerate() {
        mattered |= matters.contains(&place);
        let text = decoder.push(*token);
        let text = if said.is_empty() { text.trim_start() } else { &text };
        if !text.is_empty() {
            said.push(SaidToken { text: text.to_owned(), matters: std::mem::take(&mut mattered) });
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: Marks = Marks { user: USER, assistant: ASSISTANT, end: END };

    fn tokenizer() -> Tokenizer {
        let path = "../../www/public/base/tokenizer.json";
        Tokenizer::from_bytes(&std::fs::read(path).unwrap()).unwrap()
    }

    fn turn(role: Role, text: &str) -> Turn {
        Turn {
            role,
            text: text.to_owned(),
            at: 0.0,
            conversation: 3,
            complete: true,
            lost: false,
            version: None,
        }
    }

    /// As a session feeds it.
    fn lived(tokenizer: &Tokenizer) -> Day {
        let mut day = Day::default();
        for (said, answered) in [("My cat is called Bix.", "Bix, got it."), ("And you?", "")] {
            day.extend(&[USER]);
            day.extend(&tokenizer.turn(said));
            day.extend(&[ASSISTANT]);
            day.extend(&if answered.is_empty() { Vec::new() } else { tokenizer.turn(answered) });
            day.extend(&[END]);
        }
        day
    }

    #[test]
    fn a_reload_finds_the_day_again() {
        let tokenizer = tokenizer();
        let day = lived(&tokenizer);
        let heard = day.tokens.len() as u64;
        let turns = [
            turn(Role::User, "My cat is called Bix."),
            turn(Role::Assistant, "Bix, got it."),
            turn(Role::User, "And you?"),
            turn(Role::Assistant, ""),
        ];
        assert_eq!(Day::recall(turns.iter(), heard, &tokenizer), day);
        let nothing = Day::recall([].iter(), heard, &tokenizer);
        assert!(!nothing.is_whole() && nothing == Day::lost(heard));
        assert_eq!(Day::recall([].iter(), 0, &tokenizer), Day::default());
        let stranger = turn(Role::User, "This was said to the memory before.");
        let with_stranger = [&[stranger], &turns[..]].concat();
        assert_eq!(Day::recall(with_stranger.iter(), heard, &tokenizer), day);
        let longer = Day::recall(turns.iter(), heard + 40, &tokenizer);
        assert!(!longer.is_whole() && longer.tokens == day.tokens);
    }

    #[test]
    fn what_was_said_comes_back_as_text_with_what_mattered() {
        let tokenizer = tokenizer();
        let exchanges = lived(&tokenizer).exchanges(Some(MARKS));
        assert_eq!(exchanges.len(), 2);
        let all = said(&exchanges[0], &[], &tokenizer);
        assert_eq!(all.iter().map(|token| token.text.as_str()).collect::<String>(), "My cat is called Bix.");
        let last = tokenizer.turn("My cat is called Bix.").len() - 1;
        let marked = said(&exchanges[0], &[last], &tokenizer);
        assert_eq!(
            marked.iter().filter(|token| token.matters).map(|token| &*token.text).collect::<String>(),
            "."
        );
        assert_eq!(lived(&tokenizer).exchanges(None), []);
    }
}
