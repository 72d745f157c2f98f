//! From a conversation to tokens, and what each of them counts in the outer loss.
use crate::episode::{Conversation, Exchange, Kind};
use crate::split::{FNV, fnv};
use crate::tokenizer::{ASSISTANT, END, Tokenizer, USER, turn};
use std::ops::Range;

/// What a token is, for metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenClass {
    /// Said by the user.
    User,
    /// Said by the assistant, nothing special.
    Assistant,
    /// A value which the assistant repeats in an acknowledgement.
    AckValue,
    /// A value that must be recalled.
    AnswerValue {
        /// Conversations since it was told.
        age: usize,
    },
    /// "I don't know yet."
    Unknown,
    /// `<|user|>`, `<|assistant|>`, `<|end|>`.
    Special,
}

/// What is told or asked for, and how much of its value stands before. A new value of the same fact begins at the
/// same address, and so does the same relation of the same subject in another episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// [`Exchange::about`].
    pub about: u64,
    /// The tokens of the value so far as one number.
    pub after: u64,
    /// Whether nothing of the value stands before but the blank, which is a token of its own before digits.
    pub begins: bool,
}

impl Address {
    fn of(exchange: &Exchange) -> Option<Self> {
        exchange.fact.and(exchange.about).map(|about| Self { about, after: FNV, begins: true })
    }

    fn then(self, token: u32, bytes: &[u8]) -> Self {
        Self { after: fnv(self.after, &token.to_le_bytes()), begins: self.begins && bytes == b" ", ..self }
    }
}

/// Where a value is told and where it is asked for: the two places at which a memory should have one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// Neither.
    None,
    /// The beginning of a told value whose subject comes only after it. Its address is known when the turn is over,
    /// so the turn's end is told to that address instead.
    Blind,
    /// A told value's token.
    Told(Address),
    /// The end of the person's turn, where nothing waits to be told.
    End,
    /// The same as told in an answer, or repeated in an acknowledgement.
    Asked(Address),
    /// An answer's first token where nothing was told about what was asked ([`Exchange::about`]).
    Stranger(u64),
}

/// A conversation for the model.
#[derive(Clone, Debug, Default)]
pub struct Encoded {
    /// The ids.
    pub tokens: Vec<u32>,
    /// `weights[i]` is the outer-loss weight of predicting `tokens[i]`; the first is 0.
    pub weights: Vec<f32>,
    /// What each token is.
    pub classes: Vec<TokenClass>,
    /// Which address each token is told to or asked from.
    pub cues: Vec<Cue>,
    /// Whether it is part of a subject or a value, where any word could stand.
    pub open: Vec<bool>,
}

impl Encoded {
    fn push(&mut self, token: u32, weight: f32, class: TokenClass, cue: Cue) {
        let fact = !matches!(cue, Cue::None | Cue::End | Cue::Stranger(_));
        self.open.push(fact && class != TokenClass::Special);
        self.cues.push(cue);
        self.tokens.push(token);
        self.weights.push(weight);
        self.classes.push(class);
    }
}

const USER_WEIGHT: f32 = 0.1;
const ASSISTANT_WEIGHT: f32 = 1.0;
const ACK_WEIGHT: f32 = 2.0;
const ANSWER_WEIGHT: f32 = 3.0;
const UNKNOWN_WEIGHT: f32 = 2.0;
/// The tokens that decide between "I don't know" and an answer.
const UNKNOWN_HEAD: usize = 3;

/// Encodes a conversation: `<|user|>` text `<|assistant|>` text `<|end|>`, again and again.
pub fn encode(conversation: &Conversation, tok: &Tokenizer) -> Encoded {
    let mut all = Encoded::default();
    for exchange in &conversation.exchanges {
        all.push(USER, 0.0, TokenClass::Special, Cue::None);
        let close = user(&mut all, exchange, tok);
        all.push(ASSISTANT, USER_WEIGHT, TokenClass::Special, close);
        assistant(&mut all, exchange, conversation.index, tok);
        all.push(END, ASSISTANT_WEIGHT, TokenClass::Special, Cue::None);
    }
    all
}

/// The person's turn; gives the cue of its end.
fn user(all: &mut Encoded, exchange: &Exchange, tok: &Tokenizer) -> Cue {
    let text = turn(&exchange.user);
    // The blank before the turn moves everything by one byte.
    let moved = text.len() - exchange.user.len();
    let shifted = |place: &Range<usize>| place.start + moved..place.end + moved;
    let value = exchange.value_in_user.as_ref().map_or(0..0, |value| with_blank(&text, shifted(value)));
    // Only a telling that begins with the value is answered by saying it again. What asks to forget is told to the
    // forgotten address too, when that is known.
    let verb = exchange.verb_in_user.as_ref().map_or(0..0, shifted);
    let first_told = exchange.kind == Kind::Tell && exchange.value_in_assistant.is_some();
    let blind = first_told || exchange.kind == Kind::Forget;
    let subject: Vec<Range<usize>> = exchange.subject_in_user.iter().map(shifted).collect();
    let first = Address::of(exchange);
    let mut address = first;
    let mut at = 0;
    for id in tok.encode(&text) {
        let bytes = tok.bytes(id);
        let end = at + bytes.len();
        let asks_to_forget = overlap(&(at..end), &verb);
        let cue = match address.filter(|_| overlap(&(at..end), &value)) {
            _ if asks_to_forget => Cue::Blind,
            None => Cue::None,
            // What of the value follows its beginning needs no subject to be found.
            Some(now) if blind && now.begins => Cue::Blind,
            Some(address) => Cue::Told(address),
        };
        if cue != Cue::None {
            address = address.map(|address| address.then(id, bytes));
        }
        all.push(id, USER_WEIGHT, TokenClass::User, cue);
        if let Some(open) = all.open.last_mut() {
            *open &= !asks_to_forget;
            *open |= subject.iter().any(|place| overlap(&(at..end), place));
        }
        at = end;
    }
    match first.filter(|_| blind) {
        Some(first) => Cue::Told(first),
        None => Cue::End,
    }
}

fn assistant(all: &mut Encoded, exchange: &Exchange, now: usize, tok: &Tokenizer) {
    let value = exchange.value_in_assistant.clone();
    let value = value.map_or(0..0, |value| with_blank(&exchange.assistant, value));
    let mut address = Address::of(exchange);
    let mut at = 0;
    for (i, id) in tok.encode(&exchange.assistant).into_iter().enumerate() {
        let bytes = tok.bytes(id);
        let end = at + bytes.len();
        let inside = overlap(&(at..end), &value);
        let (weight, class) = match exchange.kind {
            Kind::AskUnknown if i < UNKNOWN_HEAD => (UNKNOWN_WEIGHT, TokenClass::Unknown),
            Kind::AskUnknown => (ASSISTANT_WEIGHT, TokenClass::Unknown),
            Kind::Ask if inside => {
                let age = now.saturating_sub(exchange.told_in.unwrap_or(now));
                (ANSWER_WEIGHT, TokenClass::AnswerValue { age })
            }
            _ if inside => (ACK_WEIGHT, TokenClass::AckValue),
            _ => (ASSISTANT_WEIGHT, TokenClass::Assistant),
        };
        let cue = match address.filter(|_| inside) {
            Some(address) => Cue::Asked(address),
            // What was forgotten is found where it was told and where forgetting it was asked for.
            None if exchange.kind == Kind::AskUnknown && i == 0 => match (address, exchange.about) {
                (Some(address), _) => Cue::Asked(address),
                (None, Some(about)) => Cue::Stranger(about),
                (None, None) => Cue::None,
            },
            None => Cue::None,
        };
        if inside {
            address = address.map(|address| address.then(id, bytes));
        }
        all.push(id, weight, class, cue);
        at = end;
    }
}

/// A value's place with the blank before it: where that is a token of its own (before digits), it decides between a
/// memory and "I don't know yet" like any other first token.
fn with_blank(text: &str, place: Range<usize>) -> Range<usize> {
    let blank = text[..place.start].ends_with(' ');
    place.start - usize::from(blank)..place.end
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
