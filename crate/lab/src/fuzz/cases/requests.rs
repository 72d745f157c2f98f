//! Whatever the page's thread sends, the worker knows it or refuses it; what a person wrote in it is made safe.

use super::{Case, Outcome};
use crate::fuzz::mutate::Grammar;
use anyhow::ensure;
use nested_memory_web::input;
use nested_memory_web::protocol::{Body, Request};
use unicode_normalization::UnicodeNormalization as _;

/// Messages.
pub(super) struct Requests;

const SEEDS: [&str; 18] = [
    r#"{"type": "open", "id": 1, "key": "k", "device": "webgpu", "base": "http://x/", "keepTranscript": true}"#,
    r#"{"type": "say", "id": 2, "text": "My parrot is called Zephyr.", "maxTokens": 5, "draw": {"temperature": 0.5, "top": 3, "seed": 4}}"#,
    r#"{"type": "say", "id": 2, "text": "a\u0000b\r\nc"}"#,
    r#"{"type": "abort", "id": 3, "request": 2}"#,
    r#"{"type": "endConversation", "id": 4}"#,
    r#"{"type": "import", "id": 5, "bytes": [1, 2, 255]}"#,
    r#"{"type": "preview", "id": 5, "bytes": []}"#,
    r#"{"type": "reset", "id": 6, "level": "mid"}"#,
    r#"{"type": "mode", "id": 7, "mode": "temporary"}"#,
    r#"{"type": "probe", "id": 8, "text": "Who?"}"#,
    r#"{"type": "mark", "id": 9, "version": 4, "name": "before Lima", "pinned": true}"#,
    r#"{"type": "rewind", "id": 9, "version": 4}"#,
    r#"{"type": "versions", "id": 10}"#,
    r#"{"type": "contest", "id": 11, "strategies": ["frozen", "context", "notebook", "nested"]}"#,
    r#"{"type": "contest", "id": 11, "strategies": ["fine-tuning", "nested-awake"]}"#,
    r#"{"type": "contestSay", "id": 11, "text": "Please forget\u0000 me."}"#,
    r#"{"type": "contestAsk", "id": 11, "question": "Who?"}"#,
    r#"{"type": "close", "id": 12}"#,
];

fn said(text: &str) -> anyhow::Result<()> {
    let Ok(cleaned) = input::clean(text, |text| text.nfc().collect()) else { return Ok(()) };
    let letters = cleaned.text.chars().count();
    ensure!((1..=input::LONGEST).contains(&letters), "{letters} letters are left");
    ensure!(!cleaned.text.contains(char::is_control), "a control character is left");
    Ok(())
}

impl Case for Requests {
    fn grammar(&self) -> Grammar {
        Grammar::Json
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        SEEDS.map(|text| text.as_bytes().to_vec()).to_vec()
    }

    fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Outcome> {
        let request: Request = match serde_json::from_slice(bytes) {
            Ok(request) => request,
            Err(error) => return Ok(Outcome::Refused(error.to_string())),
        };
        match request.body {
            Body::Say { text, draw, .. } => {
                said(&text)?;
                if let Some(sampling) = draw.and_then(|draw| draw.sampling().ok()) {
                    ensure!(sampling.temperature.is_finite() && sampling.temperature >= 0.0, "{sampling:?}");
                }
            }
            Body::Probe { text } | Body::ContestSay { text } | Body::ContestAsk { question: text } => {
                said(&text)?;
            }
            Body::Mark { name: Some(name), .. } => {
                if let Some(title) = input::title(&name) {
                    ensure!(!title.is_empty() && !title.contains(char::is_control), "{title:?} is no title");
                }
            }
            Body::Open { key, .. } => {
                let name = input::file_name(&key, "2026-03-14");
                ensure!(!name.contains(['/', '\\', ':', '\0']), "{name:?} is no name of a file");
            }
            _ => {}
        }
        Ok(Outcome::Read)
    }
}
