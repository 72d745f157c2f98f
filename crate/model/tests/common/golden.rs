//! The memory that the golden snapshots hold.

use nested_memory_model::{Base, Levels, Memory, end_conversation, observe};
use pollster::block_on;

/// What it heard: a conversation, and the beginning of a second one.
const HEARD: [&[u32]; 2] = [&[1, 5, 9, 13, 2, 7, 8, 3, 1, 4, 6], &[1, 11, 12]];

/// The memory, learned now.
pub(crate) fn learned(base: &Base) -> Memory {
    let [first, second] = HEARD;
    let memory = block_on(observe(base, Memory::new(base), first, Levels::On)).unwrap().0;
    let memory = block_on(end_conversation(base, memory, Levels::On)).unwrap().0;
    block_on(observe(base, memory, second, Levels::On)).unwrap().0
}
