use super::*;
use nested_memory_model::sleep::Phase;
use nested_memory_model::strategy::{Changed, Cost, Kept, Kind, StrategyName};
use nested_memory_model::{Frozen, LevelName};
use serde_json::{json, to_value};

fn request(value: serde_json::Value) -> Request {
    serde_json::from_value(value).unwrap()
}

#[test]
fn every_request_of_the_page_is_read() {
    let open = json!({"type": "open", "id": 1, "key": "k", "device": "webgpu", "base": "http://x/", "keepTranscript": true});
    assert!(matches!(
        request(open).body,
        Body::Open { device: DeviceChoice::Webgpu, keep_transcript: true, .. }
    ));
    let say = request(json!({"type": "say", "id": 2, "text": "hello", "maxTokens": 5}));
    assert!(matches!(say, Request { id: 2, body: Body::Say { max_tokens: Some(5), .. } }));
    assert!(matches!(
        request(json!({"type": "say", "id": 2, "text": ""})).body,
        Body::Say { max_tokens: None, .. }
    ));
    let drawn = request(json!({"type": "say", "id": 2, "text": "", "draw": {"temperature": 0.5, "seed": 4}}));
    let expected = Draw { temperature: 0.5, top: 0, seed: 4 };
    assert!(matches!(drawn.body, Body::Say { draw: Some(draw), .. } if draw == expected));
    assert!(matches!(
        request(json!({"type": "abort", "id": 3, "request": 2})).body,
        Body::Abort { request: 2 }
    ));
    assert!(matches!(request(json!({"type": "endConversation", "id": 4})).body, Body::EndConversation));
    let import = request(json!({"type": "import", "id": 5, "bytes": [1, 2]}));
    assert!(matches!(import.body, Body::Import { bytes } if *bytes == [1, 2]));
    assert!(matches!(request(json!({"type": "reset", "id": 6})).body, Body::Reset { level: None }));
    let level = request(json!({"type": "reset", "id": 6, "level": "mid"}));
    assert!(matches!(level.body, Body::Reset { level: Some(LevelName::Mid) }));
    let freeze = request(json!({"type": "freeze", "id": 6, "level": "slow", "frozen": true}));
    assert!(matches!(freeze.body, Body::Freeze { level: LevelName::Slow, frozen: true }));
    assert!(matches!(
        request(json!({"type": "forgetTurn", "id": 6, "version": 4})).body,
        Body::ForgetTurn { version: 4 }
    ));
    let compare = request(json!({"type": "compare", "id": 6, "versions": [1, 2], "questions": ["Who?"]}));
    assert!(matches!(compare.body, Body::Compare { versions: [1, 2], questions } if questions == ["Who?"]));
    let asked = json!([{"question": "Who?", "expected": "Rex"}]);
    let keep = request(json!({"type": "keepQuestions", "id": 6, "questions": asked}));
    assert!(matches!(keep.body, Body::KeepQuestions { questions } if questions[0].expected == "Rex"));
    assert!(matches!(
        request(json!({"type": "kept", "id": 6, "version": 4})).body,
        Body::Kept { version: 4 }
    ));
    let contest = request(json!({"type": "contest", "id": 8, "strategies": ["frozen", "nested-awake"]}));
    let expected = [StrategyName::Frozen, StrategyName::NestedAwake];
    assert!(matches!(contest.body, Body::Contest { strategies } if strategies == expected));
    let say = request(json!({"type": "contestSay", "id": 8, "text": "hello"}));
    assert!(matches!(say.body, Body::ContestSay { text } if text == "hello"));
    let ask = request(json!({"type": "contestAsk", "id": 8, "question": "Who?"}));
    assert!(matches!(ask.body, Body::ContestAsk { question } if question == "Who?"));
    let plain = [
        "contestEnd",
        "contestClose",
        "export",
        "weights",
        "close",
        "selfCheck",
        "sleep",
        "questions",
        "checkQuestions",
        "erase",
        "verifyLedger",
    ];
    for name in plain {
        request(json!({"type": name, "id": 7}));
    }
    let mode = request(json!({"type": "mode", "id": 7, "mode": "temporary"}));
    assert!(matches!(mode.body, Body::Mode { mode: crate::session::Mode::Temporary }));
    let probe = request(json!({"type": "probe", "id": 8, "text": "Who?"}));
    assert!(matches!(probe.body, Body::Probe { text } if text == "Who?"));
}

#[test]
fn a_temperature_is_a_number_of_at_least_zero() {
    let draw = |temperature| Draw { temperature, top: 3, seed: 4 }.sampling();
    assert!(draw(0.0).is_ok() && draw(1.5).is_ok());
    assert!([-0.1, f32::NAN, f32::INFINITY].map(draw).iter().all(Result::is_err));
}

#[test]
fn nonsense_is_no_request() {
    let foreign = json!({"type": "contest", "id": 1, "strategies": ["frozen", "prayer"]});
    let short = json!({"type": "contestSay", "id": 1});
    for value in [
        json!(null),
        json!({"id": 1}),
        json!({"type": "say", "id": 1}),
        json!({"type": "sing", "id": 1}),
        foreign,
        short,
    ] {
        assert!(serde_json::from_value::<Request>(value).is_err());
    }
}

#[test]
fn notices_have_the_names_of_the_page() {
    let told = |notice| to_value(Said { request: Some(7), notice }).unwrap();
    assert_eq!(
        told(Notice::Progress { stage: Stage::Base, loaded: 1, total: None }),
        json!({"type": "progress", "request": 7, "stage": "base", "loaded": 1, "total": null})
    );
    let clock = Notice::Clock {
        tokens: 3,
        pending: 4,
        until_update: [Some(1), Some(2), None].into(),
        periods: [Some(32), Some(128), None].into(),
        dwelling: vec![Dwelt { topic: "chess".to_owned(), often: 1.5 }],
    };
    assert_eq!(
        told(clock),
        json!({"type": "clock", "request": 7, "tokens": 3, "pending": 4,
            "untilUpdate": {"fast": 1, "mid": 2, "slow": null}, "periods": {"fast": 32, "mid": 128, "slow": null},
            "dwelling": [{"topic": "chess", "often": 1.5}]})
    );
    let ended = Notice::ConversationEnded { wiped: vec!["mixer", "fast"], kept: vec!["mid", "slow"] };
    assert_eq!(told(ended)["type"], "conversationended");
    let said = vec![SaidToken { text: "hi".to_owned(), matters: true }];
    let dream = Notice::Dream { phase: Phase::Testing, round: 1, exchange: 2, said, known: 0, cost: 1.5 };
    assert_eq!(
        told(dream),
        json!({"type": "dream", "request": 7, "phase": "testing", "round": 1, "exchange": 2,
            "said": [{"text": "hi", "matters": true}], "known": 0, "cost": 1.5})
    );
    let notice = Notice::Notice { code: "quota", message: "m".to_owned() };
    assert_eq!(told(notice), json!({"type": "notice", "request": 7, "code": "quota", "message": "m"}));
}

#[test]
fn answers_have_the_names_of_the_page() {
    let done = Answer::Done { id: 1, result: Outcome::Nothing };
    assert_eq!(to_value(done).unwrap(), json!({"type": "done", "id": 1, "result": null}));
    let failure = Failure { code: "panic", message: "m".to_owned(), kept: "k", advice: "a" };
    assert_eq!(
        to_value(Answer::Error { id: None, error: failure }).unwrap(),
        json!({"type": "error", "id": null, "error": {"code": "panic", "message": "m", "kept": "k", "advice": "a"}})
    );
    let summary = Summary {
        tokens: 1,
        conversations: 2,
        pending: 3,
        bytes: 4,
        storage: Storage::IndexedDb,
        norms: ByLevel::from([vec![0.5], vec![], vec![]]),
        frozen: Frozen::default().with(LevelName::Slow, true),
    };
    let expected = json!({"tokens": 1, "conversations": 2, "pending": 3, "bytes": 4, "storage": "indexeddb",
        "norms": {"fast": [0.5], "mid": [], "slow": []}, "frozen": ["slow"]});
    assert_eq!(to_value(Outcome::Summary(summary)).unwrap(), expected);
}

#[test]
fn a_standing_has_the_names_of_the_page() {
    let changed = Changed { kind: Kind::Weights, amount: 7 };
    let cost = Cost { read: 3, total: 9, kept: Kept { changed, bytes: 28 } };
    let standing = Standing::new(StrategyName::FineTuning, Some("Bix".to_owned()), cost);
    let expected = json!([{"strategy": "fine-tuning", "answer": "Bix", "tokensRead": 3, "totalRead": 9, "bytesKept": 28,
        "changed": {"kind": "weights", "amount": 7}}]);
    assert_eq!(to_value(Outcome::Standings(vec![standing])).unwrap(), expected);
}

#[test]
fn a_turn_comes_back_from_the_storage() {
    let turn = Turn {
        role: Role::User,
        text: "é".to_owned(),
        at: 1.5,
        conversation: 2,
        complete: false,
        lost: false,
        version: Some(9),
    };
    assert_eq!(serde_json::from_value::<Turn>(to_value(&turn).unwrap()).unwrap(), turn);
}

#[test]
fn an_answer_is_right_if_it_says_what_is_expected() {
    let question = Question { question: "Who?".to_owned(), expected: "Zephyr  malin".to_owned() };
    assert!(question.clone().answered("It is zephyr Malin.".to_owned()).right);
    assert!(!question.answered("Zephyr".to_owned()).right);
}

#[test]
fn a_sleep_breaks_what_was_right_before_it_and_is_wrong_after() {
    let question = Question { question: "Who?".to_owned(), expected: "Rex".to_owned() };
    let answered = |replies: [&str; 4]| replies.map(|reply| question.clone().answered(reply.to_owned()));
    let (before, after) = (answered(["Rex", "Rex", "Bix", "Bix"]), answered(["Rex", "Bix", "Rex", "Bix"]));
    let lost = broken(&before, after.to_vec());
    assert_eq!(lost, [after[1].clone()]);
}
