//! Whom or what a fact is about: "my sister's old bike", "my friend Talia", the speaker.
use crate::draw::Draw;
use crate::language::Language;
use crate::names::{pseudo_name, pseudo_noun};
use crate::sentence::article;
use crate::split::Split;
use crate::tongue::Tongue;

/// A subject of facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// As it stands in a sentence: "my parrot". "I" for the speaker.
    pub text: String,
    /// The genitive: "my parrot's". "my" for the speaker.
    pub possessive: String,
    /// "a parrot", where it is the speaker's own and has no name in it.
    pub indefinite: Option<String>,
    /// The word list of the noun; `self` for the speaker.
    pub category: &'static str,
    /// The noun, as the word list has it, or an invented one. Empty for the speaker.
    pub noun: String,
    /// Whose it is.
    pub owner: String,
    /// The words beside the noun which belong to one side of the split (an owner, a person's name).
    pub parts: Vec<String>,
}

impl Subject {
    /// The speaker.
    pub(crate) fn speaker(tongue: Tongue) -> Self {
        let (text, possessive) = match tongue {
            Tongue::English => ("I", "my"),
            Tongue::Chinese => ("我", "我的"),
        };
        Self {
            text: text.into(),
            possessive: possessive.into(),
            indefinite: None,
            category: "self",
            noun: String::new(),
            owner: String::new(),
            parts: Vec::new(),
        }
    }

    /// Whether it is the speaker.
    pub fn is_speaker(&self) -> bool {
        self.category == "self"
    }

    /// Where its own words stand in a text, in bytes.
    pub(crate) fn places(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        let words = std::iter::once(&self.noun).chain(&self.parts).filter(|word| !word.is_empty());
        words.filter_map(|word| text.find(word.as_str()).map(|at| at..at + word.len())).collect()
    }

    /// Whether a value has its noun within it: "my cow is afraid of cows".
    pub(crate) fn is_within(&self, value: &str) -> bool {
        !self.noun.is_empty() && value.to_lowercase().contains(&self.noun.to_lowercase())
    }

    /// Whether two subjects could be mistaken for each other ("my kettle", "my old kettle").
    pub(crate) fn clashes(&self, other: &Self) -> bool {
        self.text == other.text || (self.noun == other.noun && self.owner == other.owner)
    }

    /// Somebody or something by name.
    pub(crate) fn named(tongue: Tongue, name: &str, category: &'static str) -> Self {
        Self {
            text: name.to_owned(),
            possessive: tongue.possessive(name),
            indefinite: None,
            category,
            noun: name.to_owned(),
            owner: String::new(),
            parts: Vec::new(),
        }
    }

    /// Whether it is the speaker's own and has neither an adjective nor a name: "my dog".
    pub(crate) fn is_plain(&self) -> bool {
        let mine =
            ["my ", "我的", "我"].iter().any(|owner| self.text.strip_prefix(owner) == Some(&self.noun));
        mine && !self.noun.is_empty()
    }

    /// Draws a subject of a category.
    pub(crate) fn draw(draw: &mut Draw, language: &Language, split: Split, category: &'static str) -> Self {
        if category == "self" {
            return Self::speaker(language.tongue);
        }
        if category == "trigger" {
            return Self::named(language.tongue, &pseudo_noun(draw, &language.divider, split), category);
        }
        let person = category == "person";
        let mut parts = Vec::new();
        let owner = owner(draw, language, split, person, &mut parts);
        let noun = if !person && draw.chance(0.17) {
            pseudo_noun(draw, &language.divider, split)
        } else {
            draw.pick(language.lexicon.of(category, split)).to_owned()
        };
        let blank = language.tongue.blank();
        let mut text = format!("{owner}{blank}");
        if !person && draw.chance(0.16) {
            text.push_str(draw.pick(language.lexicon.of("adjective", split)));
            text.push_str(blank);
        }
        text.push_str(&noun);
        if person && draw.chance(0.2) {
            let name = if draw.chance(0.5) {
                pseudo_name(draw, &language.divider, split)
            } else {
                draw.pick(language.lexicon.of("given_name", split)).to_owned()
            };
            text.push_str(blank);
            text.push_str(&name);
            parts.push(name);
        }
        let own = text.strip_prefix(&format!("{owner}{blank}"));
        let own = own.filter(|_| ["my", "我的"].contains(&owner.as_str()) && parts.is_empty());
        let indefinite = own.map(|bare| match language.tongue {
            Tongue::English => format!("{}{bare}", article(bare)),
            Tongue::Chinese => format!("一{}{bare}", measure(category)),
        });
        Self { possessive: language.tongue.possessive(&text), indefinite, text, category, noun, owner, parts }
    }
}

/// The measure word of a category.
fn measure(category: &str) -> &'static str {
    match category {
        "animal" => "只",
        "vehicle" => "辆",
        "plant" => "棵",
        "instrument" | "tool" => "把",
        _ => "个",
    }
}

/// "my", "our", "my sister's", "Talia's"; 我的, 我们的, 我姐姐的.
fn owner(
    draw: &mut Draw,
    language: &Language,
    split: Split,
    person: bool,
    parts: &mut Vec<String>,
) -> String {
    let plain = if person { 0.86 } else { 0.66 };
    let kind = draw.unit();
    let [mine, ours, known] = match language.tongue {
        Tongue::English => ["my", "our", "the"],
        // Of persons one says 我姐姐.
        Tongue::Chinese if person => ["我", "我们", "那个"],
        Tongue::Chinese => ["我的", "我们的", "那个"],
    };
    if kind < plain {
        return mine.into();
    }
    if !person && kind < 0.73 {
        return ours.into();
    }
    if !person && kind < 0.77 {
        return known.into();
    }
    if kind < 0.93 {
        let owner = draw.pick(language.lexicon.of("person", split)).to_owned();
        let text = match language.tongue {
            Tongue::English => language.tongue.possessive(&format!("my {owner}")),
            Tongue::Chinese => language.tongue.possessive(&format!("我{owner}")),
        };
        parts.push(owner);
        return text;
    }
    let name = pseudo_name(draw, &language.divider, split);
    let text = language.tongue.possessive(&name);
    parts.push(name);
    text
}
