//! Notebook: what a person says is noted, and before a turn is heard the notes that a search finds are read.
//!
//! - **Writing.** Each of the person's turns is a note.
//! - **Finding.** BM25 (Robertson and Walker 1994) over the ids of tokens; the best notes that have anything in common with
//!   the turn, so many at most and of so many tokens in all, are read in the order in which they were written, each as a
//!   turn with an empty answer, so that a correction comes after what it corrects.
//! - **Handing on.** When a conversation is over its notes are summed up, by what the model itself finds worth knowing: it
//!   weighs them as sleep weighs a day. A note in which nothing matters is dropped, of the rest the newest are kept, of
//!   one conversation those first in which the most tokens matter, as many as there is room for.
//! - **Forgetting.** A wish is a search as well: the note that fits it best goes, and those that fit about as well.

use super::{Changed, Kept, Kind, Ready, Strategy, TOKEN, Work};
use crate::base::Base;
use crate::memory::Memory;
use crate::sleep::{Exchange, weigh};

/// k₁ and b of BM25, as usual.
const SATURATION: f32 = 1.2;
const LENGTH: f32 = 0.75;
/// A note that scores so much of what the best one does is about the same thing.
const AS_WELL: f32 = 0.8;

/// How much room a notebook has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    /// Notes that are read before a turn, at most.
    pub notes: usize,
    /// Their tokens, at most.
    pub tokens: usize,
    /// Tokens of all notes that are handed on when a conversation ends, at most.
    pub kept: usize,
}

impl Default for Pages {
    /// What did best on the cases of seed 555 (`nested-memory eval --suite strategies --strategy notebook --seed 555 --cases
    /// 10 --notes NOTES`): right of 40 when the conversation was over, and ten later, with one note 33 and 25, with two 35 and
    /// 28, with three or four 33 and 26. The 1,024 tokens that are handed on hold what eleven conversations tell.
    fn default() -> Self {
        Self { notes: 2, tokens: 64, kept: 1024 }
    }
}

/// A turn of the person, its marks included.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Note {
    said: Vec<u32>,
    /// How many conversations were over when it was written.
    conversation: usize,
    /// How many of its tokens matter; `None` until the conversation is over.
    matters: Option<usize>,
}

impl Note {
    /// The words without the marks.
    fn words(&self) -> &[u32] {
        words(&self.said)
    }
}

/// What was said in a turn, without the marks.
fn words(turn: &[u32]) -> &[u32] {
    turn.get(1..turn.len().saturating_sub(1)).unwrap_or_default()
}

/// Notes, in the order in which they were written.
#[derive(Debug, Clone, Default)]
pub struct Notebook {
    pages: Pages,
    notes: Vec<Note>,
    conversation: usize,
    /// What was asked to be forgotten and is not to be noted.
    wish: Option<Vec<u32>>,
}

impl Notebook {
    /// With other room.
    #[must_use]
    pub fn new(pages: Pages) -> Self {
        Self { pages, ..Self::default() }
    }

    /// The words of all notes, in the order in which they were written.
    pub fn notes(&self) -> impl Iterator<Item = &[u32]> {
        self.notes.iter().map(Note::words)
    }

    /// The tokens of all notes.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.notes.iter().map(|note| note.said.len()).sum()
    }

    /// How well each note fits a turn; 0 where they have nothing in common.
    fn scores(&self, turn: &[u32]) -> Vec<f32> {
        let asked = words(turn);
        let count = self.notes.len() as f32;
        let all: usize = self.notes().map(<[u32]>::len).sum();
        let usual = (all as f32 / count).max(1.0);
        let rare = |token: &u32| {
            let with = self.notes().filter(|words| words.contains(token)).count() as f32;
            (1.0 + (count - with + 0.5) / (with + 0.5)).ln()
        };
        let once = asked.iter().enumerate().filter(|(i, token)| !asked[..*i].contains(token));
        let asked: Vec<(u32, f32)> = once.map(|(_, token)| (*token, rare(token))).collect();
        let score = |words: &[u32]| {
            let damping = SATURATION * (1.0 - LENGTH + LENGTH * words.len() as f32 / usual);
            let fits = |(token, rare): &(u32, f32)| {
                let times = words.iter().filter(|word| *word == token).count() as f32;
                rare * times * (SATURATION + 1.0) / (times + damping)
            };
            asked.iter().map(fits).sum::<f32>()
        };
        self.notes().map(score).collect()
    }

    /// The notes that are read before a turn, in the order in which they were written.
    fn open(&self, turn: &[u32]) -> Vec<&Note> {
        let mut scores = self.scores(turn);
        let mut open = vec![false; scores.len()];
        let (mut notes, mut room) = (self.pages.notes, self.pages.tokens);
        while notes > 0
            && let Some(best) = best(&scores)
        {
            scores[best] = 0.0;
            // With the mark of the empty answer's end.
            let tokens = self.notes[best].said.len() + 1;
            if tokens <= room {
                open[best] = true;
                notes -= 1;
                room -= tokens;
            }
        }
        self.notes.iter().zip(open).filter_map(|(note, open)| open.then_some(note)).collect()
    }

    /// Keeps of the notes that matter what there is room for: the newest conversation's first, in it those first in which
    /// the most tokens matter, of equals the newest.
    fn sum_up(&mut self) {
        let mut kept = vec![false; self.notes.len()];
        let mut left: Vec<bool> =
            self.notes.iter().map(|note| note.matters.unwrap_or_default() > 0).collect();
        let mut room = self.pages.kept;
        let worth = |(_, note): &(usize, &Note)| (note.conversation, note.matters);
        while let Some((next, note)) =
            self.notes.iter().enumerate().filter(|(i, _)| left[*i]).max_by_key(worth)
        {
            left[next] = false;
            kept[next] = note.said.len() <= room;
            room -= if kept[next] { note.said.len() } else { 0 };
        }
        let mut kept = kept.into_iter();
        self.notes.retain(|_| kept.next().unwrap_or_default());
    }
}

/// The place of the highest score, of equals the last; `None` if all are 0.
fn best(scores: &[f32]) -> Option<usize> {
    let positive = scores.iter().enumerate().filter(|(_, score)| **score > 0.0);
    positive.max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(place, _)| place)
}

impl Strategy for Notebook {
    fn copy(&self) -> Box<dyn Strategy> {
        Box::new(self.clone())
    }

    fn ready(&self, base: &Base, turn: &[u32]) -> Ready {
        let end = base.config.marks.map(|marks| marks.end);
        let before =
            self.open(turn).into_iter().flat_map(|note| note.said.iter().copied().chain(end)).collect();
        Ready { memory: Memory::new(base), before }
    }

    fn heard(&mut self, _: &Base, Exchange { said, .. }: Exchange, _: Memory) {
        if self.wish.take().is_none_or(|wish| wish != said) {
            self.notes.push(Note { said, conversation: self.conversation, matters: None });
        }
    }

    fn forget(&mut self, wish: &[u32]) {
        let scores = self.scores(wish);
        if let Some(best) = best(&scores) {
            let mut stays = scores.iter().map(|score| *score < AS_WELL * scores[best]);
            self.notes.retain(|_| stays.next().unwrap_or(true));
        }
        self.wish = Some(wish.to_vec());
    }

    fn end<'a>(&'a mut self, base: &'a Base) -> Work<'a, u64> {
        Box::pin(async {
            let (mut weighed, mut read) = (self.clone(), 0);
            for note in weighed.notes.iter_mut().filter(|note| note.matters.is_none()) {
                let exchange = Exchange { said: note.said.clone(), answered: Vec::new() };
                note.matters = Some(weigh(base, &exchange).await?.len());
                read += note.said.len() as u64;
            }
            weighed.sum_up();
            weighed.conversation += 1;
            *self = weighed;
            Ok(read)
        })
    }

    fn kept(&self, _: &Base) -> Kept {
        Kept {
            changed: Changed { kind: Kind::Notes, amount: self.notes.len() },
            bytes: TOKEN * self.tokens(),
        }
    }
}
