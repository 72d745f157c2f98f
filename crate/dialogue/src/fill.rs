//! Fills the conversations of a plan with tellings, questions, corrections, forgetting and small talk.
mod all;
mod double;
mod forget;
pub(crate) mod interest;
pub(crate) mod inverse;
mod tell;

use crate::episode::{Conversation, Episode, Exchange, Kind};
use crate::facts::Subject;
use crate::facts::relation::Relation;
use crate::invention::Invention;
use crate::language::Language;
use crate::plan::{ConversationPlan, Families, Plan};
use crate::split::{Split, stable_hash};
use crate::tokenizer::turn;

/// `<|user|>`, `<|assistant|>` and `<|end|>`.
const SPECIALS_OF_AN_EXCHANGE: usize = 3;
/// So many exchanges in a row that do not fit end a conversation.
const PATIENCE: usize = 10;

/// An episode in the making.
pub(crate) struct Filler<'a> {
    world: Invention<'a>,
    /// What the person dwells on, if they do.
    interest: Option<interest::Interest>,
    count: &'a dyn Fn(&str) -> usize,
    /// For each fact, the conversation of its present value.
    told_in: Vec<usize>,
}

/// A conversation in the making.
struct Room {
    index: usize,
    budget: usize,
    used: usize,
    exchanges: Vec<Exchange>,
    /// Facts asked in this conversation.
    asked: Vec<usize>,
    /// Asked last, so not again at once.
    last: Option<usize>,
    /// A corrected fact that must still be asked here, and after how many exchanges.
    due: Option<(usize, usize)>,
}

/// When, in tokens, things are to happen in a conversation.
struct Agenda {
    tells: Vec<usize>,
    fix: Option<usize>,
    forget: Option<usize>,
}

impl<'a> Filler<'a> {
    pub(crate) fn new(
        seed: u64,
        language: &'a Language,
        split: Split,
        count: &'a dyn Fn(&str) -> usize,
    ) -> Self {
        Self { world: Invention::new(seed, language, split), interest: None, count, told_in: Vec::new() }
    }

    /// The whole episode.
    pub(crate) fn fill(mut self, plan: &Plan) -> Episode {
        let interests = plan.conversations.first().map_or(0.0, |part| part.families.interests);
        if interests > 0.0 && self.world.draw.chance(interests) {
            self.interest = Some(interest::Interest::draw(&mut self.world.draw, self.world.speaker.language));
        }
        let conversations =
            plan.conversations.iter().enumerate().map(|(i, p)| self.conversation(i, p)).collect::<Vec<_>>();
        Episode { conversations, facts: self.world.facts, strangers: self.world.strangers }
    }

    fn agenda(&mut self, plan: &ConversationPlan, index: usize) -> Agenda {
        let facts = self.world.draw.between(plan.facts.0, plan.facts.1);
        let mut tells: Vec<usize> = (0..facts)
            .map(|i| if index == 0 && i == 0 { 0 } else { self.world.draw.below(plan.tokens * 11 / 20) })
            .collect();
        tells.sort_unstable();
        let fix = self
            .world
            .draw
            .chance(plan.corrections)
            .then(|| self.world.draw.between(plan.tokens / 8, plan.tokens * 9 / 20));
        // Without forgetting nothing is drawn, so that the corpus of base v1 stays what it was.
        let forget = (plan.forgets > 0.0 && self.world.draw.chance(plan.forgets))
            .then(|| self.world.draw.between(plan.tokens / 4, plan.tokens / 2));
        Agenda { tells, fix, forget }
    }

    fn conversation(&mut self, index: usize, plan: &ConversationPlan) -> Conversation {
        let mut agenda = self.agenda(plan, index);
        let mut room = Room {
            index,
            budget: plan.tokens,
            used: 0,
            exchanges: Vec::new(),
            asked: Vec::new(),
            last: None,
            due: self.reminder(),
        };
        let mut misses = 0;
        while misses < PATIENCE {
            if self.step(&mut room, &mut agenda, plan, misses) {
                misses = 0;
            } else {
                misses += 1;
            }
        }
        Conversation { index, exchanges: room.exchanges }
    }

    /// One of the facts corrected in earlier conversations, which this one shall ask for.
    fn reminder(&mut self) -> Option<(usize, usize)> {
        let facts = &self.world.facts;
        let corrected: Vec<usize> =
            (0..facts.len()).filter(|i| !facts[*i].former.is_empty() && !facts[*i].forgotten).collect();
        if corrected.is_empty() || !self.world.draw.chance(0.8) {
            return None;
        }
        Some((self.world.draw.pick(&corrected), self.world.draw.below(4)))
    }

    /// Tries one exchange; true if it fitted.
    fn step(&mut self, room: &mut Room, agenda: &mut Agenda, plan: &ConversationPlan, misses: usize) -> bool {
        if let Some((fact, 0)) = room.due {
            // What does not fit after some tries will not fit at all.
            let done = self.ask(room, fact);
            if done || misses > 5 {
                room.due = None;
            }
            return done;
        }
        if agenda.tells.first().is_some_and(|at| *at <= room.used) {
            if self.tell(room, plan) {
                agenda.tells.remove(0);
                return true;
            }
            // No room for it any more: the plan's number is an aim, the budget is a law.
            if misses > 4 {
                agenda.tells.remove(0);
            }
            return false;
        }
        if agenda.fix.is_some_and(|at| at <= room.used) && !self.world.facts.is_empty() {
            let done = self.fix(room, &plan.families);
            if done || misses > 4 {
                agenda.fix = None;
            }
            return done;
        }
        if agenda.forget.is_some_and(|at| at <= room.used) {
            let done = self.forget(room);
            if done || misses > 4 {
                agenda.forget = None;
            }
            return done;
        }
        if let Some((fact, wait)) = room.due {
            room.due = Some((fact, wait.saturating_sub(1)));
        }
        if plan.forgets > 0.0 && self.world.draw.chance(0.25) && self.ask_forgotten(room) {
            return true;
        }
        if let Some(done) = self.family(room, &plan.families) {
            return done;
        }
        if self.world.draw.chance(plan.small_talk) {
            return self.small_talk(room);
        }
        if self.world.draw.chance(plan.unknown) && !self.world.facts.is_empty() {
            return self.ask_unknown(room);
        }
        match self.choose(room) {
            Some(fact) => self.ask(room, fact),
            None => self.small_talk(room),
        }
    }

    /// Which fact to ask: earlier conversations before the present one, new questions before old ones.
    fn choose(&mut self, room: &Room) -> Option<usize> {
        let weights: Vec<f64> = (0..self.world.facts.len())
            .map(|i| {
                let mut weight = if self.told_in[i] < room.index { 3.0 } else { 1.0 };
                if !self.world.facts[i].former.is_empty() {
                    weight *= 2.0;
                }
                if self.world.facts[i].alias.is_some() {
                    weight *= 2.0;
                }
                if room.asked.contains(&i) {
                    weight *= 0.12;
                }
                let never = room.last == Some(i) || self.world.facts[i].forgotten;
                if never { 0.0 } else { weight }
            })
            .collect();
        self.world.draw.weighted(&weights).or_else(|| {
            room.last.filter(|last| !self.world.facts[*last].forgotten && self.world.draw.chance(0.4))
        })
    }

    /// What came with corpus 5: an exchange of it, if it is its turn, and whether that fitted.
    fn family(&mut self, room: &mut Room, families: &Families) -> Option<bool> {
        if *families == Families::default() {
            return None;
        }
        if self.interest.is_some() && self.world.draw.chance(0.45) {
            return Some(self.dwell(room));
        }
        let kind = self.world.draw.unit();
        if kind < families.inverse {
            return self.ask_inverse(room);
        }
        if kind < families.inverse + families.profile {
            return self.ask_profile(room);
        }
        None
    }

    fn ask(&mut self, room: &mut Room, index: usize) -> bool {
        let fact = &self.world.facts[index];
        let relation = self.world.relation(fact.relation_index);
        if relation.many {
            return self.ask_list(room, index);
        }
        // One thing under two names: asked by either.
        let by = fact.alias.as_ref().filter(|_| self.world.draw.chance(0.6)).unwrap_or(&fact.subject);
        let said = self.world.speaker.ask(&mut self.world.draw, relation, by);
        let answer = self.world.speaker.answer(relation, &fact.subject, &fact.value);
        let exchange = Exchange {
            subject_in_user: by.places(&said.text),
            told: Vec::new(),
            user: said.text,
            assistant: answer.text,
            kind: Kind::Ask,
            value_in_user: None,
            values_in_assistant: answer.value.into_iter().collect(),
            about: Some(about(relation, &fact.subject)),
            fact: Some(index),
            second: None,
            told_in: Some(self.told_in[index]),
            repeated: room.asked.contains(&index),
            corrected: !fact.former.is_empty(),
            template: said.template,
        };
        let fits = self.put(room, exchange);
        if fits {
            room.asked.push(index);
            room.last = Some(index);
        }
        fits
    }

    fn ask_unknown(&mut self, room: &mut Room) -> bool {
        let Some((relation, subject)) = self.world.unknown() else { return false };
        let fits = self.ask_in_vain(room, relation, &subject, None);
        if fits {
            self.world.strangers.push(subject);
        }
        fits
    }

    /// A question that is answered by the refusal; `fact` is what was forgotten.
    fn ask_in_vain(
        &mut self,
        room: &mut Room,
        relation: usize,
        subject: &Subject,
        fact: Option<usize>,
    ) -> bool {
        let relation = self.world.relation(relation);
        let said = self.world.speaker.ask(&mut self.world.draw, relation, subject);
        let places = subject.places(&said.text);
        let about = Some(about(relation, subject));
        let exchange = plain(said.text, self.world.speaker.language.unknown, Kind::AskUnknown, said.template);
        self.put(room, Exchange { subject_in_user: places, about, fact, ..exchange })
    }

    fn small_talk(&mut self, room: &mut Room) -> bool {
        let (said, reply) = self.world.speaker.small_talk(&mut self.world.draw);
        self.put(room, plain(said.text, reply, Kind::SmallTalk, said.template))
    }

    /// Appends the exchange if it fits.
    fn put(&mut self, room: &mut Room, exchange: Exchange) -> bool {
        let tokens =
            (self.count)(&turn(&exchange.user)) + (self.count)(&exchange.assistant) + SPECIALS_OF_AN_EXCHANGE;
        if room.used + tokens > room.budget {
            return false;
        }
        room.used += tokens;
        room.exchanges.push(exchange);
        true
    }
}

/// A relation of a subject as one number.
fn about(relation: &Relation, subject: &Subject) -> u64 {
    stable_hash(&format!("{}\n{}", relation.name, subject.text))
}

/// An exchange without a fact.
fn plain(user: String, assistant: &str, kind: Kind, template: String) -> Exchange {
    Exchange {
        user,
        assistant: assistant.to_owned(),
        kind,
        subject_in_user: Vec::new(),
        told: Vec::new(),
        value_in_user: None,
        values_in_assistant: Vec::new(),
        about: None,
        fact: None,
        second: None,
        told_in: None,
        repeated: false,
        corrected: false,
        template,
    }
}
