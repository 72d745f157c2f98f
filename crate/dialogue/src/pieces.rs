//! The pieces of a plain (ASCII) text, cut as the tokenizer's own rules cut it, only faster.
//!
//! A piece never influences its neighbours, so that the ids of a piece can be remembered. The rules are those of
//! GPT-2, after every digit was set apart; a property test compares them with the tokenizer's own.

const CONTRACTIONS: [&str; 7] = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

/// The pieces of an ASCII text.
pub(crate) struct Pieces<'a>(pub(crate) &'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.0.is_empty() {
            return None;
        }
        let (piece, rest) = self.0.split_at(length(self.0));
        self.0 = rest;
        Some(piece)
    }
}

/// The length of the first piece of a text that is not empty.
fn length(text: &str) -> usize {
    let bytes = text.as_bytes();
    if bytes[0].is_ascii_digit() {
        return 1;
    }
    if let Some(contraction) = CONTRACTIONS.iter().find(|c| text.starts_with(**c)) {
        return contraction.len();
    }
    let blank = usize::from(bytes[0] == b' ');
    for belongs in [is_letter, is_sign] {
        let run = bytes[blank..].iter().take_while(|b| belongs(**b)).count();
        if run > 0 {
            return blank + run;
        }
    }
    let run = bytes.iter().take_while(|b| is_space(**b)).count();
    // The last blank of a run belongs to the word behind it; a digit is no word here, since it stands apart.
    let word_follows = bytes.get(run).is_some_and(|b| !b.is_ascii_digit());
    if run > 1 && word_follows { run - 1 } else { run }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic()
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

fn is_sign(byte: u8) -> bool {
    !is_letter(byte) && !is_space(byte) && !byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::Pieces;

    #[test]
    fn words_keep_the_blank_before_them() {
        let pieces: Vec<&str> = Pieces("It's  42, my cat's 'll!").collect();
        assert_eq!(pieces, ["It", "'s", "  ", "4", "2", ",", " my", " cat", "'s", " '", "ll", "!"]);
    }
}
