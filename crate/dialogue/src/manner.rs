//! How a phrasing is drawn: which words a sentence is said in, and how carefully.
use crate::draw::Draw;
use crate::facts::Subject;
use crate::sentence::Speaker;
use crate::split::{PLAINEST, phrasing_side};
use crate::tongue::Tongue;
use std::borrow::Cow;

/// What sentences are said for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// To learn from: more openers than people use, and slips.
    Training,
    /// As people speak, in the phrasings of the speaker's side.
    Usual,
    /// Bare and in the plainest words, which belong to training: for telling and asking only.
    Plain,
}

/// In training sentences stand bare this much less often than people say them: a core whose bare form is held out is
/// only learned behind an opener, and what stands before a core must come to mean nothing.
const BARE_IN_TRAINING: f64 = 0.55;
/// The share of training's openers that have another one before them ("Well, by the way, …").
const TWO_OPENERS: f64 = 0.25;
/// The share of training's cores that have lost a word (in Chinese a character): what is heard must not hang on the
/// presence of every one, since a phrasing never heard has others.
const SLIPS: f64 = 0.3;

/// A drawn phrasing.
pub(crate) struct Phrasing {
    pub(crate) opener: Cow<'static, str>,
    pub(crate) core: Cow<'static, str>,
    pub(crate) template: String,
}

impl Speaker<'_> {
    /// Draws opener and core until their combination lies on the wanted side.
    pub(crate) fn phrasing(
        &self,
        draw: &mut Draw,
        key: &str,
        openers: &[&'static str],
        bare: f64,
        cores: &[&'static str],
        subject: Option<&Subject>,
    ) -> Phrasing {
        let cores = if self.manner == Manner::Plain { plainest(cores) } else { cores };
        loop {
            let core = draw.pick(cores);
            if subject.is_none_or(|subject| subject.indefinite.is_none()) && core.contains("{a S}") {
                continue;
            }
            let opener = self.opener(draw, openers, bare);
            if self.manner == Manner::Plain {
                return Phrasing {
                    opener: Cow::Borrowed(""),
                    core: Cow::Borrowed(core),
                    template: String::new(),
                };
            }
            if !self.language.tongue.is_clause(core)
                && self.language.openers.lines("clause only").contains(&&*opener)
            {
                continue;
            }
            let template = format!("{key}: {opener}|{core}");
            if phrasing_side(&template, &opener, core, cores) == self.split {
                let core = if self.manner == Manner::Training && draw.chance(SLIPS) {
                    slipped(draw, self.language.tongue, core, cores)
                } else {
                    Cow::Borrowed(core)
                };
                return Phrasing { opener, core, template };
            }
        }
    }

    /// What stands before a core, or nothing.
    fn opener(&self, draw: &mut Draw, openers: &[&'static str], bare: f64) -> Cow<'static, str> {
        if draw.chance(if self.manner == Manner::Training { bare * BARE_IN_TRAINING } else { bare }) {
            return Cow::Borrowed("");
        }
        let opener = draw.pick(openers);
        if self.manner == Manner::Training && draw.chance(TWO_OPENERS) {
            let first = draw.pick(openers);
            if first.ends_with([',', ':', '，', '：']) && first != opener {
                return Cow::Owned([first, opener].join(self.language.tongue.blank()));
            }
        }
        Cow::Borrowed(opener)
    }
}

/// The first lines of a section, which are to be its plainest.
fn plainest<'c>(cores: &'c [&'static str]) -> &'c [&'static str] {
    &cores[..cores.len().min(PLAINEST)]
}

/// A core without one of its words (in Chinese, characters), unless that makes it another one of the list, which might be held out.
fn slipped(draw: &mut Draw, tongue: Tongue, core: &'static str, cores: &[&'static str]) -> Cow<'static, str> {
    let words = words_of(core, tongue);
    if words.len() < 2 {
        return Cow::Borrowed(core);
    }
    let lost = draw.pick(&words);
    let rest = format!("{}{}", &core[..lost.0], &core[lost.1..]);
    let rest = rest.trim();
    if cores.contains(&rest) { Cow::Borrowed(core) } else { Cow::Owned(rest.to_owned()) }
}

/// Where the words of a core's text begin and end, the blank behind them with them; no slot is among them.
fn words_of(core: &str, tongue: Tongue) -> Vec<(usize, usize)> {
    let (mut words, mut in_slot) = (Vec::<(usize, usize)>::new(), false);
    let mut open = false;
    for (at, c) in core.char_indices() {
        let end = at + c.len_utf8();
        in_slot |= c == '{';
        match words.last_mut() {
            _ if in_slot => open = false,
            Some(word) if open => word.1 = end,
            _ if c.is_alphanumeric() => words.push((at, end)),
            _ => {}
        }
        let goes_on = tongue == Tongue::English && c != ' ';
        open = !in_slot && goes_on && (open || c.is_alphanumeric());
        in_slot &= c != '}';
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{Manner, slipped, words_of};
    use crate::draw::Draw;
    use crate::language::Language;
    use crate::sentence::{Speaker, key};
    use crate::split::{PLAINEST, Split, phrasing_side};
    use crate::tongue::Tongue;

    const TONGUES: [Tongue; 2] = [Tongue::English, Tongue::Chinese];

    #[test]
    fn the_plainest_words_belong_to_training() {
        for (tongue, section) in TONGUES.into_iter().flat_map(|tongue| [(tongue, "tell"), (tongue, "ask")]) {
            for relation in &Language::of(tongue).relations {
                let cores = relation.lines(section, false);
                for core in cores.iter().take(PLAINEST) {
                    let template = format!("{}: |{core}", key(relation, section, section, false));
                    assert_eq!(phrasing_side(&template, "", core, cores), Split::Train, "{template}");
                }
            }
        }
    }

    #[test]
    fn who_speaks_plainly_says_a_plain_core_and_nothing_else() {
        for tongue in TONGUES {
            let language = Language::of(tongue);
            let speaker = Speaker { language, split: Split::HeldOut, manner: Manner::Plain };
            let mut draw = Draw::new(3);
            for relation in &language.relations {
                let cores = relation.lines("ask", false);
                if cores.is_empty() {
                    continue;
                }
                let said = speaker.phrasing(&mut draw, "", &["well,"], 0.0, cores, None);
                assert_eq!((&*said.opener, &*said.template), ("", ""));
                assert!(cores.iter().take(PLAINEST).any(|core| *core == said.core), "{}", said.core);
            }
        }
    }

    /// A slip loses one word, keeps every slot, and never says another line of the list, which may be held out.
    #[test]
    fn a_slip_loses_a_word_and_no_slot() {
        let slots = |text: &str| text.matches('{').count();
        for tongue in TONGUES {
            let language = Language::of(tongue);
            let mut draw = Draw::new(1);
            let mut lost = 0;
            for relation in &language.relations {
                let cores = relation.lines("tell", false);
                for core in cores {
                    let said = slipped(&mut draw, tongue, core, cores);
                    assert_eq!(slots(&said), slots(core), "{core}: {said}");
                    assert!(said == *core || !cores.contains(&&*said), "{core}: {said}");
                    lost += usize::from(said.len() < core.len());
                }
            }
            assert!(lost > 100, "{lost}");
        }
    }

    #[test]
    fn a_cores_words_are_what_stands_between_its_slots() {
        let words = |core: &'static str, tongue| -> Vec<&str> {
            words_of(core, tongue).into_iter().map(|(from, to)| &core[from..to]).collect()
        };
        assert_eq!(words("I have {a S} called {V}", Tongue::English), ["I ", "have ", "called "]);
        assert_eq!(words("{S's}名字，叫{V}", Tongue::Chinese), ["名", "字", "叫"]);
    }
}
