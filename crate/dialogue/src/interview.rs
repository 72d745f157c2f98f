//! What one says of more than one thing: how a list is begun, and what to ask oneself to know what one knows of somebody.
use crate::facts::Subject;
use crate::facts::relation::Relation;
use crate::language::Language;
use crate::names::capitalised;
use crate::tongue::Tongue;

/// How answers that are more than one thing are spelled. Each is said as an answer is: in English with a blank before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interview {
    /// What stands before the items of a list: " Let me think:".
    pub opening: String,
    /// Between two of them.
    pub between: &'static str,
    /// After the last, and after a sentence.
    pub stop: &'static str,
    /// The answer to a question for all that a person told of themselves: " Let me see."
    pub promise: String,
    /// What is asked then, and what stands before the answer: "Where do I live?" and " You live in".
    pub inquiries: Vec<(String, String)>,
    /// What stands before a topic that a person leans to, among all that is known of them: " You seem to like".
    pub leans: String,
    /// Between a topic that a person leans to and what of it: ", above all".
    pub above: String,
    /// Topics, and what belongs to each.
    pub topics: Vec<(String, Vec<String>)>,
}

impl Interview {
    /// In one language: every relation that a speaker may have, in the plainest words.
    #[must_use]
    pub fn new(tongue: Tongue) -> Self {
        let language = Language::of(tongue);
        let [between, stop] = tongue.points();
        let asks = tongue.ask_stop("", false);
        let me = Subject::speaker(tongue);
        // Lists are too easily taken for one another to be told unasked.
        let own = language.relations.iter().filter(|relation| relation.suits(me.category) && !relation.many);
        let inquiries = own.map(|relation| {
            let ask = relation.lines("ask", true).first().copied().unwrap_or_default();
            let ask = ask.replace("{X}", relation.parameter);
            (format!("{}{asks}", capitalised(&ask)), format!("{}{}", tongue.blank(), known(relation)))
        });
        let said = |name| format!("{}{}", tongue.blank(), language.profile.header(name));
        Self {
            opening: said("opening"),
            between,
            stop,
            promise: said("promise"),
            inquiries: inquiries.collect(),
            leans: said("leans"),
            above: above(language),
            topics: language.topics.iter().map(|(name, things)| topic(tongue, name, things)).collect(),
        }
    }
}

/// What stands between the two in the answer of interests.
fn above(language: &Language) -> String {
    let frame = language.interest.header("answer");
    let between = frame.split("{T}").nth(1).and_then(|rest| rest.split("{E}").next());
    between.unwrap_or_default().trim_end().to_owned()
}

/// A topic and its things, spelled as an answer has them.
fn topic(tongue: Tongue, name: &str, things: &[&str]) -> (String, Vec<String>) {
    let said = |name: &str| format!("{}{name}", tongue.blank());
    (said(name), things.iter().map(|thing| said(thing)).collect())
}

/// What stands before the value when a person is told what they have said of themselves: "You live in".
pub(crate) fn known(relation: &Relation) -> String {
    capitalised(&relation.phrasings.header("known").replace("{X}", relation.parameter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_relation_of_a_speaker_can_be_asked_and_told() {
        for tongue in [Tongue::English, Tongue::Chinese] {
            let it = Interview::new(tongue);
            assert!(it.opening.ends_with([':', '：']) && it.promise.ends_with(it.stop));
            assert!(it.inquiries.len() > 20);
            for (ask, tell) in &it.inquiries {
                let sound = |text: &str| text.chars().count() > 1 && !text.contains(['{', '}']);
                assert!(sound(ask) && sound(tell) && ask.ends_with(['?', '？']), "{ask} {tell}");
            }
            let mut asks: Vec<&String> = it.inquiries.iter().map(|(ask, _)| ask).collect();
            asks.sort();
            asks.dedup();
            assert_eq!(asks.len(), it.inquiries.len());
        }
        let english = Interview::new(Tongue::English);
        assert!(english.inquiries.contains(&("Where do I live?".to_owned(), " You live in".to_owned())));
        assert_eq!(english.opening, " Let me think:");
    }
}
