//! Strategies of memory side by side, beside the person's memory and apart from it.

use super::Runtime;
use crate::contest::Contest;
use crate::error::{Error, Result};
use crate::input;
use crate::port::Outlet;
use crate::protocol::Standing;
use js_sys::JsString;
use nested_memory_model::strategy::StrategyName;

impl Runtime {
    /// Begins a contest, instead of one that may be going on.
    ///
    /// # Errors
    /// [`Error::Input`] if those who shall take part cannot.
    pub(crate) fn contest(&mut self, names: &[StrategyName]) -> Result<Vec<Standing>> {
        let contest = Contest::begin(&self.model, names)?;
        let standings = contest.standings(&self.model);
        self.contest = Some(contest);
        Ok(standings)
    }

    /// Says something to all who take part.
    ///
    /// # Errors
    /// [`Error::NoContest`], [`Error::Input`], [`Error::Stopped`], or a device that fails: then the contest is over.
    pub(crate) async fn contest_say(&mut self, text: &str, page: &Outlet) -> Result<Vec<Standing>> {
        let text = clean(text)?;
        let contest = self.contest.as_ref().ok_or(Error::NoContest)?;
        let done = contest.say(&self.model, &text, page).await;
        self.went(done)
    }

    /// Asks all who take part; nothing is kept of it.
    ///
    /// # Errors
    /// As [`Self::contest_say`].
    pub(crate) async fn contest_ask(&mut self, text: &str, page: &Outlet) -> Result<Vec<Standing>> {
        let text = clean(text)?;
        let contest = self.contest.as_ref().ok_or(Error::NoContest)?;
        let done = contest.ask(&self.model, &text, page).await;
        self.went(done)
    }

    /// Ends the conversation of all who take part.
    ///
    /// # Errors
    /// [`Error::NoContest`], [`Error::Stopped`], or a device that fails: then the contest is over.
    pub(crate) async fn contest_end(&mut self, page: &Outlet) -> Result<Vec<Standing>> {
        let contest = self.contest.as_ref().ok_or(Error::NoContest)?;
        let done = contest.end(&self.model, page).await;
        self.went(done)
    }

    /// Lets go of those who took part.
    pub(crate) fn contest_close(&mut self) {
        self.contest = None;
    }

    /// Takes the contest as it is now. What lay on a device that is lost is lost with it; the person's memory is not.
    fn went(&mut self, done: Result<(Contest, Vec<Standing>)>) -> Result<Vec<Standing>> {
        match done {
            Ok((contest, standings)) => {
                self.contest = Some(contest);
                Ok(standings)
            }
            Err(error) => {
                if error.is_of_device() {
                    self.contest = None;
                }
                Err(error)
            }
        }
    }
}

fn clean(text: &str) -> Result<String> {
    Ok(input::clean(text, |text| JsString::from(text).normalize("NFC").into())?.text)
}
