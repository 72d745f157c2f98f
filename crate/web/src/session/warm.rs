//! Compiling before it is needed: a GPU's programs are made when they are first used, which takes a moment for each.

use super::{Model, UNSPEAKABLE};
use crate::error::Result;
use nested_memory_dialogue::{ASSISTANT, END, USER};
use nested_memory_model::{Levels, Memory, Sampling, Words, end_conversation, observe, speak};

impl Model {
    /// Hears, answers and forgets, with a memory of its own: whatever the person does next, the device has done before.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn warm(&self) -> Result<()> {
        let said = [USER, END, ASSISTANT];
        let (memory, _) = observe(&self.base, Memory::new(&self.base), &said, Levels::On).await?;
        let words = Words { most: 1, end: END, forbidden: &UNSPEAKABLE, sampling: Sampling::GREEDY };
        speak(&self.base, &memory, Levels::On, words).await?;
        end_conversation(&self.base, memory, Levels::On).await?;
        Ok(())
    }
}
