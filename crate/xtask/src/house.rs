//! Where things are: the workspace and the folder it builds into.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::stamp::Digest;

/// The workspace's root and its target folder.
#[derive(Debug, Clone)]
pub(crate) struct House {
    root: PathBuf,
    target: PathBuf,
}

impl House {
    /// Finds the workspace from what cargo says, or from the current folder upwards.
    pub(crate) fn find() -> Result<Self> {
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            // Read at run time: clones that share a target folder may share the compiled program too.
            Some(folder) => PathBuf::from(folder),
            None => env::current_dir().context("The current folder cannot be read.")?,
        };
        let root = workspace_above(&start).with_context(|| {
            format!("No workspace at or above {}. Run this inside the project.", start.display())
        })?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => env::current_dir().context("The current folder cannot be read.")?.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// A house at a given place, for tests.
    #[cfg(test)]
    pub(crate) fn at(root: &Path, target: &Path) -> Self {
        Self { root: root.to_path_buf(), target: target.to_path_buf() }
    }

    /// The workspace's root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where cargo builds.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The page's sources.
    pub(crate) fn www(&self) -> PathBuf {
        self.root.join("www")
    }

    /// The built page.
    pub(crate) fn dist(&self) -> PathBuf {
        self.www().join("dist")
    }

    /// The built package for other people's pages.
    pub(crate) fn widget_dist(&self) -> PathBuf {
        self.www().join("dist-widget")
    }

    /// The JavaScript side of the wasm module, written by wasm-bindgen.
    pub(crate) fn generated(&self) -> PathBuf {
        self.www().join("src").join("generated")
    }

    /// The tests that drive a real browser.
    pub(crate) fn browser_tests(&self) -> PathBuf {
        self.root.join("tests").join("browser")
    }

    /// The built bench page.
    pub(crate) fn bench_dist(&self) -> PathBuf {
        self.www().join("dist-bench")
    }

    /// What drives the bench page, and its tests.
    pub(crate) fn bench_tests(&self) -> PathBuf {
        self.root.join("tests").join("bench")
    }

    /// Where the browser tests put pictures of the page.
    pub(crate) fn screenshots(&self) -> PathBuf {
        self.target.join("screenshots")
    }

    /// Where people look for them, should the target folder be elsewhere.
    pub(crate) fn screenshots_for_people(&self) -> PathBuf {
        self.root.join("target").join("screenshots")
    }

    /// What xtask remembers between runs. Clones may share a target folder, so each has its own place in it.
    pub(crate) fn memory(&self) -> PathBuf {
        let clone = Digest::of_bytes(self.root.as_os_str().as_encoded_bytes());
        self.target.join("xtask").join(clone.short())
    }
}

fn workspace_above(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|folder| declares_workspace(&folder.join("Cargo.toml"))).map(Path::to_path_buf)
}

fn declares_workspace(manifest: &Path) -> bool {
    fs::read_to_string(manifest).is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workspace_is_found_from_a_member() {
        let member = env::current_dir().unwrap();
        assert_eq!(workspace_above(&member.join("src")).as_deref(), member.ancestors().nth(2));
    }

    #[test]
    fn clones_that_share_a_target_folder_do_not_share_memories() {
        let target = Path::new("/cache/target");
        let one = House::at(Path::new("/a"), target);
        let other = House::at(Path::new("/b"), target);
        assert_ne!(one.memory(), other.memory());
    }
}
