//! Nights as training knows them: what a conversation told is read again, turn by turn ([`nested_memory_model::sleep`]).

use super::batch::{MARKS, chunk_of, floats};
use burn::tensor::{Device, Tensor};
use nested_memory_dialogue::{ASSISTANT, Cue, END, Encoded, USER};
use nested_memory_model::outer::ConversationBatch;
use nested_memory_model::{Config, Listener};
use std::ops::Range;

/// The turns of a conversation that told something, each from its first mark up to and with the one that ends it; those with more
/// than `room` tokens before that one are left out.
fn told(encoded: &Encoded, room: usize) -> Vec<Range<usize>> {
    let (mut all, mut began) = (Vec::new(), 0);
    for (at, token) in encoded.tokens.iter().enumerate() {
        if *token == USER {
            began = at;
        }
        let turn = began..at + 1;
        if *token == ASSISTANT && turn.len() <= room + 1 && encoded.cues[turn.clone()].iter().any(matters) {
            all.push(turn);
        }
    }
    all
}

/// Whether a token is a value's, told here or, where its subject came after it, with the turn's end.
const fn matters(cue: &Cue) -> bool {
    matches!(cue, Cue::Told(_) | Cue::Both(_) | Cue::Blind)
}

/// One round of the night after these conversations, one chunk for each turn; `None` if nobody told anything.
pub(super) fn round(encoded: &[&Encoded], config: &Config, device: &Device) -> Option<ConversationBatch> {
    let (chunk, mark) = (config.chunk, usize::from(config.marked_nights));
    let turns: Vec<Vec<Range<usize>>> = encoded.iter().map(|e| told(e, chunk - mark)).collect();
    let most = turns.iter().map(Vec::len).max().filter(|most| *most > 0)?;
    let (count, length) = (encoded.len(), most * chunk);
    let (mut tokens, mut targets) = (vec![0_i64; count * length], vec![0_i64; count * length]);
    let (mut mask, mut to_know) = (vec![0_f32; count * length], vec![0_f32; count * length]);
    let mut ends = vec![0_f32; count * length * length];
    for (row, (e, turns)) in encoded.iter().zip(turns).enumerate() {
        for (place, turn) in turns.into_iter().enumerate() {
            let (start, last) = (place * chunk + mark, turn.len() - 2);
            let first = row * length + start;
            if mark > 0 {
                (tokens[first - 1], targets[first - 1]) = (i64::from(END), i64::from(USER));
            }
            let mut listener = Listener::default();
            for (t, at) in turn.skip(1).enumerate() {
                tokens[first + t] = i64::from(e.tokens[at - 1]);
                targets[first + t] = i64::from(e.tokens[at]);
                mask[first + t] = f32::from(u8::from(listener.hears(Some(MARKS), e.tokens[at])));
                to_know[first + t] = f32::from(u8::from(matters(&e.cues[at]) && e.tokens[at] != ASSISTANT));
            }
            let end = (first + last) * length + start;
            ends[end..=end + last].fill(1.0);
        }
    }
    let shape = [count, length];
    let nothing = Tensor::zeros(shape, device);
    Some(ConversationBatch {
        chunk: chunk_of(shape, [tokens, targets], mask, ends, device),
        weights: nothing.clone(),
        turns: nothing,
        matters: Some(floats(shape, to_know, device)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::batch::tensors;
    use nested_memory_dialogue::{Plan, Split, Tokenizer, encode, episode};

    const CHUNK: usize = 32;

    fn conversation(seed: u64) -> Encoded {
        let bytes = std::fs::read("../../www/public/base/tokenizer.json").unwrap();
        let tokenizer = Tokenizer::from_bytes(&bytes).unwrap();
        let episode = episode(seed, &Plan::base_v1(), Split::Train, &tokenizer);
        encode(&episode.conversations[0], &tokenizer)
    }

    /// A base's nights, with or without a mark.
    fn nights(marked: bool) -> Config {
        Config { chunk: CHUNK, marked_nights: marked, ..Config::recipe(512) }
    }

    /// What is read again is what a conversation of this turn alone would be, the mark of nights before it; the model's turn is not
    /// begun.
    #[test]
    fn every_telling_is_read_again_as_a_conversation_of_its_own() {
        for (seed, marked) in (0..20).zip([false, true].into_iter().cycle()) {
            let day = conversation(seed);
            let mark = usize::from(marked);
            let turns = told(&day, CHUNK - mark);
            assert!(!turns.is_empty());
            let night = round(&[&day], &nights(marked), &Device::flex()).unwrap();
            for (place, turn) in turns.into_iter().enumerate() {
                let [from, to] = [turn.start, turn.end];
                let mut alone = Encoded {
                    tokens: day.tokens[from..to].to_vec(),
                    weights: day.weights[from..to].to_vec(),
                    classes: day.classes[from..to].to_vec(),
                    cues: day.cues[from..to].to_vec(),
                    open: day.open[from..to].to_vec(),
                };
                if marked {
                    alone.tokens.insert(0, END);
                    alone.weights.insert(0, 0.0);
                    alone.classes.insert(0, alone.classes[0]);
                    alone.cues.insert(0, Cue::None);
                    alone.open.insert(0, false);
                }
                // The mark that ends the turn may be the first token of the next chunk.
                let alone =
                    tensors(&[&alone], 2 * CHUNK, CHUNK, 1.0, &Device::flex()).chunk.part(0..1, 0..CHUNK);
                let again = night.chunk.part(0..1, place * CHUNK..(place + 1) * CHUNK);
                for (a, b) in [(alone.targets, again.targets), (alone.tokens, again.tokens)] {
                    let [a, b] = [a, b].map(|x| x.slice([0..1, 0..mark + to - from - 1]).into_data());
                    assert_eq!(a, b);
                }
                assert_eq!(alone.mask.into_data(), again.mask.into_data());
                assert_eq!(alone.ends.into_data(), again.ends.into_data());
            }
        }
    }

    #[test]
    fn where_nobody_told_anything_there_is_no_night() {
        let mut day = conversation(1);
        day.cues.fill(Cue::None);
        assert!(round(&[&day], &nights(true), &Device::flex()).is_none());
    }
}
