//! Whatever a script sends, each line is one that is known or is refused, and none of it is lost.

use super::{Case, Outcome};
use crate::chat::line::{self, Line};
use crate::fuzz::mutate::Grammar;
use crate::talk::{LONGEST_TEXT, clean};
use anyhow::ensure;
use std::io::BufReader;

/// Streams of lines.
pub(super) struct Lines;

impl Case for Lines {
    fn grammar(&self) -> Grammar {
        Grammar::Lines
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        let all = "{\"say\": \"My parrot is called Zephyr.\"}\n{\"end_conversation\": true}\n{\"sleep\": 1}\n\
            {\"save\": \"a.safetensors\"}\n{\"load\": \"a.safetensors\"}\n{\"levels\": \"off\"}\n{\"levels\": \"on\"}\n";
        let mut seeds: Vec<Vec<u8>> = all.lines().map(|line| line.as_bytes().to_vec()).collect();
        seeds.push(all.as_bytes().to_vec());
        seeds
    }

    fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Outcome> {
        let lines = bytes
            .split(|byte| *byte == b'\n')
            .filter(|line| !String::from_utf8_lossy(line).trim().is_empty());
        // A small buffer, so that lines lie across its ends.
        let mut stream = BufReader::with_capacity(16, bytes);
        let (mut found, mut refused) = (0, None);
        while let Some(line) = line::next(&mut stream)? {
            found += 1;
            match line {
                Ok(Line::Say(text)) => {
                    let text = clean(&text);
                    ensure!(text.chars().count() <= LONGEST_TEXT, "a text is too long");
                    ensure!(!text.contains(char::is_control) && text == clean(&text), "a text is not clean");
                }
                Ok(_) => {}
                Err(error) => refused = Some(format!("{error:#}")),
            }
        }
        let all = lines.count();
        ensure!(found == all, "{found} of {all} lines were found");
        Ok(refused.map_or(Outcome::Read, Outcome::Refused))
    }
}
