//! The memory's weights for the page: drawn by the device that holds them where it can, else read back.

use crate::error::Result;
use crate::protocol::{ByLevel, ComparedLevel, Notice};
use crate::session::Page;
use nested_memory_model::compare::Difference;
use nested_memory_model::{Error, LEVELS, LevelName, Memory};
use serde_bytes::ByteBuf;

/// Shows a level's weights: the page draws them, or they are drawn for it.
///
/// # Errors
/// If the device fails.
pub async fn show(memory: &Memory, level: LevelName, page: &impl Page) -> Result<()> {
    if page.draws(memory, level) {
        for (block, levels) in memory.state.levels.iter().enumerate() {
            let [_, rows, columns] = levels[level.index()].memory.dims();
            page.tell(Notice::Weights { level, block, rows, columns, values: None });
        }
        return Ok(());
    }
    weights(memory, level).await?.into_iter().for_each(|notice| page.tell(notice));
    Ok(())
}

/// A level's weights, read back, one notice for each block that remembers.
///
/// # Errors
/// If the device fails.
pub async fn weights(memory: &Memory, level: LevelName) -> Result<Vec<Notice>> {
    let mut notices = Vec::with_capacity(memory.state.levels.len());
    for (block, levels) in memory.state.levels.iter().enumerate() {
        let tensor = levels[level.index()].memory.clone();
        let [_, rows, columns] = tensor.dims();
        let failed = |reason: String| Error::Device { reason };
        let data = tensor.into_data_async().await.map_err(|error| failed(format!("{error:?}")))?;
        let values =
            data.convert::<f32>().try_to_vec::<f32>().map_err(|error| failed(format!("{error:?}")))?;
        notices.push(Notice::Weights { level, block, rows, columns, values: Some(values) });
    }
    Ok(notices)
}

/// How the levels of two memories differ.
///
/// # Errors
/// If the device fails.
pub async fn difference(one: &Memory, other: &Memory) -> Result<Vec<ComparedLevel>> {
    let mut levels = Vec::new();
    for level in LevelName::ALL {
        for (one, other) in weights(one, level).await?.into_iter().zip(weights(other, level).await?) {
            let (
                Notice::Weights { block, rows, columns, values: Some(one), .. },
                Notice::Weights { values: Some(other), .. },
            ) = (one, other)
            else {
                continue;
            };
            let Difference { norms, change, values } = Difference::of(&one, &other);
            let values = ByteBuf::from(values.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>());
            levels.push(ComparedLevel { level, block, rows, columns, norms, change, values });
        }
    }
    Ok(levels)
}

/// ‖D‖ of every level and block. Only for memories that come from a file: afterwards each update tells the new one.
///
/// # Errors
/// If the device fails.
pub async fn norms(memory: &Memory) -> Result<Norms> {
    let mut norms = Norms::default();
    for level in LevelName::ALL {
        for notice in weights(memory, level).await? {
            if let Notice::Weights { values: Some(values), .. } = notice {
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

    /// Of each level over the blocks that remember.
    #[must_use]
    pub fn lengths(&self) -> [f32; LEVELS] {
        self.0.each_ref().map(|blocks| blocks.iter().map(|norm| norm * norm).sum::<f32>().sqrt())
    }

    /// As the page gets them.
    #[must_use]
    pub fn by_level(&self) -> ByLevel<Vec<f32>> {
        self.0.clone().into()
    }
}
