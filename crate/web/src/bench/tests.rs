use super::*;
use crate::session::tests::model;
use pollster::block_on;

fn done(work: Work, streamed: &mut Option<Memory>) -> Report {
    block_on(run(&model(), streamed, work, || 0.0)).unwrap()
}

/// Two chunks and the mark that ends the turn.
fn tokens() -> Vec<u32> {
    let chunk = model().base.config.chunk;
    let words = (0..2 * chunk - 1).map(|i| 5 + (i as u32 * 7) % 20);
    std::iter::once(USER).chain(words).chain([ASSISTANT]).collect()
}

#[test]
fn a_run_learns_the_last_chunk_and_gives_the_memory() {
    let (chunk, config) = (model().base.config.chunk, model().base.config);
    let report = done(Work::Learn { tokens: tokens(), runs: 2 }, &mut None);
    assert_eq!((report.seconds.len(), report.written.len()), (2, (1 + LEVELS) * chunk));
    // The mark is no lesson.
    assert_eq!(report.written[2 * chunk - 1], 0.0);
    let (d, u, n) = (config.width, config.units, config.head_size());
    let shields = if config.protection.is_some() { 2 } else { 0 };
    let levels = LEVELS * 2 * u * d + shields * u * u;
    let numbers = config.blocks * (d * n + 6 * d) + config.remembering() * levels;
    assert_eq!(report.bytes.len(), 4 * numbers);
}

#[test]
fn both_ways_of_answering_say_the_same() {
    let answer = |steps| {
        let report = done(Work::Answer { tokens: tokens(), most: 3, runs: 1, steps }, &mut None);
        report.tokens
    };
    assert_eq!(answer(true).len(), 3);
    assert_eq!(answer(true), answer(false));
}

#[test]
fn the_stream_goes_on_where_it_was() {
    let mut streamed = None;
    let stream = |anew| Work::Stream { turns: vec![tokens()], most: 2, anew };
    let count = done(stream(true), &mut streamed).tokens[0];
    assert_eq!(count as usize, tokens().len() + 3);
    let learned = |streamed: &Option<Memory>| streamed.as_ref().unwrap().clock.tokens;
    let once = learned(&streamed);
    done(stream(false), &mut streamed);
    assert!(learned(&streamed) > once);
}
