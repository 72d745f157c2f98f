//! What can be said about a subject: one relation for each phrasing file, or for each parameter of one.
use crate::sections::Sections;
use std::sync::Arc;

/// A relation, such as "is called" or "the PIN of".
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    /// `family` or `family/parameter`.
    pub(crate) name: String,
    /// The phrasing file's name.
    pub(crate) family: &'static str,
    /// What stands for `{X}`.
    pub(crate) parameter: &'static str,
    /// The kind of value.
    pub(crate) value: &'static str,
    /// The categories of subjects that have it.
    pub(crate) subjects: Vec<&'static str>,
    /// Whether the speaker has it too.
    pub(crate) first_person: bool,
    /// How often it is taken, in comparison with others.
    pub(crate) weight: f64,
    /// A subject has only one relation of such a family (a lock has a PIN or a code, not both).
    pub(crate) exclusive: bool,
    /// A subject may have any number of values ("my friends"): together they are a list.
    pub(crate) many: bool,
    /// The acknowledgement of a telling.
    pub(crate) ack: &'static str,
    /// All phrasings of the family.
    pub(crate) phrasings: Arc<Sections>,
}

impl Relation {
    /// The relations of one phrasing file.
    pub(crate) fn read(family: &'static str, text: &'static str) -> Vec<Self> {
        let file = Arc::new(Sections::parse(text));
        let params: Vec<_> = file.header("params").split(',').map(str::trim).collect();
        let weight = file.header("weight").parse::<f64>().unwrap_or(1.0) / params.len() as f64;
        params
            .into_iter()
            .map(|param| {
                let (parameter, kind) = param.split_once('=').unwrap_or((param, file.header("value")));
                Self {
                    name: if param.is_empty() { family.to_owned() } else { format!("{family}/{parameter}") },
                    family,
                    parameter,
                    value: kind,
                    subjects: file.header("subjects").split_whitespace().collect(),
                    first_person: !file.lines("tell I").is_empty(),
                    weight,
                    exclusive: file.header("exclusive") == "yes",
                    many: file.header("many") == "yes",
                    ack: file.header("ack"),
                    phrasings: Arc::clone(&file),
                }
            })
            .collect()
    }

    /// The lines of a section, in the first person where the subject is the speaker.
    pub(crate) fn lines(&self, section: &str, first_person: bool) -> &[&'static str] {
        if first_person {
            self.phrasings.lines(&format!("{section} I"))
        } else {
            self.phrasings.lines(section)
        }
    }

    /// The frame of the answer, with `{V}` or `{A}`.
    pub(crate) fn answer(&self, first_person: bool) -> &'static str {
        let own = if first_person { self.phrasings.lines("answer I").first().copied() } else { None };
        own.unwrap_or_else(|| self.phrasings.header("answer"))
    }

    /// Whether it says what somebody or something is called.
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.family, "name" | "person_name")
    }

    /// Whether a subject of this category has the relation.
    pub(crate) fn suits(&self, category: &str) -> bool {
        if category == "self" { self.first_person } else { self.subjects.contains(&category) }
    }
}
