//! Sleep: when a conversation is over, what mattered in it is read again until the lasting levels know it.
//!
//! 1. **Weigh.** The bare base reads every turn. What surprises it and what β would write, matters; a turn without such
//!    a token is chatter and is not read again.
//! 2. **Test.** Memory reads the turns again with a blank mixer and a blank fast level and writes nothing: a token is
//!    known if it gets at least [`SURE`] of the probability. The answers given in the conversation are the second half
//!    of the test: what memory answers now it must answer afterwards.
//! 3. **Replay.** Turns with something unknown are learned once more, in an order drawn from a seed; then the lasting
//!    levels update, and the test is taken again. What is known already has a small error and hardly writes.
//! 4. **Keep or reject.** It ends when everything is known, when the rounds or the budget are used up, or when somebody
//!    stops it. The best state of all rounds is kept. If none is better than before, or all have lost an answer, sleep
//!    is rejected and memory is what it was.
//!
//! A base with [`Config::marked_nights`] reads every turn behind an end mark, which no day begins with: a conversation's first turn
//! is read with blank mixers, too, and keys that a night writes under again and again are of little use by day.
//!
//! A wish to forget ([`crate::Config::forgotten`]) has nothing to know and takes part in every round, at least once, after the
//! turns that stood before it and before those that came after: no replay brings back what was to be forgotten.
//!
//! Nothing else is forgotten on purpose: replay writes where [`crate::shield`] has left room.

use crate::base::Base;
use crate::config::Config;
use crate::error::Error;
use crate::event::Event;
use crate::learn::{Passage, learn};
use crate::listener::{Listener, Marks};
use crate::memory::Memory;
use crate::observe::{Levels, even, observe, read, settle};
use crate::reading::nats;
use crate::recollect;
use crate::speak::{Words, speak};
use nested_memory_kernels::decode::Sampling;
use serde::{Deserialize, Serialize};
use std::pin::Pin;

/// The probability from which on a token is known.
pub(crate) const SURE: f32 = 0.8;
/// The share of a full write from which on a token matters, and makes its turn's words known ([`crate::acquaintance`]).
pub(crate) const MATTERS: f32 = 0.25;
/// Replays of a turn at most.
const ROUNDS: usize = 3;
/// Turns that a night has room for.
const MOST: usize = 8;
/// Cost in readings of the conversation, at most.
const BUDGET: f32 = 20.0;
/// Cost of learning beside that of reading: forwards, and backwards towards activations.
const LEARNING: f32 = 3.0;

/// One exchange of the conversation that is over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchange {
    /// What the person said, from the mark that begins their turn to the one that ends it.
    pub said: Vec<u32>,
    /// What was answered, to the end mark.
    pub answered: Vec<u32>,
}

impl Exchange {
    /// The exchanges of a stream of tokens. What stands before the first turn, and a turn that is not over, is left out.
    #[must_use]
    pub fn all(marks: Marks, tokens: &[u32]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        let mut listener = Listener { speaking: true };
        for token in tokens {
            listener.hears(Some(marks), *token);
            if *token == marks.user {
                all.push(Self::default());
            }
            let Some(last) = all.last_mut() else { continue };
            let part = if listener.speaking && *token != marks.assistant {
                &mut last.answered
            } else {
                &mut last.said
            };
            part.push(*token);
        }
        all.retain(|exchange| exchange.said.last() == Some(&marks.assistant));
        all
    }

    fn tokens(&self) -> usize {
        self.said.len() + self.answered.len()
    }
}

/// What a night reads before each turn.
fn mark(config: &Config) -> Option<u32> {
    config.marks.filter(|_| config.marked_nights).map(|marks| marks.end)
}

/// A turn as a night reads it.
fn again(config: &Config, said: &[u32]) -> Vec<u32> {
    mark(config).into_iter().chain(said.iter().copied()).collect()
}

/// What was found for each token of a turn as a night reads it, for those of the turn alone.
fn unmarked<'a>(config: &Config, found: &'a [f32]) -> &'a [f32] {
    &found[mark(config).iter().len()..]
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Looking for what matters.
    Weighing,
    /// Asking itself what it knows.
    Testing,
    /// Reading again and learning.
    Replaying,
}

/// One step of sleep, for whoever watches.
#[derive(Debug, Clone, PartialEq)]
pub struct Dream {
    /// What was done.
    pub phase: Phase,
    /// The round: 0 before the first replay.
    pub round: usize,
    /// The exchange it was about.
    pub exchange: usize,
    /// The places in what was said there that matter.
    pub matters: Vec<usize>,
    /// How many of them were known when it was tested last.
    pub known: usize,
    /// Updates of levels, when a round's replay is over.
    pub updates: Vec<Event>,
    /// The readings of the conversation so far, in whole conversations.
    pub cost: f32,
}

/// Whether sleep goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// On.
    On,
    /// Wake up: what was reached so far counts.
    Stop,
}

/// Why sleep ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Nothing in the conversation mattered.
    Nothing,
    /// Everything that mattered is known.
    Known,
    /// The rounds or the budget were used up.
    Spent,
    /// Somebody stopped it.
    Stopped,
    /// Every round would have lost something: memory is as it was.
    Rejected,
}

/// What sleep did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slept {
    /// Why it ended.
    pub ending: Ending,
    /// The exchanges that were read again at least once.
    pub replayed: Vec<usize>,
    /// For each exchange the places in what was said that mattered.
    pub matters: Vec<Vec<usize>>,
    /// Tokens that matter and are known: before, afterwards.
    pub known: [usize; 2],
    /// Tokens that matter.
    pub of: usize,
    /// Answers that memory still gave as in the conversation: before, afterwards.
    pub answers: [usize; 2],
    /// Rounds of replay.
    pub rounds: usize,
    /// The cost in readings of the conversation.
    pub cost: f32,
    /// Tokens that went through the model.
    pub read: u64,
}

/// How a memory does in the test.
#[derive(Debug, Clone)]
struct Marked {
    /// For each exchange, how many of its tokens that matter are known.
    known: Vec<usize>,
    /// For each exchange in which nothing was told, whether memory gives the same answer.
    answers: Vec<bool>,
}

impl Marked {
    fn tokens(&self) -> usize {
        self.known.iter().sum()
    }

    fn right(&self) -> usize {
        self.answers.iter().filter(|right| **right).count()
    }

    /// Whether every answer that was right before is right now.
    fn keeps(&self, before: &Self) -> bool {
        self.answers.iter().zip(&before.answers).all(|(now, then)| *now || !*then)
    }
}

/// Consolidates what was said in a conversation that has ended. The result depends on nothing but the arguments, as long
/// as `watch` lets it go on.
///
/// # Errors
/// [`Error::Device`] or [`Error::Token`]; the memory given stays valid.
pub async fn sleep(
    base: &Base,
    memory: Memory,
    day: &[Exchange],
    seed: u64,
    mut watch: impl AsyncFnMut(&Dream) -> Flow,
) -> Result<(Memory, Slept), Error> {
    consolidate(base, memory, day, seed, &mut watch).await
}

async fn consolidate(
    base: &Base,
    memory: Memory,
    day: &[Exchange],
    seed: u64,
    watch: &mut dyn Watch,
) -> Result<(Memory, Slept), Error> {
    // What is read again at night is nothing that the person came back to.
    let dwelling = memory.dwelling.clone();
    let tokens = day.iter().map(Exchange::tokens).sum::<usize>().max(1) as f32;
    let (matters, known) = (vec![Vec::new(); day.len()], vec![0; day.len()]);
    let read = day.iter().map(|exchange| exchange.said.len() as u64).sum();
    let mut night =
        Night { base, day, watch, matters, known, tokens, cost: 0.0, passed: 0, read, stopped: false };
    for (i, exchange) in day.iter().enumerate() {
        night.matters[i] = weigh(base, exchange).await?;
        night.spend(again(&base.config, &exchange.said).len(), LEARNING);
        night.tell(Phase::Weighing, 0, i, Vec::new()).await;
    }
    let of: usize = night.matters.iter().map(Vec::len).sum();
    let before = night.test(&memory, 0).await?;
    let mut best = (memory.clone(), before.clone());
    let (mut now, mut marked) = (memory, before.clone());
    let (mut replayed, mut rounds, mut rejected) = (Vec::new(), 0, false);
    let round_cost = night.cost;
    let wished = (0..day.len()).any(|i| night.is_wish(i));
    while (marked.tokens() < of || (wished && rounds == 0))
        && rounds < ROUNDS
        && !night.stopped
        && night.cost + round_cost <= BUDGET
    {
        rounds += 1;
        let turns = night.unknown(&marked, seed.wrapping_add(rounds as u64));
        now = night.replay(now, &turns, rounds).await?;
        replayed.extend(turns);
        if night.stopped {
            break;
        }
        marked = night.test(&now, rounds).await?;
        let keeps = marked.keeps(&before);
        rejected |= !keeps;
        let granted = wished && rounds == 1 && marked.tokens() == best.1.tokens();
        if keeps && (granted || marked.tokens() > best.1.tokens()) {
            best = (now.clone(), marked.clone());
        }
    }
    replayed.sort_unstable();
    replayed.dedup();
    let gained = best.1.tokens() > before.tokens();
    let ending = match () {
        () if of == 0 => Ending::Nothing,
        () if best.1.tokens() == of => Ending::Known,
        () if night.stopped => Ending::Stopped,
        () if rejected && !gained => Ending::Rejected,
        () => Ending::Spent,
    };
    let slept = Slept {
        ending,
        replayed,
        known: [before.tokens(), best.1.tokens()],
        of,
        answers: [before.right(), best.1.right()],
        rounds,
        cost: night.cost,
        read: night.passed,
        matters: night.matters,
    };
    best.0.dwelling = dwelling;
    Ok((best.0, slept))
}

/// Whoever watches, whatever its type: sleep is the same code for all of them.
trait Watch {
    fn see<'a>(&'a mut self, dream: &'a Dream) -> Pin<Box<dyn Future<Output = Flow> + 'a>>;
}

impl<W: AsyncFnMut(&Dream) -> Flow> Watch for W {
    fn see<'a>(&'a mut self, dream: &'a Dream) -> Pin<Box<dyn Future<Output = Flow> + 'a>> {
        Box::pin(self(dream))
    }
}

/// A sleep that is going on.
struct Night<'a> {
    base: &'a Base,
    day: &'a [Exchange],
    watch: &'a mut dyn Watch,
    matters: Vec<Vec<usize>>,
    /// For each exchange what the last test found.
    known: Vec<usize>,
    tokens: f32,
    cost: f32,
    /// Tokens that went through the model.
    passed: u64,
    /// Tokens learned today and again tonight.
    read: u64,
    stopped: bool,
}

impl Night<'_> {
    /// Counts so many tokens; each costs so many times what reading it costs.
    fn spend(&mut self, tokens: usize, each: f32) {
        self.cost += each * tokens as f32 / self.tokens;
        self.passed += tokens as u64;
    }

    async fn tell(&mut self, phase: Phase, round: usize, exchange: usize, updates: Vec<Event>) {
        let (matters, known) = (self.matters[exchange].clone(), self.known[exchange]);
        let dream = Dream { phase, round, exchange, matters, known, updates, cost: self.cost };
        self.stopped |= self.watch.see(&dream).await == Flow::Stop;
    }

    async fn test(&mut self, memory: &Memory, round: usize) -> Result<Marked, Error> {
        let mut marked = Marked { known: Vec::new(), answers: Vec::new() };
        for (i, exchange) in self.day.iter().enumerate() {
            let matters = &self.matters[i];
            let (mut known, mut answer) = (0, false);
            if matters.is_empty() {
                answer = answers(self.base, memory, exchange).await?;
                self.spend(exchange.said.len(), LEARNING);
                self.spend(recollect::reading(&self.base.config, &exchange.answered), 1.0);
            } else {
                let said = again(&self.base.config, &exchange.said);
                let nats = nats(self.base, memory, &said, Levels::On).await?;
                let nats = unmarked(&self.base.config, &nats);
                known = matters.iter().filter(|at| nats[**at] <= -SURE.ln()).count();
                self.spend(said.len(), 1.0);
            }
            self.known[i] = known;
            marked.known.push(known);
            marked.answers.push(answer);
            self.tell(Phase::Testing, round, i, Vec::new()).await;
        }
        Ok(marked)
    }

    /// Whether an exchange was a wish to forget.
    fn is_wish(&self, exchange: usize) -> bool {
        self.base.config.promises(&self.day[exchange].answered)
    }

    /// The exchanges with something unknown, in an order that belongs to the seed, and the wishes where they stood.
    fn unknown(&self, marked: &Marked, seed: u64) -> Vec<usize> {
        let mut turns: Vec<usize> =
            (0..self.day.len()).filter(|i| marked.known[*i] < self.matters[*i].len()).collect();
        // The strongest first, where there are too many.
        let weight = |i: &usize| self.matters[*i].len() - marked.known[*i];
        turns.sort_by_key(|i| std::cmp::Reverse(weight(i)));
        turns.truncate(MOST);
        let wishes: Vec<usize> = (0..self.day.len()).filter(|i| self.is_wish(*i)).collect();
        turns.retain(|i| !wishes.contains(i));
        turns.extend(&wishes);
        // SplitMix64 of the seed and the place: an order, not chance that anything else relies on.
        let drawn = |i: &usize| {
            let mut x = seed.wrapping_add((*i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x ^ (x >> 27)
        };
        let wished = |i: &usize| wishes.iter().filter(|wish| **wish < *i).count();
        turns.sort_by_key(|i| (wished(i), wishes.contains(i), drawn(i)));
        turns
    }

    /// Learns turns once more, each as a conversation of its own.
    async fn replay(&mut self, mut memory: Memory, turns: &[usize], round: usize) -> Result<Memory, Error> {
        for turn in turns {
            // What was answered is no lesson; of a wish it is what makes memory forget.
            let Exchange { said, answered } = &self.day[*turn];
            let answered = if self.is_wish(*turn) { answered.as_slice() } else { &[] };
            let said = &again(&self.base.config, &[said.as_slice(), answered].concat());
            // Day and night share one strength, so that together they cannot write without bound.
            memory.clock.conversation = self.read;
            self.read += said.len() as u64;
            let (heard, mut events) = observe(self.base, memory, said, Levels::On).await?;
            let (settled, more) = settle(self.base, heard, Levels::On).await?;
            memory = settled;
            events.extend(more);
            events.retain(|event| matches!(event, Event::Update { .. }));
            self.spend(said.len(), LEARNING);
            self.tell(Phase::Replaying, round, *turn, events).await;
            if self.stopped {
                break;
            }
        }
        Ok(memory)
    }
}

/// The places in what was said that surprise the bare base and would be written.
pub(crate) async fn weigh(base: &Base, exchange: &Exchange) -> Result<Vec<usize>, Error> {
    let said = again(&base.config, &exchange.said);
    let (inputs, targets) = (&said[..said.len() - 1], &said[1..]);
    let mut listener = Listener::default();
    let mut lessons: Vec<bool> =
        targets.iter().map(|token| listener.hears(base.config.marks, *token)).collect();
    let (inputs, targets) = (even(base, inputs), even(base, targets));
    lessons.resize(inputs.len(), false);
    let passage = Passage { inputs: &inputs, targets: &targets, lessons: &lessons, turn: None, vigour: 1.0 };
    let (_, learned) = learn(base, Memory::new(base).state, passage);
    let [_, _, slow] = learned.weights;
    let weights = read(slow / base.config.remembering() as f32).await?;
    let weights = unmarked(&base.config, &weights);
    Ok((0..weights.len()).filter(|at| weights[*at] >= MATTERS).collect())
}

/// Whether memory would answer as it did. Of a list it must name all that it named. What it asked itself is not asked again: that
/// would cost more than the night may.
async fn answers(base: &Base, memory: &Memory, exchange: &Exchange) -> Result<bool, Error> {
    let answered = exchange.answered.as_slice();
    let recollection = recollect::of(&base.config, answered);
    if answered.is_empty() || recollection.is_some_and(|it| answered.starts_with(&it.promise)) {
        return Ok(true);
    }
    let (heard, _) = observe(base, memory.clone(), &exchange.said, Levels::On).await?;
    // Each answer ends itself; nothing is forbidden, for nothing was said that is.
    let words = Words { most: answered.len(), end: u32::MAX, forbidden: &[], sampling: Sampling::GREEDY };
    let Some(recollection) = recollection else {
        let said = speak(base, &heard, Levels::On, words).await?;
        // As far as one chunk goes, which is further than most answers.
        return Ok(said.iter().map(|spoken| spoken.token).eq(answered.iter().copied().take(said.len())));
    };
    // A list may have grown.
    let words = Words { most: 2 * answered.len() + base.config.chunk, ..words };
    let said = speak(base, &heard, Levels::On, words).await?;
    let said: Vec<u32> = said.iter().map(|spoken| spoken.token).collect();
    let after = recollection.items(&said);
    Ok(recollection.items(answered).iter().all(|item| after.contains(item)))
}
