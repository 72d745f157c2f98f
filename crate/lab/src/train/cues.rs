//! The cues of a batch: what is told where, and where it is asked for.

use super::batch::MARKS;
use burn::tensor::{Device, Tensor, TensorData};
use nested_memory_dialogue::{Cue, Encoded};
use nested_memory_model::Listener;
use nested_memory_model::address::{Cues, Target};

/// So much is taken from the score of a place that is not to be found.
const CLOSED: f32 = -1e4;
/// How much finding the rest of a value counts beside finding its beginning.
const FOLLOWING: f32 = 0.1;
/// How much finding nothing counts: it is asked for less often, and learned last.
const STRANGER: f32 = 2.0;

/// Where values are told and asked for. A place is that of the token before, whose successor is written or wanted.
pub(super) fn cues(episodes: &[Vec<Encoded>], lengths: &[usize], weight: f64, device: &Device) -> Cues {
    let total: usize = lengths.iter().sum();
    let lines: Vec<Vec<Option<Cue>>> = episodes.iter().map(|episode| line(episode, lengths)).collect();
    let is_asked = |cue: &Option<Cue>| matches!(cue, Some(Cue::Asked(_) | Cue::Stranger));
    let askings = lines.iter().map(|line| line.iter().filter(|cue| is_asked(cue)).count());
    let most = askings.max().unwrap_or(0).max(1);
    let count = lines.len();
    let mut asked = vec![0_i64; count * most];
    let mut counts = vec![0_f32; count * most];
    let mut open = vec![CLOSED; count * most * (total + 1)];
    let mut right = open.clone();
    for (row, line) in lines.iter().enumerate() {
        let asking = line.iter().enumerate().filter(|(_, cue)| is_asked(cue));
        for (q, (at, cue)) in asking.enumerate() {
            let first = (row * most + q) * (total + 1);
            asked[row * most + q] = (row * total + at) as i64;
            open[first] = 0.0;
            let mut found = *cue == Some(Cue::Stranger);
            if found {
                right[first] = 0.0;
            }
            for (s, told) in line[..at].iter().enumerate() {
                let Some(Cue::Told(_) | Cue::None) = told else { continue };
                open[first + 1 + s] = 0.0;
                if let (Some(Cue::Told(a)), Some(Cue::Asked(b))) = (told, cue)
                    && a == b
                {
                    right[first + 1 + s] = 0.0;
                    found = true;
                }
            }
            // What follows a value's beginning is found by it, whatever the subject.
            let follows = at > 0 && matches!(line[at - 1], Some(Cue::Asked(_)));
            counts[row * most + q] = match (found, follows) {
                (false, _) => 0.0,
                (true, _) if *cue == Some(Cue::Stranger) => STRANGER,
                (true, false) => 1.0,
                (true, true) => FOLLOWING,
            };
        }
    }
    let places =
        |values: Vec<f32>| Tensor::<3>::from_data(TensorData::new(values, [count, most, total + 1]), device);
    let gate = |wanted: fn(Cue) -> Option<bool>| {
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
        counts: Tensor::from_data(TensorData::new(counts, [count, most]), device),
        strength: gate(|cue| match cue {
            Cue::Told(_) => Some(true),
            Cue::None | Cue::Blind | Cue::End => Some(false),
            Cue::Asked(_) | Cue::Stranger => None,
        }),
        closing: gate(|cue| match cue {
            Cue::Blind => Some(true),
            Cue::None | Cue::Told(_) => Some(false),
            Cue::End | Cue::Asked(_) | Cue::Stranger => None,
        }),
        weight,
    }
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
