//! Ctrl-C: what runs for long looks whether it came, and ends with what it has.

use std::sync::atomic::{AtomicBool, Ordering};

static CAME: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C is only noted.
pub(crate) fn listen() {
    let _already_set = ctrlc::set_handler(|| CAME.store(true, Ordering::Relaxed));
}

/// Whether it was pressed.
pub(crate) fn came() -> bool {
    CAME.load(Ordering::Relaxed)
}
