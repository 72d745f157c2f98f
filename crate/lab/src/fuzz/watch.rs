//! Watches a run from beside it: an input that takes too long is kept and ends the program, since nothing else can.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// No input may take longer, on a machine that others use as well.
const LONGEST: Duration = Duration::from_secs(10);
/// So often it is looked.
const LOOK: Duration = Duration::from_millis(500);
/// What the program ends with.
const STATUS: i32 = 3;

/// What is going on, for whoever watches.
#[derive(Debug, Default)]
struct Scene {
    input: Mutex<Vec<u8>>,
    /// Counts beginnings and ends of reading: odd while something is read. The same odd number for too long is a hang.
    count: AtomicU64,
    over: AtomicBool,
}

/// The watch.
#[derive(Debug)]
pub(super) struct Watch {
    scene: Arc<Scene>,
    watcher: Option<JoinHandle<()>>,
}

impl Watch {
    /// Begins; an input that hangs is written to `folder`.
    pub(super) fn begin(name: &'static str, folder: PathBuf) -> Self {
        let scene = Arc::new(Scene::default());
        let seen = Arc::clone(&scene);
        let watcher = std::thread::spawn(move || {
            let (mut last, mut since) = (0, Instant::now());
            while !seen.over.load(Ordering::Relaxed) {
                std::thread::park_timeout(LOOK);
                let count = seen.count.load(Ordering::Relaxed);
                if count != last || count.is_multiple_of(2) {
                    (last, since) = (count, Instant::now());
                } else if since.elapsed() > LONGEST && !seen.over.load(Ordering::Relaxed) {
                    let input = seen.input.lock().map(|input| input.clone()).unwrap_or_default();
                    let path = super::keep::keep(&folder, &input);
                    let execution = count / 2;
                    crate::say(&format!(
                        "{name}: HANG: execution {execution} takes over {LONGEST:?}; kept as {path}"
                    ));
                    std::process::exit(STATUS);
                }
            }
        });
        Self { scene, watcher: Some(watcher) }
    }

    /// The next input is about to be read.
    pub(super) fn see(&self, input: &[u8]) {
        if let Ok(mut seen) = self.scene.input.lock() {
            seen.clear();
            seen.extend_from_slice(input);
        }
        self.scene.count.fetch_add(1, Ordering::Relaxed);
    }

    /// It was read.
    pub(super) fn rest(&self) {
        self.scene.count.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.scene.over.store(true, Ordering::Relaxed);
        if let Some(watcher) = self.watcher.take() {
            watcher.thread().unpark();
            let _never_panics = watcher.join();
        }
    }
}
