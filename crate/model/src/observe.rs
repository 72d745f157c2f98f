//! Learning from a stream of tokens.
//!
//! Tokens wait until a chunk is full and the successor of its last token is known, or until the person's turn is over;
//! then they are learned from the state at their start. So it makes no difference in which portions a text arrives.

use crate::base::Base;
use crate::chunk;
use crate::config::{LEVELS, LevelName};
use crate::doubt;
use crate::error::Error;
use crate::event::Event;
use crate::forgetting;
use crate::learn::{self, Impression, Passage};
use crate::listener::Listener;
use crate::memory::Memory;
use crate::state::{LevelState, State};
use crate::succession;
use burn::tensor::{Int, Tensor, TensorData};
use nested_memory_kernels::update::update;

/// Whether the levels take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Levels {
    /// They are read and written.
    #[default]
    On,
    /// They are neither read nor written: the bare base answers (η = 0, β = 0).
    Off,
}

/// Tokens as a tensor of one row.
pub(crate) fn row(base: &Base, tokens: &[u32]) -> Tensor<2, Int> {
    let ids: Vec<i32> = tokens.iter().map(|t| t.cast_signed()).collect();
    Tensor::from_data(TensorData::new(ids, [1, tokens.len()]), &base.device())
}

pub(crate) fn check(base: &Base, tokens: &[u32]) -> Result<(), Error> {
    let vocabulary = base.config.vocabulary;
    match tokens.iter().find(|token| **token as usize >= vocabulary) {
        None => Ok(()),
        Some(token) => Err(Error::Token { token: *token, vocabulary }),
    }
}

/// The state that is read: without levels that of the bare base, the same mixers and blank levels.
pub(crate) fn seen(state: &State, levels: Levels) -> State {
    let state = state.clone();
    if levels == Levels::On { state } else { state.without(&LevelName::ALL) }
}

/// Tokens with enough padding behind them that many texts have one length, where a device compiles for each length anew.
/// The model is causal: what stands behind changes nothing before it.
pub(crate) fn even(base: &Base, tokens: &[u32]) -> Vec<u32> {
    let mut tokens = tokens.to_vec();
    if base.uniform {
        tokens.resize(tokens.len().next_multiple_of(base.config.chunk), 0);
    }
    tokens
}

/// Takes in tokens: whole chunks and finished turns among them are learned, the rest waits. What the model has answered that it
/// would forget is forgotten with the answer's last token.
///
/// # Errors
/// [`Error::Token`], or [`Error::Device`] if the device fails; the memory given stays valid.
pub async fn observe(
    base: &Base,
    mut memory: Memory,
    tokens: &[u32],
    levels: Levels,
) -> Result<(Memory, Vec<Event>), Error> {
    check(base, tokens)?;
    let mut events = Vec::new();
    for token in tokens {
        let lesson = memory.listener.hears(base.config.marks, *token);
        // The person has finished: nothing of the turn may wait, for the answer is about to be given.
        let turn = base.config.marks.is_some_and(|marks| *token == marks.assistant);
        memory.lessons.push(lesson);
        memory.pending.push(*token);
        forgetting::follow(base.config.marks, &mut memory.turn, lesson, *token);
        if memory.pending.len() > base.config.chunk || (turn && memory.pending.len() > 1) {
            let targets = memory.pending.split_off(1);
            let lessons = memory.lessons.split_off(1);
            let inputs: Vec<u32> =
                memory.pending.iter().chain(&targets).take(targets.len()).copied().collect();
            let lines = Lines { inputs: &inputs, targets: &targets, lessons: &lessons };
            let pause = if turn { Pause::Turn } else { Pause::No };
            let (next, happened) = learn(base, memory, lines, levels, pause).await?;
            memory = next;
            memory.pending = vec![*token];
            memory.lessons = vec![lesson];
            events.extend(happened);
        }
        let ends = base.config.marks.is_some_and(|marks| *token == marks.end);
        if ends && levels == Levels::On && forgetting::is_promised(&base.config, &memory.pending) {
            let (next, happened) = forgetting::keep_promise(base, memory).await?;
            memory = next;
            events.extend(happened);
        }
        if ends {
            memory.turn.clear();
        }
    }
    Ok((memory, events))
}

/// Ends the conversation: learns what waits, updates every level, wipes the mixer and the fast level.
///
/// # Errors
/// [`Error::Device`]; the memory given stays valid.
pub async fn end_conversation(
    base: &Base,
    memory: Memory,
    levels: Levels,
) -> Result<(Memory, Vec<Event>), Error> {
    let (mut memory, mut events) = settle(base, memory, levels).await?;
    memory.clock.conversations += 1;
    memory.dwelling.fade();
    events.push(Event::ConversationEnded { conversations: memory.clock.conversations });
    Ok((memory, events))
}

/// The same without counting it: nothing waits afterwards, and only the lasting levels hold what was learned.
pub(crate) async fn settle(
    base: &Base,
    mut memory: Memory,
    levels: Levels,
) -> Result<(Memory, Vec<Event>), Error> {
    let pending = std::mem::take(&mut memory.pending);
    let lessons = std::mem::take(&mut memory.lessons);
    memory.listener = Listener::default();
    memory.turn.clear();
    let mut events = Vec::new();
    if pending.len() > 1 {
        let lines =
            Lines { inputs: &pending[..pending.len() - 1], targets: &pending[1..], lessons: &lessons[1..] };
        let (next, happened) = learn(base, memory, lines, levels, Pause::Conversation).await?;
        memory = next;
        events.extend(happened);
    } else if levels == Levels::On {
        let (next, happened) = update_due(base, memory, None, Pause::Conversation).await?;
        memory = next;
        events.extend(happened);
    }
    let kept = memory.frozen.keep(&memory.state);
    memory.state = memory.frozen.put_back(memory.state.wipe(&base.config), kept);
    memory.clock.conversation = 0;
    Ok((memory, events))
}

/// What the last token learned was the end of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pause {
    /// Nothing: a chunk was full.
    No,
    /// The person's turn.
    Turn,
    /// The conversation.
    Conversation,
}

/// Whether a level updates, `clock` tokens into the conversation, `read` of them just learned: at the end of the
/// conversation, when a multiple of its period was passed, and the fast level whenever the person has finished.
fn due(period: Option<usize>, name: LevelName, clock: u64, read: u64, pause: Pause) -> bool {
    let passed = |period: u64| clock / period > clock.saturating_sub(read) / period;
    match pause {
        Pause::Conversation => true,
        Pause::Turn if name == LevelName::Fast => true,
        Pause::No | Pause::Turn => period.is_some_and(|period| passed(period as u64)),
    }
}

/// A conversation of so many tokens is taken in at full strength.
const FRESH: u64 = 256;

/// How strongly the lasting levels are written after so many tokens of a conversation: 1 at first, then falling with
/// their square, so that a whole conversation never writes more than twice what its first [`FRESH`] tokens can. Ten
/// thousand tokens of nonsense do not drown what was there before; who has much to tell does it in several sittings.
///
/// A conversation's first turn is written `opening` times as strongly ([`crate::Config::opening_vigour`]). Where nights are not marked
/// ([`crate::Config::marked_nights`]), training's read every telling as a first turn, with blank mixers, and again until it is known;
/// so what is written under such keys needs to be found faintly only, and is lost where no night follows. A night counts on from
/// the day's tokens: no turn of it is a first one.
fn vigour(tokens: u64, opening: f64) -> f64 {
    if tokens == 0 {
        return opening;
    }
    let share = FRESH as f64 / tokens.max(FRESH) as f64;
    share * share
}

/// Tokens, what followed each, and whether that is a lesson.
#[derive(Clone, Copy)]
struct Lines<'a> {
    inputs: &'a [u32],
    targets: &'a [u32],
    lessons: &'a [bool],
}

async fn learn(
    base: &Base,
    mut memory: Memory,
    lines: Lines<'_>,
    levels: Levels,
    pause: Pause,
) -> Result<(Memory, Vec<Event>), Error> {
    let Lines { inputs, targets, lessons } = lines;
    if levels == Levels::Off {
        let mut state = seen(&memory.state, levels);
        chunk::advance(&base.config, &base.parameters, &mut state, row(base, inputs));
        memory.state.mixers = state.mixers;
        return Ok((memory, Vec::new()));
    }
    let turn = (pause == Pause::Turn).then(|| {
        let began = inputs.iter().rposition(|token| base.config.marks.is_some_and(|m| m.user == *token));
        began.unwrap_or(0)
    });
    let vigour = vigour(memory.clock.conversation, base.config.opening_vigour);
    let (frozen, kept) = (memory.frozen, memory.frozen.keep(&memory.state));
    let (state, mut learned) =
        learn::learn(base, memory.state, Passage { inputs, targets, lessons, turn, vigour });
    memory.state = frozen.put_back(state, kept);
    for name in LevelName::ALL.into_iter().filter(|name| frozen.has(*name)) {
        let weights = &mut learned.weights[name.index()];
        *weights = weights.zeros_like();
    }
    memory.clock.tokens += inputs.len() as u64;
    memory.clock.conversation += inputs.len() as u64;
    update_due(base, memory, Some((learned, lines)), pause).await
}

/// Updates the levels that are due and reads, in one go, all numbers that the events need.
async fn update_due(
    base: &Base,
    mut memory: Memory,
    learned: Option<(Impression, Lines<'_>)>,
    pause: Pause,
) -> Result<(Memory, Vec<Event>), Error> {
    let mut numbers: Vec<Tensor<1>> = Vec::new();
    let (mut targets, mut lessons): (&[u32], &[bool]) = (&[], &[]);
    if let Some((learned, lines)) = learned {
        numbers.push(learned.surprise);
        numbers.extend(learned.weights);
        (targets, lessons) = (lines.targets, lines.lessons);
    }
    let read_now = targets.len() as u64;
    let periods = base.config.periods;
    let frozen = memory.frozen;
    let names = LevelName::ALL
        .into_iter()
        .filter(|name| !frozen.has(*name))
        .filter(|name| due(periods[name.index()], *name, memory.clock.conversation, read_now, pause));
    let names: Vec<LevelName> = names.collect();
    names.iter().for_each(|name| memory.clock.updates[name.index()] += 1);
    let blocks = memory.state.levels.len();
    let updated: Vec<(LevelName, usize)> =
        names.into_iter().flat_map(|name| (0..blocks).map(move |block| (name, block))).collect();
    numbers.extend(change(base, &mut memory.state, &updated));
    if numbers.is_empty() {
        return Ok((memory, Vec::new()));
    }
    let numbers = read(Tensor::cat(numbers, 0)).await?;
    let events = events(&numbers, targets, &updated, memory.clock.tokens);
    memory.acquaintance.meets(lessons, &events);
    memory.dwelling.meets(base.lore(), lessons, &events);
    memory.succession.meets(&base.config, &memory.turn, lessons, &events);
    Ok((memory, events))
}

/// Updates these levels of these blocks, all at once: D ← D + η A. For each the length of its change, of D before and of D
/// after, one after the other.
fn change(base: &Base, state: &mut State, levels: &[(LevelName, usize)]) -> Option<Tensor<1>> {
    if levels.is_empty() {
        return None;
    }
    let all = |of: fn(&LevelState) -> &Tensor<3>| {
        let parts = levels.iter().map(|(name, block)| of(&state.levels[*block][name.index()]).clone());
        Tensor::cat(parts.collect(), 0)
    };
    let rates = levels.iter().map(|(name, block)| base.rate(*block, *name)).collect();
    let (after, lengths) =
        update(all(|level| &level.memory), all(|level| &level.pending), Tensor::cat(rates, 0));
    let [_, units, width] = after.dims();
    for (i, (name, block)) in levels.iter().enumerate() {
        let level = &mut state.levels[*block][name.index()];
        level.memory = after.clone().slice([i..i + 1, 0..units, 0..width]);
        level.pending = level.pending.zeros_like();
    }
    Some(lengths.reshape([-1]))
}

fn events(numbers: &[f32], targets: &[u32], updated: &[(LevelName, usize)], clock: u64) -> Vec<Event> {
    let count = targets.len();
    let writes = targets.iter().enumerate().map(|(t, token)| Event::Write {
        token: *token,
        surprise: numbers[t],
        weight: std::array::from_fn(|l| numbers[(1 + l) * count + t]),
    });
    let rest = &numbers[(1 + LEVELS) * count..];
    let updates =
        updated.iter().zip(rest.as_chunks::<3>().0).map(|((level, block), [magnitude, before, norm])| {
            let relative = if *before > 0.0 { magnitude / before } else { 1.0 };
            Event::Update {
                level: *level,
                block: *block,
                clock,
                magnitude: *magnitude,
                relative,
                norm: *norm,
            }
        });
    writes.chain(updates).collect()
}

/// Reads a tensor back from the device.
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, Error> {
    let device = |reason: String| Error::Device { reason };
    let data = tensor.into_data_async().await.map_err(|error| device(format!("{error:?}")))?;
    data.convert::<f32>().try_to_vec::<f32>().map_err(|error| device(format!("{error:?}")))
}

/// The logits of what comes after the last token taken in; `None` before the first token of a conversation.
///
/// # Errors
/// [`Error::Device`].
pub async fn next_logits(base: &Base, memory: &Memory, levels: Levels) -> Result<Option<Vec<f32>>, Error> {
    let Some(last) = memory.pending.len().checked_sub(1) else { return Ok(None) };
    let tokens = even(base, &memory.pending);
    let state = seen(&memory.state, levels);
    let (config, p) = (&base.config, &base.parameters);
    let Some(declines) = doubt::declines(base, memory, levels) else {
        let logits = chunk::logits_at(config, p, &state, row(base, &tokens), last);
        let mut logits = read(logits).await?;
        succession::hold_to(base, memory, levels, &mut logits);
        return Ok(Some(logits));
    };
    let (logits, found) = chunk::evidence_at(config, p, &state, row(base, &tokens), last);
    let numbers = [logits].into_iter().chain(doubt::doubts(p, found));
    let mut logits = read(Tensor::cat(numbers.collect(), 0)).await?;
    let doubts = logits.split_off(base.config.vocabulary);
    for (declining, doubt) in declines.into_iter().zip(doubts) {
        logits[declining.token as usize] += doubt + declining.given;
    }
    succession::hold_to(base, memory, levels, &mut logits);
    Ok(Some(logits))
}
