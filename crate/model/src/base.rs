//! The base: the trained, shared parameters, read-only, named by the SHA-256 of their file.

use crate::config::{Config, LEVELS, LevelName};
use crate::error::Error;
use crate::file::{Entries, Entry, Precision};
use crate::leaning::Lore;
use crate::level;
use crate::packed;
use crate::parameters::{Parameters, Visitor};
use crate::succession::{Succession, Usage};
use burn::tensor::{Device, Tensor, TensorData};
use nested_memory_kernels::WHOLE_ONLY;
use sha2::{Digest, Sha256};
use std::sync::Arc;

const WHAT: &str = "base";
/// The format of a base file.
pub const FORMAT: u32 = 1;

/// So many numbers may be made in vain.
const SOME: u64 = 1 << 16;

/// A model that can be talked to.
#[derive(Debug, Clone)]
pub struct Base {
    /// Sizes and periods.
    pub config: Config,
    /// The numbers.
    pub parameters: Parameters,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Whether every forward shall have the same shape (a whole chunk): devices that compile a kernel for each shape
    /// want that, the CPU does not.
    pub uniform: bool,
    /// Whether the device is a graphics card that the processor pretends to be, where few lanes are faster than many.
    pub emulated: bool,
    /// The numbers once more, in one piece, for speaking.
    packed: Tensor<1>,
    ahead: Option<Tensor<1>>,
    /// What its usage is, and its topics by words: read off the config once.
    own: Arc<Succession>,
    lore: Arc<Lore>,
    /// η of the levels of each block that remembers, `[1]` each.
    rates: Vec<[Tensor<1>; LEVELS]>,
}

/// The SHA-256 of some bytes, in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes as two digits each.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

impl Base {
    /// From its parts; every device gets forwards of whatever shape.
    #[must_use]
    pub fn new(config: Config, parameters: Parameters, sha256: String) -> Self {
        let packed = pack(&config, &parameters);
        let ahead = level::all_ahead(parameters.plastic.iter().flatten());
        let rates = parameters.plastic.iter().map(|levels| levels.each_ref().map(level::rate)).collect();
        let own = Arc::new(config.succession.as_ref().map(Usage::own).unwrap_or_default());
        let lore = Arc::new(Lore::new(config.leanings()));
        Self { config, parameters, sha256, uniform: false, emulated: false, packed, ahead, own, lore, rates }
    }

    /// The same without doubt ([`crate::doubt`]): for memories that are written in ways of which their shields know nothing.
    #[must_use]
    pub fn without_doubt(&self) -> Self {
        let (mut config, mut parameters) = (self.config.clone(), self.parameters.clone());
        (config.declines, parameters.doubt) = (None, None);
        let base = Self::new(config, parameters, self.sha256.clone());
        Self { uniform: self.uniform, emulated: self.emulated, ..base }
    }

    /// The same, which minds no order of words ([`crate::succession`]).
    #[must_use]
    pub fn without_order(&self) -> Self {
        let mut base = self.clone();
        base.config.succession = None;
        base
    }

    /// The bits of its own usage ([`crate::succession`]); none where it minds no order.
    pub(crate) fn own(&self) -> &Succession {
        &self.own
    }

    /// What it knows of topics ([`crate::leaning`]).
    pub(crate) fn lore(&self) -> &Lore {
        &self.lore
    }

    /// What all levels look ahead with, if they do, as [`nested_memory_kernels::write`] wants it.
    pub(crate) const fn ahead(&self) -> Option<&Tensor<1>> {
        self.ahead.as_ref()
    }

    /// η of a level of one of the blocks that remember: `[1]`.
    pub(crate) fn rate(&self, block: usize, name: LevelName) -> Tensor<1> {
        self.rates[block][name.index()].clone()
    }

    /// What the fused operations need, in one piece, in the order of [`Parameters::map`]; what levels make of
    /// familiarity stands before the doubt, which is last.
    pub(crate) const fn packed(&self) -> &Tensor<1> {
        &self.packed
    }

    /// Reads a base file onto a device.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Foreign`], [`Error::Newer`] or [`Error::Config`].
    pub fn from_bytes(bytes: &[u8], device: &Device) -> Result<Self, Error> {
        let entries = Entries::from_bytes(WHAT, bytes)?;
        let (config, parameters) = from_entries(&entries, device)?;
        if WHOLE_ONLY && !packed::sizes(&config).fit() {
            return Err(Error::Config { rule: "the page's operations hold the whole model" });
        }
        Ok(Self::new(config, parameters, sha256(bytes)))
    }

    /// The device the base lies on.
    #[must_use]
    pub fn device(&self) -> Device {
        self.parameters.embedding.device()
    }
}

fn pack(config: &Config, parameters: &Parameters) -> Tensor<1> {
    let mut fused = parameters.clone();
    let none = parameters.norm.clone().slice(0..1).zeros_like().expand([config.hidden]);
    let mut last = Vec::new();
    for level in fused.plastic.iter_mut().flatten() {
        // Looking ahead is done with what they find.
        level.ahead = None;
        let familiarity =
            level.familiarity.take().map_or_else(|| none.clone(), |familiarity| familiarity.flatten(0, 1));
        last.extend(config.familiarity.then_some(familiarity));
    }
    last.extend(fused.doubt.take().map(|doubt| doubt.flatten(0, 1)));
    Tensor::cat([fused.flat(), last].concat(), 0)
}

/// A base file's bytes. Reads the device synchronously, so natively only.
///
/// # Errors
/// [`Error::Device`] if the numbers cannot be read back.
pub fn to_bytes(config: &Config, parameters: &Parameters, precision: Precision) -> Result<Vec<u8>, Error> {
    to_entries(config, parameters)?.to_bytes(WHAT, precision)
}

/// Parameters as named entries, with the configuration in the metadata.
///
/// # Errors
/// [`Error::Device`] if the numbers cannot be read back.
pub fn to_entries(config: &Config, parameters: &Parameters) -> Result<Entries, Error> {
    struct Collect(Entries);
    impl Visitor for Collect {
        type Error = Error;
        fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Error> {
            let shape = tensor.dims().to_vec();
            let values = tensor.to_data().convert::<f32>().try_to_vec::<f32>();
            let values = values.map_err(|error| Error::Device { reason: format!("{error:?}") })?;
            self.0.tensors.insert(name.to_owned(), Entry { shape, values });
            Ok(tensor)
        }
    }
    let mut collect = Collect(Entries::default());
    let _same = parameters.clone().map(&mut collect)?;
    let Collect(mut entries) = collect;
    let config = serde_json::to_string(config)
        .map_err(|error| Error::Damaged { what: WHAT, reason: error.to_string() })?;
    entries.metadata.insert("kind".to_owned(), WHAT.to_owned());
    entries.metadata.insert("format".to_owned(), FORMAT.to_string());
    entries.metadata.insert("config".to_owned(), config);
    Ok(entries)
}

/// Parameters from named entries; entries with other names are left alone.
///
/// # Errors
/// [`Error::Foreign`], [`Error::Newer`] or [`Error::Config`].
pub fn from_entries(entries: &Entries, device: &Device) -> Result<(Config, Parameters), Error> {
    let config = config(entries)?;
    // A few words in a file must not fill the memory before the first shape is compared. Some numbers may be missing all the
    // same: which ones is told below.
    let held: u64 = entries.tensors.values().map(|entry| entry.values.len() as u64).sum();
    let named = Parameters::count_of(&config);
    if named > 2 * held + SOME {
        let reason = format!("its sizes are those of {named} numbers, and it holds {held}");
        return Err(Error::Foreign { what: WHAT, reason });
    }
    let shapes = Parameters::init(&config, &mut || 0.0, device);
    fill(entries, shapes, false).map(|parameters| (config, parameters))
}

/// What a base begins to do that is trained on.
#[derive(Debug, Clone, Copy, Default)]
pub struct New {
    /// It looks ahead ([`Config::look_ahead`]).
    pub look_ahead: bool,
    /// Its lasting levels are told how familiar a key is ([`Config::familiarity`]).
    pub familiarity: bool,
    /// λ, where it has none yet ([`Config::protection`]).
    pub protection: Option<f64>,
    /// At least so many of its first blocks remember nothing ([`Config::fixed_blocks`]).
    pub fixed_blocks: usize,
}

/// Parameters to train on from: what a base of an earlier version of this program has no numbers for stays fresh, and so
/// does what is new to it.
///
/// # Errors
/// As [`Base::from_bytes`], but for missing tensors.
pub fn to_train_on(
    bytes: &[u8],
    new: New,
    normal: &mut dyn FnMut() -> f32,
    device: &Device,
) -> Result<(Config, Parameters), Error> {
    let entries = Entries::from_bytes(WHAT, bytes)?;
    let mut config = config(&entries)?;
    config.look_ahead |= new.look_ahead;
    config.familiarity |= new.familiarity;
    config.protection = config.protection.or(new.protection);
    config.fixed_blocks = config.fixed_blocks.max(new.fixed_blocks);
    // Doubt is fitted to what a base remembers and says, so one that is trained on is calibrated anew.
    (config.declines, config.recognition, config.succession) = (None, None, None);
    config.check()?;
    let fresh = Parameters::init(&config, normal, device);
    fill(&entries, fresh, true).map(|parameters| (config, parameters))
}

/// What a base's file says of its sizes, without its numbers.
///
/// # Errors
/// [`Error::Foreign`], [`Error::Newer`] or [`Error::Config`].
pub fn config_of(bytes: &[u8]) -> Result<Config, Error> {
    let metadata = crate::file::metadata(WHAT, bytes)?;
    config(&Entries { metadata, ..Entries::default() })
}

/// The configuration in the metadata, checked.
fn config(entries: &Entries) -> Result<Config, Error> {
    let foreign = |reason: String| Error::Foreign { what: WHAT, reason };
    let text = |key: &str| entries.metadata.get(key).ok_or_else(|| foreign(format!("it has no {key}")));
    if text("kind")? != WHAT {
        return Err(foreign(format!("it is a {}", text("kind")?)));
    }
    let format: u32 = text("format")?.parse().map_err(|_| foreign("its format is no number".to_owned()))?;
    if format > FORMAT {
        return Err(Error::Newer { what: WHAT, found: format, known: FORMAT });
    }
    let config: Config = serde_json::from_str(text("config")?).map_err(|error| foreign(error.to_string()))?;
    config.check()?;
    Ok(config)
}

/// The parameters with the entries' numbers; `lenient` leaves alone what is missing.
fn fill(entries: &Entries, parameters: Parameters, lenient: bool) -> Result<Parameters, Error> {
    struct Fill<'a>(&'a Entries, bool);
    impl Visitor for Fill<'_> {
        type Error = Error;
        fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Error> {
            let foreign = |reason: String| Error::Foreign { what: WHAT, reason };
            let Some(entry) = self.0.tensors.get(name) else {
                return if self.1 { Ok(tensor) } else { Err(foreign(format!("{name} is missing"))) };
            };
            if entry.shape != tensor.dims() {
                return Err(foreign(format!(
                    "{name} is {:?} and should be {:?}",
                    entry.shape,
                    tensor.dims()
                )));
            }
            Ok(Tensor::from_data(TensorData::new(entry.values.clone(), tensor.dims()), &tensor.device()))
        }
    }
    parameters.map(&mut Fill(entries, lenient))
}
