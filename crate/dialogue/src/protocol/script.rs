//! A case in the making: what can be told and asked, in held-out words and phrasings throughout.
use super::expect::contains;
use super::{Case, Expect, Group, Question, Step};
use crate::draw::Draw;
use crate::facts::{Fact, Subject, Value};
use crate::ingredients::Ingredients;
use crate::invention::{Invention, Stranger};
use crate::language::Language;
use crate::sections::Sections;
use crate::sentence::{Form, Sentence, Speaker};
use crate::split::{Split, stable_hash};
use crate::tongue::Tongue;

/// Draws per case, so that the cases of one seed do not resemble those of the next.
const STRIDE: u64 = 1_000_003;
/// So often a kind of stranger is looked for.
const TRIES: usize = 100;

/// `n` cases of the suites recall and forget: their stream of chance is that of the seed itself.
pub(super) fn cases(
    suite: &str,
    steps: fn(&mut Script) -> Vec<Step>,
    tongue: Tongue,
    seed: u64,
    n: usize,
) -> Vec<Case> {
    (0..n).map(|i| case(Script::new(tongue, seed_of(seed, i)), id(suite, seed, i), steps)).collect()
}

/// `n` of whatever a suite consists of, in a stream of chance of its own.
pub(super) fn streamed<T>(
    suite: &str,
    make: impl Fn(Script, String) -> T,
    tongue: Tongue,
    seed: u64,
    n: usize,
) -> Vec<T> {
    let stream = seed ^ stable_hash(suite);
    let script = |i| Script::new(tongue, seed_of(stream, i));
    (0..n).map(|i| make(script(i), id(suite, seed, i))).collect()
}

/// `n` cases of a suite in a stream of its own.
pub(super) fn streamed_cases(
    suite: &str,
    steps: fn(&mut Script) -> Vec<Step>,
    tongue: Tongue,
    seed: u64,
    n: usize,
) -> Vec<Case> {
    streamed(suite, |script, id| case(script, id, steps), tongue, seed, n)
}

/// The case that a script makes of its steps.
pub(super) fn case(mut script: Script, id: String, steps: fn(&mut Script) -> Vec<Step>) -> Case {
    let steps = steps(&mut script);
    Case { id, steps, ingredients: script.ingredients }
}

pub(super) fn id(suite: &str, seed: u64, case: usize) -> String {
    format!("{suite}-{seed}-{case:03}")
}

/// The seed of a suite's case.
pub(super) fn seed_of(seed: u64, case: usize) -> u64 {
    seed.wrapping_mul(STRIDE).wrapping_add(case as u64)
}

/// A case in the making.
pub(super) struct Script {
    pub(super) world: Invention<'static>,
    /// What was used so far.
    pub(super) ingredients: Ingredients,
}

impl Script {
    /// A script of an examination.
    pub(super) fn new(tongue: Tongue, seed: u64) -> Self {
        Self::of(tongue, seed, Split::HeldOut)
    }

    /// A script of either side's words.
    pub(super) fn of(tongue: Tongue, seed: u64, split: Split) -> Self {
        let world = Invention::new(seed, Language::of(tongue), split);
        Self { world, ingredients: Ingredients::default() }
    }

    /// Notes what a sentence was made by and gives its text.
    pub(super) fn noted(&mut self, said: Sentence) -> String {
        // What was said in training's own words has no phrasing that might have leaked.
        if !said.template.is_empty() {
            self.ingredients.phrasing(&said.template);
        }
        said.text
    }

    /// A new fact and its telling.
    pub(super) fn told(&mut self) -> (Fact, Step) {
        self.told_of(Invention::new_fact)
    }

    /// A new fact of a kind and its telling.
    pub(super) fn told_of(
        &mut self,
        invent: impl Fn(&mut Invention<'static>) -> Option<Fact>,
    ) -> (Fact, Step) {
        let fact = self.invented(invent);
        let form = if self.world.draw.chance(0.12) { Form::ValueFirst } else { Form::Tell };
        let step = self.telling(&fact, form);
        (fact, step)
    }

    /// A new fact; its value is used up from now on.
    pub(super) fn invented(&mut self, invent: impl Fn(&mut Invention<'static>) -> Option<Fact>) -> Fact {
        let fact = self.until(|world| invent(world).filter(is_open));
        self.world.spend(&fact.value);
        fact
    }

    /// Tells a new fact, which is known from now on.
    pub(super) fn telling(&mut self, fact: &Fact, form: Form) -> Step {
        let text = self.tell(fact, None, form);
        self.world.facts.push(fact.clone());
        Step::Say { text }
    }

    /// Another value for a fact, and the correction.
    pub(super) fn corrected(&mut self, fact: &Fact) -> (Value, Step) {
        let value = self.another_value(fact);
        let text = self.tell(fact, Some(&value), Form::Fix);
        (value, Step::Say { text })
    }

    /// Another value for a fact, told as if nothing had been told before.
    pub(super) fn told_anew(&mut self, fact: &Fact) -> (Value, Step) {
        let value = self.another_value(fact);
        let text = self.tell(&Fact { value: value.clone(), ..fact.clone() }, None, Form::Tell);
        (value, Step::Say { text })
    }

    /// A value that a fact never had.
    fn another_value(&mut self, fact: &Fact) -> Value {
        let kind = self.world.relation(fact.relation_index).value;
        // "pink" for "hot pink" could not be told apart in an answer.
        let differ = |a: &Value, b: &Value| !contains(&a.text, &b.text) && !contains(&b.text, &a.text);
        let apart = |v: &Value| {
            let is_new = fact.former.iter().chain([&fact.value]).all(|old| differ(v, old));
            is_new && is_open(&Fact { value: v.clone(), ..fact.clone() })
        };
        let mut tries = (0..60).map(|_| self.world.fresh_value(kind));
        // A short list may be used up; a brand is always new.
        let found = tries.find_map(|v| v.filter(apart));
        let value = found.or_else(|| self.world.fresh_value("brand")).unwrap_or_else(|| fact.value.clone());
        self.world.spend(&value);
        value
    }

    pub(super) fn tell(&mut self, fact: &Fact, new: Option<&Value>, form: Form) -> String {
        let said = self.sentence(fact, new, form);
        self.noted(said)
    }

    /// The sentence that tells or corrects a fact; its phrasing is not noted yet.
    pub(super) fn sentence(&mut self, fact: &Fact, new: Option<&Value>, form: Form) -> Sentence {
        let relation = self.world.relation(fact.relation_index);
        let (value, former) = new.map_or((&fact.value, None), |value| (value, Some(&fact.value)));
        self.ingredients.subject(&fact.subject);
        self.ingredients.value(value);
        self.world.speaker.tell(&mut self.world.draw, relation, &fact.subject, value, former, form)
    }

    /// Asks for a relation of a subject.
    pub(super) fn ask_of(&mut self, relation_index: usize, subject: &Subject) -> String {
        let relation = self.world.relation(relation_index);
        self.ingredients.subject(subject);
        let said = self.world.speaker.ask(&mut self.world.draw, relation, subject);
        self.noted(said)
    }

    pub(super) fn ask(&mut self, fact: &Fact) -> String {
        self.ask_of(fact.relation_index, &fact.subject)
    }

    /// A question for a fact's value, told so many conversations ago.
    pub(super) fn asks(&mut self, fact: &Fact, group: Group, age: usize) -> Question {
        let (text, expect) = (self.ask(fact), Expect::Value(fact.value.text.clone()));
        Question { text, expect, group, age: Some(age) }
    }

    pub(super) fn recalls(&mut self, fact: &Fact, group: Group, age: usize) -> Step {
        Step::Question(self.asks(fact, group, age))
    }

    /// A question about the person or what they have, which needs no words of theirs; and the same as training asks it.
    pub(super) fn asks_plainly(&mut self, name: &str, file: &Sections) -> [String; 2] {
        let said = self.world.speaker.ask_plainly(&mut self.world.draw, name, file);
        let usual = self.usual().ask_plainly(&mut self.world.draw, name, file);
        [self.noted(said), usual.text]
    }

    /// Somebody who asks as people do in training.
    pub(super) fn usual(&self) -> Speaker<'static> {
        Speaker { split: Split::Train, ..self.world.speaker }
    }

    /// The wish that a fact be forgotten.
    pub(super) fn forget(&mut self, fact: &Fact) -> Step {
        let relation = self.world.relation(fact.relation_index);
        let (said, _) = self.world.speaker.forget(&mut self.world.draw, relation, &fact.subject);
        Step::Say { text: self.noted(said) }
    }

    pub(super) fn unknown(&mut self) -> Step {
        let (relation, subject) = self.until(Invention::unknown);
        self.asks_in_vain(relation, &subject, Group::Unknown)
    }

    /// Something never told, of one kind if there is such a thing: all that a lock has may be told already.
    pub(super) fn stranger(&mut self, kind: Stranger) -> Step {
        let found = (0..TRIES).find_map(|_| self.world.stranger(kind));
        let (kind, (relation, subject)) = match found {
            Some(found) => (kind, found),
            None => (Stranger::Both, self.until(|world| world.stranger(Stranger::Both))),
        };
        let group = match kind {
            Stranger::Relation => Group::UnknownRelation,
            Stranger::Subject => Group::UnknownSubject,
            Stranger::Both => Group::UnknownBoth,
        };
        self.asks_in_vain(relation, &subject, group)
    }

    /// What is invented, however often it has to be tried.
    pub(super) fn until<T>(&mut self, invent: impl Fn(&mut Invention<'static>) -> Option<T>) -> T {
        loop {
            if let Some(found) = invent(&mut self.world) {
                return found;
            }
        }
    }

    fn asks_in_vain(&mut self, relation: usize, subject: &Subject, group: Group) -> Step {
        self.world.strangers.extend((group != Group::Unknown).then(|| subject.clone()));
        let text = self.ask_of(relation, subject);
        Step::Question(Question { text, expect: Expect::Unknown, group, age: None })
    }

    /// A line of small talk and the usual reply.
    pub(super) fn chatter(&mut self) -> (String, &'static str) {
        let (said, reply) = self.world.speaker.small_talk(&mut self.world.draw);
        (self.noted(said), reply)
    }

    pub(super) fn small_talk(&mut self) -> Step {
        Step::Say { text: self.chatter().0 }
    }
}

/// Whether the question does not hold the answer: "my guest Talia" may not be called Talia.
pub(super) fn is_open(fact: &Fact) -> bool {
    let named = [Some(&fact.subject), fact.alias.as_ref()].into_iter().flatten();
    named.into_iter().all(|subject| !contains(&subject.text, &fact.value.text))
}

/// Any order.
pub(super) fn shuffle<T>(draw: &mut Draw, list: &mut [T]) {
    for i in (1..list.len()).rev() {
        list.swap(i, draw.below(i + 1));
    }
}
