//! Whether a person wants something forgotten: what a notebook must know of language to do it.

/// How such wishes are spelled, without apostrophes, whatever stands around it.
const WISHES: [&str; 12] = [
    "forget",
    "dont remember",
    "should not remember",
    "need not remember",
    "need not know any more",
    "dont keep in mind",
    "no need to remember",
    "忘",
    "不用再记",
    "不要再记",
    "别再记",
    "以后别记",
];
/// The opposite of it, and what a person says of their own forgetting.
const OTHERWISE: [&str; 19] = [
    "dont forget",
    "not forget",
    "never forget",
    "i forget",
    "i always forget",
    "i often forget",
    "do you forget",
    "forgetful",
    "what i said",
    "别忘",
    "不要忘",
    "我忘",
    "难忘",
    "会忘",
    "备忘",
    "忘了说",
    "忘了告诉",
    "总忘",
    "健忘",
];

/// Whether somebody who says this wants something forgotten.
pub fn asks_to_forget(text: &str) -> bool {
    // Many type without apostrophes.
    let text = text.to_lowercase().replace(['’', '\''], "");
    let has = |words: &[&str]| words.iter().any(|words| text.contains(words));
    has(&WISHES) && !has(&OTHERWISE)
}

#[cfg(test)]
mod tests {
    use super::asks_to_forget;
    use crate::protocol::{recall_cases, strategy_trials};
    use crate::{Step, Tongue};

    #[test]
    fn every_wish_is_understood_and_nothing_else_is_a_wish() {
        for tongue in [Tongue::English, Tongue::Chinese] {
            for trial in strategy_trials(tongue, 3, 60) {
                assert!(asks_to_forget(&trial.wish), "{}", trial.wish);
                for text in trial.tell.iter().chain(trial.later.iter().flatten()) {
                    assert!(!asks_to_forget(text), "{text}");
                }
            }
            for step in recall_cases(tongue, 3, 60).into_iter().flat_map(|case| case.steps) {
                let (Step::Say { text } | Step::Question(crate::Question { text, .. })) = step else {
                    continue;
                };
                assert!(!asks_to_forget(&text), "{text}");
            }
        }
        assert!(asks_to_forget("Please FORGET what my cat is called."));
        assert!(!asks_to_forget("Don’t forget that my cat is called Bix."));
        assert!(!asks_to_forget("My uncle is forgetful, and I forget his birthday."));
        assert!(!asks_to_forget("别忘了，我的猫叫小白。"));
        assert!(!asks_to_forget("我忘了带伞。"));
    }
}
