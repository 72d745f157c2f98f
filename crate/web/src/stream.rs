//! To which turn each token of the stream belongs, from when it is said until it is learned from.
//!
//! The model tells what each *predicted* token wrote, a chunk at a time and some time after it was said. The places
//! here wait beside the memory's pending tokens, one for each, so that the page can be told which words those were.

use crate::protocol::{Notice, Role, WrittenToken};
use nested_memory_dialogue::{ASSISTANT, END, PAD, Tokenizer, USER};
use std::collections::VecDeque;

/// The turn of a token that belongs to none.
const NO_TURN: i64 = -1;

/// How many turns were said, by role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turns {
    /// By the person.
    pub user: i64,
    /// By the model.
    pub assistant: i64,
}

impl Turns {
    /// The count of one role.
    #[must_use]
    pub const fn of(self, role: Role) -> i64 {
        match role {
            Role::User => self.user,
            Role::Assistant => self.assistant,
        }
    }

    /// One more of each.
    #[must_use]
    pub const fn next(self) -> Self {
        Self { user: self.user + 1, assistant: self.assistant + 1 }
    }
}

/// One token in what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The text that it completes; empty for special tokens.
    pub text: String,
    /// Whose turn it is in.
    pub role: Role,
    /// Which of that role's turns; -1 for special tokens.
    pub turn: i64,
}

impl Place {
    /// Of a special token.
    #[must_use]
    pub const fn special(role: Role) -> Self {
        Self { text: String::new(), role, turn: NO_TURN }
    }

    fn written(self, surprise: f32, weight: [f32; 3]) -> WrittenToken {
        WrittenToken { text: self.text, surprise, weight, turn: self.turn, role: self.role }
    }
}

/// What one token wrote: its surprise, and its weight at every level.
pub type Written = (f32, [f32; 3]);

/// The places of the tokens that wait.
#[derive(Debug, Clone, Default)]
pub struct Stream {
    /// One for each of the memory's pending tokens.
    waiting: VecDeque<Place>,
    /// Whether the first of them was told already: a chunk's last token stays pending as the next one's first.
    told: bool,
}

impl Stream {
    /// The places of a memory's pending tokens after a reload, found backwards from the last turn of each role.
    /// `begun` says whether a chunk of the conversation was learned before.
    #[must_use]
    pub fn restore(pending: &[u32], begun: bool, turns: Turns, tokenizer: &Tokenizer) -> Self {
        // A turn is whole when it is stored, so the stream ends with the end of a reply.
        let (mut role, mut left) = (Role::Assistant, turns);
        let mut waiting = VecDeque::with_capacity(pending.len());
        for token in pending.iter().rev() {
            let place = if [PAD, USER, ASSISTANT, END].contains(token) {
                Place::special(role)
            } else {
                Place { text: tokenizer.decode(&[*token]), role, turn: (left.of(role) - 1).max(NO_TURN) }
            };
            waiting.push_front(place);
            match *token {
                ASSISTANT => role = Role::User,
                USER => {
                    role = Role::Assistant;
                    left = Turns { user: left.user - 1, assistant: left.assistant - 1 };
                }
                _ => {}
            }
        }
        Self { waiting, told: begun }
    }

    /// Takes in the places of tokens that were said.
    pub fn extend(&mut self, places: impl IntoIterator<Item = Place>) {
        self.waiting.extend(places);
    }

    /// Takes out the places of tokens that were learned, in order; `None` if there was none.
    pub fn learned(&mut self, writes: Vec<Written>) -> Option<Notice> {
        if writes.is_empty() {
            return None;
        }
        let mut tokens = Vec::with_capacity(writes.len() + 1);
        let first = self.waiting.pop_front();
        // Nothing came before a conversation's first token, so nobody could be surprised by it.
        tokens.extend(first.filter(|_| !self.told).map(|place| place.written(0.0, [0.0; 3])));
        let count = writes.len();
        for (index, (surprise, weight)) in writes.into_iter().enumerate() {
            let place =
                if index + 1 < count { self.waiting.pop_front() } else { self.waiting.front().cloned() };
            tokens.extend(place.map(|place| place.written(surprise, weight)));
        }
        self.told = true;
        let role = tokens.last().map_or(Role::Assistant, |token| token.role);
        Some(Notice::Write { role, tokens })
    }

    /// The conversation ended: nothing waits.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many tokens wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, role: Role, turn: i64) -> Place {
        Place { text: text.to_owned(), role, turn }
    }

    fn told(notice: Option<Notice>) -> Vec<(String, i64)> {
        match notice {
            Some(Notice::Write { tokens, .. }) => tokens.into_iter().map(|t| (t.text, t.turn)).collect(),
            _ => Vec::new(),
        }
    }

    fn writes(count: usize) -> Vec<Written> {
        (0..count).map(|n| (n as f32, [0.0; 3])).collect()
    }

    #[test]
    fn every_token_is_told_once_and_in_order() {
        let mut stream = Stream::default();
        stream.extend([Place::special(Role::User), word("a", Role::User, 0), word("b", Role::User, 0)]);
        stream.extend([Place::special(Role::Assistant), word("c", Role::Assistant, 0)]);
        let pair = |text: &str, turn| (text.to_owned(), turn);
        assert_eq!(told(stream.learned(writes(2))), [pair("", -1), pair("a", 0), pair("b", 0)]);
        assert_eq!(stream.len(), 3, "the last learned token is pending still");
        assert_eq!(told(stream.learned(writes(2))), [pair("", -1), pair("c", 0)]);
        assert_eq!(stream.len(), 1);
        assert_eq!(stream.learned(Vec::new()), None);
        stream.clear();
        assert!(stream.is_empty());
    }

    #[test]
    fn a_reload_finds_the_turns_again() {
        let path = "../../www/public/base/tokenizer.json";
        let tokenizer = Tokenizer::from_bytes(&std::fs::read(path).unwrap()).unwrap();
        let hello = tokenizer.encode("hi");
        let mut pending = hello.clone();
        pending.push(END);
        pending.push(USER);
        pending.extend(&hello);
        pending.push(ASSISTANT);
        pending.extend(&hello);
        pending.push(END);
        let stream = Stream::restore(&pending, true, Turns { user: 5, assistant: 5 }, &tokenizer);
        let of = |role, turn| {
            stream
                .waiting
                .iter()
                .filter(|p| (p.role, p.turn) == (role, turn))
                .map(|p| p.text.as_str())
                .collect::<String>()
        };
        assert_eq!(
            (of(Role::Assistant, 4), of(Role::User, 4), of(Role::Assistant, 3)),
            ("hi".into(), "hi".into(), "hi".into())
        );
        assert_eq!(stream.len(), pending.len());
        let unknown = Stream::restore(&pending, true, Turns::default(), &tokenizer);
        assert!(
            unknown.waiting.iter().all(|place| place.turn == -1),
            "turns that were not kept have no number"
        );
    }
}
