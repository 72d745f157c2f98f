//! What a tokenizer's file says beside its words: how texts are composed, cut and put together again.
//!
//! All tokenizers of this project say the same, so a file that says anything else is none of ours. The library would take it
//! at its word, and panics at some words.
use crate::error::{Error, Result};
use crate::tokenizer::SPECIALS;
use serde_json::{Value, json};

/// Refuses a file with other settings than ours.
///
/// # Errors
/// If it is no JSON, or says something else.
pub(crate) fn check(bytes: &[u8]) -> Result<()> {
    let mut file: Value = serde_json::from_slice(bytes).map_err(|e| Error::Tokenizer(e.to_string()))?;
    let model = file.get_mut("model").and_then(Value::as_object_mut);
    let model = model.ok_or_else(|| Error::Tokenizer("it has no model".to_owned()))?;
    for words in ["vocab", "merges"] {
        model.remove(words);
    }
    let known = [settings(false), settings(true)];
    let differs = |key: &&&str| known.iter().all(|known| known.get(**key) != file.get(**key));
    let keys = ["version", "added_tokens", "normalizer", "pre_tokenizer", "decoder", "model"];
    match keys.iter().find(differs) {
        None if known.contains(&file) => Ok(()),
        key => Err(Error::Foreign(format!("its {} are not ours", key.unwrap_or(&"settings")))),
    }
}

/// The settings; those of base v1 did not set Chinese characters apart.
fn settings(chinese: bool) -> Value {
    let special = |(id, content): (usize, &&str)| {
        json!({ "id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true })
    };
    let bytes =
        json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": true });
    let mut cuts = vec![json!({ "type": "Digits", "individual_digits": true })];
    if chinese {
        let pattern = json!({ "Regex": "\\p{Han}" });
        cuts.push(json!({ "type": "Split", "pattern": pattern, "behavior": "Isolated", "invert": false }));
    }
    cuts.push(bytes.clone());
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": SPECIALS.iter().enumerate().map(special).collect::<Vec<_>>(),
        "normalizer": { "type": "NFC" },
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": cuts },
        "post_processor": null,
        "decoder": bytes,
        "model": { "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Value {
        serde_json::from_slice(&std::fs::read("../../www/public/base/tokenizer.json").unwrap()).unwrap()
    }

    #[test]
    fn the_pages_tokenizer_says_what_is_ours() {
        assert!(check(file().to_string().as_bytes()).is_ok());
    }

    /// A decoder of this kind makes the library panic; the others would change what a text becomes.
    #[test]
    fn a_file_that_says_anything_else_is_refused() {
        let said = [
            ("/decoder", json!({ "type": "Fuse", "x": [] })),
            ("/normalizer", json!({ "type": "Prepend", "prepend": "aaaa" })),
            ("/truncation", json!({ "max_length": 1, "strategy": "LongestFirst", "stride": 0 })),
            ("/model/continuing_subword_prefix", json!("##")),
            ("/added_tokens/3/special", json!(false)),
        ];
        for (place, value) in said {
            let mut file = file();
            *file.pointer_mut(place).unwrap() = value;
            assert!(matches!(check(file.to_string().as_bytes()), Err(Error::Foreign(_))), "{place}");
        }
    }
}
