//! The worker's entry: takes the page's requests and does them one at a time. Only `abort` does not wait.

use crate::error::{Error, Result};
use crate::follow::{Nudge, Nudges};
use crate::panels::Panels;
use crate::port::{self, Aborted, Outlet};
use crate::protocol::{Answer, Body, Outcome, Request};
use crate::runtime::{Options, Runtime};
use crate::{js, panic};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

unsafe extern "C" {
    /// Runs what crates registered to be run before the program (`inventory`, under the GPU's compiler).
    ///
    /// If nobody calls it by name, the linker takes the module for a command and runs all of it at *every* call from
    /// JavaScript: half of all time, and registers that are filled again and again.
    fn __wasm_call_ctors();
}

/// Takes over `self.onmessage`. Called once, by `www/src/worker.ts`.
#[wasm_bindgen]
pub fn start() {
    // SAFETY: it runs once, before anything that relies on it.
    unsafe { __wasm_call_ctors() };
    panic::install();
    let worker = Rc::new(Worker::default());
    let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        Worker::hear(&worker, event.data());
    });
    js::scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    // It lives as long as the worker.
    hear.forget();
}

/// What the worker has to do.
enum Job {
    /// The page asks.
    Request(Request),
    /// Another page has done something.
    Nudge(Nudge),
}

/// What the worker holds between messages.
#[derive(Default)]
struct Worker {
    waiting: RefCell<VecDeque<Job>>,
    working: Cell<bool>,
    aborted: Aborted,
    panels: Rc<Panels>,
    /// Empty while a request works with it.
    runtime: RefCell<Option<Runtime>>,
}

impl Worker {
    fn hear(this: &Rc<Self>, message: JsValue) {
        if this.panels.hear(&message) {
            return;
        }
        match port::read(message) {
            Ok(Request { id, body: Body::Abort { request } }) => {
                this.aborted.borrow_mut().insert(request);
                port::answer(&Answer::Done { id, result: Outcome::Nothing });
            }
            Ok(request) => Self::wait(this, Job::Request(request)),
            Err((Some(id), error)) => port::answer(&Answer::Error { id: Some(id), error: error.failure() }),
            // Nobody waits for an answer to a message without a number.
            Err((None, _)) => {}
        }
    }

    /// Does something as soon as everything before it is done.
    fn wait(this: &Rc<Self>, job: Job) {
        this.waiting.borrow_mut().push_back(job);
        if !this.working.replace(true) {
            let this = Rc::clone(this);
            spawn_local(async move { Self::work(&this).await });
        }
    }

    /// Does what waits.
    async fn work(this: &Rc<Self>) {
        loop {
            let Some(job) = this.waiting.borrow_mut().pop_front() else { break };
            let mut runtime = this.runtime.take();
            match job {
                Job::Request(request) => this.serve(request, &mut runtime, Self::nudges(this)).await,
                Job::Nudge(nudge) => this.nudge(nudge, &mut runtime).await,
            }
            this.runtime.replace(runtime);
        }
        // Whoever was to be stopped has come to an end by itself.
        this.aborted.borrow_mut().clear();
        this.working.set(false);
    }

    /// Whoever tells this worker of other pages.
    fn nudges(this: &Rc<Self>) -> Nudges {
        let this = Rc::clone(this);
        Nudges::new(move |nudge| Self::wait(&this, Job::Nudge(nudge)))
    }

    async fn serve(&self, Request { id, body }: Request, runtime: &mut Option<Runtime>, nudges: Nudges) {
        let opens = runtime.is_none();
        let page = Outlet::new(Some(id), Rc::clone(&self.aborted), Rc::clone(&self.panels));
        port::answer(&match serve(runtime, body, nudges, &page).await {
            Ok(result) => Answer::Done { id, result },
            Err(error) => Answer::Error { id: Some(id), error: error.failure() },
        });
        if opens {
            self.greet(runtime).await;
        }
    }

    async fn nudge(&self, nudge: Nudge, runtime: &mut Option<Runtime>) {
        let page = Outlet::new(None, Rc::clone(&self.aborted), Rc::clone(&self.panels));
        match (runtime, nudge) {
            (Some(runtime), nudge) => runtime.nudged(nudge, &page).await,
            // It could not be opened, or is closed: the next page may have it.
            (None, Nudge::Free(release)) => release.now(),
            (None, Nudge::News) => {}
        }
    }

    /// What belongs to no request: how a memory looks that was just opened.
    async fn greet(&self, runtime: &mut Option<Runtime>) {
        let page = Outlet::new(None, Rc::clone(&self.aborted), Rc::clone(&self.panels));
        if let Some(runtime) = runtime
            && let Err(error) = runtime.greet(&page).await
        {
            port::answer(&Answer::Error { id: None, error: error.failure() });
        }
    }
}

/// Does one request.
async fn serve(open: &mut Option<Runtime>, body: Body, nudges: Nudges, page: &Outlet) -> Result<Outcome> {
    let Some(runtime) = open.as_mut() else {
        let Body::Open { key, device, base, keep_transcript } = body else { return Err(Error::Closed) };
        let options = Options { key, device, base, keep_transcript, nudges };
        let (runtime, opened) = Runtime::open(options, page).await?;
        *open = Some(runtime);
        return Ok(Outcome::Opened(Box::new(opened)));
    };
    match body {
        Body::Open { .. } => Err(Error::Busy),
        Body::Say { text, max_tokens, draw } => {
            runtime.say(&text, max_tokens, draw, page).await.map(Outcome::Reply)
        }
        Body::EndConversation => runtime.end_conversation(page).await.map(Outcome::Summary),
        Body::Sleep => runtime.sleep(page).await.map(|slept| Outcome::Slept(Box::new(slept))),
        Body::Probe { text } => runtime.probe(&text, page).await.map(Outcome::Probed),
        Body::Export => runtime.export(page).await,
        Body::Preview { bytes } => runtime.preview(&bytes).await.map(Outcome::Preview),
        Body::Import { bytes } => runtime.import(bytes.into_vec(), page).await.map(Outcome::Summary),
        Body::Reset { level } => runtime.reset(level, page).await.map(Outcome::Summary),
        Body::Freeze { level, frozen } => runtime.freeze(level, frozen, page).await.map(Outcome::Summary),
        Body::ForgetTurn { version } => runtime.forget_turn(version, page).await.map(Outcome::Rewound),
        Body::Compare { versions, questions } => {
            runtime.compare(versions, &questions, page).await.map(Outcome::Compared)
        }
        Body::Kept { version } => runtime.kept(version).await,
        Body::Questions => runtime.questions().await.map(Outcome::Questions),
        Body::KeepQuestions { questions } => runtime.keep_questions(questions).await.map(Outcome::Questions),
        Body::CheckQuestions => runtime.check_questions(page).await.map(Outcome::Checked),
        Body::Erase => runtime.erase(page).await.map(Outcome::Summary),
        Body::Versions => Ok(Outcome::Versions(runtime.versions())),
        Body::Rewind { version } => runtime.rewind(version, page).await.map(Outcome::Rewound),
        Body::Mark { version, name, pinned } => {
            runtime.mark(version, name, pinned).await.map(Outcome::Versions)
        }
        Body::Ledger => runtime.ledger(),
        Body::VerifyLedger => runtime.verify_ledger().map(Outcome::Ledger),
        Body::SelfCheck => runtime.self_check().await.map(Outcome::Check),
        Body::Mode { mode } => runtime.set_mode(mode, page).await.map(|()| Outcome::Nothing),
        Body::Weights => runtime.weights(page).await.map(|()| Outcome::Nothing),
        #[cfg(feature = "bench")]
        Body::Bench { work } => runtime.bench(work).await.map(Outcome::Bench),
        Body::Contest { strategies } => runtime.contest(&strategies).map(Outcome::Standings),
        Body::ContestSay { text } => runtime.contest_say(&text, page).await.map(Outcome::Standings),
        Body::ContestAsk { question } => runtime.contest_ask(&question, page).await.map(Outcome::Standings),
        Body::ContestEnd => runtime.contest_end(page).await.map(Outcome::Standings),
        Body::ContestClose => {
            runtime.contest_close();
            Ok(Outcome::Nothing)
        }
        Body::Close => {
            open.take().into_iter().for_each(Runtime::close);
            Ok(Outcome::Nothing)
        }
        // Served as soon as it is heard.
        Body::Abort { .. } => Ok(Outcome::Nothing),
    }
}
