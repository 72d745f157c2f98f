//! A base with something taken away. Only its numbers are changed, in memory: what cannot be read or written then is
//! what the ablation is about, and everything else runs as always.

use crate::talk::Talk;
use nested_memory_dialogue::{Tongue, recall_trials};
use nested_memory_model::{Base, Config, Event, LEVELS, LevelName};

/// softplus of it is exactly zero.
const NEVER: f32 = -1e4;
/// σ of it is exactly one; of its negative, next to nothing.
const ALWAYS: f32 = 30.0;
/// Tellings from which the amount of writing is measured: so many times four.
const TELLINGS: usize = 8;

/// Takes levels away: with a rate of zero a level's D stays zero, so it is neither read nor written.
pub(super) fn without(base: &mut Base, levels: &[LevelName]) {
    let mut parameters = base.parameters.clone();
    for plastic in &mut parameters.plastic {
        for level in levels {
            let p = &mut plastic[level.index()];
            p.rate = p.rate.zeros_like() + NEVER;
        }
    }
    // Made anew: what the fused operations need of the numbers, the base has once more.
    *base = Base::new(base.config.clone(), parameters, base.sha256.clone());
}

/// Makes β the same for every token, α one and γ nothing: each level writes as much in all as it did with learned gates, but
/// no token more than another.
pub(super) fn uniform_writes(talk: &mut Talk, tongue: Tongue) -> anyhow::Result<()> {
    let learned = amounts(talk, tongue)?;
    gates(&mut talk.base, [ALWAYS; LEVELS]);
    let full = amounts(talk, tongue)?;
    let bias = std::array::from_fn(|l| {
        let share = (learned[l] / full[l].max(f64::MIN_POSITIVE)).clamp(1e-6, 1.0 - 1e-6);
        (share / (1.0 - share)).ln() as f32
    });
    gates(&mut talk.base, bias);
    Ok(())
}

fn gates(base: &mut Base, bias: [f32; LEVELS]) {
    let mut parameters = base.parameters.clone();
    for levels in &mut parameters.plastic {
        for (p, bias) in levels.iter_mut().zip(bias) {
            p.write = p.write.zeros_like();
            p.write_bias = p.write_bias.zeros_like() + bias;
            p.close = p.close.zeros_like();
            p.close_bias = p.close_bias.zeros_like() - ALWAYS;
            p.ahead = None;
        }
    }
    // Nor does a turn's end say anything of it.
    let config = Config { turn_gate: false, look_ahead: false, ..base.config.clone() };
    *base = Base::new(config, parameters, base.sha256.clone());
}

/// What each level writes during some tellings.
fn amounts(talk: &Talk, tongue: Tongue) -> anyhow::Result<[f64; LEVELS]> {
    let mut sums = [0.0; LEVELS];
    for trial in recall_trials(tongue, 0, TELLINGS) {
        let mut talk = talk.clone();
        for text in &trial.tell {
            for event in talk.say(text)?.events {
                if let Event::Write { weight, .. } = event {
                    sums.iter_mut().zip(weight).for_each(|(sum, weight)| *sum += f64::from(weight));
                }
            }
        }
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use std::path::Path;

    #[test]
    fn uniform_writes_weigh_every_token_alike() {
        let mut talk = Talk::open(Path::new("../../www/public/base"), &Device::flex()).unwrap();
        let weights = |talk: &Talk| {
            let events = talk.clone().say("My parrot is called Zephyr Malin.").unwrap().events;
            let weights = events.into_iter().filter_map(|event| match event {
                Event::Write { weight: [_, _, slow], .. } if slow > 0.0 => Some(slow),
                _ => None,
            });
            let weights: Vec<f32> = weights.collect();
            let most = weights.iter().copied().fold(0.0, f32::max);
            let least = weights.iter().copied().fold(most, f32::min);
            (weights.iter().sum::<f32>() / (most * weights.len() as f32), least / most)
        };
        let (learned, learned_least) = weights(&talk);
        uniform_writes(&mut talk, Tongue::English).unwrap();
        let (uniform, uniform_least) = weights(&talk);
        // By how much depends on what surprises the base, which is the other factor of what is written.
        assert!(uniform > learned, "the mean beside the most: {learned}, then {uniform}");
        assert!(
            uniform_least > learned_least + 0.1,
            "the least beside the most: {learned_least}, then {uniform_least}"
        );
    }
}
