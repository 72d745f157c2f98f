//! The languages a conversation may be in, and what of their grammar the phrasings need.
use crate::draw::Draw;
use crate::language::Language;

/// A language of conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// English.
    #[default]
    English,
    /// 简体中文
    Chinese,
}

/// What an embedded English question begins with, if it is a clause ("what it is called") and not a noun ("its name").
const CLAUSES: [&str; 12] =
    ["what ", "which ", "where ", "who ", "when ", "how ", "on ", "in ", "at ", "to ", "from ", "by "];
/// What makes an embedded Chinese question a clause.
const ASKING: [&str; 10] = ["什么", "哪", "谁", "几", "多少", "多大", "怎么", "何", "多久", "啥"];
/// English openers of embedded questions that ask.
const ASKS: [&str; 7] = ["do ", "can ", "could ", "have ", "did ", "would ", "is "];

impl Tongue {
    /// Between words.
    pub(crate) const fn blank(self) -> &'static str {
        match self {
            Self::English => " ",
            Self::Chinese => "",
        }
    }

    /// Between the things of a list, without a blank, and what a sentence ends with.
    pub(crate) const fn points(self) -> [&'static str; 2] {
        match self {
            Self::English => [",", "."],
            Self::Chinese => ["、", "。"],
        }
    }

    /// The genitive.
    pub(crate) fn possessive(self, text: &str) -> String {
        match self {
            Self::English => format!("{text}'s"),
            Self::Chinese => format!("{text}的"),
        }
    }

    /// Whether an embedded question is a clause.
    pub(crate) fn is_clause(self, core: &str) -> bool {
        match self {
            Self::English => CLAUSES.iter().any(|c| core.starts_with(c)),
            Self::Chinese => ASKING.iter().any(|word| core.contains(word)),
        }
    }

    /// What is answered when nothing was told.
    #[must_use]
    pub fn unknown(self) -> &'static str {
        Language::of(self).unknown
    }

    /// What is answered to a wish to forget.
    #[must_use]
    pub fn forgotten(self) -> &'static str {
        Language::of(self).forgotten
    }

    /// What a telling ends with.
    pub(crate) fn tell_stop(self, draw: &mut Draw, opener: &str) -> &'static str {
        match self {
            Self::English if opener.starts_with("did ") => "?",
            Self::English => draw.pick(&[".", ".", ".", ".", ".", ".", "!"]),
            Self::Chinese => draw.pick(&["。", "。", "。", "。", "。", "。", "！"]),
        }
    }

    /// What a question ends with.
    pub(crate) fn ask_stop(self, opener: &str, embedded: bool) -> &'static str {
        match self {
            Self::English if !embedded || ASKS.iter().any(|a| opener.starts_with(a)) => "?",
            Self::English => ".",
            Self::Chinese if !embedded || opener.starts_with(['能', '可']) => "？",
            Self::Chinese if opener.starts_with('你') => "吗？",
            Self::Chinese => "。",
        }
    }

    /// What a correction may add about the former value.
    pub(crate) fn not(self, former: &str) -> String {
        match self {
            Self::English => format!(", not {former}"),
            Self::Chinese => format!("，不是{former}"),
        }
    }

    /// What small talk ends with.
    pub(crate) fn talk_stop(self, draw: &mut Draw, core: &str) -> &'static str {
        match self {
            Self::English => {
                let first = core.split(' ').next().unwrap_or_default();
                let asks = ["how", "who", "what", "are", "do", "can", "will", "is", "shall", "what's"];
                if asks.contains(&first) { "?" } else { draw.pick(&[".", ".", "!"]) }
            }
            Self::Chinese if core.ends_with(['吗', '呢']) || self.is_clause(core) => "？",
            Self::Chinese => draw.pick(&["。", "。", "！"]),
        }
    }

    /// The value said again in an acknowledgement, after an answer that ends with a stop.
    pub(crate) fn restated(self, answer: &str) -> String {
        match self {
            Self::English => format!("{}, got it.", answer.strip_suffix('.').unwrap_or(answer)),
            Self::Chinese => format!("{}，记住了。", answer.strip_suffix('。').unwrap_or(answer)),
        }
    }
}
