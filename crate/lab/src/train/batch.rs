//! Episodes as tensors, and what the model got right in them.

use super::cues::cues;
use super::night;
use super::scramble::scramble;
use burn::tensor::{Device, Int, Tensor, TensorData};
use nested_memory_dialogue::{
    ASSISTANT, END, Encoded, Plan, Split, TokenClass, Tokenizer, Tongue, USER, encode, episode,
};
use nested_memory_model::address::Cues;
use nested_memory_model::chunk::Chunk;
use nested_memory_model::outer::ConversationBatch;
use nested_memory_model::{Config, Listener, Marks};

/// The marks of turns, as the dialogue sets them.
pub(crate) const MARKS: Marks = Marks { user: USER, assistant: ASSISTANT, end: END };

/// What episodes are made of, and what counts how much.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mix {
    /// Scales the weight of answers to what was never told.
    pub(crate) doubt: f32,
    /// The weight of the loss on addresses.
    pub(crate) pull: f64,
    /// The share of episodes whose subjects and values are of any tokens.
    pub(crate) scramble: f64,
    /// The share of episodes in Chinese.
    pub(crate) chinese: f64,
    /// Rounds of the night after each conversation.
    pub(crate) rounds: usize,
}

/// Several episodes of one plan.
#[derive(Debug)]
pub(crate) struct Batch {
    /// What the model is given, by conversation.
    pub(crate) conversations: Vec<ConversationBatch>,
    /// What is asked where.
    pub(crate) cues: Cues,
    /// Token classes of the targets, by conversation and episode.
    classes: Vec<Vec<Vec<TokenClass>>>,
    /// Tokens that are not padding.
    pub(crate) tokens: usize,
}

impl Batch {
    /// The episodes with these seeds.
    pub(crate) fn new(
        seeds: &[u64],
        plan: &Plan,
        split: Split,
        config: &Config,
        mix: Mix,
        tokenizer: &Tokenizer,
        device: &Device,
    ) -> Self {
        let episodes: Vec<Vec<Encoded>> = seeds
            .iter()
            .map(|seed| {
                let plan = plan.clone().spoken(tongue(*seed, mix.chinese));
                let episode = episode(*seed, &plan, split, tokenizer);
                let mut encoded: Vec<Encoded> =
                    episode.conversations.iter().map(|c| encode(c, tokenizer)).collect();
                scramble(&mut encoded, *seed, mix.scramble, tokenizer);
                encoded
            })
            .collect();
        let lengths: Vec<usize> =
            plan.conversations.iter().map(|part| part.tokens.next_multiple_of(config.chunk)).collect();
        let cues = cues(&episodes, &lengths, config.turn_gate, mix.pull, device);
        let mut batch = Self { conversations: Vec::new(), cues, classes: Vec::new(), tokens: 0 };
        for (c, length) in lengths.into_iter().enumerate() {
            let encoded: Vec<&Encoded> = episodes.iter().map(|e| &e[c]).collect();
            batch.tokens += encoded.iter().map(|e| e.tokens.len()).sum::<usize>();
            batch.classes.push(encoded.iter().map(|e| e.classes.iter().skip(1).copied().collect()).collect());
            let mut day = tensors(&encoded, length, config.chunk, mix.doubt, device);
            day.chunk.vigour = vigour(&encoded, length, config, device);
            batch.conversations.push(day);
            // After the last conversation nobody asks.
            if c + 1 < plan.conversations.len() && mix.rounds > 0 {
                let night = night::round(&encoded, config, device);
                batch.conversations.extend(night.map(|night| vec![night; mix.rounds]).unwrap_or_default());
            }
        }
        batch
    }
}

/// The language of an episode.
fn tongue(seed: u64, chinese: f64) -> Tongue {
    // The golden ratio spreads neighbouring seeds evenly.
    let place = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    if (place as f64) < chinese * (1_u64 << 32) as f64 { Tongue::Chinese } else { Tongue::English }
}

/// Inputs are all tokens but the last; the last input's target would be the next conversation's, so it has none.
pub(crate) fn tensors(
    encoded: &[&Encoded],
    length: usize,
    chunk: usize,
    doubt: f32,
    device: &Device,
) -> ConversationBatch {
    let count = encoded.len();
    let (mut tokens, mut targets) = (vec![0_i64; count * length], vec![0_i64; count * length]);
    let (mut mask, mut weights) = (vec![0_f32; count * length], vec![0_f32; count * length]);
    let mut turns = vec![0_f32; count * length];
    let mut ends = vec![0_f32; count * length * length];
    for (row, e) in encoded.iter().enumerate() {
        let mut listener = Listener::default();
        let (mut over, mut began) = (0.0, 0);
        for (t, token) in e.tokens.iter().enumerate() {
            tokens[row * length + t] = i64::from(*token);
            if *token == USER {
                began = t;
            }
            if *token == ASSISTANT && t > 0 {
                over += 1.0;
                // A chunk that ends within the turn has learned its part before.
                let first = (row * length + t - 1) * length;
                ends[first + began.max((t - 1) / chunk * chunk)..first + t].fill(1.0);
            }
            turns[row * length + t] = over;
            let lesson = listener.hears(Some(MARKS), *token);
            if t > 0 {
                targets[row * length + t - 1] = i64::from(*token);
                mask[row * length + t - 1] = f32::from(u8::from(lesson));
                let scale = if e.classes[t] == TokenClass::Unknown { doubt } else { 1.0 };
                weights[row * length + t - 1] = e.weights[t] * scale;
            }
        }
    }
    let shape = [count, length];
    ConversationBatch {
        chunk: chunk_of(shape, [tokens, targets], mask, ends, device),
        weights: floats(shape, weights, device),
        turns: floats(shape, turns, device),
        matters: None,
    }
}

/// How strongly each token is written by day: a first turn, as far as one passage goes, as the base says.
fn vigour(encoded: &[&Encoded], length: usize, config: &Config, device: &Device) -> Tensor<2> {
    let mut all = vec![1_f32; encoded.len() * length];
    for (row, e) in all.chunks_mut(length).zip(encoded) {
        let turn = e.tokens.iter().position(|token| *token == ASSISTANT).unwrap_or_default();
        row[..turn.min(config.chunk)].fill(config.opening_vigour as f32);
    }
    floats([encoded.len(), length], all, device)
}

/// Tokens and targets, where they are lessons, and the turns that end, each row by row.
pub(super) fn chunk_of(
    shape: [usize; 2],
    texts: [Vec<i64>; 2],
    mask: Vec<f32>,
    ends: Vec<f32>,
    device: &Device,
) -> Chunk {
    let [count, length] = shape;
    let [tokens, targets] =
        texts.map(|text| Tensor::<2, Int>::from_data(TensorData::new(text, shape), device));
    let ends = Tensor::from_data(TensorData::new(ends, [count, length, length]), device);
    Chunk { vigour: Tensor::ones(shape, device), tokens, targets, mask: floats(shape, mask, device), ends }
}

/// One number for each token, row by row.
pub(super) fn floats(shape: [usize; 2], values: Vec<f32>, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Whole values by age of the fact (same conversation, one later, two or more later), and refusals.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    /// Right and asked, by age 0, 1, 2+.
    pub(crate) recall: [[usize; 2]; 3],
    /// Right and asked: "I don't know yet".
    pub(crate) unknown: [usize; 2],
    /// Right and asked: values restated in acknowledgements.
    pub(crate) restated: [usize; 2],
}

impl Tally {
    /// Adds another one.
    pub(crate) fn add(&mut self, other: &Self) {
        let pairs = self.recall.iter_mut().zip(&other.recall);
        for (a, b) in
            pairs.chain([(&mut self.unknown, &other.unknown), (&mut self.restated, &other.restated)])
        {
            a[0] += b[0];
            a[1] += b[1];
        }
    }

    /// Shares in percent, with nothing asked as a dash.
    pub(crate) fn percent([right, asked]: [usize; 2]) -> String {
        if asked == 0 { "–".to_owned() } else { format!("{:.0}", 100.0 * right as f64 / asked as f64) }
    }
}

impl Batch {
    /// Counts runs of a class of which every token was the likeliest (teacher forcing).
    pub(crate) fn tally(&self, hits: Vec<Tensor<2, Int>>) -> Tally {
        let mut tally = Tally::default();
        for (hits, classes) in hits.into_iter().zip(&self.classes) {
            let [_, length] = hits.dims();
            let hits: Vec<i64> = hits.into_data().iter::<i64>().collect();
            for (row, classes) in classes.iter().enumerate() {
                let hits = &hits[row * length..(row + 1) * length];
                for run in classes.iter().zip(hits).collect::<Vec<_>>().chunk_by(|a, b| a.0 == b.0) {
                    let right = usize::from(run.iter().all(|(_, hit)| **hit == 1));
                    let slot = match run[0].0 {
                        TokenClass::AnswerValue { age } => &mut tally.recall[(*age).min(2)],
                        TokenClass::Unknown => &mut tally.unknown,
                        TokenClass::AckValue => &mut tally.restated,
                        _ => continue,
                    };
                    slot[0] += right;
                    slot[1] += 1;
                }
            }
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the stream writes it: a first turn to its end, but no further than one passage goes, and nothing after it.
    #[test]
    fn only_a_first_turn_is_written_more_strongly() {
        let config = Config { opening_vigour: 2.0, chunk: 4, ..Config::recipe(512) };
        let of = |words: usize| {
            let turn =
                |words| [USER].into_iter().chain(std::iter::repeat_n(40, words)).chain([ASSISTANT, 50, END]);
            let encoded = Encoded { tokens: turn(words).chain(turn(2)).collect(), ..Encoded::default() };
            vigour(&[&encoded], 16, &config, &Device::flex()).into_data().try_to_vec::<f32>().unwrap()
        };
        let first = |tokens: usize| (0..16).map(|t| if t < tokens { 2.0 } else { 1.0 }).collect::<Vec<f32>>();
        assert_eq!(of(2), first(3));
        assert_eq!(of(6), first(4));
    }
}
