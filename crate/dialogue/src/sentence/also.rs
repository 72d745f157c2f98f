//! A second fact in the same breath: "My daughter is called Mia, and she plays chess."
use super::{Line, Sentence, Speaker, key};
use crate::draw::Draw;
use crate::facts::relation::Relation;
use crate::facts::{Subject, Value};
use crate::manner::Manner;
use crate::names::capitalised;
use crate::tongue::Tongue;
use std::ops::Range;

/// How often a second fact has nothing but a comma or a full stop before it.
const BARE: f64 = 0.4;
/// How often whom both facts are about is not named again.
const UNNAMED: f64 = 0.7;

/// The second half of a sentence: the whole text, and where its value stands.
pub(crate) struct Also {
    pub(crate) sentence: Sentence,
    pub(crate) value: Range<usize>,
    pub(crate) template: String,
}

impl Speaker<'_> {
    /// Goes on from a telling with another one; `same`: of the same subject.
    pub(crate) fn also(
        &self,
        draw: &mut Draw,
        first: Sentence,
        relation: &Relation,
        (subject, value): (&Subject, &Value),
        same: bool,
    ) -> Also {
        let (me, tongue) = (subject.is_speaker(), self.language.tongue);
        let unnamed = same && draw.chance(UNNAMED);
        let by = if unnamed && !me { tongue.pronoun(draw, subject) } else { subject.clone() };
        let key = key(relation, "tell", "also", me);
        let cores = relation.lines("tell", me);
        let phrasing = self.phrasing(draw, &key, self.language.trails.lines("also"), BARE, cores, Some(&by));
        // Only what begins with its subject can leave it out or call it by a pronoun: "I named she Rex" is no English.
        let leads = phrasing.core.starts_with("{S") || (me && phrasing.core.starts_with(['I', '我']));
        let by = if leads { &by } else { subject };
        let (separator, core) = if unnamed && leads && self.manner != Manner::Plain && draw.chance(0.5) {
            without_subject(tongue, &phrasing.core, &phrasing.opener)
        } else {
            (None, &*phrasing.core)
        };
        let separator = separator.unwrap_or_else(|| tongue.separator(draw, &phrasing.opener));

        let text = first.text.trim_end_matches(['.', '!', '?', '。', '！', '？']);
        let stop = first.text[text.len()..].to_owned();
        let mut line = Line { text: text.to_owned(), tongue, ..Line::default() };
        line.casual = text.starts_with(char::is_lowercase);
        line.literal(separator);
        let from = line.text.len();
        line.opener(&phrasing.opener);
        line.core(core, relation.parameter, Some(by), Some(value));
        if separator.starts_with('.') && !line.casual {
            let again = capitalised(&line.text[from..]);
            line.text.replace_range(from.., &again);
        }
        line.text.push_str(&stop);
        let template = phrasing.template;
        let place = line.value.clone().unwrap_or_default();
        let sentence = Sentence { text: line.text, ..first };
        Also { sentence, value: place, template }
    }
}

/// A core that goes without its subject, and what stands before it: "My parrot is called Rex and | likes crackers".
fn without_subject<'c>(tongue: Tongue, core: &'c str, opener: &str) -> (Option<&'static str>, &'c str) {
    match tongue {
        Tongue::English if opener.starts_with("and") && !opener.contains(',') => {
            let rest = core.strip_prefix("{S} ").or_else(|| core.strip_prefix("I "));
            rest.map_or((None, core), |rest| (Some(" "), rest))
        }
        Tongue::English => (None, core),
        Tongue::Chinese => {
            let rest = core.strip_prefix("{S}").or_else(|| core.strip_prefix("{S's}"));
            let rest = rest.or_else(|| core.strip_prefix("我的")).or_else(|| core.strip_prefix('我'));
            // 我们 is no longer 我.
            let rest = rest.filter(|rest| !rest.is_empty() && !rest.starts_with('们'));
            rest.map_or((None, core), |rest| (Some("，"), rest))
        }
    }
}

impl Tongue {
    /// Between two facts of one turn, where `opener` begins the second.
    fn separator(self, draw: &mut Draw, opener: &str) -> &'static str {
        match self {
            Self::English if opener.is_empty() => draw.pick(&[", ", ". "]),
            Self::English => draw.pick(&[" ", ", ", ". "]),
            Self::Chinese => draw.pick(&["，", "，", "。"]),
        }
    }

    /// "she", "it", 他: nobody can tell from a noun, so it is chance.
    fn pronoun(self, draw: &mut Draw, subject: &Subject) -> Subject {
        let kinds: &[(&str, &str)] = match (self, subject.category) {
            (Self::English, "person") => &[("she", "her"), ("he", "his")],
            (Self::English, "animal") => &[("she", "her"), ("he", "his"), ("it", "its")],
            (Self::English, _) => &[("it", "its")],
            (Self::Chinese, "person") => &[("她", "她的"), ("他", "他的")],
            (Self::Chinese, _) => &[("它", "它的")],
        };
        let (text, possessive) = draw.pick(kinds);
        Subject {
            text: text.to_owned(),
            possessive: possessive.to_owned(),
            indefinite: None,
            category: subject.category,
            noun: String::new(),
            owner: String::new(),
            parts: Vec::new(),
        }
    }
}
