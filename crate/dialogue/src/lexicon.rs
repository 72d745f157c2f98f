//! The word lists, one a category, each divided into training and held-out entries.
use crate::split::{Divider, Split};
use crate::tongue::Tongue;
use std::collections::{BTreeMap, HashSet};

macro_rules! lists {
    ($folder:literal) => {
        lists!($folder;
            "adjective", "allergen", "animal", "city", "clothes", "colour", "document", "drink", "event",
            "fear", "food", "furniture", "gadget", "given_name", "hobby", "instrument", "job", "keepsake",
            "kitchen", "language", "lock", "material", "person", "place", "plant", "spot", "subject", "tool",
            "toy", "vehicle", "world_name"
        )
    };
    ($folder:literal; $($name:literal),*) => {
        [$(($name, include_str!(concat!("lexicon/", $folder, "/", $name, ".txt")))),*]
    };
}

/// The lists of a language: the category's name and its text.
pub(crate) type Lists = [(&'static str, &'static str); 31];
/// English.
pub(crate) const ENGLISH: Lists = lists!("en");
/// 简体中文
pub(crate) const CHINESE: Lists = lists!("zh");

/// One list, divided.
#[derive(Clone, Debug, Default)]
struct Divided {
    train: Vec<&'static str>,
    held_out: Vec<&'static str>,
}

/// All lists of a language.
#[derive(Clone, Debug)]
pub(crate) struct Lexicon {
    lists: BTreeMap<&'static str, Divided>,
}

/// The entries of a list's text: separated by commas or line ends, `#` starts a comment.
pub(crate) fn entries(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|l| !l.starts_with('#'))
        .flat_map(|l| l.split(','))
        .map(str::trim)
        .filter(|e| !e.is_empty())
}

impl Lexicon {
    /// Divides the lists. Adjectives are shared: they stand on both sides.
    pub(crate) fn new(sources: &[(&'static str, &'static str)], divider: &Divider) -> Self {
        let held: HashSet<String> = sources
            .iter()
            .flat_map(|(_, text)| entries(text))
            .filter(|e| !e.contains(' ') && divider.side(e) == Split::HeldOut)
            .map(str::to_lowercase)
            .collect();
        let has_held_out_part = |entry: &str| match divider.tongue() {
            Tongue::English => entry.split([' ', '-']).any(|w| held.contains(&w.to_lowercase())),
            Tongue::Chinese => {
                divider.hides_a_name(entry) || held.iter().any(|held| entry.contains(held.as_str()))
            }
        };
        let mut lists = BTreeMap::new();
        for (name, text) in sources {
            let list: &mut Divided = lists.entry(*name).or_default();
            let mut seen = HashSet::new();
            for entry in entries(text).filter(|e| seen.insert(*e)) {
                if *name == "adjective" {
                    list.train.push(entry);
                    list.held_out.push(entry);
                } else if divider.side(entry) == Split::HeldOut {
                    list.held_out.push(entry);
                } else if !has_held_out_part(entry) {
                    // A training compound with a held-out part ("car key" where "car" is held out) is dropped.
                    list.train.push(entry);
                }
            }
        }
        Self { lists }
    }

    /// The entries of a category on one side; empty for an unknown category.
    pub(crate) fn of(&self, category: &str, split: Split) -> &[&'static str] {
        match (self.lists.get(category), split) {
            (Some(list), Split::Train) => &list.train,
            (Some(list), Split::HeldOut) => &list.held_out,
            (None, _) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::language::Language;
    use crate::lexicon::{CHINESE, ENGLISH};
    use crate::split::Split;
    use crate::tongue::Tongue;

    #[test]
    fn every_list_has_entries_on_both_sides() {
        for (tongue, lists) in [(Tongue::English, ENGLISH), (Tongue::Chinese, CHINESE)] {
            let lexicon = &Language::of(tongue).lexicon;
            for (name, _) in lists {
                let (train, held) =
                    (lexicon.of(name, Split::Train).len(), lexicon.of(name, Split::HeldOut).len());
                assert!(train >= 25 && held >= 3, "{tongue:?} {name}: {train} and {held}");
            }
        }
    }

    #[test]
    fn there_are_many_words() {
        use crate::lexicon::entries;
        use std::collections::HashSet;
        let values = [
            "adjective",
            "allergen",
            "city",
            "colour",
            "drink",
            "fear",
            "food",
            "given_name",
            "hobby",
            "job",
            "language",
            "material",
            "person",
            "spot",
            "subject",
            "world_name",
        ];
        let nouns: HashSet<&str> =
            ENGLISH.iter().filter(|(n, _)| !values.contains(n)).flat_map(|(_, t)| entries(t)).collect();
        assert!(nouns.len() >= 1500, "{}", nouns.len());
        for (name, least) in
            [("city", 150), ("colour", 60), ("food", 200), ("job", 120), ("adjective", 120), ("person", 80)]
        {
            let words = ENGLISH.iter().filter(|(n, _)| *n == name).flat_map(|(_, t)| entries(t)).count();
            assert!(words >= least, "{name}: {words}");
        }
    }

    #[test]
    fn every_relation_has_many_phrasings_on_both_sides() {
        use crate::split::phrasing_side;
        let languages = [Tongue::English, Tongue::Chinese].map(Language::of);
        for (language, relation) in languages.iter().flat_map(|l| l.relations.iter().map(move |r| (l, r))) {
            for (section, least) in [("tell", 24), ("ask", 24), ("ask that", 24), ("first", 12), ("fix", 12)]
            {
                let opening = match section {
                    "tell" | "first" => "tell",
                    other => other,
                };
                for me in [false, true] {
                    let key = crate::sentence::key(relation, section, opening, me);
                    let openers = language.openers.lines(opening).iter().chain([&""]);
                    let combined =
                        openers.flat_map(|o| relation.lines(section, me).iter().map(move |c| (o, c)));
                    let (train, held): (Vec<_>, Vec<_>) = combined.partition(|(o, c)| {
                        let template = format!("{key}: {o}|{c}");
                        phrasing_side(&template, o, c, relation.lines(section, me)) == Split::Train
                    });
                    let told = section != "fix" || !relation.many;
                    let expected =
                        told && if me { relation.first_person } else { relation.subjects != ["self"] };
                    assert!(
                        !expected || train.len() >= least,
                        "{} {section}: {}",
                        relation.name,
                        train.len()
                    );
                    assert!(!expected || !held.is_empty(), "{} {section}: nothing held out", relation.name);
                }
            }
        }
    }
}
