//! Inputs that failed once are kept for ever, and read again by the tests.

use nested_memory_model::base::sha256;
use std::path::Path;

/// Writes an input under the name of its hash and tells where; a folder that cannot be written to is told instead.
pub(super) fn keep(folder: &Path, input: &[u8]) -> String {
    let path = folder.join(format!("{:.16}", sha256(input)));
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, input));
    match written {
        Ok(()) => path.display().to_string(),
        Err(error) => format!("nothing ({}: {error})", path.display()),
    }
}

/// What is kept in a folder, by name; nothing where there is none.
pub(super) fn kept(folder: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.iter().map(|path| super::cases::read(path)).collect()
}
