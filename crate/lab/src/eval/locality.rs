//! What thirty conversations do to the reading of something unrelated.

use super::matrix::mean;
use super::report::Measure;
use super::run::end;
use super::score::Z;
use crate::talk::Talk;
use nested_memory_dialogue::{ASSISTANT, END, Tokenizer, USER, Unrelated};
use nested_memory_model::reading::nats;
use pollster::block_on;

/// Nats per token before and afterwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loss {
    before: f64,
    after: f64,
}

impl Loss {
    /// In per cent of what it was.
    fn change(self) -> f64 {
        100.0 * (self.after - self.before) / self.before
    }
}

/// The tokens of a dialogue.
fn tokens(tokenizer: &Tokenizer, talk: &[(String, String)]) -> Vec<u32> {
    let mut tokens = Vec::new();
    for (said, reply) in talk {
        tokens.push(USER);
        tokens.extend(tokenizer.turn(said));
        tokens.push(ASSISTANT);
        tokens.extend(tokenizer.encode(reply));
        tokens.push(END);
    }
    tokens
}

/// Reads the unrelated talk, has the conversations, and reads it again.
pub(super) fn loss(mut talk: Talk, unrelated: &Unrelated, sleeps: bool) -> anyhow::Result<Loss> {
    let tokens = tokens(&talk.tokenizer, &unrelated.talk);
    let read = |talk: &Talk| -> anyhow::Result<f64> {
        let nats = block_on(nats(&talk.base, &talk.memory, &tokens, talk.levels))?;
        Ok(mean(nats.into_iter().map(f64::from)).unwrap_or_default())
    };
    let before = read(&talk)?;
    for conversation in &unrelated.conversations {
        for text in conversation {
            talk.say(text)?;
        }
        end(&mut talk, sleeps)?;
    }
    Ok(Loss { before, after: read(&talk)? })
}

/// The means, and the change with the 95 % interval of a mean.
pub(super) fn measures(losses: &[Loss]) -> Vec<Measure> {
    let average = |of: fn(&Loss) -> f64| mean(losses.iter().map(of));
    let change = average(|loss| loss.change());
    let spread = change.and_then(|centre| mean(losses.iter().map(|loss| (loss.change() - centre).powi(2))));
    let degrees = losses.len().saturating_sub(1).max(1) as f64;
    let half = spread.map(|variance| Z * (variance / degrees).sqrt());
    let around = change.zip(half).map(|(centre, half)| [centre - half, centre + half]);
    vec![
        Measure::new("loss before, nats".to_owned(), average(|loss| loss.before), None),
        Measure::new("loss after, nats".to_owned(), average(|loss| loss.after), None),
        Measure { between: around, ..Measure::new("change of loss, per cent".to_owned(), change, Some(2.0)) },
    ]
}
