//! One memory and a conversation with it, as a value: whatever fails, the session from before is still there.

mod night;
mod probe;
mod warm;

use crate::day::Day;
use crate::error::Result;
use crate::look::{self, Norms};
use crate::protocol::{ByLevel, Dwelt, Notice, Reply, Role, Storage, Summary};
use crate::stream::{Place, Stream, Turns, Written};
use nested_memory_dialogue::{ASSISTANT, END, PAD, Tokenizer, USER};
use nested_memory_model::state::LevelState;
use nested_memory_model::{
    Base, Event, LEVELS, LevelName, Levels, Memory, Sampling, Spoken, Words, observe, speak,
};
pub use probe::Quiet;
use serde::Deserialize;

/// What the model never says: marks that only the dialogue around it sets.
pub(crate) const UNSPEAKABLE: [u32; 3] = [PAD, USER, ASSISTANT];
/// Weights are shown at most this often while words are taken in, in milliseconds.
const SHOWN_EVERY: f64 = 150.0;

/// A base and its language.
#[derive(Debug, Clone)]
pub struct Model {
    /// The base.
    pub base: Base,
    /// Text to ids and back.
    pub tokenizer: Tokenizer,
}

/// How an answer is to be.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// Tokens at most.
    pub most: usize,
    /// How each is chosen.
    pub sampling: Sampling,
}

impl Manner {
    /// The likeliest words, so many at most.
    #[must_use]
    pub const fn likeliest(most: usize) -> Self {
        Self { most, sampling: Sampling::GREEDY }
    }
}

/// What becomes of what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It is written into the memory.
    Lasting,
    /// It is written into a copy, which is thrown away.
    Temporary,
    /// The levels are off: the bare base answers, and nothing is written.
    Bare,
}

/// A copy of the memory that is talked with instead, and thrown away afterwards.
#[derive(Debug, Clone)]
struct Aside {
    memory: Memory,
    levels: Levels,
}

/// Whoever listens while a session works.
pub trait Page {
    /// Something happened.
    fn tell(&self, notice: Notice);
    /// Draws a level's weights from where they are; `false` if they must be told instead.
    fn draws(&self, _memory: &Memory, _level: LevelName) -> bool {
        false
    }
    /// Whether the request shall stop.
    fn stopped(&self) -> bool;
    /// Milliseconds since some moment.
    fn now(&self) -> f64;
    /// Lets others work: only now can a request to stop come in.
    fn pause(&self) -> impl Future<Output = ()>;
}

/// A memory, and what must be known to go on talking with it.
#[derive(Debug, Clone)]
pub struct Session {
    memory: Memory,
    /// While the levels are off: a copy that is talked with instead and thrown away afterwards.
    aside: Option<Aside>,
    stream: Stream,
    /// What was said in the conversation that is going on.
    day: Day,
    turns: Turns,
    norms: Norms,
}

impl Session {
    /// With a memory that knows nothing.
    #[must_use]
    pub fn fresh(model: &Model) -> Self {
        let memory = Memory::new(&model.base);
        let norms = Norms::zero(memory.state.levels.len());
        let (stream, day, turns) = (Stream::default(), Day::default(), Turns::default());
        Self { memory, aside: None, stream, day, turns, norms }
    }

    /// With a memory from the storage, after some turns.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn restore(model: &Model, memory: Memory, turns: Turns) -> Result<Self> {
        let norms = look::norms(&memory).await?;
        let begun = memory.clock.conversation > 0;
        let stream = Stream::restore(&memory.pending, begun, turns, &model.tokenizer);
        let day = Day::lost(heard(&memory));
        Ok(Self { memory, aside: None, stream, day, turns, norms })
    }

    /// With another memory, from a file: turns are counted on, and none of them is in it.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn replace(self, model: &Model, memory: Memory) -> Result<Self> {
        let (turns, mode) = (self.turns, self.mode());
        let next = Self::restore(model, memory, Turns::default()).await?;
        Ok(Self { turns, ..next }.in_mode(mode))
    }

    /// The same memory on another device.
    #[must_use]
    pub fn moved(self, memory: Memory) -> Self {
        let mode = self.mode();
        Self { memory, aside: None, ..self }.in_mode(mode)
    }

    /// The memory.
    #[must_use]
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// How many turns were said.
    #[must_use]
    pub const fn turns(&self) -> Turns {
        self.turns
    }

    /// Whether what is said now is written.
    #[must_use]
    pub const fn writes(&self) -> bool {
        self.aside.is_none()
    }

    /// Counts a turn that failed after the page had heard the beginning of the reply.
    #[must_use]
    pub fn skip_turn(self) -> Self {
        let turns = if self.writes() { self.turns.next() } else { self.turns };
        Self { turns, ..self }
    }

    /// What becomes of what is said.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        match &self.aside {
            None => Mode::Lasting,
            Some(Aside { levels: Levels::On, .. }) => Mode::Temporary,
            Some(Aside { levels: Levels::Off, .. }) => Mode::Bare,
        }
    }

    /// The same in another mode: aside from the memory a copy of it is talked with, so that nothing is written.
    #[must_use]
    pub fn in_mode(self, mode: Mode) -> Self {
        if mode == self.mode() {
            return self;
        }
        let aside = |levels| Some(Aside { memory: self.memory.clone(), levels });
        let aside = match mode {
            Mode::Lasting => None,
            Mode::Temporary => aside(Levels::On),
            Mode::Bare => aside(Levels::Off),
        };
        Self { aside, ..self }
    }

    /// Empties a level, whatever it has learned and was about to learn.
    #[must_use]
    pub fn reset(mut self, model: &Model, level: LevelName) -> Self {
        for levels in &mut self.memory.state.levels {
            let old = &mut levels[level.index()];
            *old = LevelState::new(&model.base.config, level, 1, &old.memory.device(), old.memory.dtype());
        }
        self.norms.wipe(level);
        // Sleep would learn again what was just emptied.
        self.day = Day::lost(heard(&self.memory));
        let mode = self.mode();
        self.aside = None;
        self.in_mode(mode)
    }

    /// Freezes a level, or lets it thaw.
    #[must_use]
    pub fn freeze(mut self, level: LevelName, frozen: bool) -> Self {
        self.memory.frozen = self.memory.frozen.with(level, frozen);
        let mode = self.mode();
        self.aside = None;
        self.in_mode(mode)
    }

    /// In a few numbers.
    #[must_use]
    pub fn summary(&self, bytes: usize, storage: Storage) -> Summary {
        Summary {
            tokens: self.memory.clock.tokens,
            conversations: self.memory.clock.conversations,
            pending: self.memory.pending.len(),
            bytes,
            storage,
            norms: self.norms.by_level(),
            frozen: self.memory.frozen,
        }
    }

    /// ‖D‖ of each level over the blocks that remember.
    #[must_use]
    pub fn lengths(&self) -> [f32; LEVELS] {
        self.norms.lengths()
    }

    /// Where the memory stands between its updates.
    #[must_use]
    pub fn clock(&self, model: &Model) -> Notice {
        let config = &model.base.config;
        let dwelling = self
            .memory
            .dwelling
            .named(config)
            .into_iter()
            .map(|(name, often)| Dwelt { topic: model.tokenizer.decode(name).trim().to_owned(), often });
        Notice::Clock {
            tokens: self.memory.clock.tokens,
            pending: self.memory.pending.len(),
            until_update: ByLevel::from(self.memory.clock.until_update(config, self.memory.pending.len())),
            periods: ByLevel::from(config.periods),
            dwelling: dwelling.collect(),
        }
    }

    /// Shows all weights.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn show(&self, page: &impl Page) -> Result<()> {
        for level in LevelName::ALL {
            look::show(&self.memory, level, page).await?;
        }
        Ok(())
    }

    /// Tells all weights, number by number.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn tell_weights(&self, page: &impl Page) -> Result<()> {
        for level in LevelName::ALL {
            look::weights(&self.memory, level).await?.into_iter().for_each(|notice| page.tell(notice));
        }
        Ok(())
    }

    /// Says a clean text and lets the model answer.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn say(
        self,
        model: &Model,
        text: &str,
        manner: Manner,
        page: &impl Page,
    ) -> Result<(Self, Reply)> {
        let context = self.heard().pending.clone();
        let mut talk = Talk::new(self, model, page);
        talk.take_in(text).await?;
        let Answer { reply, stopped, .. } = talk.answer(manner).await?;
        let (session, fed) = talk.finish().await?;
        let tokens = fed.len();
        let reply = Reply {
            reply,
            tokens,
            stopped,
            truncated_input: false,
            fed_token_ids: fed,
            context_token_ids: context,
        };
        Ok((session.skip_turn(), reply))
    }

    /// Ends the conversation. In another mode than the lasting one the memory's own conversation ends all the same: it
    /// learns what was said in that one.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn end_conversation(self, model: &Model, page: &impl Page) -> Result<Self> {
        let mode = self.mode();
        let mut talk = Talk::new(Self { aside: None, ..self }, model, page);
        let memory = talk.session.memory.clone();
        let (memory, events) = nested_memory_model::end_conversation(&model.base, memory, Levels::On).await?;
        talk.session.memory = memory;
        talk.happened(events);
        talk.session.stream.clear();
        talk.session.day = Day::default();
        let frozen = talk.session.memory.frozen.has(LevelName::Fast);
        if !frozen {
            talk.session.norms.wipe(LevelName::Fast);
        }
        talk.changed = [true; LEVELS];
        talk.show_changes(None).await?;
        let (mut wiped, mut kept) = (vec!["mixer", "fast"], vec!["mid", "slow"]);
        if frozen {
            kept.insert(0, wiped.pop().unwrap_or_default());
        }
        page.tell(Notice::ConversationEnded { wiped, kept });
        page.tell(talk.session.clock(model));
        Ok(talk.session.in_mode(mode))
    }

    /// The memory that is talked with.
    fn heard(&self) -> &Memory {
        self.aside.as_ref().map_or(&self.memory, |aside| &aside.memory)
    }
}

/// Tokens that a memory has heard of the conversation that is going on.
pub(crate) const fn heard(memory: &Memory) -> u64 {
    memory.clock.conversation + memory.pending.len() as u64
}

/// What the model said.
struct Answer {
    reply: String,
    stopped: bool,
    /// The probability of its first token.
    sure: Option<f32>,
}

/// A session at work.
struct Talk<'a, P> {
    model: &'a Model,
    page: &'a P,
    session: Session,
    fed: Vec<u32>,
    /// The levels whose weights the page has not seen since they changed.
    changed: [bool; LEVELS],
    shown: f64,
}

impl<'a, P: Page> Talk<'a, P> {
    fn new(session: Session, model: &'a Model, page: &'a P) -> Self {
        Self { model, page, session, fed: Vec::new(), changed: [false; LEVELS], shown: page.now() }
    }

    /// The person's turn.
    async fn take_in(&mut self, text: &str) -> Result<()> {
        let turn = self.session.turns.user;
        let mut decoder = self.model.tokenizer.stream();
        let mut tokens = vec![(USER, Place::special(Role::User))];
        tokens.extend(self.model.tokenizer.turn(text).into_iter().enumerate().map(|(i, token)| {
            let text = decoder.push(token);
            let text = if i == 0 { text.trim_start().to_owned() } else { text };
            (token, Place { text, role: Role::User, turn })
        }));
        tokens.push((ASSISTANT, Place::special(Role::Assistant)));
        self.feed(tokens).await
    }

    /// The model's turn.
    async fn answer(&mut self, manner: Manner) -> Result<Answer> {
        let (model, turn) = (self.model, self.session.turns.assistant);
        let mut decoder = model.tokenizer.stream();
        let mut answer = Answer { reply: String::new(), stopped: false, sure: None };
        let (mut left, mut going) = (manner.most, true);
        while going && left > 0 {
            let words = Words { most: left, end: END, forbidden: &UNSPEAKABLE, sampling: manner.sampling };
            let spoken = speak(&model.base, self.session.heard(), self.levels(), words).await?;
            answer.sure = answer.sure.or(spoken.first().map(|first| first.odds));
            going = !spoken.is_empty();
            for Spoken { token, .. } in spoken {
                answer.stopped = self.page.stopped();
                if answer.stopped || token == END {
                    going = false;
                    break;
                }
                left -= 1;
                let text = decoder.push(token);
                self.speak(&mut answer.reply, &text);
                self.feed(vec![(token, Place { text, role: Role::Assistant, turn })]).await?;
            }
        }
        self.speak(&mut answer.reply, &decoder.finish());
        // However it came about, a turn has an end: the next one is understood as a new one.
        self.feed(vec![(END, Place::special(Role::Assistant))]).await?;
        Ok(answer)
    }

    fn speak(&self, reply: &mut String, text: &str) {
        // An answer begins with the value, and the value with the space before a word.
        let text = if reply.is_empty() { text.trim_start() } else { text };
        reply.push_str(text);
        if !text.is_empty() {
            self.page.tell(Notice::Piece { text: text.to_owned() });
        }
    }

    fn levels(&self) -> Levels {
        self.session.aside.as_ref().map_or(Levels::On, |aside| aside.levels)
    }

    /// Takes in tokens, never so many that others wait for long.
    async fn feed(&mut self, tokens: Vec<(u32, Place)>) -> Result<()> {
        for portion in tokens.chunks(self.model.base.config.chunk) {
            let ids: Vec<u32> = portion.iter().map(|(id, _)| *id).collect();
            let memory = self.session.heard().clone();
            let levels = self.levels();
            let (memory, events) = observe(&self.model.base, memory, &ids, levels).await?;
            self.fed.extend(&ids);
            if self.session.writes() {
                self.session.day.extend(&ids);
                self.session.memory = memory;
                self.session.stream.extend(portion.iter().map(|(_, place)| place.clone()));
                self.happened(events);
                self.page.tell(self.session.clock(self.model));
                self.show_changes(Some(SHOWN_EVERY)).await?;
            } else {
                self.session.aside = Some(Aside { memory, levels });
            }
            self.page.pause().await;
        }
        Ok(())
    }

    /// Tells what was learned.
    fn happened(&mut self, events: Vec<Event>) {
        let mut writes: Vec<Written> = Vec::new();
        for event in events {
            match event {
                Event::Write { surprise, weight, .. } => writes.push((surprise, weight)),
                Event::Update { level, block, clock, magnitude, relative, norm } => {
                    self.wrote(std::mem::take(&mut writes));
                    self.session.norms.set(level, block, norm);
                    self.changed[level.index()] = true;
                    self.page.tell(Notice::Update { level, block, clock, magnitude, relative, norm });
                }
                // Told by whoever ends the conversation, when all of it is done.
                Event::ConversationEnded { .. } => {}
            }
        }
        self.wrote(writes);
    }

    fn wrote(&mut self, writes: Vec<Written>) {
        if let Some(notice) = self.session.stream.learned(writes) {
            self.page.tell(notice);
        }
    }

    /// Shows the weights that have changed, unless some were shown less than `every` milliseconds ago.
    async fn show_changes(&mut self, every: Option<f64>) -> Result<()> {
        let now = self.page.now();
        if every.is_some_and(|every| now - self.shown < every) {
            return Ok(());
        }
        for level in LevelName::ALL {
            if std::mem::take(&mut self.changed[level.index()]) {
                look::show(&self.session.memory, level, self.page).await?;
                self.shown = now;
            }
        }
        Ok(())
    }

    async fn finish(mut self) -> Result<(Session, Vec<u32>)> {
        self.show_changes(None).await?;
        Ok((self.session, self.fed))
    }
}

#[cfg(test)]
pub(crate) mod tests;
