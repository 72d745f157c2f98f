//! What the page asks of the worker.

use super::{Id, Question};
use crate::error::{Error, Result};
use crate::session::Mode;
use nested_memory_model::strategy::StrategyName;
use nested_memory_model::{LevelName, Sampling};
use serde::Deserialize;
use serde_bytes::ByteBuf;

/// page → worker. Each request ends with exactly one [`Answer`] of the same id.
#[derive(Debug, Deserialize)]
pub struct Request {
    /// Its number.
    pub id: Id,
    /// What is asked.
    #[serde(flatten)]
    pub body: Body,
}

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Body {
    /// Opens the memory of a key, or makes an empty one.
    Open {
        /// Which memory of this browser.
        key: String,
        /// Which device shall compute.
        device: DeviceChoice,
        /// The address of the folder with base, model card and tokenizer.
        base: String,
        /// Whether what is said is kept in this browser.
        keep_transcript: bool,
    },
    /// Says something and lets the model answer.
    Say {
        /// The words.
        text: String,
        /// The longest reply, in tokens.
        #[serde(default)]
        max_tokens: Option<usize>,
        /// How its words are drawn; without it they are the likeliest.
        #[serde(default)]
        draw: Option<Draw>,
    },
    /// Stops a [`Body::Say`]; what was said so far counts as said. Or a [`Body::Sleep`]; what was reached counts. Or a
    /// contest's step: then none of those who take part has heard it.
    Abort {
        /// Its id.
        request: Id,
    },
    /// Learns what is pending, updates every level, wipes mixer and fast level.
    EndConversation,
    /// Ends the conversation and consolidates what was said in it.
    Sleep,
    /// Asks the same of the memory and of copies of it that lack a lasting level. Nothing is kept of it.
    Probe {
        /// The question.
        text: String,
    },
    /// Asks for the memory as a file.
    Export,
    /// Reads a snapshot and changes nothing.
    Preview {
        /// The file.
        bytes: ByteBuf,
    },
    /// Replaces the memory by a snapshot, or refuses and changes nothing.
    Import {
        /// The file.
        bytes: ByteBuf,
    },
    /// Empties one level, or everything.
    Reset {
        /// The level; none: everything, what was said included.
        #[serde(default)]
        level: Option<LevelName>,
    },
    /// Freezes a level, or lets it thaw.
    Freeze {
        /// The level.
        level: LevelName,
        /// Whether it shall not change any more.
        frozen: bool,
    },
    /// Asks for the memory's versions, the newest first.
    Versions,
    /// Goes back to a version, which makes a new one: nothing is lost by it.
    Rewind {
        /// Its id.
        version: u32,
    },
    /// Forgets the turn that made a version: the memory becomes one that never heard it.
    ForgetTurn {
        /// The version's id.
        version: u32,
    },
    /// Asks what is different in two versions.
    Compare {
        /// The id of the one and of the other.
        versions: [u32; 2],
        /// What both are asked.
        #[serde(default)]
        questions: Vec<String>,
    },
    /// Asks for what is kept of a version, as a file, whether it can be read or not.
    Kept {
        /// The version's id.
        version: u32,
    },
    /// Asks for the questions that are asked again after every sleep.
    Questions,
    /// Keeps other ones.
    KeepQuestions {
        /// All of them.
        questions: Vec<Question>,
    },
    /// Asks them now. Changes nothing.
    CheckQuestions,
    /// Forgets every memory that this browser keeps for this page.
    Erase,
    /// Gives a version a name, and lets its snapshot stay or go.
    Mark {
        /// Its id.
        version: u32,
        /// The name; none takes it away.
        #[serde(default)]
        name: Option<String>,
        /// Whether its snapshot stays whatever comes.
        pinned: bool,
    },
    /// Asks for the ledger as a file: one line for each version, each with the hash of the one before.
    Ledger,
    /// Checks the ledger: that each line follows the one before it, and the last is the memory of now.
    VerifyLedger,
    /// Says what becomes of what is said from now on.
    Mode {
        /// It.
        mode: Mode,
    },
    /// Asks for a [`Notice::Weights`] with the values of every level and block.
    Weights,
    /// Compares the device's fused operations with the plain expressions.
    SelfCheck,
    /// Does the same work again and again and tells how long it took.
    #[cfg(feature = "bench")]
    Bench {
        /// The work.
        work: crate::bench::Work,
    },
    /// Begins a contest of strategies with memories that know nothing, instead of one that may be going on. The person's
    /// memory has no part in it.
    Contest {
        /// Who takes part.
        strategies: Vec<StrategyName>,
    },
    /// Says something to all who take part.
    ContestSay {
        /// The words.
        text: String,
    },
    /// Asks all who take part. Nothing is kept of it but its cost.
    ContestAsk {
        /// The question.
        question: String,
    },
    /// Ends the conversation of all who take part.
    ContestEnd,
    /// Lets go of those who took part.
    ContestClose,
    /// Ends the worker's work.
    Close,
}

/// Which device shall compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// WebGPU on a real adapter, else the CPU.
    Auto,
    /// WebGPU on any adapter.
    Webgpu,
    /// The CPU.
    Cpu,
}

/// How the words of an answer are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Draw {
    /// The higher, the more surprising; 0 takes the likeliest.
    pub temperature: f32,
    /// From so many of the likeliest only; 0: from all.
    #[serde(default)]
    pub top: u32,
    /// The same seed draws the same.
    #[serde(default)]
    pub seed: u32,
}

impl Draw {
    /// As the model takes it.
    ///
    /// # Errors
    /// [`Error::Input`] if the temperature is none.
    pub fn sampling(self) -> Result<Sampling> {
        let Self { temperature, top, seed } = self;
        if temperature.is_finite() && temperature >= 0.0 {
            return Ok(Sampling { temperature, top, seed });
        }
        Err(Error::Input { reason: format!("a temperature is a number of at least 0, not {temperature}") })
    }
}
