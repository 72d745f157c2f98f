//! `nested-memory eval`: questions whose subjects, values and phrasings training never saw, answered by generation.

mod ablation;
mod chart;
pub(crate) mod leak;
mod locality;
mod matrix;
mod options;
pub(crate) mod pool;
mod protocol;
mod report;
pub(crate) mod run;
mod score;
mod strategies;
mod suite;

use crate::louder::louder_base;
use crate::say;
use crate::talk::Talk;
use leak::Leaks;
use matrix::Matrix;
use nested_memory_dialogue::{Case, Ingredients, MATRIX_CONVERSATIONS, Trial, locality_trials};
use nested_memory_model::{LevelName, Levels, Memory};
use options::SuiteName;
use pool::each;
use report::Report;
use score::{Answer, scores};
use std::collections::BTreeMap;
use std::time::Instant;
use suite::Suite;

pub(crate) use options::Options;

/// What an examination works with.
struct Hall<'a> {
    options: &'a Options,
    /// A talk that has not begun.
    talk: Talk,
    /// What training is made of.
    training: Ingredients,
}

/// Examines and prints.
pub(crate) fn eval(options: &Options) -> anyhow::Result<()> {
    pool::listen();
    let talk = open(options)?;
    let tongue = options.language.tongue();
    let training = leak::training(tongue, options.leak_episodes, &talk.tokenizer, options.threads)?;
    let hall = Hall { options, talk, training };
    if options.suite == SuiteName::Strategies {
        let table = strategies::table(&hall)?;
        if options.json {
            say(&serde_json::to_string_pretty(&table)?);
        } else {
            table.print();
        }
        return Ok(());
    }
    let mut reports = Vec::new();
    for suite in options.suites() {
        let made = hall.reports(suite)?;
        if !options.json {
            made.iter().for_each(Report::print);
        }
        reports.extend(made);
    }
    if let Some(folder) = &options.chart {
        chart::draw(&reports, folder)?;
    }
    match reports.as_slice() {
        _ if !options.json => {}
        [report] => say(&serde_json::to_string_pretty(report)?),
        reports => say(&serde_json::to_string_pretty(reports)?),
    }
    Ok(())
}

/// Opens the base, and takes away from it what is to be taken away.
fn open(options: &Options) -> anyhow::Result<Talk> {
    let mut talk = Talk::open(&options.base, &options.device.open()?)?;
    talk.base = louder_base(talk.base, &options.louder);
    if let Some(vigour) = options.opening {
        talk.base.config.opening_vigour = vigour;
        talk.base.config.check()?;
    }
    if options.any_order {
        talk.base = talk.base.without_order();
        talk.memory = Memory::new(&talk.base);
    }
    if options.uniform_writes {
        ablation::uniform_writes(&mut talk, options.language.tongue())?;
    }
    ablation::without(&mut talk.base, &levels(options));
    Ok(talk)
}

fn levels(options: &Options) -> Vec<LevelName> {
    options.without.iter().map(|choice| choice.level()).collect()
}

impl Hall<'_> {
    /// The reports of a suite. With `--protocol` the suites that have it give that one; of all suites the others are
    /// examined as always.
    fn reports(&self, suite: Suite) -> anyhow::Result<Vec<Report>> {
        let Options { language, seed, cases, protocol, .. } = self.options;
        if suite == Suite::Locality {
            return Ok(vec![self.locality()?]);
        }
        let trials = suite.trials(language.tongue(), *seed, *cases).filter(|_| *protocol);
        let all = self.options.suites().len() > 1;
        anyhow::ensure!(
            trials.is_some() || !protocol || all,
            "the protocol has the suites recall, two-step and families; {} is none of them",
            suite.name()
        );
        let mut reports = Vec::new();
        if all || trials.is_none() {
            reports.push(self.suite(suite, &suite.cases(language.tongue(), *seed, *cases))?);
        }
        if let Some(trials) = trials {
            reports.push(self.protocol(suite, &trials)?);
        }
        Ok(reports)
    }

    fn suite(&self, suite: Suite, cases: &[Case]) -> anyhow::Result<Report> {
        let leaks = self.leaks(cases.iter().map(|case| &case.ingredients))?;
        let begun = Instant::now();
        // One run with the levels on and, for some suites, one with the levels off.
        let runs = if suite.runs_bare() { 2 } else { 1 };
        let answers = each(suite.name(), cases.len() * runs, self.options.threads, |i| {
            let levels = if i.is_multiple_of(runs) { Levels::On } else { Levels::Off };
            run::run(self.talk.clone(), &cases[i / runs], levels, self.options.evening())
        })?;
        let answers = answers.concat();
        let mut report = self.report(suite.name().to_owned(), cases.len(), leaks, &answers, begun);
        report.goals = suite.goals().iter().map(|(row, goal)| ((*row).to_owned(), *goal)).collect();
        if matches!(suite, Suite::Retention | Suite::Capacity) {
            // An answer with the levels off has no age.
            report.ages = scores(answers.iter().filter_map(|answer| Some((answer.age?, answer.right))));
        }
        if suite == Suite::Matrix {
            report.add_matrix(Matrix::new(&answers, MATRIX_CONVERSATIONS));
        }
        Ok(report)
    }

    fn protocol(&self, suite: Suite, trials: &[Trial]) -> anyhow::Result<Report> {
        let leaks = self.leaks(trials.iter().map(|trial| &trial.ingredients))?;
        let begun = Instant::now();
        let fresh = open(self.options)?;
        let name = format!("{} by protocol", suite.name());
        let answers = each(&name, trials.len(), self.options.threads, |i| {
            protocol::answer(&self.talk, &fresh, &trials[i], self.options.evening())
        })?;
        let mut report = self.report(name, trials.len(), leaks, &answers.concat(), begun);
        report.measures = protocol::measures(&report.scores);
        Ok(report)
    }

    fn locality(&self) -> anyhow::Result<Report> {
        let Options { language, seed, cases, threads, .. } = self.options;
        let trials = locality_trials(language.tongue(), *seed, *cases);
        let leaks = self.leaks(trials.iter().map(|trial| &trial.ingredients))?;
        let begun = Instant::now();
        let losses = each("locality", trials.len(), *threads, |i| {
            locality::loss(self.talk.clone(), &trials[i], self.options.evening())
        })?;
        let report = self.report(Suite::Locality.name().to_owned(), trials.len(), leaks, &[], begun);
        Ok(Report { measures: locality::measures(&losses), ..report })
    }

    /// Compares with training; a leak is an error, for then no figure means anything.
    fn leaks<'a>(&self, cases: impl Iterator<Item = &'a Ingredients>) -> anyhow::Result<Option<Leaks>> {
        if self.options.leak_episodes == 0 {
            return Ok(None);
        }
        let mut used = Ingredients::default();
        cases.for_each(|case| used.absorb(case));
        let leaks = Leaks::new(&used, &self.training, self.options.leak_episodes);
        anyhow::ensure!(
            leaks.found.is_empty(),
            "leak check: {} of {} are in training as well, among them {:?}",
            leaks.found.len(),
            leaks.of,
            leaks.found.iter().take(8).collect::<Vec<_>>()
        );
        Ok(Some(leaks))
    }

    fn report(
        &self,
        suite: String,
        cases: usize,
        leaks: Option<Leaks>,
        answers: &[Answer],
        begun: Instant,
    ) -> Report {
        if self.options.wrong {
            let bare = |answer: &&Answer| answer.rows.iter().any(|(row, _)| row.starts_with("levels off"));
            let wrong = answers.iter().filter(|answer| !answer.right && !bare(answer));
            wrong.for_each(|answer| say(&answer.note));
        }
        Report {
            suite,
            language: self.options.language.name(),
            base: self.talk.base.sha256.clone(),
            seed: self.options.seed,
            cases,
            questions: answers.len(),
            sleep: self.options.sleep,
            fine_tune: self.options.fine_tune,
            without: levels(self.options).into_iter().map(LevelName::as_str).collect(),
            louder: self.options.louder.clone(),
            opening: self.options.opening,
            uniform_writes: self.options.uniform_writes,
            any_order: self.options.any_order,
            scores: scores(answers.iter().flat_map(|answer| answer.rows.iter().cloned())),
            goals: BTreeMap::new(),
            ages: BTreeMap::new(),
            measures: Vec::new(),
            matrix: None,
            leaks,
            seconds: begun.elapsed().as_secs_f64(),
        }
    }
}
