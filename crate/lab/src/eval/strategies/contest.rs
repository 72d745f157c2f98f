//! One strategy and one case.

use crate::talk::Talk;
use nested_memory_dialogue::{ASSISTANT, END, Expect, PAD, Question, StrategyTrial, USER, declined, score};
use nested_memory_model::strategy::{Answer, Contestant, Strategy};
use nested_memory_model::{Sampling, Words};
use pollster::block_on;

/// A reply is cut off after this many tokens.
const LONGEST_REPLY: usize = 48;

/// How often it was right, of how many questions.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    pub(super) right: usize,
    pub(super) asked: usize,
}

impl Count {
    fn note(&mut self, right: bool) {
        self.right += usize::from(right);
        self.asked += 1;
    }
}

/// What a strategy made of a case.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks {
    /// Asked when the conversation was over.
    pub(super) ended: Count,
    /// Asked ten conversations later.
    pub(super) later: Count,
    /// Declined, of what was never told.
    pub(super) strangers: Count,
    /// Declined after the wish, if it was known before.
    pub(super) forgotten: Count,
    /// Known after the wish, of what was known before and not meant.
    pub(super) kept: Count,
    /// Tokens read for the questions of the first two, and how many there were.
    pub(super) read_asked: u64,
    pub(super) questions: u64,
    /// Tokens read for everything else up to ten conversations later.
    pub(super) read_heard: u64,
    /// Bytes kept then.
    pub(super) bytes: u64,
    /// Wrong answers.
    pub(super) wrong: Vec<String>,
}

/// Somebody who talks with a contestant.
struct Person<'a> {
    talk: &'a Talk,
    contestant: Contestant,
}

impl Person<'_> {
    fn turn(&self, text: &str) -> Vec<u32> {
        [vec![USER], self.talk.tokenizer.turn(text), vec![ASSISTANT]].concat()
    }

    fn say(&mut self, text: &str) -> anyhow::Result<()> {
        self.contestant = block_on(self.contestant.hear(&self.talk.base, &self.turn(text), WORDS))?.0;
        Ok(())
    }

    fn end(&mut self) -> anyhow::Result<()> {
        self.contestant = block_on(self.contestant.end_conversation(&self.talk.base))?.0;
        Ok(())
    }

    /// The reply to a question, and the tokens that were read for it. Leaves no trace.
    fn ask(&self, text: &str) -> anyhow::Result<(String, u64)> {
        let asked = self.turn(text);
        let (_, answer) = block_on(self.contestant.ask(&self.talk.base, &asked, WORDS))?;
        let Answer { tokens, cost } = answer;
        Ok((self.talk.tokenizer.decode(&tokens).trim_start().to_owned(), cost.read))
    }
}

const WORDS: Words<'static> =
    Words { most: LONGEST_REPLY, end: END, forbidden: &[PAD, USER, ASSISTANT], sampling: Sampling::GREEDY };

/// Lets a strategy take part in a case.
pub(super) fn examine(
    talk: &Talk,
    strategy: Box<dyn Strategy>,
    trial: &StrategyTrial,
) -> anyhow::Result<Marks> {
    let mut marks = Marks::default();
    let mut person = Person { talk, contestant: Contestant::new(strategy) };
    for text in &trial.tell {
        person.say(text)?;
    }
    person.end()?;
    let mut known = Vec::new();
    for question in &trial.questions {
        let right = marks.asks(&person, question, "ended")?;
        marks.ended.note(right);
        known.push(right);
    }
    for stranger in &trial.strangers {
        let (reply, _) = person.ask(&stranger.text)?;
        let right = declined(&reply);
        marks.strangers.note(right);
        marks.judge("stranger", stranger, &reply, right);
    }
    marks.forget(&person, trial, &known)?;
    for conversation in &trial.later {
        for text in conversation {
            person.say(text)?;
        }
        person.end()?;
    }
    let cost = person.contestant.cost(&talk.base);
    (marks.read_heard, marks.bytes) = (cost.total, cost.kept.bytes as u64);
    for question in &trial.questions {
        let right = marks.asks(&person, question, "ten later")?;
        marks.later.note(right);
    }
    Ok(marks)
}

impl Marks {
    fn asks(&mut self, person: &Person, question: &Question, when: &str) -> anyhow::Result<bool> {
        let (reply, read) = person.ask(&question.text)?;
        self.read_asked += read;
        self.questions += 1;
        let right = score(&reply, &question.expect);
        self.judge(when, question, &reply, right);
        Ok(right)
    }

    fn judge(&mut self, when: &str, Question { text, expect, .. }: &Question, reply: &str, right: bool) {
        if !right {
            self.wrong.push(format!("{when}: {text} → {reply} (expected {expect:?})"));
        }
    }

    /// The wish, in a conversation of its own, and what is known afterwards of what was known before.
    fn forget(&mut self, person: &Person, trial: &StrategyTrial, known: &[bool]) -> anyhow::Result<()> {
        let mut person = Person { talk: person.talk, contestant: person.contestant.clone() };
        let wish = person.turn(&trial.wish);
        person.contestant = block_on(person.contestant.forget(&person.talk.base, &wish, WORDS))?.0;
        person.say(&trial.chatter)?;
        person.end()?;
        for (place, question) in trial.questions.iter().enumerate().filter(|(place, _)| known[*place]) {
            let (reply, _) = person.ask(&question.text)?;
            if place == 0 {
                let right = declined(&reply);
                self.forgotten.note(right);
                self.judge(
                    "forgotten",
                    &Question { expect: Expect::Unknown, ..question.clone() },
                    &reply,
                    right,
                );
            } else {
                let right = score(&reply, &question.expect);
                self.kept.note(right);
                self.judge("kept", question, &reply, right);
            }
        }
        Ok(())
    }
}
