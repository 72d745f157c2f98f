//! A case in the making: what can be told and asked, in held-out words and phrasings throughout.
use super::{Case, Expect, Group, Step, contains};
use crate::draw::Draw;
use crate::facts::{Fact, Value};
use crate::invention::Invention;
use crate::language::Language;
use crate::sentence::Form;
use crate::split::Split;
use crate::tongue::Tongue;

/// Draws per case, so that the cases of one seed do not resemble those of the next.
const STRIDE: u64 = 1_000_003;

/// `n` cases of a suite.
pub(super) fn cases(
    suite: &str,
    steps: fn(Script) -> Vec<Step>,
    tongue: Tongue,
    seed: u64,
    n: usize,
) -> Vec<Case> {
    let case = |i| Case {
        id: format!("{suite}-{seed}-{i:03}"),
        steps: steps(Script::new(tongue, seed_of(seed, i))),
    };
    (0..n).map(case).collect()
}

/// The seed of a suite's case.
pub(super) fn seed_of(seed: u64, case: usize) -> u64 {
    seed.wrapping_mul(STRIDE).wrapping_add(case as u64)
}

/// A case in the making.
pub(super) struct Script {
    pub(super) world: Invention<'static>,
}

impl Script {
    pub(super) fn new(tongue: Tongue, seed: u64) -> Self {
        Self { world: Invention::new(seed, Language::of(tongue), Split::HeldOut) }
    }

    /// A new fact and its telling.
    pub(super) fn told(&mut self) -> (Fact, Step) {
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
    pub(super) fn corrected(&mut self, fact: &Fact) -> (String, Step) {
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

    pub(super) fn tell(&mut self, fact: &Fact, new: Option<&Value>, form: Form) -> String {
        let relation = self.world.relation(fact.relation_index);
        let (value, former) = new.map_or((&fact.value, None), |value| (value, Some(&fact.value)));
        self.world.speaker.tell(&mut self.world.draw, relation, &fact.subject, value, former, form).text
    }

    pub(super) fn ask(&mut self, fact: &Fact) -> String {
        let relation = self.world.relation(fact.relation_index);
        self.world.speaker.ask(&mut self.world.draw, relation, &fact.subject).text
    }

    pub(super) fn recalls(&mut self, fact: &Fact, group: Group) -> Step {
        Step::Question { text: self.ask(fact), expect: Expect::Value(fact.value.text.clone()), group }
    }

    /// The wish that a fact be forgotten.
    pub(super) fn forget(&mut self, fact: &Fact) -> Step {
        let relation = self.world.relation(fact.relation_index);
        let (said, _) = self.world.speaker.forget(&mut self.world.draw, relation, &fact.subject);
        Step::Say { text: said.text }
    }

    pub(super) fn unknown(&mut self) -> Step {
        loop {
            let Some((relation, subject)) = self.world.unknown() else { continue };
            let relation = self.world.relation(relation);
            let text = self.world.speaker.ask(&mut self.world.draw, relation, &subject).text;
            return Step::Question { text, expect: Expect::Unknown, group: Group::Unknown };
        }
    }

    pub(super) fn small_talk(&mut self) -> Step {
        Step::Say { text: self.world.speaker.small_talk(&mut self.world.draw).0.text }
    }
}

/// Any order.
pub(super) fn shuffle<T>(draw: &mut Draw, list: &mut [T]) {
    for i in (1..list.len()).rev() {
        list.swap(i, draw.below(i + 1));
    }
}
