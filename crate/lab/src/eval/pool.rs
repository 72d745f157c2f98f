//! Many cases on some threads, with a progress bar; Ctrl-C ends it between two cases.

use indicatif::{ProgressBar, ProgressStyle};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Set by Ctrl-C.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Lets Ctrl-C end the examination.
pub(crate) fn listen() {
    let _already_set = ctrlc::set_handler(|| STOPPED.store(true, Ordering::Relaxed));
}

/// What `work` gives for 0 to `count`, in this order.
pub(crate) fn each<T: Send>(
    what: &str,
    count: usize,
    threads: usize,
    work: impl Fn(usize) -> anyhow::Result<T> + Sync,
) -> anyhow::Result<Vec<T>> {
    let bar = ProgressBar::new(count as u64).with_message(what.to_owned());
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    let next = AtomicUsize::new(0);
    let share = || -> anyhow::Result<Vec<(usize, T)>> {
        let mut done = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= count || STOPPED.load(Ordering::Relaxed) {
                return Ok(done);
            }
            done.push((i, work(i)?));
            bar.inc(1);
        }
    };
    let all = std::thread::scope(|scope| -> anyhow::Result<Vec<(usize, T)>> {
        let handles: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(share)).collect();
        let mut all = Vec::new();
        for handle in handles {
            all.extend(handle.join().map_err(|_| anyhow::anyhow!("a thread of the examination panicked"))??);
        }
        Ok(all)
    });
    bar.finish_and_clear();
    let mut all = all?;
    anyhow::ensure!(
        all.len() == count,
        "stopped: {} of {count} were done, so there is nothing to report of {what}",
        all.len()
    );
    all.sort_by_key(|(i, _)| *i);
    Ok(all.into_iter().map(|(_, result)| result).collect())
}
