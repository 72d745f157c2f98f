//! What a soak tells first and asks for at its end.

use crate::talk::Talk;

/// A fact: the noun by which nobody else may speak of it meanwhile, its telling, a question, the value.
struct Fact {
    noun: &'static str,
    tell: &'static str,
    ask: &'static str,
    value: &'static str,
}

const fn fact(noun: &'static str, tell: &'static str, ask: &'static str, value: &'static str) -> Fact {
    Fact { noun, tell, ask, value }
}

/// Two are told in each conversation.
const FACTS: [Fact; 10] = [
    fact("parrot", "My parrot is called Zephyr.", "What is my parrot called?", "zephyr"),
    fact("sister", "My sister lives in Lima.", "Where does my sister live?", "lima"),
    fact("bike", "The PIN of my bike lock is 4711.", "What is the PIN of my bike lock?", "4711"),
    fact("uncle", "My uncle is a baker.", "What is my uncle's job?", "baker"),
    fact("mother", "My mother is allergic to nuts.", "What is my mother allergic to?", "nuts"),
    fact("brother", "My brother plays the cello.", "Which instrument does my brother play?", "cello"),
    fact("car", "My car is red.", "What colour is my car?", "red"),
    fact("birthday", "My birthday is on 3 May.", "When is my birthday?", "3 may"),
    fact("cousin", "My cousin speaks Danish.", "Which language does my cousin speak?", "danish"),
    fact("boss", "My boss is afraid of spiders.", "What is my boss afraid of?", "spiders"),
];

/// How many there are.
pub(super) const COUNT: usize = FACTS.len();

/// The tellings of each conversation.
pub(super) fn conversations() -> impl Iterator<Item = impl Iterator<Item = &'static str>> {
    FACTS.chunks(2).map(|facts| facts.iter().map(|fact| fact.tell))
}

/// How many are known. Each is asked of a copy, as if it were the only question.
pub(super) fn known(talk: &Talk) -> anyhow::Result<usize> {
    let mut known = 0;
    for fact in &FACTS {
        let reply = talk.clone().say(fact.ask)?.reply.to_lowercase();
        known += usize::from(reply.contains(fact.value));
    }
    Ok(known)
}

/// Whether somebody may say this without speaking of what a fact is about: "my sister lives in Oslo" would be a correction,
/// and a memory that follows it is right.
pub(super) fn leaves_alone(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    !words.any(|word| FACTS.iter().any(|fact| fact.noun == word))
}

#[cfg(test)]
mod tests {
    use super::leaves_alone;

    #[test]
    fn who_corrects_a_fact_is_not_heard() {
        assert!(!leaves_alone("My sister's cat lives in Oslo."));
        assert!(leaves_alone("My carpet is blue."));
    }
}
