//! What the browser has and web-sys does not offer without a compiler flag, and small helpers around promises.

use crate::error::Error;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, DedicatedWorkerGlobalScope, IdbDatabase, IdbTransaction};

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks`
    pub(crate) type LockManager;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn request(
        this: &LockManager,
        name: &str,
        options: &JsValue,
        granted: &Function,
    ) -> Result<Promise, JsValue>;

    /// `navigator.gpu`
    pub(crate) type Gpu;

    #[wasm_bindgen(method, catch, js_name = requestAdapter)]
    pub(crate) fn request_adapter(this: &Gpu, options: &JsValue) -> Result<Promise, JsValue>;

    /// An `IDBDatabase` whose transactions may say how durable they shall be.
    type DurableDatabase;

    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &DurableDatabase,
        stores: &Array,
        mode: &str,
        options: &JsValue,
    ) -> Result<IdbTransaction, JsValue>;
}

/// The worker's global object.
pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// A property; `None` if it is missing, null or forbidden.
pub(crate) fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

/// A property of `navigator`, which is how browsers show what they can do.
pub(crate) fn of_navigator(name: &str) -> Option<JsValue> {
    property(&property(&js_sys::global(), "navigator")?, name)
}

/// Milliseconds since some moment, as finely as the browser tells.
#[cfg(feature = "bench")]
pub(crate) fn milliseconds() -> f64 {
    let now = property(&js_sys::global(), "performance").and_then(|performance| {
        let now: Function = property(&performance, "now")?.dyn_into().ok()?;
        now.call0(&performance).ok()?.as_f64()
    });
    now.unwrap_or_else(js_sys::Date::now)
}

/// A plain object.
pub(crate) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in fields {
        // Setting a property of a plain object cannot fail.
        let _set = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// Lets the event loop go on for at least so many milliseconds. With 0: until all other messages were heard.
pub(crate) async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        let _timer = scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    // A timer's promise is never rejected.
    let _woken = JsFuture::from(promise).await;
}

/// A signal that aborts after some time, where the browser has such signals.
pub(crate) fn signal_after(milliseconds: u32) -> JsValue {
    let known = property(&js_sys::global(), "AbortSignal").and_then(|class| property(&class, "timeout"));
    known.map_or(JsValue::UNDEFINED, |_| AbortSignal::timeout_with_u32(milliseconds).into())
}

/// A transaction that is on the disk when it says so, where the browser can do that.
pub(crate) fn strict_transaction(database: &IdbDatabase, stores: &[&str]) -> Result<IdbTransaction, JsValue> {
    let stores: Array = stores.iter().copied().map(JsValue::from_str).collect();
    let options = object(&[("durability", "strict".into())]);
    database.unchecked_ref::<DurableDatabase>().transaction(&stores, "readwrite", &options)
}

/// Waits until a transaction is committed.
pub(crate) async fn committed(transaction: &IdbTransaction) -> Result<(), Error> {
    let promise = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        // An error of a request ends in an abort; quota failures come as an abort alone.
        transaction.set_onabort(Some(&reject));
    });
    match JsFuture::from(promise).await {
        Ok(_) => Ok(()),
        Err(_) => Err(transaction.error().map_or_else(
            || Error::Storage { reason: "the browser gave up on a transaction".to_owned() },
            |error| storage_error(&error.into()),
        )),
    }
}

/// An error of the storage, by the name that the browser gives it.
pub(crate) fn storage_error(error: &JsValue) -> Error {
    let text = |name: &str| property(error, name).and_then(|value| value.as_string()).unwrap_or_default();
    match text("name").as_str() {
        "QuotaExceededError" => Error::Quota,
        name => Error::Storage { reason: format!("{name}: {}", text("message")) },
    }
}

/// What a thrown value says of itself.
pub(crate) fn words(error: &JsValue) -> String {
    let message = property(error, "message").and_then(|message| message.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}"))
}
