//! What the ledger promises: whatever is changed, left out, added or moved in it is found.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

use nested_memory_model::ledger::{Doubt, Line, RULE, said, verify};
use proptest::prelude::*;

fn lines(count: u32) -> Vec<Line> {
    let mut before = String::new();
    (1..=count)
        .map(|version| {
            let line = Line {
                version,
                before: before.clone(),
                of: None,
                cause: "turn".to_owned(),
                time: 1_700_000_000_000 + u64::from(version),
                base: "ab".repeat(32),
                rule: RULE.to_owned(),
                said: said(["My parrot is called Zefi.", &version.to_string()].into_iter()),
                memory: format!("{version:064}"),
                hash: String::new(),
            }
            .sealed();
            before.clone_from(&line.hash);
            line
        })
        .collect()
}

#[test]
fn a_ledger_as_it_was_written_is_believed() {
    assert_eq!(verify(&lines(5)), Ok(()));
    assert_eq!(verify(&[]), Ok(()));
    let text = serde_json::to_string(&lines(5)).unwrap();
    assert_eq!(verify(&serde_json::from_str::<Vec<Line>>(&text).unwrap()), Ok(()));
}

#[test]
fn who_seals_a_changed_line_again_breaks_the_one_after_it() {
    let mut lines = lines(4);
    lines[1].cause = "sleep".to_owned();
    assert_eq!(verify(&lines), Err(Doubt::Changed(2)));
    lines[1] = lines[1].clone().sealed();
    assert_eq!(verify(&lines), Err(Doubt::Broken(3)));
}

/// Other implementations can check it: the hash is that of the JSON without blanks, the fields in this order.
#[test]
fn a_line_is_hashed_as_documented() {
    use sha2::{Digest, Sha256};
    let line = &lines(1)[0];
    let text = format!(
        r#"{{"version":1,"before":"","of":null,"cause":"turn","time":1700000000001,"base":"{}","rule":"{RULE}","said":"{}","memory":"{}","hash":""}}"#,
        line.base, line.said, line.memory
    );
    let hash: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(line.hash, hash);
}

proptest! {
    #[test]
    fn any_change_is_found(at in 0_usize..6, what in 0_usize..5) {
        let mut lines = lines(6);
        match what {
            0 => lines[at].memory.replace_range(0..1, "f"),
            1 => lines[at].time += 1,
            2 => lines[at].said = said(["My parrot is called Polly."].into_iter()),
            3 if at < 5 => { lines.remove(at); }
            _ if at < 5 => lines.swap(at, at + 1),
            _ => lines.insert(2, lines[4].clone()),
        }
        prop_assert!(verify(&lines).is_err());
    }
}
