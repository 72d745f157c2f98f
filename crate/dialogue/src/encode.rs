//! From a conversation to tokens, and what each of them counts in the outer loss.
use crate::episode::{Conversation, Exchange, Kind, Written};
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
    /// Where the value begins.
    const fn start(about: u64) -> Self {
        Self { about, after: FNV, begins: true }
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
    /// The same where its turn's end is told to another address as well.
    Both(Address),
    /// The end of a person's turn that told something, all of it where it stands: nothing waits to be told.
    Over,
    /// The end of a person's turn that told nothing.
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
        let fact = !matches!(cue, Cue::None | Cue::Over | Cue::End | Cue::Stranger(_));
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
    let mut told: Vec<Writing> = exchange
        .told
        .iter()
        .map(|told| Writing {
            place: match told.written {
                Written::Wish => shifted(&told.place),
                Written::Here | Written::AtEnd => with_blank(&text, shifted(&told.place)),
            },
            address: Address::start(told.about),
            written: told.written,
        })
        .collect();
    let end_of_turn = told.iter().find(|told| told.written != Written::Here).map(|told| told.address);
    let subject: Vec<Range<usize>> = exchange.subject_in_user.iter().map(shifted).collect();
    let mut at = 0;
    for id in tok.encode(&text) {
        let bytes = tok.bytes(id);
        let place = at..at + bytes.len();
        let (mut here, mut later, mut wish) = (None, false, false);
        for told in told.iter_mut().filter(|told| overlap(&place, &told.place)) {
            match told.written {
                Written::Wish => wish = true,
                Written::Here => here = Some(told.address),
                Written::AtEnd if told.address.begins => later = true,
                // What follows the beginning needs nothing that comes later to be found.
                Written::AtEnd => here = here.or(Some(told.address)),
            }
            told.address = told.address.then(id, bytes);
        }
        let cue = match here {
            Some(address) if later => Cue::Both(address),
            Some(address) => Cue::Told(address),
            None if later || wish => Cue::Blind,
            None => Cue::None,
        };
        all.push(id, USER_WEIGHT, TokenClass::User, cue);
        if let Some(open) = all.open.last_mut() {
            *open &= !wish && exchange.kind != Kind::Mention;
            *open |= subject.iter().any(|subject| overlap(&place, subject));
        }
        at = place.end;
    }
    match end_of_turn {
        Some(address) => Cue::Told(address),
        None if told.is_empty() => Cue::End,
        None => Cue::Over,
    }
}

/// Words on their way to be written.
struct Writing {
    place: Range<usize>,
    address: Address,
    written: Written,
}

fn assistant(all: &mut Encoded, exchange: &Exchange, now: usize, tok: &Tokenizer) {
    let text = &exchange.assistant;
    let values: Vec<Range<usize>> =
        exchange.values_in_assistant.iter().map(|value| with_blank(text, value.clone())).collect();
    let start = exchange.about.map(Address::start);
    // An answer of several parts, or one that does not begin with the value, counts as a whole.
    let whole = matches!(exchange.kind, Kind::AskInverse | Kind::AskAll | Kind::AskInterest);
    let mut address = start;
    let mut at = 0;
    for (i, id) in tok.encode(text).into_iter().enumerate() {
        let bytes = tok.bytes(id);
        let place = at..at + bytes.len();
        let inside = values.iter().any(|value| overlap(&place, value));
        if values.iter().any(|value| place.start <= value.start && value.start < place.end) {
            address = start;
        }
        let (weight, class) = match exchange.kind {
            Kind::AskUnknown if i < UNKNOWN_HEAD => (UNKNOWN_WEIGHT, TokenClass::Unknown),
            Kind::AskUnknown => (ASSISTANT_WEIGHT, TokenClass::Unknown),
            Kind::Ask if inside => (ANSWER_WEIGHT, answer(exchange, now)),
            _ if whole => (ANSWER_WEIGHT, answer(exchange, now)),
            _ if inside => (ACK_WEIGHT, TokenClass::AckValue),
            _ => (ASSISTANT_WEIGHT, TokenClass::Assistant),
        };
        let cue = match address {
            Some(address) if inside => Cue::Asked(address),
            Some(address) if whole && i == 0 => Cue::Asked(address),
            // What was forgotten is found where it was told and where forgetting it was asked for.
            Some(address) if exchange.kind == Kind::AskUnknown && i == 0 => match exchange.fact {
                Some(_) => Cue::Asked(address),
                None => Cue::Stranger(address.about),
            },
            _ => Cue::None,
        };
        if inside {
            address = address.map(|address| address.then(id, bytes));
        }
        all.push(id, weight, class, cue);
        if let Some(open) = all.open.last_mut() {
            // Topics are knowledge of the base, and "your" is no value.
            *open &= inside && exchange.kind != Kind::AskInterest;
        }
        at = place.end;
    }
}

/// The class of an answer's tokens.
fn answer(exchange: &Exchange, now: usize) -> TokenClass {
    TokenClass::AnswerValue { age: now.saturating_sub(exchange.told_in.unwrap_or(now)) }
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
