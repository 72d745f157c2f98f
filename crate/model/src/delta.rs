//! A snapshot as what it has that another one has not: most turns change few tensors, and a wiped level is all zeros.
//!
//! A delta is a safetensors file with the newer snapshot's metadata. Of its tensors it holds only those that are neither
//! bit for bit the older one's nor all zero; the names of those are in the metadata. Whoever has both the older snapshot and the
//! delta has the newer one, bit for bit.

use crate::base::sha256;
use crate::error::Error;
use crate::file::{Entries, Entry, Precision};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const WHAT: &str = "version";
/// The metadata's name for what a delta leaves out.
const LEFT_OUT: &str = "delta";

/// What a delta leaves out, and how to know that it was found again.
#[derive(Debug, Serialize, Deserialize)]
struct LeftOut {
    /// SHA-256 of the older snapshot's bytes.
    from: String,
    /// SHA-256 of the newer one's.
    to: String,
    /// Tensors that are the same in both.
    same: Vec<String>,
    /// Tensors that are zero in the newer one, and their shapes.
    zero: BTreeMap<String, Vec<usize>>,
}

fn damaged(reason: impl Into<String>) -> Error {
    Error::Damaged { what: WHAT, reason: reason.into() }
}

fn equal(a: &Entry, b: &Entry) -> bool {
    a.shape == b.shape && a.values.iter().zip(&b.values).all(|(x, y)| x.to_bits() == y.to_bits())
}

/// The newer snapshot as a delta from the older one; `None` if that is hardly smaller.
///
/// # Errors
/// [`Error::Damaged`] if one of them is no snapshot.
pub fn encode(older: &[u8], newer: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    let (old, mut new) = (Entries::from_bytes(WHAT, older)?, Entries::from_bytes(WHAT, newer)?);
    let mut left =
        LeftOut { from: sha256(older), to: sha256(newer), same: Vec::new(), zero: BTreeMap::new() };
    new.tensors.retain(|name, entry| {
        if entry.values.iter().all(|x| x.to_bits() == 0) {
            left.zero.insert(name.clone(), entry.shape.clone());
            return false;
        }
        let same = old.tensors.get(name).is_some_and(|old| equal(old, entry));
        if same {
            left.same.push(name.clone());
        }
        !same
    });
    let text = serde_json::to_string(&left).map_err(|error| damaged(error.to_string()))?;
    new.metadata.insert(LEFT_OUT.to_owned(), text);
    let delta = new.to_bytes(WHAT, Precision::Single)?;
    // A file that somebody else wrote may order its header differently; such a one is kept whole.
    let pays = delta.len() < newer.len() / 4 * 3 && decode(older, &delta).is_ok_and(|again| again == newer);
    Ok(pays.then_some(delta))
}

/// Whether these bytes are a delta.
///
/// # Errors
/// [`Error::Damaged`] if they are no safetensors file.
pub fn is_delta(bytes: &[u8]) -> Result<bool, Error> {
    Ok(Entries::from_bytes(WHAT, bytes)?.metadata.contains_key(LEFT_OUT))
}

/// The newer snapshot again.
///
/// # Errors
/// [`Error::Damaged`] if the delta is damaged or from another snapshot.
pub fn decode(older: &[u8], delta: &[u8]) -> Result<Vec<u8>, Error> {
    let (old, mut new) = (Entries::from_bytes(WHAT, older)?, Entries::from_bytes(WHAT, delta)?);
    let text = new.metadata.remove(LEFT_OUT).ok_or_else(|| damaged("it is no delta"))?;
    let left: LeftOut = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
    if sha256(older) != left.from {
        return Err(damaged("it was made from another version"));
    }
    // A damaged delta must not fill the memory: no name stands twice, and all zeros together are no more than twice what the
    // older snapshot holds (a few tokens may have begun to wait).
    let once = |before: Option<Entry>, name: &str| match before {
        None => Ok(()),
        Some(_) => Err(damaged(format!("{name} stands in it twice"))),
    };
    for name in left.same {
        let entry = old.tensors.get(&name).ok_or_else(|| damaged(format!("{name} is missing")))?;
        once(new.tensors.insert(name.clone(), entry.clone()), &name)?;
    }
    let mut room = 2 * old.tensors.values().map(|entry| entry.values.len()).sum::<usize>();
    for (name, shape) in left.zero {
        let count = shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size));
        let left = count.and_then(|count| Some((count, room.checked_sub(count)?)));
        let (count, rest) = left.ok_or_else(|| damaged(format!("{name} is too large")))?;
        room = rest;
        once(new.tensors.insert(name.clone(), Entry { shape, values: vec![0.0; count] }), &name)?;
    }
    let whole = new.to_bytes(WHAT, Precision::Single)?;
    if sha256(&whole) == left.to {
        return Ok(whole);
    }
    Err(damaged("it does not give what it was made of"))
}
