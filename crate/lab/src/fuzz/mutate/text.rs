//! Changes of text that leave it text.

use crate::fuzz::dice::Dice;

/// Where letters behave differently: blanks and controls, marks that combine, letters that fall apart when they are
/// composed, scripts, pictures of several code points, the ends of the ranges.
const RANGES: [(u32, u32); 16] = [
    (0x00, 0x20),
    (0x20, 0x7f),
    (0x7f, 0x250),
    (0x300, 0x370),
    (0x370, 0x600),
    (0x600, 0x780),
    (0x900, 0xe80),
    (0x1100, 0x1200),
    (0x1e00, 0x2000),
    (0x2000, 0x2070),
    (0x3000, 0x3100),
    (0x4e00, 0xa000),
    (0xac00, 0xd7a4),
    (0xf900, 0xfffe),
    (0x1_d100, 0x1_d200),
    (0x1_f300, 0x1_fb00),
];

const WORDS: [&str; 10] = [
    "<|user|>",
    "<|end|>",
    " it's ",
    "'ll",
    "  ",
    "\r\n",
    "4711",
    "\u{200d}",
    "\u{1F469}\u{200d}\u{1F680}",
    "e\u{301}",
];

/// Some letter.
pub(super) fn letter(dice: &mut Dice) -> char {
    let (from, to) = dice.pick(&RANGES);
    let number = if dice.one_in(8) {
        dice.bits() as u32 % 0x11_0000
    } else {
        from + dice.below((to - from) as usize) as u32
    };
    char::from_u32(number).unwrap_or('\u{fffd}')
}

/// Changes some letters; `other` is another text to take from.
pub(super) fn change(dice: &mut Dice, text: &str, other: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = dice.below(letters.len() + 1);
    match dice.below(7) {
        0 | 1 => {
            let count = 1 + dice.below(4);
            letters.splice(at..at, (0..count).map(|_| letter(dice)).collect::<Vec<_>>());
        }
        2 if at < letters.len() => letters[at] = letter(dice),
        3 if !letters.is_empty() => drop(letters.drain(dice.range(letters.len(), 8))),
        4 => {
            let word: Vec<char> = dice.pick(&WORDS).chars().collect();
            letters.splice(at..at, word);
        }
        5 if !letters.is_empty() => {
            let again = letters[dice.range(letters.len(), 16)].to_vec();
            letters.splice(at..at, again);
        }
        _ => {
            let taken: Vec<char> = other.chars().collect();
            if !taken.is_empty() {
                let taken = taken[dice.range(taken.len(), 24)].to_vec();
                letters.splice(at..at, taken);
            }
        }
    }
    letters.into_iter().collect()
}
