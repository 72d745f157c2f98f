//! `nested-memory eval`: questions whose subjects, values and phrasings training never saw, answered by generation.

use crate::device::DeviceName;
use crate::say;
use crate::talk::Talk;
use indicatif::ProgressBar;
use nested_memory_dialogue::{Case, Group, Step, Tongue, forget_cases, recall_cases, retention_cases, score};
use nested_memory_model::Levels;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What `eval` can be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The suite.
    #[arg(long, default_value = "recall")]
    suite: Suite,
    /// The folder with base and tokenizer.
    #[arg(long, default_value = "www/public/base")]
    base: PathBuf,
    /// The language.
    #[arg(long, default_value = "en")]
    language: LanguageName,
    /// How many cases; 120 have 960 questions.
    #[arg(long, default_value_t = 120)]
    cases: usize,
    /// Seed of the cases.
    #[arg(long, default_value_t = 2026)]
    seed: u64,
    /// Sleep after every conversation.
    #[arg(long)]
    sleep: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print every wrong answer.
    #[arg(long)]
    wrong: bool,
    /// Threads.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Where to compute.
    #[arg(long, default_value = "cpu")]
    device: DeviceName,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum LanguageName {
    /// English.
    En,
    /// 简体中文
    Zh,
}

impl LanguageName {
    const fn tongue(self) -> Tongue {
        match self {
            Self::En => Tongue::English,
            Self::Zh => Tongue::Chinese,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Suite {
    /// Same conversation, one later, two later, unknown, corrected; and with the levels off.
    Recall,
    /// Sixty facts in thirty conversations: one, ten and thirty later.
    Retention,
    /// A fact that is to be forgotten, and its neighbours.
    Forget,
}

impl Suite {
    const fn name(self) -> &'static str {
        match self {
            Self::Recall => "recall",
            Self::Retention => "retention",
            Self::Forget => "forget",
        }
    }

    fn cases(self, tongue: Tongue, seed: u64, count: usize) -> Vec<Case> {
        match self {
            Self::Recall => recall_cases(tongue, seed, count),
            Self::Retention => retention_cases(tongue, seed, count),
            Self::Forget => forget_cases(tongue, seed, count),
        }
    }

    /// The goals that the issues set.
    fn goals(self) -> BTreeMap<&'static str, f64> {
        match self {
            Self::Recall => BTreeMap::from([
                ("same conversation", 0.90),
                ("one later", 0.90),
                ("two later", 0.85),
                ("unknown", 0.85),
                ("corrected", 0.80),
                ("levels off, later", 0.02),
            ]),
            Self::Retention => BTreeMap::from([
                ("one later", 0.98),
                ("ten later", 0.95),
                ("thirty later", 0.90),
                ("levels off, later", 0.02),
            ]),
            Self::Forget => {
                BTreeMap::from([("forgotten", 0.95), ("kept", 0.98), ("levels off, later", 0.02)])
            }
        }
    }
}

/// Right answers out of questions, with a 95 % interval.
#[derive(Debug, Clone, Copy, Serialize)]
struct Score {
    right: usize,
    questions: usize,
    share: f64,
    low: f64,
    high: f64,
}

impl Score {
    /// The Wilson score interval.
    fn new(right: usize, questions: usize) -> Self {
        let (n, z) = (questions.max(1) as f64, 1.959_964_f64);
        let p = right as f64 / n;
        let centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        Self { right, questions, share: p, low: (centre - half).max(0.0), high: (centre + half).min(1.0) }
    }
}

#[derive(Debug, Serialize)]
struct Report {
    suite: &'static str,
    base: String,
    seed: u64,
    cases: usize,
    questions: usize,
    scores: BTreeMap<&'static str, Score>,
    /// What is to be reached.
    goals: BTreeMap<&'static str, f64>,
}

/// One answered question.
struct Answer {
    group: &'static str,
    right: bool,
    note: String,
}

const fn name(group: Group) -> &'static str {
    match group {
        Group::Same => "same conversation",
        Group::OneLater => "one later",
        Group::TwoLater => "two later",
        Group::TenLater => "ten later",
        Group::ThirtyLater => "thirty later",
        Group::Forgotten => "forgotten",
        Group::Kept => "kept",
        Group::Unknown => "unknown",
        Group::Corrected => "corrected",
    }
}

fn run(mut talk: Talk, case: &Case, levels: Levels, sleeps: bool) -> anyhow::Result<Vec<Answer>> {
    talk.levels = levels;
    let mut answers = Vec::new();
    for step in &case.steps {
        match step {
            Step::Say { text } => {
                talk.say(text)?;
            }
            Step::EndConversation if sleeps && levels == Levels::On => {
                talk.sleep(0)?;
            }
            Step::EndConversation => {
                talk.end_conversation()?;
            }
            Step::Question { text, expect, group } => {
                let reply = talk.say(text)?.reply;
                let group = match (levels, group) {
                    (Levels::On, group) => name(*group),
                    (Levels::Off, Group::Same) => "levels off, same conversation",
                    (Levels::Off, Group::Unknown | Group::Corrected | Group::Forgotten) => continue,
                    (Levels::Off, _) => "levels off, later",
                };
                let note = format!("{group}: {text} → {reply} (expected {expect:?})");
                answers.push(Answer { group, right: score(&reply, expect), note });
            }
        }
    }
    Ok(answers)
}

fn answers(talk: &Talk, cases: &[Case], threads: usize, sleeps: bool) -> anyhow::Result<Vec<Answer>> {
    let bar = ProgressBar::new(cases.len() as u64 * 2);
    let next = AtomicUsize::new(0);
    let work = || -> anyhow::Result<Vec<(usize, Vec<Answer>)>> {
        let mut done = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(i / 2) else { return Ok(done) };
            let levels = if i.is_multiple_of(2) { Levels::On } else { Levels::Off };
            done.push((i, run(talk.clone(), case, levels, sleeps)?));
            bar.inc(1);
        }
    };
    let mut all = std::thread::scope(|scope| -> anyhow::Result<Vec<(usize, Vec<Answer>)>> {
        let handles: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let mut all = Vec::new();
        for handle in handles {
            all.extend(handle.join().map_err(|_| anyhow::anyhow!("a thread of the examination panicked"))??);
        }
        Ok(all)
    })?;
    bar.finish_and_clear();
    all.sort_by_key(|(i, _)| *i);
    Ok(all.into_iter().flat_map(|(_, answers)| answers).collect())
}

/// Examines and prints.
pub(crate) fn eval(options: &Options) -> anyhow::Result<()> {
    let device = options.device.open()?;
    let talk = Talk::open(&options.base, &device)?;
    let cases = options.suite.cases(options.language.tongue(), options.seed, options.cases);
    let answers = answers(&talk, &cases, options.threads, options.sleep)?;
    let mut counts: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    for answer in &answers {
        let count = counts.entry(answer.group).or_default();
        count.0 += usize::from(answer.right);
        count.1 += 1;
        if options.wrong && !answer.right && !answer.group.starts_with("levels off") {
            say(&answer.note);
        }
    }
    let report = Report {
        suite: options.suite.name(),
        base: talk.base.sha256.clone(),
        seed: options.seed,
        cases: cases.len(),
        questions: answers.len(),
        scores: counts.into_iter().map(|(group, (right, asked))| (group, Score::new(right, asked))).collect(),
        goals: options.suite.goals(),
    };
    if options.json {
        say(&serde_json::to_string_pretty(&report)?);
    } else {
        say(&format!(
            "base {}, {} cases, {} questions, held out",
            &report.base[..12],
            report.cases,
            report.questions
        ));
        for (group, s) in &report.scores {
            let limit = if group.starts_with("levels off") { "≤" } else { "≥" };
            let goal =
                report.goals.get(group).map_or_else(String::new, |goal| format!("goal {limit} {goal:.2}"));
            say(&format!(
                "{group:<30} {:.3}  [{:.3}, {:.3}]  {}/{}  {goal}",
                s.share, s.low, s.high, s.right, s.questions
            ));
        }
    }
    Ok(())
}
