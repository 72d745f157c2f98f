//! Several pages with one memory: one writes, the others hear of it and follow.

use crate::js;
use crate::lock::{self, Release};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, MessageEvent};

/// What other pages do to this one.
#[derive(Debug)]
pub(crate) enum Nudge {
    /// Another page has written.
    News,
    /// The page that wrote is gone; this one may.
    Free(Release),
}

/// Whoever is told of other pages.
#[derive(Clone)]
pub(crate) struct Nudges(Rc<dyn Fn(Nudge)>);

impl Nudges {
    /// Tells somebody.
    pub(crate) fn new(tell: impl Fn(Nudge) + 'static) -> Self {
        Self(Rc::new(tell))
    }
}

impl std::fmt::Debug for Nudges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Nudges")
    }
}

/// Where the pages with one memory hear of each other; none in browsers without channels.
#[derive(Debug)]
pub(crate) struct Channel(Option<BroadcastChannel>);

impl Channel {
    /// Of a key.
    pub(crate) fn open(key: &str) -> Self {
        let known = js::property(&js_sys::global(), "BroadcastChannel").is_some();
        Self(known.then(|| BroadcastChannel::new(&format!("nested-memory:{key}")).ok()).flatten())
    }

    /// Says that something was written.
    pub(crate) fn tell(&self) {
        if let Some(channel) = &self.0 {
            // A channel that is closed has nobody to tell.
            let _told = channel.post_message(&JsValue::TRUE);
        }
    }

    /// Hears, from now on, that something was written elsewhere.
    pub(crate) fn hear(&self, nudges: &Nudges) {
        let Some(channel) = &self.0 else { return };
        let Nudges(tell) = nudges.clone();
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |_| tell(Nudge::News));
        channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        // As long as the worker lives, or the channel is open.
        hear.forget();
    }

    /// Says and hears nothing any more.
    pub(crate) fn close(&self) {
        if let Some(channel) = &self.0 {
            channel.close();
        }
    }
}

/// Waits for the page that writes to go away, however long that takes.
pub(crate) fn wait(key: &str, nudges: &Nudges) {
    let (key, Nudges(tell)) = (key.to_owned(), nudges.clone());
    spawn_local(async move {
        if let Some(release) = lock::wait(&key).await {
            tell(Nudge::Free(release));
        }
    });
}
