//! What a fact says: a name, a code, a place, a date.
mod chinese;

use crate::draw::Draw;
use crate::language::Language;
use crate::names::{pseudo_name, pseudo_noun, pseudo_town};
use crate::split::{Split, hashed_side};
use crate::tongue::Tongue;

/// A value, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The text.
    pub text: String,
    /// What it was made of: list entries, invented stems, or the whole text of a number.
    pub stems: Vec<String>,
}

impl Value {
    fn of(stem: &str) -> Self {
        Self { text: stem.to_owned(), stems: vec![stem.to_owned()] }
    }

    /// Draws a value of a kind.
    pub(crate) fn draw(draw: &mut Draw, language: &Language, split: Split, kind: &str) -> Self {
        match kind {
            "name" => name(draw, language, split, [0.74, 0.10, 0.13]),
            "person_name" => name(draw, language, split, [0.46, 0.08, 0.40]),
            "giver" => name(draw, language, split, [0.46, 0.0, 0.50]),
            "word" => Self::of(&pseudo_noun(draw, &language.divider, split)),
            "brand" => name(draw, language, split, [0.88, 0.12, 0.0]),
            "code" | "number" | "age" | "price" | "date" | "time" => loop {
                let text = match language.tongue {
                    Tongue::English => counted(draw, kind),
                    Tongue::Chinese => chinese::counted(draw, kind),
                };
                // 下午一点半 has 下午一点 within it, so the hour decides for both.
                let hour = text.split_once('点').filter(|(_, minutes)| !minutes.contains('分'));
                if hashed_side(hour.map_or(text.as_str(), |(hour, _)| hour)) == split {
                    return Self::of(&text);
                }
            },
            "spot" if language.tongue == Tongue::Chinese => {
                let spot = draw.pick(language.lexicon.of("spot", split));
                let side = draw.pick(&["里", "上", "下面", "后面", "旁边"]);
                Self { text: format!("在{spot}{side}"), stems: vec![spot.to_owned()] }
            }
            "spot" => {
                let spot = draw.pick(language.lexicon.of("spot", split));
                let preposition = draw.pick(&["in", "on", "under", "behind", "next to", "near", "beside"]);
                let article = draw.pick(&["the", "the", "the", "my", "our"]);
                Self { text: format!("{preposition} {article} {spot}"), stems: vec![spot.to_owned()] }
            }
            "city" if draw.chance(0.25) => Self::of(&pseudo_town(draw, &language.divider, split)),
            // Unheard-of words in training, so that no list of foods or jobs can be learnt instead of memory.
            "language" if split == Split::Train && draw.chance(0.08) => {
                Self::of(&pseudo_name(draw, &language.divider, split))
            }
            _ if split == Split::Train && kind != "city" && draw.chance(0.08) => {
                Self::of(&pseudo_noun(draw, &language.divider, split))
            }
            _ => Self::of(draw.pick(language.lexicon.of(kind, split))),
        }
    }
}

/// A name: one invented word, two of them, a common given name, or (the rest) one in other letters.
fn name(draw: &mut Draw, language: &Language, split: Split, shares: [f64; 3]) -> Value {
    let kind = draw.unit();
    if kind < shares[0] {
        return Value::of(&pseudo_name(draw, &language.divider, split));
    }
    if kind < shares[0] + shares[1] {
        let (first, last) =
            (pseudo_name(draw, &language.divider, split), pseudo_name(draw, &language.divider, split));
        let between = match language.tongue {
            Tongue::English => " ",
            Tongue::Chinese => "·",
        };
        return Value { text: format!("{first}{between}{last}"), stems: vec![first, last] };
    }
    let list = if kind < shares.iter().sum() { "given_name" } else { "world_name" };
    Value::of(draw.pick(language.lexicon.of(list, split)))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const HOURS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const CURRENCIES: [&str; 6] = ["euros", "dollars", "pounds", "francs", "crowns", "yen"];

/// Values that are counted rather than listed.
fn counted(draw: &mut Draw, kind: &str) -> String {
    match kind {
        "code" => code(draw),
        "number" => format!("{}", draw.between(1, 999)),
        "age" => format!("{}", draw.between(1, 99)),
        "price" => {
            let top = draw.pick(&[99, 999, 9999]);
            format!("{} {}", draw.between(2, top), draw.pick(&CURRENCIES))
        }
        "date" => {
            let (day, month) = (draw.between(1, 28), draw.pick(&MONTHS));
            if draw.chance(0.7) { format!("{day} {month}") } else { format!("{month} {day}") }
        }
        _ => time(draw),
    }
}

/// Two to six digits, or letters and digits.
pub(super) fn code(draw: &mut Draw) -> String {
    let letters = draw.chance(0.25);
    let length = if letters { draw.between(3, 5) } else { draw.between(2, 6) };
    (0..length)
        .map(|_| {
            if letters && draw.chance(0.45) {
                (b'A' + draw.below(26) as u8) as char
            } else {
                (b'0' + draw.below(10) as u8) as char
            }
        })
        .collect()
}

/// "3:40 pm", "half past three", "quarter to nine".
fn time(draw: &mut Draw) -> String {
    let hour = draw.below(12);
    if draw.chance(0.6) {
        let half = draw.pick(&["am", "pm"]);
        return format!("{}:{:02} {half}", hour + 1, 5 * draw.below(12));
    }
    match draw.below(4) {
        0 => format!("half past {}", HOURS[hour]),
        1 => format!("quarter past {}", HOURS[hour]),
        2 => format!("quarter to {}", HOURS[hour]),
        _ => format!("{} o'clock", HOURS[hour]),
    }
}
