//! Messages as JavaScript's own values: out to the page, and in from it.

use crate::echo::Echo;
use crate::error::{Error, Result};
use crate::js;
use crate::panels::Panels;
use crate::protocol::{Answer, Id, Notice, Request, Said};
use crate::session::Page;
use js_sys::{Array, Float32Array, Reflect, Uint8Array};
use nested_memory_model::{LevelName, Memory};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};

/// Files longer than this are no memories, and are refused before they are copied.
const LONGEST_FILE: u32 = 32 << 20;

/// The requests that shall stop.
pub(crate) type Aborted = Rc<RefCell<HashSet<Id>>>;

/// As the page reads it: null for what is missing, plain objects, `Uint8Array` for bytes.
fn to_js(value: &impl Serialize) -> Option<JsValue> {
    let serializer = Serializer::new().serialize_missing_as_null(true).serialize_maps_as_objects(true);
    value.serialize(&serializer).ok()
}

/// Posts a message; `given` are buffers that are handed over instead of being copied.
fn post(message: &JsValue, given: &Array) {
    // Nothing in a message of ours is of a kind that cannot be cloned.
    let _posted = js::scope().post_message_with_transfer(message, given);
}

/// Ends a request.
pub(crate) fn answer(answer: &Answer) {
    let Some(message) = to_js(answer) else { return };
    let given = Array::new();
    let result = js::property(&message, "result").and_then(|result| js::property(&result, "bytes"));
    if let Some(bytes) = result.and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok()) {
        given.push(&bytes.buffer());
    }
    post(&message, &given);
}

/// Tells the page that something happened.
pub(crate) fn tell(request: Option<Id>, notice: Notice) {
    let said = Said { request, notice };
    let Some(message) = to_js(&said) else { return };
    let given = Array::new();
    if let Notice::Weights { values, .. } = &said.notice {
        let values = values.as_ref().map(|values| Float32Array::from(values.as_slice()));
        if let Some(values) = &values {
            given.push(&values.buffer());
        }
        // A plain object takes any property.
        let _set = Reflect::set(&message, &"values".into(), &values.map_or(JsValue::NULL, JsValue::from));
    }
    post(&message, &given);
}

/// Reads a request.
///
/// # Errors
/// [`Error::Input`], with the request's id if it has one.
pub(crate) fn read(message: JsValue) -> Result<Request, (Option<Id>, Error)> {
    let id = js::property(&message, "id").and_then(|id| id.as_f64()).map(|id| id as Id);
    let long = js::property(&message, "bytes").and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok());
    if long.is_some_and(|bytes| bytes.length() > LONGEST_FILE) {
        let reason = "it is far longer than any memory".to_owned();
        return Err((id, nested_memory_model::Error::Foreign { what: "snapshot", reason }.into()));
    }
    serde_wasm_bindgen::from_value(message).map_err(|error| {
        (id, Error::Input { reason: format!("the worker does not know this request: {error}") })
    })
}

/// The page, in the course of one request.
#[derive(Debug)]
pub(crate) struct Outlet {
    request: Option<Id>,
    aborted: Aborted,
    echo: RefCell<Echo>,
    panels: Rc<Panels>,
}

impl Outlet {
    /// For a request.
    pub(crate) fn new(request: Option<Id>, aborted: Aborted, panels: Rc<Panels>) -> Self {
        Self { request, aborted, echo: RefCell::default(), panels }
    }

    /// The pictures of the levels.
    pub(crate) fn panels(&self) -> &Panels {
        &self.panels
    }

    /// The request begins anew on another device.
    pub(crate) fn again(&self) {
        self.echo.borrow_mut().again();
    }

    /// Whether the page has heard any of a reply.
    pub(crate) fn has_spoken(&self) -> bool {
        self.echo.borrow().has_spoken()
    }
}

impl Page for Outlet {
    fn tell(&self, notice: Notice) {
        let news = self.echo.borrow_mut().news(notice);
        if let Some(notice) = news {
            tell(self.request, notice);
        }
    }

    fn draws(&self, memory: &Memory, level: LevelName) -> bool {
        self.panels.show(memory, level)
    }

    fn stopped(&self) -> bool {
        self.request.is_some_and(|request| self.aborted.borrow().contains(&request))
    }

    fn now(&self) -> f64 {
        js_sys::Date::now()
    }

    async fn pause(&self) {
        js::sleep(0).await;
    }
}
