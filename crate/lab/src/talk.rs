//! One person talking with a base: what the terminal, the scripts' door and the examination share.

use crate::fine_tune::{Recipe, fine_tune};
use anyhow::Context;
use burn::tensor::Device;
use nested_memory_dialogue::{ASSISTANT, END, PAD, Tokenizer, USER};
use nested_memory_model::doubt::{Evidence, evidence};
use nested_memory_model::sleep::{Exchange, Flow, Slept, sleep};
use nested_memory_model::state::PROBED;
use nested_memory_model::{
    Base, Event, Levels, Memory, Sampling, Words, end_conversation, observe, snapshot, speak,
};
use pollster::block_on;
use std::path::Path;

/// A reply is cut off after this many tokens.
const LONGEST_REPLY: usize = 96;
/// The longest text that is taken in at once, in characters.
pub(crate) const LONGEST_TEXT: usize = 2_000;

/// What a turn did.
#[derive(Debug)]
pub(crate) struct Turn {
    /// The answer.
    pub(crate) reply: String,
    /// Every id that was fed, the answer's included.
    pub(crate) tokens: Vec<u32>,
    /// What was learned meanwhile.
    pub(crate) events: Vec<Event>,
}

/// A base, its tokenizer and a memory.
#[derive(Debug, Clone)]
pub(crate) struct Talk {
    /// The base.
    pub(crate) base: Base,
    /// Text to ids and back.
    pub(crate) tokenizer: Tokenizer,
    /// What this person's talk has left.
    pub(crate) memory: Memory,
    /// Whether the levels take part.
    pub(crate) levels: Levels,
    /// How the words of an answer are chosen.
    pub(crate) sampling: Sampling,
    /// The turns of the conversation that is going on, and whether the levels took part.
    day: Vec<(Levels, Vec<u32>)>,
}

impl Talk {
    /// Opens the base in a folder.
    pub(crate) fn open(folder: &Path, device: &Device) -> anyhow::Result<Self> {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        let base = Base::from_bytes(&read("base.safetensors")?, device)?;
        let tokenizer = Tokenizer::from_bytes(&read("tokenizer.json")?)?;
        tokenizer.check(base.config.vocabulary)?;
        let memory = Memory::new(&base);
        Ok(Self { base, tokenizer, memory, levels: Levels::On, sampling: Sampling::GREEDY, day: Vec::new() })
    }

    /// What the answer to a text would go by, with no doubt and nothing changed.
    pub(crate) fn evidence(&self, text: &str) -> anyhow::Result<Evidence> {
        let tokens = self.turn(text)?;
        let (heard, _) = block_on(observe(&self.base, self.memory.clone(), &tokens, self.levels))?;
        block_on(evidence(&self.base, &heard))?.context("the base does not know where an answer begins")
    }

    /// A person's turn.
    fn turn(&self, text: &str) -> anyhow::Result<Vec<u32>> {
        let text = clean(text);
        anyhow::ensure!(!text.is_empty(), "there is nothing to say in that; type some words");
        let mut tokens = vec![USER];
        tokens.extend(self.tokenizer.turn(&text));
        tokens.push(ASSISTANT);
        Ok(tokens)
    }

    /// Says something and lets the model answer. On an error nothing has changed.
    pub(crate) fn say(&mut self, text: &str) -> anyhow::Result<Turn> {
        let mut tokens = self.turn(text)?;
        let (mut memory, mut events) =
            block_on(observe(&self.base, self.memory.clone(), &tokens, self.levels))?;
        let mut reply: Vec<u32> = Vec::new();
        while tokens.last() != Some(&END) {
            let most = LONGEST_REPLY.saturating_sub(reply.len());
            let words = Words { most, end: END, forbidden: &[PAD, USER, ASSISTANT], sampling: self.sampling };
            let spoken = block_on(speak(&self.base, &memory, self.levels, words))?;
            let mut next: Vec<u32> = spoken.into_iter().map(|spoken| spoken.token).collect();
            if next.is_empty() {
                next.push(END);
            }
            let (next_memory, more) = block_on(observe(&self.base, memory, &next, self.levels))?;
            memory = next_memory;
            events.extend(more);
            tokens.extend(&next);
            reply.extend(next.into_iter().filter(|token| *token != END));
        }
        self.memory = memory;
        self.day.push((self.levels, tokens.clone()));
        Ok(Turn { reply: self.tokenizer.decode(&reply).trim_start().to_owned(), tokens, events })
    }

    /// What the memory answers, and copies of it that lack lasting levels, in the order of [`PROBED`]. Nothing is
    /// learned from it.
    pub(crate) fn probe(&self, text: &str) -> anyhow::Result<Vec<String>> {
        let asked = PROBED.iter().map(|without| {
            let mut copy = self.clone();
            copy.memory.state = copy.memory.state.without(without);
            Ok(copy.say(text)?.reply)
        });
        asked.collect()
    }

    /// Ends the conversation.
    pub(crate) fn end_conversation(&mut self) -> anyhow::Result<Vec<Event>> {
        let (memory, events) = block_on(end_conversation(&self.base, self.memory.clone(), self.levels))?;
        self.memory = memory;
        self.day.clear();
        Ok(events)
    }

    /// The exchanges of the turns that were said while the levels were such.
    fn exchanges(&self, levels: &[Levels]) -> Vec<Exchange> {
        let Some(marks) = self.base.config.marks else { return Vec::new() };
        let turns = self.day.iter().filter(|(during, _)| levels.contains(during));
        turns.flat_map(|(_, tokens)| Exchange::all(marks, tokens)).collect()
    }

    /// Ends the conversation and, instead of any memory, trains the base itself on it.
    pub(crate) fn fine_tune(&mut self, recipe: Recipe) -> anyhow::Result<()> {
        let day = self.exchanges(&[Levels::On, Levels::Off]);
        self.end_conversation()?;
        self.base = fine_tune(self.base.clone(), &day, recipe)?;
        Ok(())
    }

    /// Ends the conversation and sleeps over what was said while the levels were on.
    pub(crate) fn sleep(&mut self, seed: u64) -> anyhow::Result<Slept> {
        let day = self.exchanges(&[Levels::On]);
        self.end_conversation()?;
        let night = sleep(&self.base, self.memory.clone(), &day, seed, async |_| Flow::On);
        let (memory, slept) = block_on(night)?;
        self.memory = memory;
        Ok(slept)
    }

    /// Writes the memory to a file.
    pub(crate) fn save(&self, path: &Path) -> anyhow::Result<()> {
        crate::train::write_whole(path, &self.snapshot()?)
    }

    /// The memory as a snapshot's bytes.
    pub(crate) fn snapshot(&self) -> anyhow::Result<Vec<u8>> {
        Ok(block_on(snapshot::save(&self.base, &self.memory, "", None))?)
    }

    /// Takes the memory from a file; a refused file changes nothing.
    pub(crate) fn load(&mut self, path: &Path) -> anyhow::Result<()> {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        self.restore(&bytes)
    }

    /// Takes the memory from a snapshot's bytes; refused ones change nothing.
    pub(crate) fn restore(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        let (memory, _) = snapshot::load(&self.base, bytes)?;
        self.memory = memory;
        self.day.clear();
        Ok(())
    }
}

/// Control characters become spaces, ends are trimmed, what is too long is cut.
pub(crate) fn clean(text: &str) -> String {
    let spaced: String =
        text.chars().take(LONGEST_TEXT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use nested_memory_dialogue::declined;

    /// "我的狗叫" goes on with a name, or with "什么": the page's base looks ahead, so it need not bet.
    #[test]
    fn the_base_keeps_a_name_that_is_told_as_a_question_begins() {
        let mut talk = Talk::open(Path::new("../../www/public/base"), &Device::flex()).unwrap();
        assert!(talk.base.config.look_ahead && talk.base.config.turn_gate);
        talk.say("我的狗叫豆豆。").unwrap();
        talk.end_conversation().unwrap();
        let reply = talk.say("我的狗叫什么？").unwrap().reply;
        assert!(reply.contains("豆豆"), "{reply}");
        let reply = talk.say("我的猫叫什么？").unwrap().reply;
        assert!(!reply.contains("豆豆"), "{reply}");
    }
    /// A wish outlasts the night in which what was told is heard again; what was told beside it stays, and what is told
    /// afterwards counts.
    #[test]
    fn the_base_forgets_when_asked_and_only_that() {
        let mut talk = Talk::open(Path::new("../../www/public/base"), &Device::flex()).unwrap();
        let asks = |talk: &Talk, text: &str| talk.clone().say(text).unwrap().reply;
        for text in ["My dog is called Rex.", "My favourite colour is teal."] {
            talk.say(text).unwrap();
        }
        assert!(asks(&talk, "What is my dog called?").contains("Rex"));
        talk.say("Please forget what my dog is called.").unwrap();
        for night in [false, true] {
            if night {
                talk.sleep(1).unwrap();
            }
            let reply = asks(&talk, "What is my dog called?");
            assert!(declined(&reply), "{reply}, night: {night}");
            assert!(asks(&talk, "What is my favourite colour?").contains("teal"));
        }
        talk.say("My dog is called Bruno.").unwrap();
        talk.sleep(2).unwrap();
        assert!(asks(&talk, "What is my dog called?").contains("Bruno"));
    }
}
