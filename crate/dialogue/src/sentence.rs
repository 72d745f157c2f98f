//! Sentences from openers, cores and closers, with the place of the value kept.
mod also;

use crate::draw::Draw;
use crate::facts::relation::Relation;
use crate::facts::{Subject, Value};
use crate::language::Language;
use crate::manner::Manner;
use crate::names::capitalised;
use crate::sections::Sections;
use crate::split::{Split, hashed_side};
use crate::tongue::Tongue;
use std::borrow::Cow;
use std::ops::Range;

/// A sentence, where the value stands in it, and the phrasing that it was made by.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    pub(crate) text: String,
    pub(crate) value: Option<Range<usize>>,
    pub(crate) template: String,
}

/// How a telling is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The subject, then the value.
    Tell,
    /// The value first.
    ValueFirst,
    /// A correction.
    Fix,
}

/// The share of tellings that go on behind their value ("Lisbon with my family"): where a value ends must be known by more than the
/// full stop.
const TRAILED: f64 = 0.1;

/// The share of lines without capitals and apostrophes, mostly without a stop,
const CARELESS: f64 = 0.1;
/// and in training, since many people never type otherwise.
const CARELESS_IN_TRAINING: f64 = 0.2;
/// The share of lines that lack their stop,
const STOPLESS: f64 = 0.1;
/// and of those that begin with a word that keeps its letters: "ping" is said like this.
const STOPLESS_WORD: f64 = 0.4;

/// Makes sentences on one side of the split.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speaker<'a> {
    pub(crate) language: &'a Language,
    pub(crate) split: Split,
    pub(crate) manner: Manner,
}

impl Speaker<'_> {
    /// Tells or corrects a fact.
    pub(crate) fn tell(
        &self,
        draw: &mut Draw,
        relation: &Relation,
        subject: &Subject,
        value: &Value,
        former: Option<&Value>,
        form: Form,
    ) -> Sentence {
        let me = subject.is_speaker();
        let tongue = self.language.tongue;
        let low = tongue == Tongue::English && value.text.starts_with(char::is_lowercase);
        let (section, opening, ending, bare) = match form {
            Form::Tell => ("tell", "tell", "tell end", 0.6),
            // A value in lower case keeps its letters only behind an opener.
            Form::ValueFirst => ("first", "tell", "tell end", if low { 0.0 } else { 0.4 }),
            Form::Fix if draw.chance(0.55) => ("fix", "fix", "fix end", if low { 0.0 } else { 0.25 }),
            // People also just say what is so now.
            Form::Fix => ("tell", "fix", "fix end", if low { 0.0 } else { 0.35 }),
        };
        let key = key(relation, section, opening, me);
        let openers = self.language.openers.lines(opening);
        let phrasing = self.phrasing(draw, &key, openers, bare, relation.lines(section, me), Some(subject));
        let mut line = Line::typed(draw, self.manner, self.language.tongue);
        line.opener(&phrasing.opener);
        line.core(&phrasing.core, relation.parameter, Some(subject), Some(value));
        match former {
            _ if self.manner == Manner::Plain => {}
            Some(old) if draw.chance(0.13) => line.literal(&tongue.not(&old.text)),
            _ if draw.chance(if form == Form::Fix { 0.2 } else { 0.08 }) => {
                line.literal(draw.pick(self.language.openers.lines(ending)));
            }
            _ if draw.chance(TRAILED) => line.literal(draw.pick(self.language.trails.lines("trail"))),
            _ => {}
        }
        let stop = tongue.tell_stop(draw, &phrasing.opener);
        line.finish(draw, stop, phrasing.template)
    }

    /// Asks for a fact.
    pub(crate) fn ask(&self, draw: &mut Draw, relation: &Relation, subject: &Subject) -> Sentence {
        let me = subject.is_speaker();
        self.question(draw, |section| Asking {
            key: key(relation, section, section, me),
            cores: relation.lines(section, me),
            parameter: relation.parameter,
            subject: Some(subject),
            value: None,
        })
    }

    /// Asks for whom a value is true; `None` where that cannot be asked.
    pub(crate) fn ask_inverse(
        &self,
        draw: &mut Draw,
        relation: &Relation,
        value: &Value,
    ) -> Option<Sentence> {
        let lines = |section| self.language.inverse.lines(&format!("{} {section}", relation.family));
        let asking = |section| Asking {
            key: format!("inverse/{}/{section}", relation.family),
            cores: lines(section),
            parameter: relation.parameter,
            subject: None,
            value: Some(value),
        };
        self.language.is_inverse(relation).then(|| self.question(draw, asking))
    }

    /// Asks what stands in `file`'s sections "ask" and "ask that", which have no slots.
    pub(crate) fn ask_plainly(&self, draw: &mut Draw, name: &str, file: &Sections) -> Sentence {
        self.question(draw, |section| Asking {
            key: format!("{name}/{section}"),
            cores: file.lines(section),
            parameter: "",
            subject: None,
            value: None,
        })
    }

    /// A question, or one within another ("do you know …").
    fn question<'q>(&self, draw: &mut Draw, asking: impl Fn(&'static str) -> Asking<'q>) -> Sentence {
        let plain = self.manner == Manner::Plain;
        let embedded = !plain && draw.chance(0.28);
        let (section, bare) = if embedded { ("ask that", 0.0) } else { ("ask", 0.75) };
        let asking = asking(section);
        let openers = self.language.openers.lines(section);
        let phrasing = self.phrasing(draw, &asking.key, openers, bare, asking.cores, asking.subject);
        let mut line = Line::typed(draw, self.manner, self.language.tongue);
        line.opener(&phrasing.opener);
        line.core(&phrasing.core, asking.parameter, asking.subject, asking.value);
        let stop = self.language.tongue.ask_stop(&phrasing.opener, embedded);
        // The particle belongs to the question, the ending comes behind it.
        let (particle, stop) = stop.strip_prefix('吗').map_or(("", stop), |stop| ("吗", stop));
        line.literal(particle);
        let endings = self.language.openers.lines("ask end");
        if !plain && draw.chance(0.07) {
            // "do you know …, do you know" would be odd.
            let usable = if embedded { &endings[..endings.len().min(3)] } else { endings };
            line.literal(draw.pick(usable));
        }
        line.finish(draw, stop, phrasing.template)
    }

    /// Asks to forget a fact; with the place of the words that do.
    pub(crate) fn forget(
        &self,
        draw: &mut Draw,
        relation: &Relation,
        subject: &Subject,
    ) -> (Sentence, Range<usize>) {
        let (me, forget) = (subject.is_speaker(), &self.language.forget);
        let cores = relation.lines("ask that", me);
        let key = key(relation, "forget", "forget", me);
        let phrasing = self.phrasing(draw, &key, forget.lines("openers"), 0.0, cores, Some(subject));
        let mut line = Line::typed(draw, self.manner, self.language.tongue);
        line.literal(&phrasing.opener);
        let verb = 0..line.text.len();
        line.text.push_str(self.language.tongue.blank());
        line.core(&phrasing.core, relation.parameter, Some(subject), None);
        if draw.chance(0.15) {
            line.literal(draw.pick(forget.lines("end")));
        }
        let stop = self.language.tongue.tell_stop(draw, "");
        (line.finish(draw, stop, phrasing.template), verb)
    }

    /// Dwells on something of a topic without saying that it is liked.
    pub(crate) fn mention(&self, draw: &mut Draw, entity: &Value) -> Sentence {
        let (cores, openers) = (self.language.interest.lines("mention"), &self.language.small_talk_openers);
        let phrasing = self.phrasing(draw, "interest/mention", openers, 0.7, cores, None);
        let mut line = Line::typed(draw, self.manner, self.language.tongue);
        line.opener(&phrasing.opener);
        line.core(&phrasing.core, "", None, Some(entity));
        let stop = self.language.tongue.talk_stop(draw, &phrasing.core);
        line.finish(draw, stop, phrasing.template)
    }

    /// A line of small talk and its reply.
    pub(crate) fn small_talk(&self, draw: &mut Draw) -> (Sentence, &'static str) {
        loop {
            let (reply, lines) = &self.language.small_talk[draw.below(self.language.small_talk.len())];
            let core = draw.pick(lines);
            let opener = if draw.chance(0.7) { "" } else { draw.pick(&self.language.small_talk_openers) };
            let template = format!("small talk: {opener}|{core}");
            if hashed_side(&template) != self.split {
                continue;
            }
            let mut line = Line::typed(draw, self.manner, self.language.tongue);
            line.opener(opener);
            line.literal(core);
            let stop = self.language.tongue.talk_stop(draw, core);
            return (line.finish(draw, stop, template), reply);
        }
    }

    /// The answer to a question, `{frame}` filled: " Bix."
    ///
    /// It begins with the value, so that the first token decides between a memory and "I don't know yet", and with a
    /// space, so that the value has the tokens it was told in.
    pub(crate) fn answer(&self, relation: &Relation, subject: &Subject, value: &Value) -> Sentence {
        let mut line = Line { tongue: self.language.tongue, ..Line::default() };
        line.literal(self.language.tongue.blank());
        line.core(relation.answer(subject.is_speaker()), relation.parameter, None, Some(value));
        Sentence { text: line.text, value: line.value, template: String::new() }
    }

    /// The answer's frame as an acknowledgement: " Bix, got it."
    pub(crate) fn restate(&self, relation: &Relation, subject: &Subject, value: &Value) -> Sentence {
        let mut sentence = self.answer(relation, subject, value);
        sentence.text = self.language.tongue.restated(&sentence.text);
        sentence
    }
}

/// What is asked: its phrasings and what fills them.
struct Asking<'q> {
    key: String,
    cores: &'q [&'static str],
    parameter: &'static str,
    subject: Option<&'q Subject>,
    value: Option<&'q Value>,
}

/// The name of a section of phrasings, a part of what decides about a phrasing's side.
pub(crate) fn key(relation: &Relation, section: &str, opening: &str, first_person: bool) -> String {
    let me = if first_person { " I" } else { "" };
    match section {
        "ask" | "ask that" => format!("{}/{section}{me}", relation.family),
        _ => format!("{}/{opening}/{section}{me}", relation.family),
    }
}

/// A line in the making.
#[derive(Default)]
struct Line {
    text: String,
    value: Option<Range<usize>>,
    /// Without capitals and apostrophes.
    casual: bool,
    /// "color", "favorite".
    american: bool,
    /// It begins with a word that must keep its letters.
    kept: bool,
    tongue: Tongue,
}

impl Line {
    /// The line of somebody who types in a manner of their own.
    fn typed(draw: &mut Draw, manner: Manner, tongue: Tongue) -> Self {
        let careless = if manner == Manner::Training { CARELESS_IN_TRAINING } else { CARELESS };
        Self { casual: draw.chance(careless), american: draw.chance(0.25), tongue, ..Self::default() }
    }

    /// Words of a template.
    fn literal(&mut self, words: &str) {
        let mut words = Cow::Borrowed(words);
        if self.american && words.contains("our") {
            words = Cow::Owned(words.replace("colour", "color").replace("favour", "favor"));
        }
        if self.casual {
            words = Cow::Owned(words.to_lowercase().replace('\'', ""));
        }
        self.text.push_str(&words);
    }

    fn opener(&mut self, words: &str) {
        if !words.is_empty() {
            self.literal(words);
            self.text.push_str(self.tongue.blank());
        }
    }

    /// A core: `{S}` subject, `{S's}` its genitive, `{V}` the value, `{A}` the value with its article, `{X}` the
    /// relation's parameter.
    fn core(&mut self, core: &str, parameter: &str, subject: Option<&Subject>, value: Option<&Value>) {
        let mut rest = core;
        while let Some((before, (slot, after))) =
            rest.split_once('{').and_then(|(b, r)| r.split_once('}').map(|s| (b, s)))
        {
            self.literal(before);
            match (slot, subject, value) {
                ("S", Some(subject), _) => {
                    self.kept |= self.text.is_empty() && subject.category == "trigger";
                    self.text.push_str(&subject.text);
                }
                ("a S", Some(subject), _) => {
                    self.text.push_str(subject.indefinite.as_deref().unwrap_or(&subject.text));
                }
                ("S's", Some(subject), _) => self.text.push_str(&subject.possessive),
                ("V" | "E", _, Some(value)) => self.put(value),
                ("A", _, Some(value)) => {
                    self.text.push_str(article(&value.text));
                    self.put(value);
                }
                ("X", _, _) => self.literal(parameter),
                _ => {}
            }
            rest = after;
        }
        self.literal(rest);
    }

    fn put(&mut self, value: &Value) {
        let start = self.text.len();
        self.kept |= start == 0 && value.text.starts_with(char::is_lowercase);
        self.text.push_str(&value.text);
        self.value = Some(start..self.text.len());
    }

    /// Capital letter and full stop, as carefully as people are.
    fn finish(mut self, draw: &mut Draw, stop: &str, template: String) -> Sentence {
        if !self.casual {
            // Only ASCII letters are changed, so that the value's place stays right.
            if !self.kept && self.text.starts_with(|c: char| c.is_ascii_lowercase()) {
                self.text = capitalised(&self.text);
            }
            if !draw.chance(if self.kept { STOPLESS_WORD } else { STOPLESS }) {
                self.text.push_str(stop);
            }
        } else if draw.chance(0.3) {
            self.text.push_str(stop);
        }
        Sentence { text: self.text, value: self.value, template }
    }
}

/// "a " or "an ".
pub(crate) fn article(word: &str) -> &'static str {
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) || word.starts_with("un");
    if vowel { "an " } else { "a " }
}
