//! The lines that scripts send to `chat --jsonl`: found in a stream and read, apart from what is then done.

use anyhow::Context;
use serde::Deserialize;
use std::io::{BufRead, Read};
use std::path::PathBuf;

/// What a script asks for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    /// Say this.
    Say(String),
    /// Ask this of copies that lack lasting levels; nothing is learned.
    Probe(String),
    /// `true` ends the conversation.
    EndConversation(bool),
    /// Ends the conversation and sleeps, in an order that belongs to this seed.
    Sleep(u64),
    /// Write the memory to this file.
    Save(PathBuf),
    /// Take the memory from this file.
    Load(PathBuf),
    /// "on" or "off".
    Levels(Switch),
}

/// On or off.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// Lines longer than this are refused, and no more of them is held.
pub(crate) const LONGEST: usize = 1 << 20;

/// The next line, or why it is none; `None` at the end. Blank lines are passed over.
///
/// # Errors
/// If the stream cannot be read.
pub(crate) fn next(stream: &mut impl BufRead) -> std::io::Result<Option<anyhow::Result<Line>>> {
    loop {
        let mut bytes = Vec::new();
        if stream.by_ref().take(LONGEST as u64 + 1).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        if bytes.len() > LONGEST && bytes.last() != Some(&b'\n') {
            // Passed over up to its end, piece by piece.
            stream.skip_until(b'\n')?;
            return Ok(Some(Err(anyhow::anyhow!("the line is longer than 1 MiB"))));
        }
        let text = String::from_utf8_lossy(&bytes);
        if !text.trim().is_empty() {
            return Ok(Some(serde_json::from_str(&text).context("not a line I know")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a stream holds: words of lines that are known, "?" for others.
    fn read(mut stream: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        while let Some(line) = next(&mut stream).unwrap() {
            all.push(if let Ok(Line::Say(text)) = line { text } else { "?".to_owned() });
        }
        all
    }

    #[test]
    fn lines_are_found_whatever_stands_between_them() {
        let stream = b"{\"say\": \"one\"}\r\n\n  \n{\"sing\": 1}\n\xff\n{\"say\": \"two\"}";
        assert_eq!(read(stream), ["one", "?", "?", "two"]);
    }

    #[test]
    fn a_line_without_end_is_refused_once_and_the_next_one_is_read() {
        let long = [b"{\"say\": \"".to_vec(), vec![b'a'; 3 * LONGEST], b"\"}\n{\"say\": \"two\"}\n".to_vec()];
        assert_eq!(read(&long.concat()), ["?", "two"]);
        let mut whole = vec![b' '; LONGEST - 14];
        whole.extend(b"{\"say\": \"one\"}\n{\"say\": \"two\"}");
        assert_eq!(read(&whole), ["one", "two"], "as long as allowed");
    }
}
