//! `nested-memory bench train`: the outer step's throughput, and the fused recurrence against its plain twin.

use super::median;
use crate::device::DeviceName;
use crate::say;
use crate::train::{Bench, normals};
use burn::tensor::{Device, Tensor, TensorData};
use nested_memory_kernels::mixer_scan::{Inputs, Outputs, Rule, expression, mixer_scan};
use serde_json::json;
use std::path::PathBuf;
use std::time::Instant;

/// What `bench train` can be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Outer steps that are timed; the median counts.
    #[arg(long, default_value_t = 7)]
    steps: usize,
    /// Episodes a step.
    #[arg(long, default_value_t = 16)]
    batch: usize,
    /// Threads.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// The tokenizer.
    #[arg(long, default_value = "www/public/base/tokenizer.json")]
    tokenizer: PathBuf,
    /// Where to compute.
    #[arg(long, default_value = "cpu")]
    device: DeviceName,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Seconds of forward and backward over one conversation of a batch, at the recipe's size.
fn scan_seconds(device: &Device, batch: usize, scan: fn(Rule, Inputs) -> Outputs, times: usize) -> f64 {
    let (heads, tokens, n) = (3, 96, 32);
    let mut normal = normals(1);
    let mut tensor = |shape: [usize; 4]| -> Tensor<4> {
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| normal() * 0.3).collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    };
    let (input, query) = (tensor([batch, heads, tokens, n]), tensor([batch, heads, tokens, n]));
    let maps = tensor([1, heads, 2 * n + 2, n]).reshape([heads, 2 * n + 2, n]);
    let state = tensor([batch, heads, n, n]);
    let seconds = (0..times).map(|_| {
        let inputs = Inputs {
            input: input.clone().autodiff().require_grad(),
            query: query.clone(),
            maps: maps.clone().autodiff().require_grad(),
            bias: Tensor::zeros([heads, 2], device),
            state: state.clone(),
        };
        let started = Instant::now();
        let _gradients = scan(Rule::SelfModifying, inputs).read.square().sum().backward();
        started.elapsed().as_secs_f64()
    });
    median(seconds.collect())
}

/// Times and prints.
pub(crate) fn train(options: &Options) -> anyhow::Result<()> {
    let device = options.device.open()?;
    let mut bench = Bench::new(&options.tokenizer, options.batch, options.threads, &device)?;
    let first = bench.step()?;
    let mut rates = Vec::new();
    for _ in 0..options.steps.max(1) {
        let (tokens, seconds) = bench.step()?;
        rates.push(tokens as f64 / seconds);
    }
    let rate = median(rates);
    let fused = scan_seconds(&device, options.batch, mixer_scan, 5);
    let plain = scan_seconds(&device, options.batch, expression::mixer_scan, 3);
    if options.json {
        say(&json!({
            "tokens_per_second": rate, "threads": options.threads, "batch": options.batch, "tokens": first.0,
            "scan": { "fused_seconds": fused, "plain_seconds": plain, "ratio": plain / fused },
        })
        .to_string());
    } else {
        say(&format!(
            "outer step, {} episodes of 128 + 96 + 96 tokens, {} thread(s): {rate:.0} tokens/s",
            options.batch, options.threads
        ));
        say(&format!(
            "the fused recurrence, forward and backward, is {:.1}× its plain expression",
            plain / fused
        ));
    }
    Ok(())
}
