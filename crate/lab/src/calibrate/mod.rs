//! `nested-memory calibrate`: when a trained base shall say "I don't know yet" ([`nested_memory_model::doubt`]).
//!
//! Conversations in training's own words are had with it, with and without sleep. For every question whose answer was told, and
//! that it answers rightly or declines, and for every question that must be declined, the margin of the likeliest other token
//! over the declining one is noted, how much each level finds under the key, and how strange the words are. A logistic regression of
//! "was told" on them, a·margin + Σ b_ℓ n_ℓ + d u + c, is 0 where both are as likely; with c_i = −c/a, w_iℓ = −b_ℓ/a and v_i = −d/a
//! doubt makes the declining token the likeliest exactly beyond that.

mod hints;
mod lore;
mod rarity;
mod regression;
mod usage;

use crate::eval::pool::{self, each};
use crate::eval::run::{Evening, end};
use crate::say;
use crate::talk::Talk;
use crate::train::write_whole;
use anyhow::Context;
use burn::tensor::{Device, Tensor, TensorData};
use nested_memory_dialogue::{
    ASSISTANT, Case, END, Expect, Group, Interview, PAD, Question, Step, Tokenizer, Tongue, USER, declined,
    practice_cases, score,
};
use nested_memory_model::doubt::Evidence;
use nested_memory_model::file::Precision;
use nested_memory_model::{Base, Inquiry, Memory, Recognition, Recollection, base};
use regression::{Line, Row, fit};
use std::path::PathBuf;

/// Both languages, in the order of [`nested_memory_model::Config::declines`].
const TONGUES: [Tongue; 2] = [Tongue::English, Tongue::Chinese];
/// What it weighs to name a list that was never begun, beside declining one that was: in a young memory all is little familiar.
const UNBEGUN: f64 = 0.2;
/// Where φ add up to no more than this nothing was ever written: no list is known there, whatever the line says.
const BLANK: f32 = 0.4;
/// What a statement weighs beside a question.
const STATEMENT: f64 = 0.02;

/// What `calibrate` can be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The folder with base and tokenizer.
    #[arg(long, default_value = "www/public/base")]
    base: PathBuf,
    /// The folder to write base, tokenizer and model card to.
    #[arg(long, default_value = "out")]
    output: PathBuf,
    /// The base's name from now on.
    #[arg(long)]
    name: Option<String>,
    /// Cases of each suite.
    #[arg(long, default_value_t = 60)]
    cases: usize,
    /// Seed of the cases.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many times as strongly as others a conversation's first turn is written from now on; without it as the base says.
    #[arg(long, value_name = "FACTOR", conflicts_with = "keep_doubt")]
    opening: Option<f64>,
    /// Leave the base's doubt as it is, and find out only what concerns answers that are more than one thing.
    #[arg(long)]
    keep_doubt: bool,
    /// How much more it weighs to answer what was never told than to decline what was: in English, in Chinese.
    #[arg(long, value_delimiter = ',', default_values_t = [1.0, 1.0])]
    strangers: Vec<f64>,
    /// Threads.
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

/// Calibrates and writes the base.
pub(crate) fn calibrate(options: &Options) -> anyhow::Result<()> {
    pool::listen();
    anyhow::ensure!(options.strangers.len() == TONGUES.len(), "--strangers wants two numbers, as in 1,0.5");
    let mut talk = Talk::open(&options.base, &Device::flex())?;
    let kept = talk.base.clone();
    talk.base = prepared(&talk, options)?;
    talk.memory = Memory::new(&talk.base);
    let turns = hints::turns(&talk.tokenizer, options.seed);
    let (mut lines, mut recollections) = (Vec::new(), Vec::new());
    for (tongue, strangers) in TONGUES.into_iter().zip(&options.strangers) {
        let cases = practice_cases(tongue, options.seed, options.cases);
        let cases: Vec<Case> =
            cases.into_iter().filter(|case| !options.keep_doubt || asks_for_lists(case)).collect();
        let listened = each(&format!("{tongue:?}"), 2 * cases.len(), options.threads, |i| {
            let evening = if i % 2 == 0 { Evening::End } else { Evening::Sleep };
            listen(talk.clone(), &cases[i / 2], tongue, evening)
        })?;
        let (lists, rows): (Vec<_>, Vec<_>) =
            listened.into_iter().flatten().partition(|noted| noted.of_a_list);
        let [lists, rows] = [lists, rows].map(|noted| noted.into_iter().map(|it| it.row).collect::<Vec<_>>());
        let learned = |rows: &[Row], strangers| {
            fit(rows, strangers)
                .filter(|line| line.weights[0] > 0.0)
                .with_context(|| format!("{tongue:?}: from {} questions nothing can be learned", rows.len()))
        };
        if !options.keep_doubt {
            let line = learned(&rows, *strangers)?;
            report(tongue, &rows, &line);
            lines.push(line);
        }
        let list = learned(&lists, UNBEGUN)?;
        let familiar = (-list.bias / list.weights[0]) as f32;
        let strange = (-list.weights[1] / list.weights[0]).max(0.0) as f32;
        say(&format!(
            "{tongue:?}, {} lists: known where φ add up to more than {familiar:.3} and {strange:.4} for each nat of strangeness",
            lists.len()
        ));
        recollections.push(recollection(&talk.tokenizer, tongue, &turns, options.seed, [familiar, strange])?);
    }
    if options.keep_doubt {
        talk.base = kept;
    }
    talk.base.config.recollections = recollections;
    talk.base.config.succession = Some(usage::of(&talk.tokenizer, options.threads)?);
    finish(options, &talk, &lines)
}

/// The base without doubt, with words that it may recognise, and with what it promises to forget by.
fn prepared(talk: &Talk, options: &Options) -> anyhow::Result<Base> {
    let (mut config, mut parameters) = (talk.base.config.clone(), talk.base.parameters.clone());
    (config.declines, parameters.doubt) = (None, None);
    config.recollections = Vec::new();
    config.recognition = Some(Recognition::new(&rarity::of(talk, options.seed)));
    config.succession = None;
    config.opening_vigour = options.opening.unwrap_or(config.opening_vigour);
    config.forgotten = TONGUES
        .map(|tongue| talk.tokenizer.encode(tongue.forgotten()).into_iter().chain([END]).collect())
        .to_vec();
    config.check()?;
    Ok(Base::new(config, parameters, talk.base.sha256.clone()))
}

/// The token with which an answer begins that declines.
fn declining(talk: &Talk, tongue: Tongue) -> anyhow::Result<u32> {
    talk.tokenizer.encode(tongue.unknown()).first().copied().context("no answer declines")
}

/// What can be learned from a case's questions.
fn listen(mut talk: Talk, case: &Case, tongue: Tongue, evening: Evening) -> anyhow::Result<Vec<Noted>> {
    let token = declining(&talk, tongue)?;
    let mut noted = Vec::new();
    for step in &case.steps {
        match step {
            Step::Say { text } => noted.push(Noted { row: tell(&mut talk, text, token)?, of_a_list: false }),
            Step::EndConversation => end(&mut talk, evening)?,
            Step::Question(question) => noted.extend(ask(&mut talk, question, token)?),
            Step::Aside(question) => noted.extend(ask(&mut talk.clone(), question, token)?),
        }
    }
    Ok(noted)
}

/// What can be learned from one turn.
struct Noted {
    row: Row,
    /// Whether it asked for a list: doubt learns nothing of those.
    of_a_list: bool,
}

/// Whether a case has questions for lists.
fn asks_for_lists(case: &Case) -> bool {
    let is_list = |step: &Step| matches!(step, Step::Question(question) if question.group == Group::List);
    case.steps.iter().any(is_list)
}

/// How the base goes on with what is more than one thing in a language.
fn recollection(
    tokenizer: &Tokenizer,
    tongue: Tongue,
    turns: &[hints::Turn],
    seed: u64,
    [familiar, strange]: [f32; 2],
) -> anyhow::Result<Recollection> {
    let it = Interview::new(tongue);
    let inquiry =
        |(ask, tell): &(String, String)| Inquiry { ask: tokenizer.turn(ask), tell: tokenizer.encode(tell) };
    let [list, all, likes] = hints::fit(turns, tongue)?;
    Ok(Recollection {
        list,
        all,
        opening: tokenizer.encode(&it.opening),
        familiar,
        strange,
        blank: BLANK,
        between: tokenizer.encode(it.between),
        stop: tokenizer.encode(it.stop).last().copied().context("no sentence ends")?,
        promise: tokenizer.encode(&it.promise),
        unknown: tokenizer.encode(tongue.unknown()),
        inquiries: it.inquiries.iter().map(inquiry).collect(),
        leaning: Some(lore::of(tokenizer, tongue, &it, seed, likes)),
    })
}

/// Tells, and notes it with little weight: what begins like "I don't know" may also be "I'm fine", and must stay that.
fn tell(talk: &mut Talk, text: &str, token: u32) -> anyhow::Result<Row> {
    let evidence = talk.evidence(text)?;
    let turn = talk.say(text)?;
    let begins = turn.tokens.iter().position(|t| *t == ASSISTANT).and_then(|mark| turn.tokens.get(mark + 1));
    Ok(Row { numbers: numbers(&evidence, token), is: begins != Some(&token), weight: STATEMENT })
}

/// What a question or a statement is told by: the margin over the declining token, n, then u.
fn numbers(evidence: &Evidence, token: u32) -> Vec<f64> {
    let others = (0_u32..).zip(&evidence.logits);
    let others = others.filter(|(other, _)| *other != token && ![PAD, USER, ASSISTANT].contains(other));
    let likeliest = others.map(|(_, logit)| *logit).fold(f32::NEG_INFINITY, f32::max);
    let margin = likeliest - evidence.logits[token as usize];
    let strangeness = [evidence.strangeness];
    [margin].iter().chain(&evidence.found).chain(&strangeness).copied().map(f64::from).collect()
}

/// Asks, and notes what there was to go by: nothing where a wrong value is given, for that is no question of doubt, nor where all
/// is asked for that is known of a person.
fn ask(talk: &mut Talk, question: &Question, token: u32) -> anyhow::Result<Option<Noted>> {
    let evidence = talk.evidence(&question.text)?;
    let reply = talk.say(&question.text)?.reply;
    match question.group {
        Group::Profile => return Ok(None),
        Group::List | Group::UnknownList => {
            let is = question.group == Group::List;
            let numbers = [evidence.familiarity(), evidence.strangeness].map(f64::from).to_vec();
            let row = Row { numbers, is, weight: 1.0 };
            return Ok(Some(Noted { row, of_a_list: true }));
        }
        _ => {}
    }
    let told = question.expect != Expect::Unknown;
    if told && !declined(&reply) && !score(&reply, &question.expect) {
        return Ok(None);
    }
    let row = Row { numbers: numbers(&evidence, token), is: told, weight: 1.0 };
    Ok(Some(Noted { row, of_a_list: false }))
}

/// Says what the line is worth, beside the margin alone.
fn report(tongue: Tongue, rows: &[Row], line: &Line) {
    let share = |side: bool, by: &dyn Fn(&Row) -> f64| {
        let mine: Vec<&Row> = rows.iter().filter(|row| row.weight == 1.0 && row.is == side).collect();
        let right = mine.iter().filter(|row| (by(row) > 0.0) == side).count();
        right as f64 / mine.len().max(1) as f64
    };
    let margin = |row: &Row| row.numbers[0];
    let doubt = |row: &Row| line.at(&row.numbers);
    say(&format!(
        "{tongue:?}, {} questions: told and answered {:.3} -> {:.3}, not told and declined {:.3} -> {:.3}",
        rows.iter().filter(|row| row.weight == 1.0).count(),
        share(true, &margin),
        share(true, &doubt),
        share(false, &margin),
        share(false, &doubt),
    ));
    let found: Vec<String> =
        line.weights[1..].iter().map(|w| format!("{:.2}", w / line.weights[0])).collect();
    say(&format!("  margin + {} · (n, u) + {:.2} > 0", found.join(" "), line.bias / line.weights[0]));
}

/// The numbers of doubt: for each language c and one w for each level.
fn doubts(lines: &[Line]) -> Tensor<2> {
    let doubts = lines.iter().flat_map(|line| {
        let found = &line.weights[1..line.weights.len() - 1];
        let numbers = [line.bias].into_iter().chain(found.iter().copied());
        numbers.map(|number| (-number / line.weights[0]) as f32)
    });
    let doubts: Vec<f32> = doubts.collect();
    let shape = [lines.len(), doubts.len() / lines.len()];
    Tensor::from_data(TensorData::new(doubts, shape), &Device::flex())
}

/// What a nat of strangeness gives each declining token.
fn given(lines: &[Line]) -> [f32; 2] {
    let given = |line: &Line| line.weights.last().map_or(0.0, |last| (-last / line.weights[0]) as f32);
    std::array::from_fn(|i| lines.get(i).map_or(0.0, given))
}

/// The tokens that doubt is about.
fn declines(talk: &Talk) -> anyhow::Result<[u32; 2]> {
    Ok([declining(talk, TONGUES[0])?, declining(talk, TONGUES[1])?])
}

/// Writes base, tokenizer and card.
fn finish(options: &Options, talk: &Talk, lines: &[Line]) -> anyhow::Result<()> {
    let (mut config, mut parameters) = (talk.base.config.clone(), talk.base.parameters.clone());
    if !lines.is_empty() {
        (config.declines, parameters.doubt) = (Some(declines(talk)?), Some(doubts(lines)));
        config.recognition.iter_mut().for_each(|it| it.weights = given(lines));
    }
    config.check()?;
    let bytes = base::to_bytes(&config, &parameters, Precision::Half)?;
    let read = |name: &str| {
        let path = options.base.join(name);
        std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let card = crate::train::calibrated(
        &read("base.json")?,
        options.name.as_deref(),
        &config,
        (base::sha256(&bytes), bytes.len(), parameters.count()),
    )?;
    let tokenizer = read("tokenizer.json")?;
    std::fs::create_dir_all(&options.output)?;
    write_whole(&options.output.join("base.safetensors"), &bytes)?;
    write_whole(&options.output.join("tokenizer.json"), &tokenizer)?;
    write_whole(&options.output.join("base.json"), card.as_bytes())?;
    say(&format!("{} is in {}", base::sha256(&bytes), options.output.display()));
    Ok(())
}
