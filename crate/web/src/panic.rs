//! A panic is told to the page before the worker is gone, and to the console for whoever mends it.

use crate::port;
use crate::protocol::{Answer, Failure};
use std::panic::{self, PanicHookInfo};

/// From now on panics are told.
pub(crate) fn install() {
    panic::set_hook(Box::new(|info| {
        tell(info);
        console_error_panic_hook::hook(info);
    }));
}

fn tell(info: &PanicHookInfo<'_>) {
    let place =
        info.location().map(|place| format!(" ({}:{})", place.file(), place.line())).unwrap_or_default();
    let words = info.payload_as_str().unwrap_or("the model stopped");
    let error = Failure {
        code: "panic",
        message: format!("{words}{place}"),
        kept: "Everything that was saved is safe.",
        advice: "Reload the page to go on from there.",
    };
    port::answer(&Answer::Error { id: None, error });
}
