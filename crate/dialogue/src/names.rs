//! Names and nouns that do not exist, built from syllables: nobody can know them, so they must be remembered.
use crate::draw::Draw;
use crate::split::{Divider, Split};
use crate::tongue::Tongue;

const ONSETS: [&str; 40] = [
    "b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "br", "dr", "gr",
    "kr", "tr", "pl", "fl", "gl", "bl", "sk", "st", "sh", "ch", "th", "qu", "y", "m", "n", "t", "k", "l",
    "r", "v",
];
const VOWELS: [&str; 14] = ["a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "ai", "ei", "oo", "ou"];
const CODAS: [&str; 30] = [
    "", "", "", "", "n", "r", "l", "s", "k", "x", "m", "t", "p", "d", "g", "z", "nd", "rk", "lt", "st", "ng",
    "rn", "sh", "ck", "mp", "ff", "rd", "nk", "v", "b",
];
const ENDINGS: [&str; 24] = [
    "o", "a", "i", "y", "us", "el", "in", "or", "ix", "ar", "en", "um", "is", "et", "on", "ak", "ul", "im",
    "os", "ez", "ia", "ito", "ette", "kin",
];
const TOWN_ENDINGS: [&str; 16] = [
    "burg", "ville", "ton", "ford", "stad", "holm", "grad", "polis", "mouth", "dorf", "haven", "minster",
    "field", "abad", "pur", "by",
];

/// A stem of one or two syllables and an ending, in lower case.
fn stem(draw: &mut Draw) -> String {
    let mut text = String::new();
    let syllables = if draw.chance(0.75) { 1 } else { 2 };
    for _ in 0..syllables {
        text.push_str(draw.pick(&ONSETS));
        text.push_str(draw.pick(&VOWELS));
        // A coda in the middle of a long word would make it hard to say.
        if syllables == 1 || draw.chance(0.35) {
            text.push_str(draw.pick(&CODAS));
        }
    }
    if syllables == 2 || draw.chance(0.75) || text.len() < 3 {
        text.push_str(draw.pick(&ENDINGS));
    }
    text
}

/// Characters that foreign names are written with.
const SOUNDS: [&str; 64] = [
    "阿", "埃", "艾", "奥", "巴", "贝", "比", "波", "布", "达", "德", "蒂", "多", "杜", "尔", "法", "菲",
    "弗", "格", "古", "哈", "赫", "霍", "基", "卡", "凯", "科", "克", "拉", "莱", "兰", "勒", "里", "丽",
    "林", "卢", "罗", "洛", "马", "曼", "梅", "米", "莫", "穆", "纳", "内", "尼", "诺", "帕", "佩", "皮",
    "普", "奇", "瑞", "萨", "塞", "斯", "索", "塔", "特", "图", "维", "沃", "泽",
];

/// Whether it could be a Chinese name of [`pseudo_name`].
pub(crate) fn is_of_sounds(text: &str) -> bool {
    text.chars().all(|c| SOUNDS.iter().any(|sound| sound.starts_with(c)))
}

/// Two to four of them.
fn sounds(draw: &mut Draw) -> String {
    let count = draw.pick(&[2, 2, 3, 3, 3, 4]);
    (0..count).map(|_| draw.pick(&SOUNDS)).collect()
}

/// A noun like "zorbel" or "塔维克", from the wanted side.
pub(crate) fn pseudo_noun(draw: &mut Draw, divider: &Divider, split: Split) -> String {
    loop {
        let text = match divider.tongue() {
            Tongue::English => stem(draw),
            Tongue::Chinese => sounds(draw),
        };
        if divider.allows(&text, split) {
            return text;
        }
    }
}

/// A name like "Tavik".
pub(crate) fn pseudo_name(draw: &mut Draw, divider: &Divider, split: Split) -> String {
    capitalised(&pseudo_noun(draw, divider, split))
}

/// A town like "Brinholm".
pub(crate) fn pseudo_town(draw: &mut Draw, divider: &Divider, split: Split) -> String {
    loop {
        let text = match divider.tongue() {
            Tongue::English => {
                [draw.pick(&ONSETS), draw.pick(&VOWELS), draw.pick(&CODAS), draw.pick(&TOWN_ENDINGS)].concat()
            }
            Tongue::Chinese => sounds(draw) + draw.pick(&["堡", "镇", "港", "城", "市"]),
        };
        if divider.allows(&text, split) {
            return capitalised(&text);
        }
    }
}

/// The text with a capital first letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
