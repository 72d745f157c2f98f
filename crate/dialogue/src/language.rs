//! A language of conversations: its word lists, relations and phrasings. Another one is another folder of each kind of
//! files and another [`Tongue`].
use crate::facts::relation::Relation;
use crate::lexicon::{self, Lexicon};
use crate::sections::Sections;
use crate::split::Divider;
use crate::tongue::Tongue;
use std::sync::OnceLock;

macro_rules! phrasings {
    ($folder:literal) => {
        Phrasings {
            families: phrasings!($folder; "afraid", "age", "allergic", "birthday", "brand", "code", "colour",
                "comes_from", "event_date", "event_time", "favourite", "gift", "job", "kept", "likes", "lives_in",
                "made_of", "name", "person_name", "plays", "price", "speaks", "trip"),
            openers: include_str!(concat!("phrasing/", $folder, "/opener.txt")),
            small_talk: include_str!(concat!("phrasing/", $folder, "/small_talk.txt")),
            unknown: include_str!(concat!("phrasing/", $folder, "/unknown.txt")),
            forget: include_str!(concat!("phrasing/", $folder, "/forget.txt")),
            trail: include_str!(concat!("phrasing/", $folder, "/trail.txt")),
            later: phrasings!($folder; "habit", "friends", "list", "dislikes", "drinks", "eats", "rises",
                "studies", "works_at"),
            inverse: include_str!(concat!("phrasing/", $folder, "/inverse.txt")),
            interest: include_str!(concat!("phrasing/", $folder, "/interest.txt")),
            profile: include_str!(concat!("phrasing/", $folder, "/profile.txt")),
        }
    };
    ($folder:literal; $($name:literal),*) => {
        [$(($name, include_str!(concat!("phrasing/", $folder, "/", $name, ".txt")))),*]
    };
}

/// The phrasing files of one language.
struct Phrasings {
    families: [(&'static str, &'static str); 23],
    openers: &'static str,
    small_talk: &'static str,
    unknown: &'static str,
    forget: &'static str,
    /// Apart from the openers, which make words shared.
    trail: &'static str,
    /// Families that came after base v1.
    later: [(&'static str, &'static str); 9],
    inverse: &'static str,
    interest: &'static str,
    profile: &'static str,
}

const ENGLISH: Phrasings = phrasings!("en");
const CHINESE: Phrasings = phrasings!("zh");

/// Everything that a generator of conversations knows of one language.
#[derive(Clone, Debug)]
pub(crate) struct Language {
    /// Which one it is.
    pub(crate) tongue: Tongue,
    /// Who is on which side.
    pub(crate) divider: Divider,
    /// The word lists.
    pub(crate) lexicon: Lexicon,
    /// The relations.
    pub(crate) relations: Vec<Relation>,
    /// What stands before and after a sentence.
    pub(crate) openers: Sections,
    /// What people go on with behind a value.
    pub(crate) trails: Sections,
    /// Small talk: reply and lines.
    pub(crate) small_talk: Vec<(&'static str, Vec<&'static str>)>,
    /// What stands before a line of small talk.
    pub(crate) small_talk_openers: Vec<&'static str>,
    /// The answer when nothing was told.
    pub(crate) unknown: &'static str,
    /// What asks to forget, and what follows it.
    pub(crate) forget: Sections,
    /// The answer to that.
    pub(crate) forgotten: &'static str,
    /// Questions for whom something is true, by family.
    pub(crate) inverse: Sections,
    /// Topics, how one dwells on them, and questions for what a person seems to like.
    pub(crate) interest: Sections,
    /// Topics: name and what belongs to it.
    pub(crate) topics: Vec<(&'static str, Vec<&'static str>)>,
    /// Questions for all that a person told of themselves.
    pub(crate) profile: Sections,
}

impl Language {
    /// A language, read once.
    pub(crate) fn of(tongue: Tongue) -> &'static Self {
        static ENGLISH_LANGUAGE: OnceLock<Language> = OnceLock::new();
        static CHINESE_LANGUAGE: OnceLock<Language> = OnceLock::new();
        match tongue {
            Tongue::English => {
                ENGLISH_LANGUAGE.get_or_init(|| Self::read(tongue, &ENGLISH, &lexicon::ENGLISH))
            }
            Tongue::Chinese => {
                CHINESE_LANGUAGE.get_or_init(|| Self::read(tongue, &CHINESE, &lexicon::CHINESE))
            }
        }
    }

    fn read(tongue: Tongue, phrasings: &Phrasings, lists: &[(&'static str, &'static str)]) -> Self {
        let adjectives = lists.iter().filter(|(name, _)| *name == "adjective").map(|(_, text)| *text);
        let Phrasings { families, openers, small_talk, unknown, forget, .. } = phrasings;
        let interest = Sections::parse(phrasings.interest);
        let topics = interest.blocks().filter(|(name, _, _)| *name == "topic");
        let topics = topics.map(|(_, topic, entities)| (topic, entities.to_vec())).collect();
        // What came after base v1 was trained makes no word shared, or its held-out words would be others.
        let forget = Sections::parse(forget);
        let templates = families.iter().map(|(_, text)| *text).chain([*openers, *small_talk, *unknown]);
        let divider = Divider::new(tongue, templates.chain(adjectives), lists.iter().map(|(_, text)| *text));
        let talk = Sections::parse(small_talk);
        Self {
            tongue,
            lexicon: Lexicon::new(lists, &divider),
            divider,
            relations: families
                .iter()
                .chain(&phrasings.later)
                .flat_map(|(name, text)| Relation::read(name, text))
                .collect(),
            openers: Sections::parse(openers),
            trails: Sections::parse(phrasings.trail),
            small_talk: talk
                .blocks()
                .filter(|(name, _, _)| *name == "reply")
                .map(|(_, reply, lines)| (reply, lines.to_vec()))
                .collect(),
            small_talk_openers: talk.lines("openers").to_vec(),
            unknown: unknown.lines().find(|l| !l.starts_with('#')).unwrap_or_default(),
            forgotten: forget.header("ack"),
            forget,
            inverse: Sections::parse(phrasings.inverse),
            topics,
            interest,
            profile: Sections::parse(phrasings.profile),
        }
    }

    /// Whether one can ask for whom such a relation is true.
    pub(crate) fn is_inverse(&self, relation: &Relation) -> bool {
        !self.inverse.lines(&format!("{} ask", relation.family)).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{CHINESE, Language};
    use crate::split::{Split, words};
    use crate::tongue::Tongue;

    /// They came after base v1 was trained, so they do not make any word shared: none may be held out.
    #[test]
    fn no_word_that_asks_to_forget_is_held_out() {
        let Language { divider, forget, forgotten, .. } = Language::of(Tongue::English);
        for word in forget.blocks().flat_map(|(_, _, lines)| lines).chain([forgotten]).flat_map(|l| words(l))
        {
            assert_eq!(divider.side(&word), Split::Train, "{word}");
        }
        let lexicon = &Language::of(Tongue::Chinese).lexicon;
        for (name, _) in crate::lexicon::CHINESE {
            for word in lexicon.of(name, Split::HeldOut) {
                assert!(word.chars().count() < 2 || !CHINESE.forget.contains(word), "{word}");
            }
        }
    }
}
