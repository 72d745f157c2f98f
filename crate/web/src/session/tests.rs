use super::*;
use nested_memory_model::parameters::Parameters;
use nested_memory_model::sleep::{Ending, Phase};
use nested_memory_model::succession::{Succession, Usage};
use nested_memory_model::{Config, Marks, MixerKind, Recognition, snapshot};
use pollster::block_on;
use std::cell::{Cell, RefCell};

/// A page that remembers all it hears and may stop the reply after some pieces.
#[derive(Default)]
struct Ear {
    heard: RefCell<Vec<Notice>>,
    stop_after: Option<usize>,
    /// Stops sleep at its first step of this kind.
    wake_at: Option<Phase>,
    pauses: Cell<usize>,
}

impl Ear {
    fn pieces(&self) -> Vec<String> {
        let text = |notice: &Notice| match notice {
            Notice::Piece { text } => Some(text.clone()),
            _ => None,
        };
        self.heard.borrow().iter().filter_map(text).collect()
    }

    fn written(&self) -> Vec<crate::protocol::WrittenToken> {
        let tokens = |notice: &Notice| match notice {
            Notice::Write { tokens, .. } => tokens.clone(),
            _ => Vec::new(),
        };
        self.heard.borrow().iter().flat_map(tokens).collect()
    }

    fn words(&self, role: Role, turn: i64) -> String {
        self.written().into_iter().filter(|t| (t.role, t.turn) == (role, turn)).map(|t| t.text).collect()
    }

    fn count(&self, is: impl Fn(&Notice) -> bool) -> usize {
        self.heard.borrow().iter().filter(|notice| is(notice)).count()
    }
}

impl Page for Ear {
    fn tell(&self, notice: Notice) {
        self.heard.borrow_mut().push(notice);
    }
    fn stopped(&self) -> bool {
        let dreams = |at| self.count(|n| matches!(n, Notice::Dream { phase, .. } if *phase == at)) > 0;
        self.stop_after.is_some_and(|most| self.pieces().len() >= most) || self.wake_at.is_some_and(dreams)
    }
    fn now(&self) -> f64 {
        1000.0 * self.pauses.get() as f64
    }
    async fn pause(&self) {
        self.pauses.set(self.pauses.get() + 1);
    }
}

/// A base that babbles, small and always the same.
pub(crate) fn model() -> Model {
    let path = "../../www/public/base/tokenizer.json";
    let tokenizer = Tokenizer::from_bytes(&std::fs::read(path).unwrap()).unwrap();
    let config = Config {
        vocabulary: tokenizer.vocab_size(),
        width: 8,
        blocks: 2,
        fixed_blocks: 1,
        heads: 2,
        units: 10,
        hidden: 12,
        chunk: 8,
        periods: [Some(8), Some(16), None],
        mixer: MixerKind::SelfModifying,
        protection: Some(1.0),
        key_power: 3,
        turn_gate: true,
        look_ahead: true,
        opening_vigour: 1.5,
        marked_nights: false,
        familiarity: true,
        declines: Some([40, 41]),
        recognition: Some(Recognition {
            weights: [0.5, -0.25],
            ..Recognition::new(&vec![0.5; tokenizer.vocab_size()])
        }),
        succession: Some(Usage::new(
            &Succession::new(),
            &vec![true; tokenizer.vocab_size()],
            [60, 61],
            [0.5, 0.25],
        )),
        forgotten: vec![vec![50, END]],
        recollections: Vec::new(),
        marks: Some(Marks { user: USER, assistant: ASSISTANT, end: END }),
    };
    let mut seed = 7_u64;
    let mut normal = || {
        let mut sum = -6.0;
        for _ in 0..12 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            sum += (seed >> 40) as f32 / (1_u64 << 24) as f32;
        }
        sum
    };
    let parameters = Parameters::init(&config, &mut normal, &Default::default());
    Model { base: Base::new(config, parameters, "babble".to_owned()), tokenizer }
}

fn bytes(model: &Model, session: &Session) -> Vec<u8> {
    block_on(snapshot::save(&model.base, session.memory(), "", None)).unwrap()
}

const FACT: &str = "My parrot is called Zephyr Malin, and she likes walnuts — 核桃.";

#[test]
fn every_token_of_a_conversation_is_told_once_in_its_turn() {
    let (model, ear) = (model(), Ear::default());
    let session = Session::fresh(&model);
    let (session, first) = block_on(session.say(&model, FACT, Manner::likeliest(12), &ear)).unwrap();
    let (session, second) = block_on(session.say(&model, "And you?", Manner::likeliest(12), &ear)).unwrap();
    assert_eq!(
        second.context_token_ids.len(),
        session.memory().pending.len().min(second.context_token_ids.len())
    );
    let session = block_on(session.end_conversation(&model, &ear)).unwrap();

    assert_eq!(ear.pieces().concat(), format!("{}{}", first.reply, second.reply));
    let mut expected = vec![USER];
    expected.extend(model.tokenizer.turn(FACT));
    expected.push(ASSISTANT);
    assert_eq!(first.fed_token_ids[..expected.len()], expected);
    assert_eq!(first.fed_token_ids.last(), Some(&END));
    assert_eq!(first.tokens, first.fed_token_ids.len());
    assert_eq!(ear.written().len(), first.tokens + second.tokens, "all of it is learned in the end");
    assert_eq!(ear.words(Role::User, 0), FACT);
    assert_eq!(ear.words(Role::User, 1), "And you?");
    assert_eq!(ear.words(Role::Assistant, 0).trim_start(), first.reply);
    assert_eq!(ear.words(Role::Assistant, 1).trim_start(), second.reply);
    assert_eq!(session.summary(0, Storage::None).pending, 0);
    assert_eq!(session.turns(), Turns { user: 2, assistant: 2 });
}

#[test]
fn the_page_sees_the_weights_after_they_changed() {
    let (model, ear) = (model(), Ear::default());
    let (session, _) =
        block_on(Session::fresh(&model).say(&model, FACT, Manner::likeliest(4), &ear)).unwrap();
    let of =
        |wanted: LevelName| ear.count(|n| matches!(n, Notice::Weights { level, .. } if *level == wanted));
    assert!(of(LevelName::Fast) >= 1 && of(LevelName::Mid) >= 1);
    assert_eq!(of(LevelName::Slow), 0, "the slow level waits for the end");
    let before = session.summary(0, Storage::None).norms;
    assert!(before.fast.iter().all(|norm| *norm > 0.0));
    let ended = block_on(session.end_conversation(&model, &ear)).unwrap();
    let after = ended.summary(0, Storage::None).norms;
    assert_eq!(after.fast, [0.0]);
    assert!(after.slow.iter().all(|norm| *norm > 0.0));
    assert_eq!(of(LevelName::Slow), 1, "one picture for the block that remembers");
    let again = block_on(Session::restore(&model, ended.memory().clone(), ended.turns())).unwrap();
    for (told, read) in after.slow.iter().zip(again.summary(0, Storage::None).norms.slow) {
        assert!((told - read).abs() < 1e-5 * told, "{told} {read}");
    }
}

#[test]
fn with_the_levels_off_nothing_is_written() {
    let (model, ear) = (model(), Ear::default());
    let (session, _) =
        block_on(Session::fresh(&model).say(&model, FACT, Manner::likeliest(4), &ear)).unwrap();
    let before = bytes(&model, &session);
    let quiet = Ear::default();
    let (session, reply) =
        block_on(session.in_mode(Mode::Bare).say(&model, "Who are you?", Manner::likeliest(6), &quiet))
            .unwrap();
    assert_eq!(quiet.count(|notice| !matches!(notice, Notice::Piece { .. })), 0);
    assert_eq!(quiet.pieces().concat(), reply.reply);
    assert_eq!(session.turns(), Turns { user: 1, assistant: 1 }, "such turns are not counted");
    let session = session.in_mode(Mode::Lasting);
    assert_eq!(bytes(&model, &session), before);
}

#[test]
fn a_temporary_conversation_is_learned_and_thrown_away() {
    let (model, ear) = (model(), Ear::default());
    let (session, _) =
        block_on(Session::fresh(&model).say(&model, FACT, Manner::likeliest(4), &ear)).unwrap();
    let before = bytes(&model, &session);
    let quiet = Ear::default();
    let aside = session.clone().in_mode(Mode::Temporary);
    let (aside, first) = block_on(aside.say(&model, "Who are you?", Manner::likeliest(6), &quiet)).unwrap();
    let (aside, second) = block_on(aside.say(&model, "And you?", Manner::likeliest(6), &quiet)).unwrap();
    assert_eq!(quiet.count(|notice| !matches!(notice, Notice::Piece { .. })), 0, "the page shows the memory");
    let (lasting, same) = block_on(session.say(&model, "Who are you?", Manner::likeliest(6), &ear)).unwrap();
    let (_, again) = block_on(lasting.say(&model, "And you?", Manner::likeliest(6), &ear)).unwrap();
    assert_eq!((first.reply, second.reply), (same.reply, again.reply), "meanwhile it learns as always");
    assert_eq!(aside.day().exchanges(model.base.config.marks).len(), 1, "and it is not slept over");
    assert_eq!(bytes(&model, &aside.in_mode(Mode::Lasting)), before);
}

#[test]
fn ending_with_the_levels_off_ends_the_memorys_conversation_too() {
    let (model, ear) = (model(), Ear::default());
    let (told, _) = block_on(Session::fresh(&model).say(&model, FACT, Manner::likeliest(4), &ear)).unwrap();
    let expected = block_on(told.clone().end_conversation(&model, &ear)).unwrap();
    let (off, _) =
        block_on(told.in_mode(Mode::Bare).say(&model, "Hello?", Manner::likeliest(4), &ear)).unwrap();
    let ended = block_on(off.end_conversation(&model, &ear)).unwrap();
    assert!(!ended.writes(), "the levels stay off");
    assert_eq!(bytes(&model, &ended), bytes(&model, &expected));
}

#[test]
fn a_stopped_reply_is_whole() {
    let model = model();
    let ear = Ear { stop_after: Some(2), ..Ear::default() };
    let (session, reply) =
        block_on(Session::fresh(&model).say(&model, "Tell me all.", Manner::likeliest(40), &ear)).unwrap();
    assert!(reply.stopped);
    assert_eq!(ear.pieces().concat(), reply.reply);
    assert_eq!(reply.fed_token_ids.last(), Some(&END));
    assert_eq!(session.memory().pending.last(), Some(&END));
    assert!(ear.pauses.get() > 2, "others were let in between tokens");
}

#[test]
fn a_reload_in_the_middle_goes_on_with_the_same_words() {
    let (model, ear) = (model(), Ear::default());
    let (session, first) =
        block_on(Session::fresh(&model).say(&model, FACT, Manner::likeliest(5), &ear)).unwrap();
    let (memory, _) = snapshot::load(&model.base, &bytes(&model, &session)).unwrap();
    let session = block_on(Session::restore(&model, memory, session.turns())).unwrap();
    let (session, second) = block_on(session.say(&model, "And you?", Manner::likeliest(5), &ear)).unwrap();
    block_on(session.end_conversation(&model, &ear)).unwrap();
    assert_eq!(ear.written().len(), first.tokens + second.tokens);
    assert_eq!(ear.words(Role::User, 1), "And you?");
    assert_eq!(ear.words(Role::Assistant, 1), second.reply);
}

#[test]
fn one_level_is_emptied_and_the_others_stay() {
    let (model, ear) = (model(), Ear::default());
    let (session, _) =
        block_on(Session::fresh(&model).say(&model, FACT, Manner::likeliest(4), &ear)).unwrap();
    let session = block_on(session.end_conversation(&model, &ear)).unwrap().reset(&model, LevelName::Mid);
    let fresh = block_on(Session::restore(&model, session.memory().clone(), Turns::default())).unwrap();
    for norms in [session.summary(0, Storage::None).norms, fresh.summary(0, Storage::None).norms] {
        assert_eq!(norms.mid, [0.0]);
        assert!(norms.slow.iter().all(|norm| *norm > 0.0));
    }
}

/// A conversation of two exchanges that has ended, and what was said in it.
fn evening(model: &Model) -> (Session, Day) {
    let ear = Ear::default();
    let (session, _) = block_on(Session::fresh(model).say(model, FACT, Manner::likeliest(4), &ear)).unwrap();
    let (session, _) = block_on(session.say(model, "And you?", Manner::likeliest(4), &ear)).unwrap();
    let day = session.day().clone();
    let ended = block_on(session.end_conversation(model, &ear)).unwrap();
    assert_eq!(ended.day(), &Day::default(), "a new day begins");
    (ended, day)
}

#[test]
fn sleep_tells_its_steps_and_what_was_said_in_them() {
    let (model, ear) = (model(), Ear::default());
    let (session, day) = evening(&model);
    let (after, slept) = block_on(session.clone().sleep(&model, &day, &ear)).unwrap();
    let (again, same) = block_on(session.clone().sleep(&model, &day, &Ear::default())).unwrap();
    assert_eq!((bytes(&model, &after), slept.known), (bytes(&model, &again), same.known));
    assert!(slept.whole && slept.known[1] >= slept.known[0] && slept.of > 0, "{slept:?}");
    let text = |said: &[crate::protocol::SaidToken]| said.iter().map(|t| t.text.as_str()).collect::<String>();
    let texts: Vec<String> = slept.exchanges.iter().map(|exchange| text(&exchange.said)).collect();
    assert_eq!(texts, [FACT, "And you?"]);
    let dreams: Vec<(Phase, usize, String)> = (ear.heard.borrow().iter())
        .filter_map(|notice| match notice {
            Notice::Dream { phase, exchange, said, .. } => Some((*phase, *exchange, text(said))),
            _ => None,
        })
        .collect();
    assert_eq!(dreams[0], (Phase::Weighing, 0, FACT.to_owned()));
    assert!(ear.pauses.get() >= dreams.len(), "others were let in between steps");
    let replays = dreams.iter().filter(|(phase, ..)| *phase == Phase::Replaying).count();
    let updates = ear.count(|notice| matches!(notice, Notice::Update { .. }));
    assert_eq!(replays > 0, updates > 0, "a replay changes levels, and nothing else does");
    assert_eq!(after.memory().clock.conversations, 1);
    let norms = after.summary(0, Storage::None).norms;
    let read = block_on(Session::restore(&model, after.memory().clone(), Turns::default())).unwrap();
    assert_eq!(norms, read.summary(0, Storage::None).norms, "the panels show what was kept");
}

#[test]
fn a_sleeper_that_is_woken_at_once_is_as_before() {
    let model = model();
    let (session, day) = evening(&model);
    let before = bytes(&model, &session);
    let ear = Ear { wake_at: Some(Phase::Weighing), ..Ear::default() };
    let (after, slept) = block_on(session.sleep(&model, &day, &ear)).unwrap();
    assert_eq!((slept.ending, slept.rounds), (Ending::Stopped, 0));
    assert_eq!(bytes(&model, &after), before);
}

#[test]
fn what_is_said_with_the_levels_off_is_not_slept_over() {
    let (model, ear) = (model(), Ear::default());
    let (session, _) =
        block_on(Session::fresh(&model).in_mode(Mode::Bare).say(&model, FACT, Manner::likeliest(4), &ear))
            .unwrap();
    assert_eq!(session.day(), &Day::default());
    let (after, slept) = block_on(session.clone().sleep(&model, &Day::default(), &ear)).unwrap();
    assert_eq!((slept.ending, slept.exchanges.len()), (Ending::Nothing, 0));
    assert!(!after.writes(), "the levels stay off");
    let lost = session.in_mode(Mode::Lasting).reset(&model, LevelName::Mid);
    assert!(lost.day().is_whole(), "nothing was said yet");
}

#[test]
fn a_memory_without_its_text_says_that_the_day_is_not_whole() {
    let (model, ear) = (model(), Ear::default());
    let (session, _) =
        block_on(Session::fresh(&model).say(&model, FACT, Manner::likeliest(4), &ear)).unwrap();
    assert!(session.day().is_whole());
    let restored = block_on(Session::restore(&model, session.memory().clone(), session.turns())).unwrap();
    assert!(!restored.day().is_whole() && restored.day().exchanges(model.base.config.marks).is_empty());
    let whole = restored.recall(session.day().clone());
    assert_eq!(whole.day(), session.day());
}

#[test]
fn asking_level_by_level_tells_and_changes_nothing() {
    let (model, ear) = (model(), Ear::default());
    let (session, _) = evening(&model);
    let before = bytes(&model, &session);
    let probed = block_on(session.probe(&model, "Who are you?", 6, &ear)).unwrap();
    assert_eq!(ear.heard.borrow().len(), 0);
    assert_eq!(bytes(&model, &session), before);
    let without: Vec<usize> = probed.answers.iter().map(|answer| answer.without.len()).collect();
    assert_eq!(without, [0, 1, 1, 2]);
    let said = block_on(session.clone().say(&model, "Who are you?", Manner::likeliest(6), &ear)).unwrap().1;
    assert_eq!(probed.answers[0].reply, said.reply, "with all levels it is what the memory says");
    let bare =
        block_on(Session::fresh(&model).say(&model, "Who are you?", Manner::likeliest(6), &ear)).unwrap().1;
    assert_eq!(
        probed.answers[3].reply, bare.reply,
        "after its conversation, a memory without levels is the base"
    );
    assert!(probed.answers.iter().all(|answer| answer.sure.is_some_and(|sure| sure > 0.0 && sure <= 1.0)));
}

#[test]
fn warming_up_is_a_whole_conversation_with_nobody() {
    let model = model();
    let before = bytes(&model, &Session::fresh(&model));
    block_on(model.warm()).unwrap();
    assert_eq!(bytes(&model, &Session::fresh(&model)), before);
}
