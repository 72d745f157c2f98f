//! An open memory: the model on its device, the session, what is kept, and every request that the page makes of them.

mod contest;
mod files;
mod follow;
mod forget;
mod levels;
mod past;
mod questions;
mod restore;

use crate::base::{self, Card};
use crate::contest::Contest;
use crate::device::{self, Taken};
use crate::error::{Error, Result};
use crate::follow::Nudges;
use crate::history::{BUDGET, Counts, VersionId};
use crate::input;
#[cfg(feature = "bench")]
use crate::js;
use crate::keeper::{Change, Deed, Keeper};
use crate::port::{self, Outlet};
use crate::protocol::{
    self, BaseInfo, DeviceChoice, DeviceKind, Draw, Notice, Opened, Probed, ReasonCode, Reply, Role, Slept,
    Stage, Storage, Summary, Turn,
};
use crate::session::{Manner, Model, Page, Session};
use js_sys::{Date, JsString};
use nested_memory_dialogue::Tokenizer;
use nested_memory_kernels::check::Agreement;
use nested_memory_model::snapshot;
use nested_memory_model::{Base, Memory, Sampling};
use std::collections::BTreeSet;

/// The longest reply, unless the page asks for another.
const LONGEST_REPLY: usize = 96;

/// What `open` is told.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) key: String,
    pub(crate) device: DeviceChoice,
    pub(crate) base: String,
    pub(crate) keep_transcript: bool,
    /// Who is told of other pages with the same memory.
    pub(crate) nudges: Nudges,
}

/// An open memory.
#[derive(Debug)]
pub(crate) struct Runtime {
    key: String,
    model: Model,
    card: Card,
    /// The base's file: what a lost device's base is rebuilt from.
    numbers: Vec<u8>,
    device: protocol::Device,
    session: Session,
    /// The memory as a snapshot: what a lost device's memory is rebuilt from. `None`: it knows nothing.
    checkpoint: Option<Vec<u8>>,
    keeper: Keeper,
    /// Strategies side by side, while somebody plays with them.
    contest: Option<Contest>,
    /// The memory of the benchmark's stream.
    #[cfg(feature = "bench")]
    streamed: Option<nested_memory_model::Memory>,
    /// What the page shall hear as soon as it knows that the memory is open.
    greeting: Vec<Notice>,
}

impl Runtime {
    /// Opens the memory of a key.
    ///
    /// # Errors
    /// If there is no whole base. Whatever else is missing is told and done without.
    pub(crate) async fn open(options: Options, page: &Outlet) -> Result<(Self, Opened)> {
        let files = base::fetch(&options.base, page).await?;
        let damaged = |error: nested_memory_dialogue::Error| Error::BaseDamaged {
            file: "tokenizer.json",
            reason: error.to_string(),
        };
        let tokenizer = Tokenizer::from_bytes(&files.tokenizer).map_err(damaged)?;
        page.tell(progress(Stage::Device, 0));
        let taken = device::take(options.device).await;
        page.panels().begin(&taken);
        let model = Model { base: base_on(&files.numbers, &taken)?, tokenizer };
        model.tokenizer.check(model.base.config.vocabulary).map_err(damaged)?;
        page.tell(progress(Stage::Device, 1));
        page.tell(progress(Stage::Memory, 0));
        let blocked = || port::tell(None, blocked_notice());
        let (keeper, told) =
            Keeper::open(&options.key, options.keep_transcript, options.nudges, blocked).await;
        let mut runtime = Self {
            key: options.key,
            session: Session::fresh(&model),
            model,
            card: files.card,
            numbers: files.numbers,
            device: taken.told,
            checkpoint: None,
            keeper,
            contest: None,
            #[cfg(feature = "bench")]
            streamed: None,
            greeting: told.into_iter().collect(),
        };
        if runtime.device.reason_code == ReasonCode::DeviceFailed {
            runtime.greeting.push(cpu_fallback(&runtime.device.reason));
        }
        let transcript = runtime.restore_or_guard(page).await;
        page.tell(progress(Stage::Memory, 1));
        let opened = runtime.opened(transcript);
        Ok((runtime, opened))
    }

    fn opened(&self, transcript: Vec<Turn>) -> Opened {
        Opened {
            summary: self.summary(),
            device: self.device.clone(),
            transcript,
            base: BaseInfo {
                sha256: self.model.base.sha256.clone(),
                name: self.card.name.clone(),
                parameters: self.card.parameters,
            },
            restored: self.checkpoint.is_some(),
            history_budget: BUDGET,
        }
    }

    /// Tells the page, which knows by now that the memory is open, what it looks like.
    ///
    /// # Errors
    /// If the device fails.
    pub(crate) async fn greet(&mut self, page: &Outlet) -> Result<()> {
        std::mem::take(&mut self.greeting).into_iter().for_each(|notice| page.tell(notice));
        self.show(page).await?;
        page.tell(self.session.clock(&self.model));
        // While the person reads. An emulated GPU takes so long for it that whoever asked for one would wait for nothing.
        if self.device.kind == DeviceKind::Webgpu && !self.device.fallback {
            self.model.warm().await?;
        }
        Ok(())
    }

    /// Says something.
    ///
    /// # Errors
    /// [`Error::Input`], or a device that fails again after it was rebuilt.
    pub(crate) async fn say(
        &mut self,
        text: &str,
        most: Option<usize>,
        draw: Option<Draw>,
        page: &Outlet,
    ) -> Result<Reply> {
        if self.session.writes() {
            self.keeper.may_change()?;
        }
        let sampling = draw.map_or(Ok(Sampling::GREEDY), Draw::sampling)?;
        let cleaned = input::clean(text, |text| JsString::from(text).normalize("NFC").into())?;
        let manner = Manner { most: most.unwrap_or(LONGEST_REPLY), sampling };
        let began = Date::now();
        let said =
            async |model: &Model, session: Session| session.say(model, &cleaned.text, manner, page).await;
        let reply = if self.session.writes() {
            self.change(page, said).await
        } else {
            self.attempt(page, said).await.map(|(session, reply)| {
                self.session = session;
                reply
            })
        };
        let reply =
            reply.map(|reply| Reply { truncated_input: cleaned.truncated, ..reply }).inspect_err(|_| {
                if page.has_spoken() {
                    self.session = self.session.clone().skip_turn();
                }
            })?;
        if self.session.writes() {
            let conversation = self.session.memory().clock.conversations;
            let turn = |role, text: &str, at, complete| Turn {
                role,
                text: text.to_owned(),
                at,
                conversation,
                complete,
                lost: false,
                version: None,
            };
            let turns = vec![
                turn(Role::User, &cleaned.text, began, true),
                turn(Role::Assistant, &reply.reply, Date::now(), !reply.stopped),
            ];
            self.keep(page, "turn", None, turns).await?;
        }
        Ok(reply)
    }

    /// Ends the conversation.
    ///
    /// # Errors
    /// A device that fails again after it was rebuilt.
    pub(crate) async fn end_conversation(&mut self, page: &Outlet) -> Result<Summary> {
        self.keeper.may_change()?;
        let ended =
            async |model: &Model, session: Session| Ok((session.end_conversation(model, page).await?, ()));
        self.change(page, ended).await?;
        self.keep(page, "conversation-ended", None, Vec::new()).await?;
        Ok(self.summary())
    }

    /// Ends the conversation and sleeps over it. The end is kept by itself, so that a sleep that fails takes nothing
    /// with it.
    ///
    /// # Errors
    /// A device that fails again after it was rebuilt.
    pub(crate) async fn sleep(&mut self, page: &Outlet) -> Result<Slept> {
        let (day, asked) = (self.session.day().clone(), self.keeper.questions().await?);
        self.end_conversation(page).await?;
        let (before, known) = (self.keeper.head(), self.check(&asked, page).await?);
        let slept = async |model: &Model, session: Session| session.sleep(model, &day, page).await;
        let slept = self.change(page, slept).await?;
        self.keep(page, "sleep", None, Vec::new()).await?;
        let broken = protocol::broken(&known, self.check(&asked, page).await?);
        Ok(Slept { summary: self.summary(), broken, before, ..slept })
    }

    /// Asks the memory and copies of it that lack a lasting level. Changes nothing.
    ///
    /// # Errors
    /// [`Error::Input`], or a device that fails again after it was rebuilt.
    pub(crate) async fn probe(&mut self, text: &str, page: &Outlet) -> Result<Probed> {
        let text = input::clean(text, |text| JsString::from(text).normalize("NFC").into())?.text;
        let asked =
            async |model: &Model, session: Session| session.probe(model, &text, LONGEST_REPLY, page).await;
        self.attempt(page, asked).await
    }

    /// Compares the device's fused operations with their twins on the CPU.
    ///
    /// # Errors
    /// If the device fails.
    pub(crate) async fn self_check(&self) -> Result<protocol::SelfCheck> {
        let found = nested_memory_kernels::check::agreement(&self.model.base.device()).await;
        let Agreement { forward, backward, cases } = found.map_err(|reason| Error::Check { reason })?;
        Ok(protocol::SelfCheck { forward, backward, cases })
    }

    /// Work of the benchmark. The session is left alone.
    ///
    /// # Errors
    /// If the model refuses the tokens or the device fails.
    #[cfg(feature = "bench")]
    pub(crate) async fn bench(&mut self, work: crate::bench::Work) -> Result<crate::bench::Report> {
        crate::bench::run(&self.model, &mut self.streamed, work, js::milliseconds).await
    }

    /// Lets go of everything.
    pub(crate) fn close(self) {
        self.keeper.close();
    }

    fn summary(&self) -> Summary {
        let bytes = self.checkpoint.as_ref().map_or(0, Vec::len);
        self.session.summary(bytes, self.keeper.storage())
    }

    async fn after_replacement(&mut self, page: &Outlet) -> Result<Summary> {
        self.show(page).await?;
        page.tell(self.session.clock(&self.model));
        Ok(self.summary())
    }

    /// Does work that changes the session, and makes the snapshot of it: only both together count as done.
    async fn change<T>(
        &mut self,
        page: &Outlet,
        work: impl AsyncFn(&Model, Session) -> Result<(Session, T)>,
    ) -> Result<T> {
        let parent = self.keeper.head().map(|id| id.to_string());
        let whole = async |model: &Model, session: Session| {
            let (session, given) = work(model, session).await?;
            let bytes = snapshot::save(&model.base, session.memory(), "", parent.as_deref()).await?;
            Ok((session, given, bytes))
        };
        let (session, given, bytes) = self.attempt(page, whole).await?;
        self.session = session;
        self.checkpoint = Some(bytes);
        Ok(given)
    }

    /// Does work on a device; if the device is lost in the middle, moves to the CPU and does it again.
    async fn attempt<T>(
        &mut self,
        page: &Outlet,
        work: impl AsyncFn(&Model, Session) -> Result<T>,
    ) -> Result<T> {
        let done = work(&self.model, self.session.clone()).await;
        match done {
            Err(error) if error.is_of_device() && self.device.kind == DeviceKind::Webgpu => {
                self.rebuild(&error)?;
                page.panels().end();
                page.again();
                let message = "The graphics processor was lost. The memory was rebuilt from its last version, on the CPU.";
                page.tell(Notice::Notice { code: "device-lost", message: message.to_owned() });
                work(&self.model, self.session.clone()).await
            }
            done => done,
        }
    }

    /// Everything as it was at the last checkpoint, on the CPU.
    fn rebuild(&mut self, error: &Error) -> Result<()> {
        let taken = device::cpu(ReasonCode::DeviceFailed, format!("WebGPU was lost: {error}"));
        let base = base_on(&self.numbers, &taken)?;
        let memory = match &self.checkpoint {
            Some(bytes) => snapshot::load(&base, bytes)?.0,
            None => Memory::new(&base),
        };
        self.session = self.session.clone().moved(memory);
        // Its memories lay on the device, and nothing of them is kept.
        self.contest = None;
        self.model.base = base;
        self.device = taken.told;
        Ok(())
    }

    /// Keeps the session in the browser and tells how it went; `of` is the version that was gone back to.
    async fn keep(
        &mut self,
        page: &Outlet,
        reason: &str,
        of: Option<VersionId>,
        turns: Vec<Turn>,
    ) -> Result<()> {
        self.write(reason, of, turns).await?.into_iter().for_each(|notice| page.tell(notice));
        Ok(())
    }

    /// Keeps the session in the browser; what comes of it is to be told.
    async fn write(&mut self, reason: &str, of: Option<VersionId>, turns: Vec<Turn>) -> Result<Vec<Notice>> {
        let Some(snapshot) = self.checkpoint.clone() else { return Ok(Vec::new()) };
        let deeds = vec![deed(&self.session, reason, of, snapshot, turns)?];
        let base = &self.model.base.sha256;
        self.keeper.save(Change { base, deeds, forgotten: BTreeSet::new() }).await
    }
}

/// What was done to a session, as it is kept.
fn deed(
    session: &Session,
    reason: &str,
    of: Option<VersionId>,
    snapshot: Vec<u8>,
    turns: Vec<Turn>,
) -> Result<Deed> {
    let Summary { tokens, conversations, pending, .. } = session.summary(0, Storage::None);
    Ok(Deed {
        reason: reason.to_owned(),
        of,
        memory: snapshot::checksum(&snapshot)?,
        snapshot: Some(snapshot),
        counts: Counts { tokens, conversations, pending },
        norms: session.lengths(),
        turns,
    })
}

/// `2026-03-14`
fn today() -> String {
    let date: String = Date::new_0().to_iso_string().into();
    date.split('T').next().unwrap_or_default().to_owned()
}

/// The base on a device.
fn base_on(numbers: &[u8], taken: &Taken) -> Result<Base> {
    let mut base = Base::from_bytes(numbers, &taken.device)?;
    // WebGPU compiles a kernel for each shape that it meets.
    base.uniform = taken.told.kind == DeviceKind::Webgpu;
    base.emulated = taken.told.fallback;
    Ok(base)
}

const fn progress(stage: Stage, loaded: u64) -> Notice {
    Notice::Progress { stage, loaded, total: Some(1) }
}

fn blocked_notice() -> Notice {
    let message = "Another tab with an older version of this page holds the memory. Close that tab, or reload it; then this one goes on.";
    Notice::Notice { code: "blocked", message: message.to_owned() }
}

fn cpu_fallback(reason: &str) -> Notice {
    Notice::Notice { code: "cpu-fallback", message: format!("The model runs on the CPU. {reason}") }
}
