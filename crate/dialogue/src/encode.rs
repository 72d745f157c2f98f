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

/// A conversation for the model.
#[derive(Clone, Debug, Default)]
pub struct Encoded {
    /// The ids.
    pub tokens: Vec<u32>,
    /// `weights[i]` is the outer-loss weight of predicting `tokens[i]`; the first is 0.
    pub weights: Vec<f32>,
    /// What each token is.
    pub classes: Vec<TokenClass>,
}

impl Encoded {
    fn push(&mut self, token: u32, weight: f32, class: TokenClass) {
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
        all.push(USER, 0.0, TokenClass::Special);
        for id in tok.encode(&exchange.user) {
            all.push(id, USER_WEIGHT, TokenClass::User);
        }
        all.push(ASSISTANT, USER_WEIGHT, TokenClass::Special);
        assistant(&mut all, exchange, conversation.index, tok);
        all.push(END, ASSISTANT_WEIGHT, TokenClass::Special);
    }
    all
}

fn assistant(all: &mut Encoded, exchange: &Exchange, now: usize, tok: &Tokenizer) {
    let value = exchange.value_in_assistant.clone().unwrap_or(0..0);
    let mut at = 0;
    for (i, id) in tok.encode(&exchange.assistant).into_iter().enumerate() {
        let end = at + tok.bytes(id).len();
        let (weight, class) = match exchange.kind {
            Kind::AskUnknown if i < UNKNOWN_HEAD => (UNKNOWN_WEIGHT, TokenClass::Unknown),
            Kind::AskUnknown => (ASSISTANT_WEIGHT, TokenClass::Unknown),
            Kind::Ask if overlap(&(at..end), &value) => {
                let age = now.saturating_sub(exchange.told_in.unwrap_or(now));
                (ANSWER_WEIGHT, TokenClass::AnswerValue { age })
            }
            _ if overlap(&(at..end), &value) => (ACK_WEIGHT, TokenClass::AckValue),
            _ => (ASSISTANT_WEIGHT, TokenClass::Assistant),
        };
        all.push(id, weight, class);
        at = end;
    }
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
