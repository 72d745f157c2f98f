//! Trains the tokenizer on what the generator says (native only).
use crate::episode::episode_counted;
use crate::error::{Error, Result};
use crate::lexicon::{ENGLISH, entries};
use crate::plan::Plan;
use crate::split::Split as Side;
use crate::tokenizer::{SPECIALS, Tokenizer, VOCABULARY, byte_table, turn};
use crate::tongue::Tongue;
use tokenizers::models::TrainerWrapper;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::normalizers::NFC;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, SplitDelimiterBehavior, Tokenizer as Inner};

/// Episodes in the corpus of the tokenizer.
const EPISODES: u64 = 6000;
/// How often each name in other letters is repeated, so that common characters become tokens.
const FOREIGN: usize = 12;
/// Frequent letters and words of scripts that the conversations only sprinkle.
const SCRIPTS: &str = include_str!("lexicon/scripts.txt");

/// Trains a tokenizer. The same seed gives the same tokenizer.
///
/// # Errors
/// If the library fails, or the corpus is too small for the vocabulary.
pub fn train(seed: u64) -> Result<Tokenizer> {
    let failed = |e: tokenizers::Error| Error::Training(e.to_string());
    let specials = SPECIALS.iter().map(|s| AddedToken::from(*s, true)).collect::<Vec<_>>();
    let characters = SplitPattern::Regex(r"\p{Han}".to_owned());
    let mut inner = Inner::new(BPE::default());
    inner.with_normalizer(Some(NFC)).map_err(failed)?;
    inner.with_pre_tokenizer(Some(Sequence::new(vec![
        PreTokenizerWrapper::Digits(Digits::new(true)),
        // Nothing parts Chinese words, so a name must be the same tokens whatever stands beside it.
        PreTokenizerWrapper::Split(
            Split::new(characters, SplitDelimiterBehavior::Isolated, false).map_err(failed)?,
        ),
        PreTokenizerWrapper::ByteLevel(ByteLevel::new(false, false, true)),
    ])));
    inner.with_decoder(Some(ByteLevel::new(false, false, true)));
    let mut trainer = TrainerWrapper::from(
        BpeTrainer::builder()
            .vocab_size(VOCABULARY)
            .show_progress(false)
            .special_tokens(specials)
            .initial_alphabet(byte_table().into_iter().collect())
            .build(),
    );
    inner.train(&mut trainer, corpus(seed).into_iter()).map_err(failed)?;
    Tokenizer::new(inner)
}

/// What it is trained on: training episodes, and names of many scripts.
fn corpus(seed: u64) -> Vec<String> {
    let mut texts = Vec::new();
    // A tokenizer does not exist yet, so length is guessed from the number of letters.
    let guess = |text: &str| text.len() / 3;
    for (i, tongue) in (0..EPISODES).flat_map(|i| [(i, Tongue::English), (i, Tongue::Chinese)]) {
        let plan = Plan::base_v1().spoken(tongue);
        let episode = episode_counted(seed.wrapping_add(i), &plan, Side::Train, &guess);
        for exchange in episode.conversations.into_iter().flat_map(|c| c.exchanges) {
            texts.push(turn(&exchange.user));
            texts.push(exchange.assistant);
        }
    }
    let names = ENGLISH.iter().filter(|(name, _)| *name == "world_name").flat_map(|(_, text)| entries(text));
    for word in names.chain(SCRIPTS.split_whitespace()) {
        texts.extend(std::iter::repeat_n(format!(" {word}"), FOREIGN));
    }
    texts
}
