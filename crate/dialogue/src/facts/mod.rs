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
    /// The relation's place in the language's list.
    pub(crate) relation_index: usize,
}
