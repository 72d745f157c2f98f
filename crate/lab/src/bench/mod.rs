//! `nested-memory bench`: how fast the real code is, natively.

pub(crate) mod model;
pub(crate) mod train;

/// What is timed.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Bench {
    /// The outer step of training.
    Train(train::Options),
    /// Answering and learning, one person at a time.
    Model(model::Options),
}

/// Times and prints.
pub(crate) fn bench(what: &Bench) -> anyhow::Result<()> {
    match what {
        Bench::Train(options) => train::train(options),
        Bench::Model(options) => model::model(options),
    }
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}
