//! The memory's weights, read back from the device for the page to draw.

use crate::error::Result;
use crate::protocol::{ByLevel, Notice};
use nested_memory_model::{Error, LEVELS, LevelName, Memory};

/// A level's weights, one notice for each block.
///
/// # Errors
/// If the device fails.
pub async fn weights(memory: &Memory, level: LevelName) -> Result<Vec<Notice>> {
    let mut notices = Vec::with_capacity(memory.state.blocks.len());
    for (block, state) in memory.state.blocks.iter().enumerate() {
        let tensor = state.levels[level.index()].memory.clone();
        let [_, rows, columns] = tensor.dims();
        let failed = |reason: String| Error::Device { reason };
        let data = tensor.into_data_async().await.map_err(|error| failed(format!("{error:?}")))?;
        let values =
            data.convert::<f32>().try_to_vec::<f32>().map_err(|error| failed(format!("{error:?}")))?;
        notices.push(Notice::Weights { level, block, rows, columns, values });
    }
    Ok(notices)
}

/// ‖D‖ of every level and block. Only for memories that come from a file: afterwards each update tells the new one.
///
/// # Errors
/// If the device fails.
pub async fn norms(memory: &Memory) -> Result<Norms> {
    let mut norms = Norms::default();
    for level in LevelName::ALL {
        for notice in weights(memory, level).await? {
            if let Notice::Weights { values, .. } = notice {
                norms.0[level.index()].push(values.iter().map(|value| value * value).sum::<f32>().sqrt());
            }
        }
    }
    Ok(norms)
}

/// ‖D‖ by level and block.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Norms([Vec<f32>; LEVELS]);

impl Norms {
    /// Of a memory that knows nothing.
    #[must_use]
    pub fn zero(blocks: usize) -> Self {
        Self(std::array::from_fn(|_| vec![0.0; blocks]))
    }

    /// One has changed.
    pub fn set(&mut self, level: LevelName, block: usize, norm: f32) {
        if let Some(old) = self.0[level.index()].get_mut(block) {
            *old = norm;
        }
    }

    /// A level was wiped.
    pub fn wipe(&mut self, level: LevelName) {
        self.0[level.index()].fill(0.0);
    }

    /// As the page gets them.
    #[must_use]
    pub fn by_level(&self) -> ByLevel<Vec<f32>> {
        self.0.clone().into()
    }
}
