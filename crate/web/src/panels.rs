//! The levels' pictures, where the device that holds the weights can draw them: on canvases that the page hands over.
//!
//! Two messages of the page have no number and no answer, and are served as soon as they are heard, in the middle of other
//! work: `panel` with the canvases of a level and block, and `palette` with the colours of a level.

use crate::device::Taken;
use nested_memory_model::{LevelName, Memory};
use wasm_bindgen::JsValue;

#[cfg(feature = "webgpu")]
mod drawn;

/// The pictures. Without a device that draws there are none, and the page draws by itself.
#[derive(Debug, Default)]
pub(crate) struct Panels {
    #[cfg(feature = "webgpu")]
    drawn: std::cell::RefCell<drawn::Drawn>,
}

#[cfg(feature = "webgpu")]
impl Panels {
    /// From now on this device draws, if it can.
    pub(crate) fn begin(&self, taken: &Taken) {
        self.drawn.borrow_mut().begin(taken.setup.clone());
    }

    /// The device is gone.
    pub(crate) fn end(&self) {
        self.drawn.take();
    }

    /// Serves a message, if it is about the pictures.
    pub(crate) fn hear(&self, message: &JsValue) -> bool {
        self.drawn.borrow_mut().hear(message)
    }

    /// Draws a level; `false` if nobody here does.
    pub(crate) fn show(&self, memory: &Memory, level: LevelName) -> bool {
        self.drawn.borrow_mut().show(memory, level)
    }
}

#[cfg(not(feature = "webgpu"))]
#[expect(clippy::unused_self, reason = "the other build draws")]
impl Panels {
    pub(crate) const fn begin(&self, _taken: &Taken) {}

    pub(crate) const fn end(&self) {}

    pub(crate) const fn hear(&self, _message: &JsValue) -> bool {
        false
    }

    pub(crate) const fn show(&self, _memory: &Memory, _level: LevelName) -> bool {
        false
    }
}
