//! Named tensors in safetensors bytes, and back, with every promise that the format does not make: finite numbers,
//! exact names and shapes are checked by the readers of [`Entries`].

use crate::error::Error;
use half::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// One tensor: its shape and numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Sizes, outermost first.
    pub shape: Vec<usize>,
    /// Row-major numbers.
    pub values: Vec<f32>,
}

/// Tensors by name, and the text that goes with them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entries {
    /// Tensors by name.
    pub tensors: BTreeMap<String, Entry>,
    /// `__metadata__`
    pub metadata: BTreeMap<String, String>,
}

/// How numbers are kept in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Two bytes each: the base on the page.
    Half,
    /// Four bytes each: memories and checkpoints.
    Single,
}

impl Entries {
    /// As safetensors bytes; the same entries always give the same bytes.
    ///
    /// # Errors
    /// [`Error::Damaged`] if a shape does not fit its numbers.
    pub fn to_bytes(&self, what: &'static str, precision: Precision) -> Result<Vec<u8>, Error> {
        let damaged =
            |error: safetensors::SafeTensorError| Error::Damaged { what, reason: error.to_string() };
        let dtype = if precision == Precision::Half { Dtype::F16 } else { Dtype::F32 };
        let bytes: Vec<(&String, &Entry, Vec<u8>)> = self
            .tensors
            .iter()
            .map(|(name, entry)| {
                let bytes = match precision {
                    Precision::Half => {
                        entry.values.iter().flat_map(|x| f16::from_f32(*x).to_le_bytes()).collect()
                    }
                    Precision::Single => entry.values.iter().flat_map(|x| x.to_le_bytes()).collect(),
                };
                (name, entry, bytes)
            })
            .collect();
        let views = bytes
            .iter()
            .map(|(name, entry, bytes)| {
                TensorView::new(dtype, entry.shape.clone(), bytes)
                    .map(|view| (name.as_str(), view))
                    .map_err(damaged)
            })
            .collect::<Result<Vec<_>, Error>>()?;
        // One key only: the header is the same for the same entries, whatever order a hash map has.
        let mut text = self.metadata.clone();
        text.insert(
            CHECKSUM.to_owned(),
            checksum(bytes.iter().map(|(name, _, bytes)| (name.as_str(), bytes.as_slice()))),
        );
        let text = serde_json::to_string(&text)
            .map_err(|error| Error::Damaged { what, reason: error.to_string() })?;
        let metadata = HashMap::from([(METADATA.to_owned(), text)]);
        safetensors::serialize(views, Some(metadata)).map_err(damaged)
    }

    /// From safetensors bytes. Refuses what is not finite.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the bytes are no safetensors file, or a number is NaN or infinite.
    pub fn from_bytes(what: &'static str, bytes: &[u8]) -> Result<Self, Error> {
        let damaged = |reason: String| Error::Damaged { what, reason };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| damaged(error.to_string()))?;
        let file = SafeTensors::deserialize(bytes).map_err(|error| damaged(error.to_string()))?;
        let metadata = written(&header).map_err(|error| damaged(error.to_string()))?;
        verify(what, &file, &metadata)?;
        let mut tensors = BTreeMap::new();
        for (name, view) in file.iter() {
            let values: Vec<f32> = match view.dtype() {
                Dtype::F32 => four(view.data()).map(f32::from_le_bytes).collect(),
                Dtype::F16 => two(view.data()).map(|b| f16::from_le_bytes(b).to_f32()).collect(),
                other => return Err(damaged(format!("{name} holds {other:?}, which is not used here"))),
            };
            if let Some(at) = values.iter().position(|x| !x.is_finite()) {
                return Err(damaged(format!("{name} holds a number that is not finite, at place {at}")));
            }
            tensors.insert(name.to_owned(), Entry { shape: view.shape().to_vec(), values });
        }
        Ok(Self { tensors, metadata })
    }
}

/// The one key of safetensors' own metadata under which ours stands, as JSON.
const METADATA: &str = "nested_memory";

/// The metadata's name for the SHA-256 of all names and numbers: safetensors itself would not notice a flipped bit.
pub const CHECKSUM: &str = "sha256";

/// What stands in a file beside the tensors. Its numbers are not looked at.
pub(crate) fn metadata(what: &'static str, bytes: &[u8]) -> Result<BTreeMap<String, String>, Error> {
    let damaged = |reason: String| Error::Damaged { what, reason };
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| damaged(error.to_string()))?;
    written(&header).map_err(|error| damaged(error.to_string()))
}

/// What stands in a file beside the tensors.
fn written(header: &safetensors::tensor::Metadata) -> Result<BTreeMap<String, String>, serde_json::Error> {
    let text = header.metadata().as_ref().and_then(|metadata| metadata.get(METADATA));
    text.map_or_else(|| Ok(BTreeMap::new()), |text| serde_json::from_str(text))
}

/// SHA-256 over names and bytes, in the order of the names.
fn checksum<'a>(tensors: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in tensors {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    crate::base::hexadecimal(&hash.finalize())
}

fn verify(
    what: &'static str,
    file: &SafeTensors<'_>,
    metadata: &BTreeMap<String, String>,
) -> Result<(), Error> {
    let Some(promised) = metadata.get(CHECKSUM) else { return Ok(()) };
    let mut views: Vec<_> = file.iter().collect();
    views.sort_by_key(|(name, _)| *name);
    if checksum(views.iter().map(|(name, view)| (*name, view.data()))) == *promised {
        return Ok(());
    }
    Err(Error::Damaged { what, reason: "its numbers are not those that were written".to_owned() })
}

fn four(data: &[u8]) -> impl Iterator<Item = [u8; 4]> {
    data.as_chunks::<4>().0.iter().copied()
}

fn two(data: &[u8]) -> impl Iterator<Item = [u8; 2]> {
    data.as_chunks::<2>().0.iter().copied()
}
