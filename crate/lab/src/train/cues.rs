//! The cues of a batch: what is told where, and where it is asked for.

use super::batch::MARKS;
use burn::tensor::{Device, Int, Tensor, TensorData};
use nested_memory_dialogue::{Address, Cue, Encoded};
use nested_memory_model::Listener;
use nested_memory_model::address::{Cues, Target};

/// So much is taken from the score of a place that is not to be found.
const CLOSED: f32 = -1e4;
/// How much finding the rest of a value counts beside finding its beginning.
const FOLLOWING: f32 = 0.3;
/// How much finding nothing counts: it is asked for less often, and learned last.
const STRANGER: f32 = 2.0;

/// Where values are told and asked for. A place is that of the token before, whose successor is written or wanted.
///
/// With a turn gate the end of a telling speaks for all of its words, so β is wanted there; without one nothing is written there.
pub(super) fn cues(
    episodes: &[Vec<Encoded>],
    lengths: &[usize],
    turn_gate: bool,
    weight: f64,
    device: &Device,
) -> Cues {
    let total: usize = lengths.iter().sum();
    let lines: Vec<Vec<Option<Cue>>> = episodes.iter().map(|episode| line(episode, lengths)).collect();
    let is_asked = |cue: &Option<Cue>| matches!(cue, Some(Cue::Asked(_) | Cue::Stranger(_)));
    let askings = lines.iter().map(|line| line.iter().filter(|cue| is_asked(cue)).count());
    let most = askings.max().unwrap_or(0).max(1);
    let count = lines.len();
    let tellings = tellings(&lines);
    let others = tellings.len().max(1);
    let mut asked = vec![0_i64; count * most];
    let mut counts = vec![0_f32; count * most];
    let mut open = vec![CLOSED; count * most * (total + 1)];
    let mut right = open.clone();
    let mut foreign = vec![CLOSED; count * most * others];
    for (row, line) in lines.iter().enumerate() {
        let asking = line.iter().enumerate().filter(|(_, cue)| is_asked(cue));
        for (q, (at, cue)) in asking.enumerate() {
            let q = row * most + q;
            let first = q * (total + 1);
            asked[q] = (row * total + at) as i64;
            open[first] = 0.0;
            let stranger = matches!(cue, Some(Cue::Stranger(_)));
            if stranger {
                right[first] = 0.0;
            }
            let mut found = stranger;
            for (s, told) in line[..at].iter().enumerate() {
                let Some(Cue::Told(_) | Cue::Both(_) | Cue::None) = told else { continue };
                open[first + 1 + s] = 0.0;
                if let (Some(Cue::Told(a) | Cue::Both(a)), Some(Cue::Asked(b))) = (told, cue)
                    && a == b
                {
                    right[first + 1 + s] = 0.0;
                    found = true;
                }
            }
            counts[q] = match cue {
                _ if !found => 0.0,
                Some(Cue::Asked(address)) if !address.begins => FOLLOWING,
                _ if stranger => STRANGER,
                _ => 1.0,
            };
            for (place, telling) in foreign[q * others..].iter_mut().zip(&tellings) {
                if telling.row != row && cue.is_some_and(|cue| is_mistakable(cue, telling.address)) {
                    *place = 0.0;
                }
            }
        }
    }
    let places =
        |values: Vec<f32>| Tensor::<3>::from_data(TensorData::new(values, [count, most, total + 1]), device);
    let gate = |wanted: &dyn Fn(Cue) -> Option<bool>| {
        let all = || lines.iter().flatten().map(|cue| cue.and_then(wanted));
        let floats = |values: Vec<f32>| Tensor::from_data(TensorData::new(values, [count, total, 1]), device);
        Target {
            gate: floats(all().map(|gate| f32::from(u8::from(gate == Some(true)))).collect()),
            counts: floats(all().map(|gate| f32::from(u8::from(gate.is_some()))).collect()),
        }
    };
    Cues {
        asked: Tensor::from_data(TensorData::new(asked, [count * most]), device),
        open: places(open),
        right: places(right),
        elsewhere: elsewhere(&tellings, total, device),
        foreign: Tensor::from_data(TensorData::new(foreign, [count, most, others]), device),
        counts: Tensor::from_data(TensorData::new(counts, [count, most]), device),
        strength: gate(&|cue| match cue {
            Cue::Told(_) | Cue::Both(_) => Some(true),
            Cue::Over => Some(turn_gate),
            Cue::None | Cue::Blind | Cue::End => Some(false),
            Cue::Asked(_) | Cue::Stranger(_) => None,
        }),
        closing: gate(&|cue| match cue {
            Cue::Blind | Cue::Both(_) => Some(true),
            Cue::None | Cue::Told(_) => Some(false),
            Cue::Over | Cue::End | Cue::Asked(_) | Cue::Stranger(_) => None,
        }),
        weight,
    }
}

/// Whether an asking could be answered from a telling that is about something else: a beginning from a beginning, and what
/// follows from what follows the same words ("pink" and "piano" may begin alike).
fn is_mistakable(asking: Cue, telling: Address) -> bool {
    match asking {
        Cue::Stranger(about) => telling.begins && telling.about != about,
        Cue::Asked(asked) if asked.begins => telling.begins && telling.about != asked.about,
        Cue::Asked(asked) => telling.after == asked.after && telling.about != asked.about,
        _ => false,
    }
}

/// Where an episode tells a token of a value.
struct Telling {
    row: usize,
    at: usize,
    address: Address,
}

/// All of them in a batch.
fn tellings(lines: &[Vec<Option<Cue>>]) -> Vec<Telling> {
    let line = |(row, line): (usize, &Vec<Option<Cue>>)| {
        let told = line.iter().enumerate().filter_map(move |(at, cue)| match cue {
            Some(Cue::Told(address) | Cue::Both(address)) => Some(Telling { row, at, address: *address }),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    lines.iter().enumerate().flat_map(line).collect()
}

/// Their places in `[b·t]`; one that is never open where there are none.
fn elsewhere(tellings: &[Telling], total: usize, device: &Device) -> Tensor<1, Int> {
    let mut places: Vec<i64> = tellings.iter().map(|t| (t.row * total + t.at) as i64).collect();
    places.resize(places.len().max(1), 0);
    let count = places.len();
    Tensor::from_data(TensorData::new(places, [count]), device)
}

/// An episode's cues, each at the token before; `None` for what the model says itself, which is never written.
fn line(episode: &[Encoded], lengths: &[usize]) -> Vec<Option<Cue>> {
    let mut line = Vec::new();
    for (encoded, length) in episode.iter().zip(lengths) {
        let mut listener = Listener::default();
        let lessons: Vec<bool> = encoded.tokens.iter().map(|t| listener.hears(Some(MARKS), *t)).collect();
        let cues = encoded.cues.iter().zip(&lessons).skip(1);
        let cues = cues.map(|(cue, lesson)| (*lesson || *cue != Cue::None).then_some(*cue));
        line.extend(cues.chain(std::iter::repeat(None)).take(*length));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use nested_memory_dialogue::{END, Plan, Split, TokenClass, Tokenizer, encode, episode};

    /// β at the end of each of a person's turns, and whether the turn told something where it stands.
    fn ends(turn_gate: bool) -> Vec<(f32, bool)> {
        let bytes = std::fs::read("../../www/public/base/tokenizer.json").unwrap();
        let tokenizer = Tokenizer::from_bytes(&bytes).unwrap();
        let plan = Plan::base_v1();
        let episode = episode(5, &plan, Split::Train, &tokenizer);
        let encoded: Vec<Encoded> = episode.conversations.iter().map(|c| encode(c, &tokenizer)).collect();
        let lengths: Vec<usize> = plan.conversations.iter().map(|c| c.tokens.next_multiple_of(32)).collect();
        let cues = cues(std::slice::from_ref(&encoded), &lengths, turn_gate, 1.0, &Device::flex());
        let read = |x: &Tensor<3>| x.to_data().try_to_vec::<f32>().unwrap();
        let (wanted, counts) = (read(&cues.strength.gate), read(&cues.strength.counts));
        let mut from = 0;
        let mut found = Vec::new();
        for (encoded, length) in encoded.iter().zip(&lengths) {
            for (at, cue) in
                encoded.cues.iter().enumerate().filter(|(_, c)| matches!(c, Cue::Over | Cue::End))
            {
                assert_eq!((counts[from + at - 1], encoded.classes[at]), (1.0, TokenClass::Special));
                found.push((wanted[from + at - 1], *cue == Cue::Over));
            }
            assert_eq!(encoded.tokens.last(), Some(&END));
            from += length;
        }
        found
    }

    #[test]
    fn the_end_of_a_telling_is_written_with_a_turn_gate_only() {
        let gated = ends(true);
        assert!(gated.iter().any(|(_, told)| *told) && gated.iter().any(|(_, told)| !told));
        assert!(gated.iter().all(|(wanted, told)| *wanted == f32::from(u8::from(*told))), "{gated:?}");
        assert!(ends(false).iter().all(|(wanted, _)| *wanted == 0.0));
    }
}
