//! Changes that know nothing of what they change.

use crate::fuzz::dice::Dice;

/// Changes some bytes; `other` is another input to take from.
pub(super) fn change(dice: &mut Dice, bytes: &mut Vec<u8>, other: &[u8]) {
    if bytes.is_empty() {
        bytes.extend(dice.bits().to_le_bytes());
        return;
    }
    let at = dice.below(bytes.len());
    match dice.below(11) {
        0 | 1 => bytes[at] ^= 1 << dice.below(8),
        2 => bytes[at] = dice.bits() as u8,
        3 => bytes[at] = dice.pick(b"\0\xff\x7f\x80\"\\{}[],:-.09eE \n"),
        4 => {
            let new = dice.bits().to_le_bytes();
            let count = 1 + dice.below(new.len());
            bytes.splice(at..at, new.into_iter().take(count));
        }
        5 => drop(bytes.drain(dice.range(bytes.len(), 32))),
        6 => {
            let again = bytes[dice.range(bytes.len(), 64)].to_vec();
            bytes.splice(at..at, again);
        }
        7 => {
            let number = dice.whole().to_le_bytes();
            let width = dice.pick(&[1, 2, 4, 8]);
            // Headers begin with their length.
            let at = if dice.one_in(3) { 0 } else { at };
            for (place, byte) in bytes[at..].iter_mut().zip(&number[..width]) {
                *place = *byte;
            }
        }
        8 => {
            let number = dice.real().to_le_bytes();
            for (place, byte) in bytes[at / 4 * 4..].iter_mut().zip(number) {
                *place = byte;
            }
        }
        9 => bytes.truncate(at),
        _ if !other.is_empty() => {
            let taken = dice.range(other.len(), other.len());
            bytes.splice(at.., other[taken].iter().copied());
        }
        _ => {}
    }
}
