//! Several memories that hear the same and are asked the same. None of them is the person's; none is kept.

use crate::error::{Error, Result};
use crate::protocol::Standing;
use crate::session::{Model, Page, UNSPEAKABLE};
use nested_memory_dialogue::{ASSISTANT, END, USER, asks_to_forget};
use nested_memory_model::strategy::{Answer, Contestant, Cost, StrategyName};
use nested_memory_model::{Sampling, Words};

/// So many take part at most: each of them costs what the person's own memory costs.
const MOST: usize = 4;
/// A reply is cut off after this many tokens.
const LONGEST_REPLY: usize = 48;

/// Those who take part, as a value: whatever fails, the ones from before are still there.
#[derive(Debug, Clone)]
pub struct Contest {
    contestants: Vec<(StrategyName, Contestant)>,
}

/// What is done with all of them.
#[derive(Debug, Clone, Copy)]
enum Move<'a> {
    /// A turn that all hear and answer.
    Say(&'a str),
    /// A question of which nothing is kept.
    Ask(&'a str),
    /// The conversation is over.
    End,
}

impl Contest {
    /// Begins with memories that know nothing.
    ///
    /// # Errors
    /// [`Error::Input`] if there are none, too many, or two of a kind.
    pub fn begin(model: &Model, names: &[StrategyName]) -> Result<Self> {
        let twice = names.iter().enumerate().any(|(i, name)| names[..i].contains(name));
        if twice || !(1..=MOST).contains(&names.len()) {
            let reason = format!("one to {MOST} different strategies can take part");
            return Err(Error::Input { reason });
        }
        let begin = |name: &StrategyName| (*name, Contestant::new(name.begin(&model.base)));
        Ok(Self { contestants: names.iter().map(begin).collect() })
    }

    /// What each keeps and has cost.
    #[must_use]
    pub fn standings(&self, model: &Model) -> Vec<Standing> {
        let standing = |(name, contestant): &(StrategyName, Contestant)| {
            Standing::new(*name, None, contestant.cost(&model.base))
        };
        self.contestants.iter().map(standing).collect()
    }

    /// Says a clean text to all.
    ///
    /// # Errors
    /// [`Error::Stopped`], or a device that fails.
    pub async fn say(&self, model: &Model, text: &str, page: &impl Page) -> Result<(Self, Vec<Standing>)> {
        self.each(model, Move::Say(text), page).await
    }

    /// Asks all, and keeps nothing of it but what it has cost.
    ///
    /// # Errors
    /// [`Error::Stopped`], or a device that fails.
    pub async fn ask(&self, model: &Model, text: &str, page: &impl Page) -> Result<(Self, Vec<Standing>)> {
        self.each(model, Move::Ask(text), page).await
    }

    /// Ends the conversation of all.
    ///
    /// # Errors
    /// [`Error::Stopped`], or a device that fails.
    pub async fn end(&self, model: &Model, page: &impl Page) -> Result<(Self, Vec<Standing>)> {
        self.each(model, Move::End, page).await
    }

    /// One after the other; between two of them others may work, and it may be stopped.
    async fn each(&self, model: &Model, what: Move<'_>, page: &impl Page) -> Result<(Self, Vec<Standing>)> {
        let (mut contestants, mut standings) = (Vec::new(), Vec::new());
        for (name, contestant) in &self.contestants {
            page.pause().await;
            if page.stopped() {
                return Err(Error::Stopped);
            }
            let (next, answer, cost) = turn(model, contestant, what).await?;
            contestants.push((*name, next));
            standings.push(Standing::new(*name, answer, cost));
        }
        Ok((Self { contestants }, standings))
    }
}

/// One of them.
async fn turn(
    model: &Model,
    contestant: &Contestant,
    what: Move<'_>,
) -> Result<(Contestant, Option<String>, Cost)> {
    let (Move::Say(text) | Move::Ask(text)) = what else {
        let (next, cost) = contestant.end_conversation(&model.base).await?;
        return Ok((next, None, cost));
    };
    let heard = [vec![USER], model.tokenizer.turn(text), vec![ASSISTANT]].concat();
    let sampling = Sampling::GREEDY;
    let words = Words { most: LONGEST_REPLY, end: END, forbidden: &UNSPEAKABLE, sampling };
    let (next, Answer { tokens, cost }) = match what {
        Move::Ask(_) => contestant.ask(&model.base, &heard, words).await?,
        _ if asks_to_forget(text) => contestant.forget(&model.base, &heard, words).await?,
        _ => contestant.hear(&model.base, &heard, words).await?,
    };
    Ok((next, Some(model.tokenizer.decode(&tokens).trim().to_owned()), cost))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Notice;
    use crate::session::tests::model;
    use nested_memory_model::strategy::Kind;
    use pollster::block_on;
    use std::cell::Cell;

    /// A page that hears nothing and stops after so many pauses.
    struct Patience(Cell<usize>);

    impl Page for Patience {
        fn tell(&self, notice: Notice) {
            panic!("a contest tells nothing of a person's memory: {notice:?}");
        }
        fn stopped(&self) -> bool {
            self.0.get() == 0
        }
        fn now(&self) -> f64 {
            0.0
        }
        async fn pause(&self) {
            self.0.set(self.0.get().saturating_sub(1));
        }
    }

    fn patience(pauses: usize) -> Patience {
        Patience(Cell::new(pauses + 1))
    }

    const FOUR: [StrategyName; 4] =
        [StrategyName::Context, StrategyName::Notebook, StrategyName::FineTuning, StrategyName::Nested];

    #[test]
    fn one_to_four_different_ones_take_part() {
        let model = model();
        let refused = |names: &[StrategyName]| Contest::begin(&model, names).unwrap_err().code();
        assert_eq!(refused(&[]), "bad-input");
        assert_eq!(refused(&StrategyName::ALL), "bad-input");
        assert_eq!(refused(&[StrategyName::Nested, StrategyName::Nested]), "bad-input");
        for name in StrategyName::ALL {
            let standings = Contest::begin(&model, &[name]).unwrap().standings(&model);
            assert_eq!(
                (standings[0].strategy, standings[0].total_read, standings[0].bytes_kept),
                (name, 0, 0)
            );
        }
    }

    #[test]
    fn each_hears_answers_and_keeps_in_its_own_way() {
        let (model, page) = (model(), patience(100));
        let contest = Contest::begin(&model, &FOUR).unwrap();
        let (contest, said) =
            block_on(contest.say(&model, "My parrot is called Zephyr Malin.", &page)).unwrap();
        assert!(said.iter().all(|standing| standing.answer.is_some() && standing.tokens_read > 0));
        let (contest, ended) = block_on(contest.end(&model, &page)).unwrap();
        assert!(ended.iter().all(|standing| standing.answer.is_none()));
        assert_eq!(ended.iter().map(|standing| standing.strategy).collect::<Vec<_>>(), FOUR);
        let kinds: Vec<Kind> = ended.iter().map(|standing| standing.changed.kind).collect();
        assert_eq!(kinds, [Kind::Transcript, Kind::Notes, Kind::Weights, Kind::Weights]);
        let (after, asked) = block_on(contest.ask(&model, "What is my parrot called?", &page)).unwrap();
        let read = |standings: &[Standing]| standings.iter().map(|s| s.total_read).collect::<Vec<_>>();
        assert!(read(&asked).iter().zip(read(&ended)).all(|(after, before)| *after > before));
        let kept = |contest: &Contest| {
            let kept = contest.standings(&model);
            kept.into_iter().map(|standing| (standing.bytes_kept, standing.changed)).collect::<Vec<_>>()
        };
        assert_eq!(kept(&after), kept(&contest), "a question leaves nothing but its cost");
    }

    #[test]
    fn whoever_stops_it_between_two_of_them_has_changed_none() {
        let model = model();
        let contest = Contest::begin(&model, &FOUR).unwrap();
        let stopped = block_on(contest.say(&model, "My parrot is called Zephyr Malin.", &patience(2)));
        assert_eq!(stopped.unwrap_err().code(), "stopped");
        assert!(contest.standings(&model).iter().all(|standing| standing.total_read == 0));
    }
}
