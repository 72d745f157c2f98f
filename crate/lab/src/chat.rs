//! `nested-memory chat`: talk in the terminal; `--jsonl`: the door for scripts and tests, one object a line.

pub(crate) mod line;

use crate::device::DeviceName;
use crate::say;
use crate::talk::Talk;
use line::{Line, Switch};
use nested_memory_model::sleep::Slept;
use nested_memory_model::state::PROBED;
use nested_memory_model::{Event, LEVELS, Levels, Sampling};
use serde_json::{Value, json};
use std::io::{BufRead, Write};
use std::path::PathBuf;

/// What `chat` can be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The folder with base and tokenizer.
    #[arg(long, default_value = "www/public/base")]
    base: PathBuf,
    /// The memory: read at the start if it is there, written after every turn.
    #[arg(long)]
    memory: Option<PathBuf>,
    /// Read one JSON object a line and answer one a line.
    #[arg(long)]
    jsonl: bool,
    /// Where to compute.
    #[arg(long, default_value = "cpu")]
    device: DeviceName,
    /// Draw the words of an answer: the higher, the more surprising. 0 takes the likeliest, which is best for facts.
    #[arg(long, default_value_t = 0.0, value_parser = temperature)]
    temperature: f32,
    /// Draw from so many of the likeliest words only; 0: from all.
    #[arg(long, default_value_t = 0, requires = "temperature")]
    top: u32,
    /// The same seed draws the same answer.
    #[arg(long, default_value_t = 0, requires = "temperature")]
    seed: u32,
}

fn temperature(text: &str) -> Result<f32, String> {
    let fine = |value: &f32| value.is_finite() && *value >= 0.0;
    text.parse().ok().filter(fine).ok_or_else(|| "a number of at least 0, such as 0.7".to_owned())
}

/// Runs until the input ends.
pub(crate) fn chat(options: &Options) -> anyhow::Result<()> {
    let device = options.device.open()?;
    let mut talk = Talk::open(&options.base, &device)?;
    talk.sampling = Sampling { temperature: options.temperature, top: options.top, seed: options.seed };
    if let Some(path) = options.memory.as_ref().filter(|path| path.exists()) {
        talk.load(path)?;
    }
    if options.jsonl { jsonl(&mut talk, options) } else { terminal(&mut talk, options) }
}

/// Counts of updates by level.
fn updates(events: &[Event]) -> [usize; LEVELS] {
    let mut counts = [0; LEVELS];
    for event in events {
        if let Event::Update { level, block: 0, .. } = event {
            counts[level.index()] += 1;
        }
    }
    counts
}

fn by_level(events: &[Event]) -> Value {
    let [fast, mid, slow] = updates(events);
    json!({ "fast": fast, "mid": mid, "slow": slow })
}

fn answer(talk: &mut Talk, line: Line) -> anyhow::Result<Value> {
    Ok(match line {
        Line::Say(text) => {
            let turn = talk.say(&text)?;
            json!({ "reply": turn.reply, "tokens": turn.tokens, "updates": by_level(&turn.events) })
        }
        Line::Probe(text) => {
            let answers = PROBED.iter().zip(talk.probe(&text)?);
            let answers = answers.map(|(without, reply)| {
                let without: Vec<&str> = without.iter().map(|level| level.as_str()).collect();
                json!({ "without": without, "reply": reply })
            });
            json!({ "answers": answers.collect::<Vec<_>>() })
        }
        Line::EndConversation(true) => {
            let events = talk.end_conversation()?;
            json!({ "reply": null, "tokens": [], "updates": by_level(&events) })
        }
        Line::EndConversation(false) => anyhow::bail!("end_conversation takes true"),
        Line::Sleep(seed) => json!({ "slept": talk.sleep(seed)? }),
        Line::Save(path) => {
            talk.save(&path)?;
            json!({ "saved": path })
        }
        Line::Load(path) => {
            talk.load(&path)?;
            json!({ "loaded": path })
        }
        Line::Levels(switch) => {
            talk.levels = if matches!(switch, Switch::On) { Levels::On } else { Levels::Off };
            json!({ "levels": if talk.levels == Levels::On { "on" } else { "off" } })
        }
    })
}

fn jsonl(talk: &mut Talk, options: &Options) -> anyhow::Result<()> {
    let mut input = std::io::stdin().lock();
    while let Some(line) = line::next(&mut input)? {
        let reply = match line.and_then(|line| answer(talk, line)) {
            Ok(value) => {
                if let Some(path) = &options.memory {
                    talk.save(path)?;
                }
                value
            }
            Err(error) => json!({ "error": format!("{error:#}") }),
        };
        say(&reply.to_string());
    }
    Ok(())
}

fn terminal(talk: &mut Talk, options: &Options) -> anyhow::Result<()> {
    say(
        "Say something. /end ends the conversation, /sleep ends it and consolidates it, /off and /on switch the levels, /quit leaves.",
    );
    let stdin = std::io::stdin();
    loop {
        let mut out = std::io::stdout();
        write!(out, "> ")?;
        out.flush()?;
        let mut line = String::new();
        if stdin.lock().read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.trim() {
            "" => continue,
            "/quit" => return Ok(()),
            "/on" => talk.levels = Levels::On,
            "/off" => talk.levels = Levels::Off,
            "/end" => {
                let [fast, mid, slow] = updates(&talk.end_conversation()?);
                say(&format!("  · updates: fast {fast}, mid {mid}, slow {slow}; mixer and fast are wiped"));
            }
            "/sleep" => {
                let Slept { known: [before, after], of, rounds, .. } = talk.sleep(0)?;
                say(&format!(
                    "  · of {of} words that matter {before} were known, now {after}; read again {rounds} times"
                ));
            }
            text => match talk.say(text) {
                Ok(turn) => {
                    let [fast, mid, slow] = updates(&turn.events);
                    say(&format!("{}\n  · updates: fast {fast}, mid {mid}, slow {slow}", turn.reply));
                }
                Err(error) => say(&format!("  · {error:#}")),
            },
        }
        if let Some(path) = &options.memory {
            talk.save(path)?;
        }
    }
}
