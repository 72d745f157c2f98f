//! One writer for each memory: the first page that opens a key holds a lock for as long as it lives.

use crate::js::{self, LockManager};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// How long to wait for a page that is just going away, as it does when it is reloaded; milliseconds.
const PATIENCE: u32 = 2_000;

/// Whether this page may write.
pub(crate) enum Claim {
    /// It may, until the claim is released.
    Held(Release),
    /// Another page does.
    Taken,
    /// This browser has no locks, or not here. The store notices other writers by itself.
    Unknown,
}

/// Gives the lock back.
pub(crate) struct Release(Function);

impl Release {
    /// Lets another page write.
    pub(crate) fn now(&self) {
        let _released = self.0.call0(&JsValue::UNDEFINED);
    }
}

impl std::fmt::Debug for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Release")
    }
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Held(_) => "Held",
            Self::Taken => "Taken",
            Self::Unknown => "Unknown",
        })
    }
}

/// A promise and what settles it.
fn deferred() -> (Promise, Function) {
    let mut settle = None;
    let promise = Promise::new(&mut |resolve, _| settle = Some(resolve));
    // A promise calls back before it is there; the default is never needed, and would be no function.
    (promise, settle.unwrap_or_else(|| JsValue::UNDEFINED.unchecked_into()))
}

/// Claims a key: waits for a page that is just going away, and no longer.
pub(crate) async fn claim(key: &str) -> Claim {
    let signal = js::signal_after(PATIENCE);
    request(key, if signal.is_undefined() { ("ifAvailable", true.into()) } else { ("signal", signal) }).await
}

/// Waits until the key is free, however long that takes; `None` if this browser has no locks, or not here.
pub(crate) async fn wait(key: &str) -> Option<Release> {
    match request(key, ("mode", "exclusive".into())).await {
        Claim::Held(release) => Some(release),
        Claim::Taken | Claim::Unknown => None,
    }
}

/// Asks for the lock of a key.
async fn request(key: &str, option: (&str, JsValue)) -> Claim {
    let Some(locks) = js::of_navigator("locks") else { return Claim::Unknown };
    let ((held, release), (granted, grant)) = (deferred(), deferred());
    let callback = Closure::once_into_js(move |lock: JsValue| -> Promise {
        let _told = grant.call1(&JsValue::UNDEFINED, &(!lock.is_null()).into());
        if lock.is_null() { Promise::resolve(&JsValue::NULL) } else { held }
    });
    let (name, options) = (format!("nested-memory:{key}"), js::object(&[option]));
    let Ok(request) = locks.unchecked_ref::<LockManager>().request(&name, &options, callback.unchecked_ref())
    else {
        return Claim::Unknown;
    };
    match JsFuture::from(Promise::race(&Array::of2(&granted, &request))).await {
        Ok(granted) if granted.is_falsy() => Claim::Taken,
        Ok(_) => Claim::Held(Release(release)),
        Err(error) => match js::property(&error, "name").and_then(|name| name.as_string()).as_deref() {
            Some("AbortError" | "TimeoutError") => Claim::Taken,
            _ => Claim::Unknown,
        },
    }
}
