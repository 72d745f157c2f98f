//! Questions with the answers that a person expects, asked again after every sleep.

use super::{LONGEST_REPLY, Runtime};
use crate::error::{Error, Result};
use crate::input;
use crate::port::Outlet;
use crate::protocol::{Checked, Question};
use crate::session::{Model, Session};

/// So many questions are asked at most: they are answered twice in every sleep.
const MOST: usize = 24;

impl Runtime {
    /// The questions.
    ///
    /// # Errors
    /// If the storage fails.
    pub(crate) async fn questions(&mut self) -> Result<Vec<Question>> {
        self.keeper.questions().await
    }

    /// Keeps other questions.
    ///
    /// # Errors
    /// If one has no words, there are too many, or the storage fails; then they are what they were.
    pub(crate) async fn keep_questions(&mut self, asked: Vec<Question>) -> Result<Vec<Question>> {
        self.keeper.may_change()?;
        if asked.len() > MOST {
            return Err(Error::Input { reason: format!("there is room for {MOST} questions") });
        }
        let clean = |text: &str| input::clean(text, str::to_owned).map(|cleaned| cleaned.text);
        let asked = asked.into_iter().map(|Question { question, expected }| {
            Ok(Question { question: clean(&question)?, expected: clean(&expected)? })
        });
        let asked = asked.collect::<Result<Vec<_>>>()?;
        self.keeper.keep_questions(&asked).await?;
        Ok(asked)
    }

    /// Asks the questions now. Nothing is kept of it.
    ///
    /// # Errors
    /// A device that fails again after it was rebuilt, or a storage that fails.
    pub(crate) async fn check_questions(&mut self, page: &Outlet) -> Result<Vec<Checked>> {
        let asked = self.keeper.questions().await?;
        self.check(&asked, page).await
    }

    /// Asks questions, each in a conversation of its own.
    pub(super) async fn check(&mut self, asked: &[Question], page: &Outlet) -> Result<Vec<Checked>> {
        let answered = async |model: &Model, session: Session| {
            let mut checked = Vec::with_capacity(asked.len());
            for question in asked {
                let reply = session.recite(model, &question.question, LONGEST_REPLY, page).await?;
                checked.push(question.clone().answered(reply));
            }
            Ok(checked)
        };
        self.attempt(page, answered).await
    }
}
