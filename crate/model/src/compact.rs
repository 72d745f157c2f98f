//! A snapshot as it is kept: without what can be known without reading it.
//!
//! Half of a memory is a matter of course: a level that was wiped and sums that nothing waits in are zero, and a shield
//! is symmetric. A compact snapshot is a safetensors file with the same metadata, without the tensors that are zero, with
//! the upper triangle of those that are symmetric (row by row, the diagonal included). Each stands for itself: unlike a
//! difference to an older version it needs no other file, so any of them may be damaged or thrown away.

use crate::base::sha256;
use crate::error::Error;
use crate::file::{Entries, Entry, Precision, metadata};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const WHAT: &str = "snapshot";
/// The metadata's name for what is left out.
const LEFT_OUT: &str = "compact";
/// No memory has more numbers in a tensor: a damaged shape must not fill the storage.
const LARGEST: usize = 1 << 24;

/// What a compact snapshot leaves out, and how to know that it was found again.
#[derive(Debug, Serialize, Deserialize)]
struct LeftOut {
    /// SHA-256 of the snapshot's bytes.
    whole: String,
    /// Tensors that are zero, and their shapes.
    zero: BTreeMap<String, Vec<usize>>,
    /// Tensors of which the upper triangle is there, and their number of rows.
    symmetric: BTreeMap<String, usize>,
}

fn damaged(reason: impl Into<String>) -> Error {
    Error::Damaged { what: WHAT, reason: reason.into() }
}

/// Makes a snapshot compact; gives it as it is where that would not be smaller or not come back bit for bit.
///
/// # Errors
/// [`Error::Damaged`] if it is no snapshot.
pub fn compact(snapshot: &[u8]) -> Result<Vec<u8>, Error> {
    let mut entries = Entries::from_bytes(WHAT, snapshot)?;
    let mut left = LeftOut { whole: sha256(snapshot), zero: BTreeMap::new(), symmetric: BTreeMap::new() };
    entries.tensors.retain(|name, entry| {
        let zero = entry.values.iter().all(|x| x.to_bits() == 0);
        if zero {
            left.zero.insert(name.clone(), entry.shape.clone());
        }
        !zero
    });
    for (name, entry) in &mut entries.tensors {
        if let Some(rows) = symmetric(entry) {
            left.symmetric.insert(name.clone(), rows);
            let triangle: Vec<f32> =
                (0..rows).flat_map(|row| entry.values[row * rows + row..(row + 1) * rows].to_vec()).collect();
            *entry = Entry { shape: vec![triangle.len()], values: triangle };
        }
    }
    let text = serde_json::to_string(&left).map_err(|error| damaged(error.to_string()))?;
    entries.metadata.insert(LEFT_OUT.to_owned(), text);
    let compact = entries.to_bytes(WHAT, Precision::Single)?;
    // A file that somebody else wrote may order its header otherwise; such a one is kept whole.
    let pays = compact.len() < snapshot.len() && expand(compact.clone()).is_ok_and(|again| again == snapshot);
    Ok(if pays { compact } else { snapshot.to_vec() })
}

/// The number of rows of a matrix that is its own transpose, bit for bit.
fn symmetric(entry: &Entry) -> Option<usize> {
    let [rows, columns] = entry.shape[..] else { return None };
    let at = |row: usize, column: usize| entry.values[row * rows + column].to_bits();
    let holds = rows == columns && (0..rows).all(|i| (0..i).all(|j| at(i, j) == at(j, i)));
    (holds && rows > 1).then_some(rows)
}

/// The snapshot again. What is not compact is given back as it is, whatever it is.
///
/// # Errors
/// [`Error::Damaged`] if it is compact and does not give what it was made of.
pub fn expand(bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
    if !metadata(WHAT, &bytes).is_ok_and(|metadata| metadata.contains_key(LEFT_OUT)) {
        return Ok(bytes);
    }
    let mut entries = Entries::from_bytes(WHAT, &bytes)?;
    let text = entries.metadata.remove(LEFT_OUT).unwrap_or_default();
    let left: LeftOut = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
    for (name, rows) in left.symmetric {
        let entry = entries.tensors.get_mut(&name).ok_or_else(|| damaged(format!("{name} is missing")))?;
        let numbers = numbers(&[rows, rows])?;
        if entry.values.len() != (numbers + rows) / 2 {
            return Err(damaged(format!("{name} is no triangle of {rows} rows")));
        }
        let mut values = vec![0.0; numbers];
        let places = (0..rows).flat_map(|row| (row..rows).map(move |column| (row, column)));
        for ((row, column), value) in places.zip(&entry.values) {
            values[row * rows + column] = *value;
            values[column * rows + row] = *value;
        }
        *entry = Entry { shape: vec![rows, rows], values };
    }
    for (name, shape) in left.zero {
        let values = vec![0.0; numbers(&shape)?];
        entries.tensors.insert(name, Entry { shape, values });
    }
    let whole = entries.to_bytes(WHAT, Precision::Single)?;
    if sha256(&whole) == left.whole {
        Ok(whole)
    } else {
        Err(damaged("it does not give what it was made of"))
    }
}

/// How many numbers a tensor of this shape has.
fn numbers(shape: &[usize]) -> Result<usize, Error> {
    let count = shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size));
    count.filter(|count| *count <= LARGEST).ok_or_else(|| damaged("it has a tensor larger than any memory"))
}
