//! Copying what lies in a folder.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Copies the files of a folder that has no folders into another, which is made if need be.
pub(crate) fn copy_all(from: &Path, to: &Path) -> Result<()> {
    let copy = || -> std::io::Result<()> {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
        Ok(())
    };
    copy().with_context(|| format!("{} cannot be copied to {}.", from.display(), to.display()))
}
