//! What the page offers to somebody who does not know what to say.
use super::script::{Script, seed_of};
use crate::sentence::Form;
use crate::tongue::Tongue;

/// Some pairs of a telling and the question about it, for somebody who does not know what to say.
pub fn suggestions(seed: u64, n: usize) -> Vec<(String, String)> {
    let mut script = Script::new(Tongue::English, seed_of(seed, 0));
    let (mut pairs, mut nouns) = (Vec::with_capacity(n), Vec::new());
    while pairs.len() < n {
        // A page of examples should not be full of cousins: one fact of its own at a time.
        script.world.facts.clear();
        let Some(fact) = script.world.new_fact() else { continue };
        let plain = fact.subject.parts.is_empty() && !fact.subject.text.starts_with("the ");
        if !plain || nouns.contains(&fact.subject.noun) {
            continue;
        }
        script.world.spend(&fact.value);
        let tell = tidy(|| script.tell(&fact, None, Form::Tell), '.');
        let ask = tidy(|| script.ask(&fact), '?');
        pairs.push((tell, ask));
        nouns.push(fact.subject.noun);
    }
    pairs
}

/// The shortest of many sentences that begin with a capital and end with the right stop.
fn tidy(mut write: impl FnMut() -> String, stop: char) -> String {
    loop {
        let tries = (0..60).map(|_| write());
        let good = tries.filter(|t| t.starts_with(char::is_uppercase) && t.ends_with(stop));
        if let Some(shortest) = good.min_by_key(String::len) {
            return shortest;
        }
    }
}
