//! Changes of JSON that leave it JSON.

use crate::fuzz::dice::Dice;
use serde_json::{Map, Value, json};

/// So many copies are made at most where something is repeated: enough for what grows with each to be seen. And all of them
/// together are no larger than this, or making inputs would take longer than reading them.
const COPIES: (usize, usize) = (1_000, 1 << 15);

/// Changes one value somewhere inside.
pub(super) fn change(dice: &mut Dice, value: &mut Value) {
    // The deeper, the more there is: go down more often than not.
    let inside = match value {
        Value::Array(list) if !list.is_empty() && !dice.one_in(8) => {
            let at = dice.below(list.len());
            list.get_mut(at)
        }
        Value::Object(map) if !map.is_empty() && !dice.one_in(8) => {
            let at = dice.below(map.len());
            map.values_mut().nth(at)
        }
        _ => None,
    };
    if let Some(inside) = inside {
        return change(dice, inside);
    }
    match value {
        Value::Array(list) if !dice.one_in(8) => change_list(dice, list),
        Value::Object(map) if !dice.one_in(8) => change_map(dice, map),
        Value::String(text) if !dice.one_in(4) => *text = changed_text(dice, text),
        _ => *value = any(dice),
    }
}

/// How often something is repeated.
fn copies(dice: &mut Dice, value: &Value) -> usize {
    if !dice.one_in(50) {
        return 1;
    }
    let most = COPIES.1 / (value.to_string().len() + 1);
    dice.below(most.clamp(1, COPIES.0))
}

/// Some value.
fn any(dice: &mut Dice) -> Value {
    match dice.below(9) {
        0 => Value::Null,
        1 => json!(dice.one_in(2)),
        2 | 3 => json!(dice.whole()),
        4 => json!(dice.whole().cast_signed()),
        5 => json!(f64::from(dice.real())),
        6 => json!(""),
        7 => json!([]),
        _ => {
            let depth = 1 + dice.below(160);
            (0..depth).fold(json!(1), |inside, _| json!([inside]))
        }
    }
}

fn change_list(dice: &mut Dice, list: &mut Vec<Value>) {
    let at = dice.below(list.len());
    match dice.below(5) {
        0 if !list.is_empty() => drop(list.remove(at)),
        1 if list.len() > 1 => {
            let other = dice.below(list.len());
            list.swap(at, other);
        }
        2 | 3 if !list.is_empty() => {
            let again = list[at].clone();
            let copies = copies(dice, &again);
            list.extend(std::iter::repeat_n(again, copies));
        }
        _ => list.insert(at, any(dice)),
    }
}

fn change_map(dice: &mut Dice, map: &mut Map<String, Value>) {
    let at = dice.below(map.len());
    let key = map.keys().nth(at).cloned().unwrap_or_default();
    match dice.below(4) {
        0 => drop(map.remove(&key)),
        1 => {
            let value = map.remove(&key).unwrap_or_default();
            map.insert(changed_text(dice, &key), value);
        }
        2 => {
            let value = map.get(&key).cloned().unwrap_or_default();
            let copies = copies(dice, &value);
            map.extend((0..copies).map(|copy| (format!("{key}{copy}"), value.clone())));
        }
        _ => {
            let value = any(dice);
            map.insert(dice.pick(&["", "type", "id", "kind", "format", "zero", "same"]).to_owned(), value);
        }
    }
}

/// The text with one change.
pub(super) fn changed_text(dice: &mut Dice, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = dice.below(letters.len() + 1);
    match dice.below(6) {
        0 => letters.truncate(at),
        1 => letters.insert(at, super::text::letter(dice)),
        2 if at < letters.len() => drop(letters.remove(at)),
        3 => {
            let number: Vec<char> = dice.whole().to_string().chars().collect();
            letters.splice(at..at, number);
        }
        4 if !letters.is_empty() => {
            let again = letters[dice.range(letters.len(), 8)].to_vec();
            let copies = if dice.one_in(50) { dice.below(COPIES.0) } else { 1 };
            let again: Vec<char> = again.into_iter().cycle().take(copies * 4).collect();
            letters.splice(at..at, again);
        }
        _ if at < letters.len() => letters[at] = dice.pick(&['0', '1', '9', 'a', 'f', '-', '.', '"']),
        _ => {}
    }
    letters.into_iter().collect()
}
