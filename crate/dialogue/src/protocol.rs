//! Cases by which a model, or anything else that can chat, is examined: what is said, what is asked, what counts.
use crate::draw::Draw;
use crate::facts::{Fact, Value};
use crate::invention::Invention;
use crate::language::Language;
use crate::sentence::Form;
use crate::split::Split;

/// A script of some conversations of one person. The assistant's turns are those of the examined one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// A name that stays the same: suite, seed, number.
    pub id: String,
    /// In order.
    pub steps: Vec<Step>,
}

/// One step of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Say this and let it answer; the answer does not count.
    Say {
        /// The user's text.
        text: String,
    },
    /// End the conversation.
    EndConversation,
    /// Ask this; the answer counts.
    Question {
        /// The user's text.
        text: String,
        /// What the answer must be.
        expect: Expect,
        /// What it is a question of.
        group: Group,
    },
}

/// What an answer must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The value must be in it.
    Value(String),
    /// It must begin with "I don't know yet".
    Unknown,
    /// The new value must be in it, the old one must not.
    Corrected {
        /// The present value.
        new: String,
        /// The value before.
        old: String,
    },
}

/// The groups that results are reported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Told in the same conversation.
    Same,
    /// Told one conversation before.
    OneLater,
    /// Told two conversations before.
    TwoLater,
    /// Never told.
    Unknown,
    /// Corrected one conversation before.
    Corrected,
}

/// Draws per case, so that the cases of one seed do not resemble those of the next.
const STRIDE: u64 = 1_000_003;

/// The suite "recall": `n` cases of three conversations, in held-out words and phrasings throughout.
pub fn recall_cases(seed: u64, n: usize) -> Vec<Case> {
    (0..n)
        .map(|i| {
            let script = Script::new(seed.wrapping_mul(STRIDE).wrapping_add(i as u64));
            Case { id: format!("recall-{seed}-{i:03}"), steps: script.recall() }
        })
        .collect()
}

/// Some pairs of a telling and the question about it, for somebody who does not know what to say.
pub fn suggestions(seed: u64, n: usize) -> Vec<(String, String)> {
    let mut script = Script::new(seed.wrapping_mul(STRIDE));
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

/// Whether a reply is what was expected.
pub fn score(reply: &str, expect: &Expect) -> bool {
    match expect {
        Expect::Value(value) => contains(reply, value),
        Expect::Unknown => reply.trim().to_lowercase().replace('’', "'").starts_with("i don't know yet"),
        Expect::Corrected { new, old } => contains(reply, new) && !contains(reply, old),
    }
}

/// Whether the text has the words, not as a part of longer ones, in whatever case.
fn contains(text: &str, words: &str) -> bool {
    let (text, words) = (text.to_lowercase(), words.to_lowercase());
    !words.is_empty()
        && text.match_indices(&words).any(|(at, found)| {
            let before = text[..at].chars().next_back();
            let after = text[at + found.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
}

/// A case in the making.
struct Script {
    world: Invention<'static>,
}

impl Script {
    fn new(seed: u64) -> Self {
        Self { world: Invention::new(seed, Language::english(), Split::HeldOut) }
    }

    /// Three facts, a fourth in the second conversation, where one of the three is corrected; each question is the
    /// first one about its fact since that fact's own conversation.
    fn recall(mut self) -> Vec<Step> {
        let [first, second, third] = [self.told(), self.told(), self.told()];
        let mut steps = vec![first.1, second.1, self.small_talk(), third.1];
        steps.push(self.recalls(&first.0, Group::Same));
        steps.push(Step::EndConversation);

        let mut questions = vec![self.recalls(&second.0, Group::OneLater), self.unknown()];
        shuffle(&mut self.world.draw, &mut questions);
        let fourth = self.told();
        let (new, correction) = self.corrected(&third.0);
        let mut tells = vec![fourth.1, correction];
        shuffle(&mut self.world.draw, &mut tells);
        steps.extend(questions.into_iter().chain(tells));
        steps.push(self.recalls(&fourth.0, Group::Same));
        steps.push(Step::EndConversation);

        let expect = Expect::Corrected { new, old: third.0.value.text.clone() };
        let mut questions = vec![
            self.recalls(&first.0, Group::TwoLater),
            self.recalls(&fourth.0, Group::OneLater),
            Step::Question { text: self.ask(&third.0), expect, group: Group::Corrected },
            self.unknown(),
            self.small_talk(),
        ];
        shuffle(&mut self.world.draw, &mut questions);
        steps.extend(questions);
        steps.push(Step::EndConversation);
        steps
    }

    /// A new fact and its telling.
    fn told(&mut self) -> (Fact, Step) {
        let fact = loop {
            if let Some(fact) = self.world.new_fact() {
                break fact;
            }
        };
        self.world.spend(&fact.value);
        let form = if self.world.draw.chance(0.12) { Form::ValueFirst } else { Form::Tell };
        let text = self.tell(&fact, None, form);
        self.world.facts.push(fact.clone());
        (fact, Step::Say { text })
    }

    /// Another value for a fact, and the correction.
    fn corrected(&mut self, fact: &Fact) -> (String, Step) {
        let kind = self.world.relation(fact.relation_index).value;
        // "pink" for "hot pink" could not be told apart in an answer.
        let apart = |v: &Value| !contains(&v.text, &fact.value.text) && !contains(&fact.value.text, &v.text);
        let mut tries = (0..60).map(|_| self.world.fresh_value(kind));
        // A short list may be used up; a brand is always new.
        let found = tries.find_map(|v| v.filter(apart));
        let value = found.or_else(|| self.world.fresh_value("brand")).unwrap_or_else(|| fact.value.clone());
        self.world.spend(&value);
        let text = self.tell(fact, Some(&value), Form::Fix);
        (value.text, Step::Say { text })
    }

    fn tell(&mut self, fact: &Fact, new: Option<&Value>, form: Form) -> String {
        let relation = self.world.relation(fact.relation_index);
        let (value, former) = new.map_or((&fact.value, None), |value| (value, Some(&fact.value)));
        self.world.speaker.tell(&mut self.world.draw, relation, &fact.subject, value, former, form).text
    }

    fn ask(&mut self, fact: &Fact) -> String {
        let relation = self.world.relation(fact.relation_index);
        self.world.speaker.ask(&mut self.world.draw, relation, &fact.subject).text
    }

    fn recalls(&mut self, fact: &Fact, group: Group) -> Step {
        Step::Question { text: self.ask(fact), expect: Expect::Value(fact.value.text.clone()), group }
    }

    fn unknown(&mut self) -> Step {
        loop {
            let Some((relation, subject)) = self.world.unknown() else { continue };
            let relation = self.world.relation(relation);
            let text = self.world.speaker.ask(&mut self.world.draw, relation, &subject).text;
            return Step::Question { text, expect: Expect::Unknown, group: Group::Unknown };
        }
    }

    fn small_talk(&mut self) -> Step {
        Step::Say { text: self.world.speaker.small_talk(&mut self.world.draw).0.text }
    }
}

/// Any order.
fn shuffle<T>(draw: &mut Draw, list: &mut [T]) {
    for i in (1..list.len()).rev() {
        list.swap(i, draw.below(i + 1));
    }
}
