//! Invents what an episode is about: facts that can be confused with each other but are never contradictory.
use crate::draw::Draw;
use crate::facts::relation::Relation;
use crate::facts::{Fact, Subject, Value};
use crate::language::Language;
use crate::manner::Manner;
use crate::sentence::Speaker;
use crate::split::Split;

/// What is new in something that was never told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stranger {
    /// The relation; the subject was told of.
    Relation,
    /// The subject; the relation was told of another one.
    Subject,
    /// Both.
    Both,
}

/// The facts of one person, and what was used up for them.
pub(crate) struct Invention<'a> {
    /// The episode's chance.
    pub(crate) draw: Draw,
    /// Says it in words.
    pub(crate) speaker: Speaker<'a>,
    /// What was told so far.
    pub(crate) facts: Vec<Fact>,
    /// Subjects that were asked about without having been told.
    pub(crate) strangers: Vec<Subject>,
    /// Values and their stems, in lower case, that an episode must not use twice.
    spent: Vec<String>,
}

impl<'a> Invention<'a> {
    /// Nothing told yet.
    pub(crate) fn new(seed: u64, language: &'a Language, split: Split) -> Self {
        let manner = if split == Split::Train { Manner::Training } else { Manner::Usual };
        Self {
            draw: Draw::new(seed),
            speaker: Speaker { language, split, manner },
            facts: Vec::new(),
            strangers: Vec::new(),
            spent: Vec::new(),
        }
    }

    /// A relation of the language.
    pub(crate) fn relation(&self, index: usize) -> &'a Relation {
        &self.speaker.language.relations[index]
    }

    /// Notes that a value is used.
    pub(crate) fn spend(&mut self, value: &Value) {
        self.spent.push(value.text.to_lowercase());
        self.spent.extend(value.stems.iter().map(|s| s.to_lowercase()));
    }

    /// A value that the episode does not have yet.
    pub(crate) fn fresh_value(&mut self, kind: &str) -> Option<Value> {
        (0..40).find_map(|_| {
            let value = Value::draw(&mut self.draw, self.speaker.language, self.speaker.split, kind);
            let spent = |text: &str| self.spent.contains(&text.to_lowercase());
            (!spent(&value.text) && !value.stems.iter().any(|s| spent(s))).then_some(value)
        })
    }

    /// A subject that cannot be mistaken for one of the episode.
    fn fresh_subject(&mut self, relation: usize) -> Option<Subject> {
        let relation = self.relation(relation);
        (0..20).find_map(|_| {
            let category = if relation.first_person && self.draw.chance(0.3) {
                "self"
            } else {
                self.draw.pick(&relation.subjects)
            };
            let subject = Subject::draw(&mut self.draw, self.speaker.language, self.speaker.split, category);
            let known = self.facts.iter().map(|f| &f.subject).chain(&self.strangers);
            (!known.into_iter().any(|k| k.clashes(&subject))).then_some(subject)
        })
    }

    /// Whether nothing is known of this relation of this subject, nor of one that a person would take for it.
    fn untold(&self, relation: usize, subject: &Subject) -> bool {
        let wanted = self.relation(relation);
        !self.facts.iter().any(|f| {
            let told = self.relation(f.relation_index);
            f.is_about(subject)
                && (f.relation_index == relation || (wanted.exclusive && told.family == wanted.family))
        })
    }

    fn any_relation(&mut self, suits: impl Fn(usize) -> bool) -> Option<usize> {
        let relations = &self.speaker.language.relations;
        let weights: Vec<f64> =
            relations.iter().enumerate().map(|(i, r)| if suits(i) { r.weight } else { 0.0 }).collect();
        self.draw.weighted(&weights)
    }

    /// A relation of a subject of which nothing was told yet.
    fn untold_relation(&mut self, subject: &Subject, may: impl Fn(&Relation) -> bool) -> Option<usize> {
        let fits: Vec<bool> = (0..self.speaker.language.relations.len())
            .map(|r| {
                let relation = self.relation(r);
                may(relation) && relation.suits(subject.category) && self.untold(r, subject)
            })
            .collect();
        self.any_relation(|r| fits[r])
    }

    /// Another relation of a subject that the episode has already.
    fn related(&mut self) -> Option<(usize, Subject)> {
        let fact = &self.facts[self.draw.below(self.facts.len())];
        // One thing under two names: what is told of it goes by the one that was told first.
        let subject = fact.alias.as_ref().unwrap_or(&fact.subject).clone();
        Some((self.untold_relation(&subject, |_| true)?, subject))
    }

    /// A relation that the episode has already, of another subject.
    fn rival(&mut self) -> Option<(usize, Subject)> {
        let relation = self.facts[self.draw.below(self.facts.len())].relation_index;
        if self.relation(relation).many {
            return None;
        }
        Some((relation, self.fresh_subject(relation)?))
    }

    /// A new fact: of its own, or one that may be confused with an earlier one.
    pub(crate) fn new_fact(&mut self) -> Option<Fact> {
        let kind = self.draw.unit();
        let interfering = !self.facts.is_empty();
        let (relation_index, subject) = match kind {
            k if interfering && k < 0.3 => self.related()?,
            k if interfering && k < 0.6 => self.rival()?,
            _ => {
                let relation = self.any_relation(|_| true)?;
                (relation, self.fresh_subject(relation)?)
            }
        };
        if !self.untold(relation_index, &subject) {
            return None;
        }
        self.fact(relation_index, subject, None)
    }

    /// A fact with a value that the episode does not have yet.
    fn fact(&mut self, relation_index: usize, subject: Subject, alias: Option<Subject>) -> Option<Fact> {
        let relation = self.relation(relation_index);
        let value = self.fresh_value(relation.value).filter(|value| !subject.is_within(&value.text))?;
        let relation = relation.name.clone();
        let (former, forgotten, profile, inverse) = (Vec::new(), false, false, true);
        Some(Fact { subject, relation, value, former, forgotten, alias, profile, inverse, relation_index })
    }

    /// What may be told in one turn with a fact, and whether it is of the same subject.
    pub(crate) fn second(&mut self, first: &Fact) -> Option<(Fact, bool)> {
        // For as long as the second is invented, the first is known.
        self.facts.push(first.clone());
        let same = self.draw.chance(0.6);
        let second = if same { self.another_of(first) } else { self.new_fact() };
        self.facts.pop();
        let tells =
            |fact: &Fact| !self.relation(fact.relation_index).many && fact.subject.category != "trigger";
        let second = second.filter(tells);
        second.map(|fact| (fact, same))
    }

    /// Something else of a fact's subject.
    fn another_of(&mut self, fact: &Fact) -> Option<Fact> {
        let bearer = fact.alias.as_ref().unwrap_or(&fact.subject);
        let is_named = fact.alias.is_some();
        let may = |relation: &Relation| !(relation.many || is_named && relation.is_name());
        let relation = self.untold_relation(bearer, may)?;
        self.fact(relation, fact.subject.clone(), fact.alias.clone())
    }

    /// A relation of these families, which are told only on purpose.
    fn relation_of(&mut self, families: &[&str]) -> usize {
        let relations = &self.speaker.language.relations;
        let fits: Vec<usize> =
            (0..relations.len()).filter(|i| families.contains(&relations[*i].family)).collect();
        self.draw.pick(&fits)
    }

    /// What to answer to a word.
    pub(crate) fn habit(&mut self) -> Option<Fact> {
        let relation = self.relation_of(&["habit"]);
        let subject = self.fresh_subject(relation)?;
        self.fact(relation, subject, None)
    }

    /// One more of a list; lists that were begun grow, to `most` at most.
    pub(crate) fn item(&mut self, most: usize) -> Option<Fact> {
        let told: Vec<usize> =
            self.facts.iter().map(|f| f.relation_index).filter(|r| self.relation(*r).many).collect();
        let relation = if !told.is_empty() && self.draw.chance(0.7) {
            self.draw.pick(&told)
        } else {
            self.relation_of(&["friends", "list"])
        };
        if told.iter().filter(|r| **r == relation).count() >= most {
            return None;
        }
        self.fact(relation, Subject::speaker(self.speaker.language.tongue), None)
    }

    /// A list of which nothing was told.
    pub(crate) fn unknown_list(&mut self) -> Option<usize> {
        let relation = self.relation_of(&["friends", "list"]);
        self.facts.iter().all(|fact| fact.relation_index != relation).then_some(relation)
    }

    /// A name for somebody of whom one may go on to tell.
    fn naming(&mut self) -> Option<Fact> {
        let person = self.draw.chance(0.4);
        let relation = self.relation_of(&[if person { "person_name" } else { "name" }]);
        let category = if person { "person" } else { "animal" };
        let known = |facts: &[Fact], s: &Subject| facts.iter().any(|f| f.subject.clashes(s));
        let subject = (0..20).find_map(|_| {
            let (language, split) = (self.speaker.language, self.speaker.split);
            let subject = Subject::draw(&mut self.draw, language, split, category);
            (subject.is_plain() && !known(&self.facts, &subject)).then_some(subject)
        })?;
        let asked = self.strangers.iter().any(|s| s.clashes(&subject));
        if asked { None } else { self.fact(relation, subject, None) }
    }

    /// Something about somebody by the name that was told before.
    pub(crate) fn about_a_named_one(&mut self) -> Option<Fact> {
        let is_name = |f: &Fact| self.relation(f.relation_index).is_name();
        let names: Vec<usize> = (0..self.facts.len())
            .filter(|i| {
                let fact = &self.facts[*i];
                is_name(fact) && fact.stands() && fact.alias.is_none() && fact.subject.is_plain()
            })
            .collect();
        if names.is_empty() || self.draw.chance(0.15) {
            return self.naming();
        }
        let naming = self.facts[self.draw.pick(&names)].clone();
        let bearer = naming.subject;
        let relation = self.untold_relation(&bearer, |relation| !relation.is_name())?;
        let subject = Subject::named(self.speaker.language.tongue, &naming.value.text, bearer.category);
        self.fact(relation, subject, Some(bearer))
    }

    /// Something to ask that was never told: a known subject, a known relation, or neither.
    pub(crate) fn unknown(&mut self) -> Option<(usize, Subject)> {
        let kind = self.draw.unit();
        self.stranger(match kind {
            k if k < 0.4 => Stranger::Relation,
            k if k < 0.8 => Stranger::Subject,
            _ => Stranger::Both,
        })
    }

    /// Something of one kind to ask that was never told.
    pub(crate) fn stranger(&mut self, kind: Stranger) -> Option<(usize, Subject)> {
        match kind {
            Stranger::Relation => self.related(),
            Stranger::Subject => self.rival(),
            Stranger::Both => {
                let relation = self.any_relation(|_| true)?;
                let subject = self.fresh_subject(relation)?;
                self.untold(relation, &subject).then_some((relation, subject))
            }
        }
    }
}
