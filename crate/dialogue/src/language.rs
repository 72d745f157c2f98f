//! A language of conversations: its word lists, relations and phrasings. English is the only one so far; another
//! one is another set of files and another constructor here.
use crate::facts::relation::Relation;
use crate::lexicon::{ENGLISH, Lexicon};
use crate::sections::Sections;
use crate::split::Divider;
use std::sync::OnceLock;

macro_rules! families {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!(concat!("phrasing/en/", $name, ".txt")))),*] };
}

const FAMILIES: [(&str, &str); 23] = families![
    "afraid",
    "age",
    "allergic",
    "birthday",
    "brand",
    "code",
    "colour",
    "comes_from",
    "event_date",
    "event_time",
    "favourite",
    "gift",
    "job",
    "kept",
    "likes",
    "lives_in",
    "made_of",
    "name",
    "person_name",
    "plays",
    "price",
    "speaks",
    "trip",
];
const OPENERS: &str = include_str!("phrasing/en/opener.txt");
const SMALL_TALK: &str = include_str!("phrasing/en/small_talk.txt");
const UNKNOWN: &str = include_str!("phrasing/en/unknown.txt");

/// Everything that a generator of conversations knows of one language.
#[derive(Clone, Debug)]
pub(crate) struct Language {
    /// Who is on which side.
    pub(crate) divider: Divider,
    /// The word lists.
    pub(crate) lexicon: Lexicon,
    /// The relations.
    pub(crate) relations: Vec<Relation>,
    /// What stands before and after a sentence.
    pub(crate) openers: Sections,
    /// Small talk: reply and lines.
    pub(crate) small_talk: Vec<(&'static str, Vec<&'static str>)>,
    /// What stands before a line of small talk.
    pub(crate) small_talk_openers: Vec<&'static str>,
    /// The answer when nothing was told.
    pub(crate) unknown: &'static str,
}

impl Language {
    /// English, read once.
    pub(crate) fn english() -> &'static Self {
        static ENGLISH_LANGUAGE: OnceLock<Language> = OnceLock::new();
        ENGLISH_LANGUAGE.get_or_init(|| {
            let adjectives = ENGLISH.iter().filter(|(name, _)| *name == "adjective").map(|(_, text)| *text);
            let templates = FAMILIES.iter().map(|(_, text)| *text).chain([OPENERS, SMALL_TALK, UNKNOWN]);
            let lists = ENGLISH.iter().map(|(_, text)| *text);
            let divider = Divider::new(templates.chain(adjectives), lists);
            let talk = Sections::parse(SMALL_TALK);
            Self {
                lexicon: Lexicon::new(&ENGLISH, &divider),
                divider,
                relations: FAMILIES.iter().flat_map(|(name, text)| Relation::read(name, text)).collect(),
                openers: Sections::parse(OPENERS),
                small_talk: talk
                    .blocks()
                    .filter(|(name, _, _)| *name == "reply")
                    .map(|(_, reply, lines)| (reply, lines.to_vec()))
                    .collect(),
                small_talk_openers: talk.lines("openers").to_vec(),
                unknown: UNKNOWN.lines().find(|l| !l.starts_with('#')).unwrap_or_default(),
            }
        })
    }
}
