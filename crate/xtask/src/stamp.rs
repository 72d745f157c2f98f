//! Stamps: what a step was last made from, and what it made, so that it is not done twice.
//!
//! A step is fresh when both are unchanged. Looking at the outputs too means that deleting or editing one of them
//! brings the step back, with no `clean` command to know about.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

/// Folders that are made by a step, and never sources of one.
const NOT_SOURCES: [&str; 6] = ["node_modules", "dist", "dist-bench", "dist-widget", "dist-fake", "shots"];

/// The SHA-256 of something, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digest(String);

impl Digest {
    /// Of some bytes.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        Self::finish(Sha256::new().chain_update(bytes))
    }

    /// Of files and folders: their names relative to `root` and their contents. What is missing counts as missing.
    pub(crate) fn of_paths(root: &Path, paths: &[PathBuf]) -> Result<Self> {
        let mut files = Vec::new();
        for path in paths {
            collect(path, &mut files).with_context(|| format!("{} cannot be read.", path.display()))?;
        }
        files.sort();
        let mut hasher = Sha256::new();
        for file in files {
            let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            // The lengths keep a name and its content from running into each other.
            hasher.update((name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
            let mut content =
                File::open(&file).with_context(|| format!("{} cannot be read.", file.display()))?;
            let length = io::copy(&mut content, &mut hasher)
                .with_context(|| format!("{} cannot be read.", file.display()))?;
            hasher.update(length.to_le_bytes());
        }
        Ok(Self::finish(hasher))
    }

    /// The first eight digits, for names of folders.
    pub(crate) fn short(&self) -> &str {
        &self.0[..8]
    }

    fn finish(hasher: Sha256) -> Self {
        use fmt::Write as _;
        Self(hasher.finalize().iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
                collect(&entry.path(), files)?;
            }
        }
    }
    Ok(())
}

/// One step's memory of its last success.
#[derive(Debug)]
pub(crate) struct Stamp {
    file: PathBuf,
}

impl Stamp {
    /// The stamp called `name` in `folder`.
    pub(crate) fn new(folder: &Path, name: &str) -> Self {
        Self { file: folder.join(format!("{name}.stamp")) }
    }

    /// Whether the step was last done from these inputs and its outputs are as it left them.
    pub(crate) fn is_fresh(&self, inputs: &Digest, outputs: &Digest) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|text| text == Self::text(inputs, outputs))
    }

    /// Remembers a success.
    pub(crate) fn write(&self, inputs: &Digest, outputs: &Digest) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{} cannot be made.", folder.display()))?;
        }
        fs::write(&self.file, Self::text(inputs, outputs))
            .with_context(|| format!("{} cannot be written.", self.file.display()))
    }

    fn text(inputs: &Digest, outputs: &Digest) -> String {
        format!("made from {inputs}\nmade      {outputs}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::House;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("nm-xtask-stamp-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn digest(root: &Path) -> Digest {
        Digest::of_paths(root, &[root.to_path_buf()]).unwrap()
    }

    #[test]
    fn digest_of_bytes_is_sha256() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of_bytes(b"").to_string(), empty);
        assert_eq!(Digest::of_bytes(b"").short(), "e3b0c442");
    }

    #[test]
    fn digest_sees_contents_and_names_but_not_what_steps_make() {
        let root = folder("tree");
        fs::create_dir_all(root.join("src/deep")).unwrap();
        fs::write(root.join("src/deep/a.ts"), "one").unwrap();
        let first = digest(&root);
        fs::create_dir_all(root.join("node_modules/x")).unwrap();
        fs::write(root.join("node_modules/x/y.js"), "made").unwrap();
        assert_eq!(digest(&root), first, "what npm installs is no source");
        fs::write(root.join("src/deep/a.ts"), "two").unwrap();
        let second = digest(&root);
        assert_ne!(second, first);
        fs::rename(root.join("src/deep/a.ts"), root.join("src/deep/b.ts")).unwrap();
        assert_ne!(digest(&root), second);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn digest_tells_where_a_name_ends_and_its_content_begins() {
        let (one, other) = (folder("ends-1"), folder("ends-2"));
        fs::write(one.join("a"), "bc").unwrap();
        fs::write(other.join("ab"), "c").unwrap();
        assert_ne!(digest(&one), digest(&other));
        fs::remove_dir_all(one).unwrap();
        fs::remove_dir_all(other).unwrap();
    }

    #[test]
    fn stamp_is_fresh_only_for_the_same_inputs_and_outputs() {
        let root = folder("fresh");
        let stamp = Stamp::new(&House::at(&root, &root).memory(), "page");
        let (a, b) = (Digest::of_bytes(b"a"), Digest::of_bytes(b"b"));
        assert!(!stamp.is_fresh(&a, &b), "nothing was made yet");
        stamp.write(&a, &b).unwrap();
        assert!(stamp.is_fresh(&a, &b));
        assert!(!stamp.is_fresh(&b, &b), "other sources");
        assert!(!stamp.is_fresh(&a, &a), "somebody touched what was made");
        fs::remove_dir_all(root).unwrap();
    }
}
