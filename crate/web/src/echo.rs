//! What the page has heard of a request, so that nothing is told twice when a device is lost in the middle of a
//! sentence and the sentence is said again on another one.

use crate::protocol::Notice;

/// Counts what was told in the first attempt and keeps as much back in the second.
#[derive(Debug, Clone, Default)]
pub struct Echo {
    heard: Count,
    told: Count,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    /// Bytes of the reply.
    text: usize,
    /// Tokens of `write` notices.
    writes: usize,
    /// `update` notices.
    updates: usize,
}

impl Echo {
    /// The request begins anew.
    pub fn again(&mut self) {
        let most = |a: usize, b: usize| a.max(b);
        self.heard = Count {
            text: most(self.heard.text, self.told.text),
            writes: most(self.heard.writes, self.told.writes),
            updates: most(self.heard.updates, self.told.updates),
        };
        self.told = Count::default();
    }

    /// Whether any of a reply was told.
    #[must_use]
    pub const fn has_spoken(&self) -> bool {
        self.heard.text > 0 || self.told.text > 0
    }

    /// What of a notice is news to the page.
    pub fn news(&mut self, notice: Notice) -> Option<Notice> {
        match notice {
            Notice::Piece { text } => {
                let known = known(self.heard.text, &mut self.told.text, text.len());
                // Another device may choose other words; never cut one of their characters.
                let news = text.get(known..).unwrap_or_default();
                (!news.is_empty()).then(|| Notice::Piece { text: news.to_owned() })
            }
            Notice::Write { role, mut tokens } => {
                let known = known(self.heard.writes, &mut self.told.writes, tokens.len());
                tokens.drain(..known);
                (!tokens.is_empty()).then_some(Notice::Write { role, tokens })
            }
            Notice::Update { .. } => {
                (known(self.heard.updates, &mut self.told.updates, 1) == 0).then_some(notice)
            }
            _ => Some(notice),
        }
    }
}

/// How many of the next `length` things are among the first `heard`.
fn known(heard: usize, told: &mut usize, length: usize) -> usize {
    let known = heard.saturating_sub(*told).min(length);
    *told += length;
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str) -> Notice {
        Notice::Piece { text: text.to_owned() }
    }

    #[test]
    fn a_reply_said_again_goes_on_where_it_was_cut() {
        let mut echo = Echo::default();
        assert!(!echo.has_spoken());
        assert_eq!(echo.news(piece("Your")), Some(piece("Your")));
        assert_eq!(echo.news(piece(" par")), Some(piece(" par")));
        echo.again();
        assert_eq!(echo.news(piece("Your")), None);
        assert_eq!(echo.news(piece(" parrot")), Some(piece("rot")));
        assert_eq!(echo.news(piece(" is")), Some(piece(" is")));
        echo.again();
        assert_eq!(echo.news(piece("Your parrot is")), None);
        assert!(echo.has_spoken());
    }

    #[test]
    fn other_notices_pass() {
        let mut echo = Echo::default();
        let saved = Notice::Saved { at: 0.0, bytes: 1, version: 1 };
        echo.again();
        assert_eq!(echo.news(saved.clone()), Some(saved));
    }
}
