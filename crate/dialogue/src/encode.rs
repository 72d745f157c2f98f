//! From a conversation to tokens, and what each of them counts in the outer loss.
use crate::episode::{Conversation, Exchange, Kind};
use crate::tokenizer::{ASSISTANT, END, Tokenizer, USER};
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

/// Where a value is told and where it is asked for: the two places at which a memory should have one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// Neither.
    None,
    /// The beginning of a told value whose subject comes only after it. Its address is known when the turn is over,
    /// so the turn's end is told to that address instead.
    Blind,
    /// A told value's token: which fact, and what of the value stands before it.
    Told(u32),
    /// The end of the person's turn, where nothing waits to be told.
    End,
    /// The same as told in an answer, or repeated in an acknowledgement.
    Asked(u32),
    /// An answer's first token where nothing was told.
    Stranger,
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
        self.open.push(!matches!(cue, Cue::None | Cue::End | Cue::Stranger) && class != TokenClass::Special);
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
    // The blank before the turn moves everything by one byte.
    let value = exchange.value_in_user.clone().map_or(0..0, |value| value.start + 1..value.end + 1);
    // Only a telling that begins with the value is answered by saying it again.
    let blind = exchange.kind == Kind::Tell && exchange.value_in_assistant.is_some();
    let subject: Vec<Range<usize>> =
        exchange.subject_in_user.iter().map(|place| place.start + 1..place.end + 1).collect();
    let first = Address::of(exchange);
    let mut address = first;
    let mut at = 0;
    for id in tok.turn(&exchange.user) {
        let end = at + tok.bytes(id).len();
        let cue = match address.filter(|_| overlap(&(at..end), &value)) {
            None => Cue::None,
            // What of the value follows its beginning needs no subject to be found.
            Some(now) if blind && Some(now) == first => Cue::Blind,
            Some(address) => Cue::Told(address.0),
        };
        if cue != Cue::None {
            address = address.map(|address| address.then(id));
        }
        all.push(id, USER_WEIGHT, TokenClass::User, cue);
        if let Some(open) = all.open.last_mut() {
            *open |= subject.iter().any(|place| overlap(&(at..end), place));
        }
        at = end;
    }
    match first.filter(|_| blind) {
        Some(first) => Cue::Told(first.0),
        None => Cue::End,
    }
}

fn assistant(all: &mut Encoded, exchange: &Exchange, now: usize, tok: &Tokenizer) {
    let value = exchange.value_in_assistant.clone().unwrap_or(0..0);
    let mut address = Address::of(exchange);
    let mut at = 0;
    for (i, id) in tok.encode(&exchange.assistant).into_iter().enumerate() {
        let end = at + tok.bytes(id).len();
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
            Some(address) => Cue::Asked(address.0),
            None if exchange.kind == Kind::AskUnknown && i == 0 => Cue::Stranger,
            None => Cue::None,
        };
        if inside {
            address = address.map(|address| address.then(id));
        }
        all.push(id, weight, class, cue);
        at = end;
    }
}

/// A fact and the tokens of its value so far, as one number (FNV-1a). A new value of the same fact begins at the same
/// address.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Address(u32);

impl Address {
    fn of(exchange: &Exchange) -> Option<Self> {
        exchange.fact.map(|fact| Self(0x811c_9dc5).then(fact as u32))
    }

    fn then(self, number: u32) -> Self {
        Self(
            number
                .to_le_bytes()
                .iter()
                .fold(self.0, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)),
        )
    }
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
