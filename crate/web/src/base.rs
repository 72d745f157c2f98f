//! Fetching the base: the model card first, then exactly the files that it promises.

use crate::error::{Error, Result};
use crate::js;
use crate::protocol::{Notice, Stage};
use crate::session::Page;
use js_sys::Uint8Array;
use nested_memory_model::base::sha256;
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, RequestCache, RequestInit, Response};

const CARD: &str = "base.json";
const NUMBERS: &str = "base.safetensors";
const TOKENIZER: &str = "tokenizer.json";
/// Model card and tokenizer are shorter than this.
const LONGEST_TEXT: usize = 16 << 20;

/// What the page needs of a model card.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Card {
    /// The base's name for people.
    pub(crate) name: String,
    /// The base's name for machines.
    pub(crate) sha256: String,
    /// The size of its file.
    pub(crate) bytes: usize,
    /// How many numbers it has.
    pub(crate) parameters: usize,
    /// The tokenizer that it was trained with.
    tokenizer_sha256: String,
}

/// A base as it came over the network, checked against its card.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) card: Card,
    pub(crate) numbers: Vec<u8>,
    pub(crate) tokenizer: Vec<u8>,
}

/// One file to fetch.
struct Wanted<'a> {
    folder: &'a str,
    file: &'static str,
    /// For progress, if it is worth showing.
    stage: Option<Stage>,
    /// Its length, if it is known.
    length: Option<usize>,
}

/// Fetches a base from a folder.
///
/// # Errors
/// [`Error::BaseMissing`] or [`Error::BaseDamaged`].
pub(crate) async fn fetch(folder: &str, page: &impl Page) -> Result<Files> {
    let folder = &if folder.ends_with('/') { folder.to_owned() } else { format!("{folder}/") };
    let card =
        Wanted { folder, file: CARD, stage: None, length: None }.get(RequestCache::NoCache, page).await?;
    // The library for JSON that every browser has.
    let card = js_sys::JSON::parse(&String::from_utf8_lossy(&card))
        .map_err(|error| js::words(&error))
        .and_then(|card| serde_wasm_bindgen::from_value::<Card>(card).map_err(|error| error.to_string()))
        .map_err(|reason| Error::BaseDamaged { file: CARD, reason })?;
    let tokenizer = Wanted { folder, file: TOKENIZER, stage: Some(Stage::Tokenizer), length: None };
    let tokenizer = tokenizer.get_whole(&card.tokenizer_sha256, page).await?;
    let numbers = Wanted { folder, file: NUMBERS, stage: Some(Stage::Base), length: Some(card.bytes) };
    let numbers = numbers.get_whole(&card.sha256, page).await?;
    Ok(Files { card, numbers, tokenizer })
}

impl Wanted<'_> {
    /// The file with the right hash. A wrong one may come from the browser's cache: then it is asked for once more.
    async fn get_whole(&self, hash: &str, page: &impl Page) -> Result<Vec<u8>> {
        for cache in [RequestCache::Default, RequestCache::Reload] {
            let bytes = self.get(cache, page).await?;
            if sha256(&bytes) == hash {
                return Ok(bytes);
            }
        }
        Err(Error::BaseDamaged { file: self.file, reason: "its SHA-256 is another".to_owned() })
    }

    async fn get(&self, cache: RequestCache, page: &impl Page) -> Result<Vec<u8>> {
        self.try_get(cache, page).await.map_err(|reason| Error::BaseMissing { file: self.file, reason })
    }

    async fn try_get(&self, cache: RequestCache, page: &impl Page) -> Result<Vec<u8>, String> {
        let options = RequestInit::new();
        options.set_cache(cache);
        let address = format!("{}{}", self.folder, self.file);
        let response = JsFuture::from(js::scope().fetch_with_str_and_init(&address, &options)).await;
        let response: Response = response.map_err(|error| js::words(&error))?.unchecked_into();
        if !response.ok() {
            return Err(format!("the server answers HTTP {}", response.status()));
        }
        let most = self.length.unwrap_or(LONGEST_TEXT);
        let total = self.length.or_else(|| length_of(&response));
        let mut bytes = Vec::with_capacity(total.unwrap_or_default().min(most));
        let Some(body) = response.body() else { return Err("the answer is empty".to_owned()) };
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        while let Some(piece) = next(&reader).await? {
            let start = bytes.len();
            bytes.resize(start + piece.length() as usize, 0);
            piece.copy_to(&mut bytes[start..]);
            if let Some(stage) = self.stage {
                let total = total.map(|total| total as u64);
                page.tell(Notice::Progress { stage, loaded: bytes.len() as u64, total });
            }
            if bytes.len() > most {
                // It cannot have the right hash any more.
                let _cancelled = reader.cancel();
                break;
            }
        }
        Ok(bytes)
    }
}

/// The length that the server promises; of a compressed answer it is another one.
fn length_of(response: &Response) -> Option<usize> {
    let header = |name: &str| response.headers().get(name).ok().flatten();
    if header("content-encoding").is_some() { None } else { header("content-length")?.parse().ok() }
}

/// The next bytes of a stream.
async fn next(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, String> {
    let read = JsFuture::from(reader.read()).await.map_err(|error| js::words(&error))?;
    let read: &JsValue = read.as_ref();
    Ok(js::property(read, "value").and_then(|value| value.dyn_into::<Uint8Array>().ok()))
}
