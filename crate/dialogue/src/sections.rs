//! The small text format of the phrasing files: `key: value` lines, then `[section]` blocks of one entry a line.
use std::collections::BTreeMap;

/// A parsed file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sections {
    headers: BTreeMap<&'static str, &'static str>,
    blocks: Vec<(&'static str, &'static str, Vec<&'static str>)>,
}

impl Sections {
    /// Reads a file. A block's header may carry a text after the bracket (`[reply] Hello!`). An `answer I` block
    /// has one line, like a header.
    pub(crate) fn parse(text: &'static str) -> Self {
        let mut all = Self::default();
        for line in text.lines().map(str::trim_end).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            if let Some((name, rest)) = line.strip_prefix('[').and_then(|l| l.split_once(']')) {
                all.blocks.push((name, rest.trim(), Vec::new()));
            } else if let Some((_, _, lines)) = all.blocks.last_mut() {
                lines.push(line);
            } else if let Some((key, value)) = line.split_once(':') {
                all.headers.insert(key.trim(), value.trim());
            }
        }
        all
    }

    /// A header's value, empty if it is missing.
    pub(crate) fn header(&self, key: &str) -> &'static str {
        self.headers.get(key).copied().unwrap_or_default()
    }

    /// The lines of the block of that name, empty if it is missing.
    pub(crate) fn lines(&self, name: &str) -> &[&'static str] {
        self.blocks.iter().find(|(n, _, _)| *n == name).map_or(&[], |(_, _, l)| l)
    }

    /// All blocks: name, text after the bracket, lines.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = (&'static str, &'static str, &[&'static str])> {
        self.blocks.iter().map(|(n, r, l)| (*n, *r, l.as_slice()))
    }
}
