//! Facts: a subject, a relation, a value.
pub(crate) mod relation;
pub(crate) mod subject;
pub(crate) mod value;

pub use subject::Subject;
pub use value::Value;

/// Something that can be told, asked and corrected.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Whom or what it is about.
    pub subject: Subject,
    /// The relation's name, for example `code/PIN`.
    pub relation: String,
    /// The present value (the newest after a correction).
    pub value: Value,
    /// The values before the present one, oldest first.
    pub former: Vec<Value>,
    /// Whether the person asked to forget it.
    pub forgotten: bool,
    /// Whose name the subject is: "Rex" is "my dog".
    pub alias: Option<Subject>,
    /// Whether it is among what the person told of themselves.
    pub profile: bool,
    /// Whether its telling can be found by its value: then one may ask for whom it is true.
    pub(crate) inverse: bool,
    /// The relation's place in the language's list.
    pub(crate) relation_index: usize,
}

impl Fact {
    /// Whether it is about this subject, under whatever name.
    pub(crate) fn is_about(&self, subject: &Subject) -> bool {
        self.subject == *subject || self.alias.as_ref() == Some(subject)
    }

    /// Whether its value is what it was when it was told.
    pub(crate) fn stands(&self) -> bool {
        self.former.is_empty() && !self.forgotten
    }
}
