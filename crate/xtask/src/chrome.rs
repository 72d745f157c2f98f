//! Finding a browser with WebGPU for the tests, or installing one where that takes no question.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::command::{output_of, program, run_aloud};

/// What browsers of the Chromium family are called on a PATH.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
/// Where they are when they are not on it.
const PLACES: [&str; 5] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files\Chromium\Application\chrome.exe",
];
/// On Debian: the browser, and letters for it to draw.
const PACKAGES: [&str; 2] = ["chromium", "fonts-dejavu-core"];

/// A browser for the tests: named by `CHROME`, found, or installed.
pub(crate) fn find_or_install() -> Result<PathBuf> {
    if let Some(found) = find(env::var_os("CHROME").map(PathBuf::from), on_path, Path::is_file)? {
        return Ok(found);
    }
    if is_debian_as_root() {
        install()?;
        if let Some(found) = on_path("chromium") {
            return Ok(found);
        }
    }
    bail!(
        "The browser tests need Chromium or Chrome, and none was found. Install one (on Debian or Ubuntu: \
         `sudo apt-get install chromium`; elsewhere: https://www.google.com/chrome), or name its program in the \
         environment variable CHROME, then run this again."
    )
}

fn find(
    named: Option<PathBuf>,
    on_path: impl Fn(&str) -> Option<PathBuf>,
    exists: impl Fn(&Path) -> bool,
) -> Result<Option<PathBuf>> {
    if let Some(named) = named {
        if !exists(&named) {
            bail!(
                "CHROME names {}, which is no program. Correct it, or unset it to have one looked for.",
                named.display()
            );
        }
        return Ok(Some(named));
    }
    let placed = || PLACES.iter().map(PathBuf::from).find(|place| exists(place));
    Ok(NAMES.iter().find_map(|name| on_path(name)).or_else(placed))
}

fn on_path(name: &str) -> Option<PathBuf> {
    which::which(name).ok()
}

fn is_debian_as_root() -> bool {
    let is_root = || {
        program("id", "").ok().is_some_and(|mut id| {
            id.arg("-u");
            output_of(id).is_ok_and(|user| user.trim() == "0")
        })
    };
    Path::new("/etc/debian_version").is_file() && on_path("apt-get").is_some() && is_root()
}

fn install() -> Result<()> {
    println!("No Chromium here: installing Debian's.");
    let apt = |arguments: &[&str]| {
        let mut apt = program("apt-get", "")?;
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(["-q", "-y"]).args(arguments);
        run_aloud(apt, |_| {})
    };
    // The lists may be old or not there at all; an update that fails is found out by the install.
    apt(&["update"])?;
    let packages: Vec<&str> = ["install", "--no-install-recommends"].into_iter().chain(PACKAGES).collect();
    if !apt(&packages)? {
        bail!(
            "apt-get could not install chromium. Install it yourself, or name a browser in CHROME, then run this again."
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_browser_goes_before_all_others() {
        let found = find(Some("/my/chrome".into()), |_| Some("/usr/bin/chromium".into()), |_| true).unwrap();
        assert_eq!(found, Some("/my/chrome".into()));
    }

    #[test]
    fn name_of_no_program_is_refused_rather_than_passed_over() {
        let error =
            find(Some("/no/chrome".into()), |_| Some("/usr/bin/chromium".into()), |_| false).unwrap_err();
        assert!(error.to_string().contains("/no/chrome"));
    }

    #[test]
    fn path_goes_before_the_usual_places() {
        let path = |name: &str| (name == "google-chrome").then(|| PathBuf::from("/opt/google-chrome"));
        assert_eq!(find(None, path, |_| true).unwrap(), Some("/opt/google-chrome".into()));
        let usual = Path::new("/Applications/Chromium.app/Contents/MacOS/Chromium");
        assert_eq!(find(None, |_| None, |place| place == usual).unwrap().as_deref(), Some(usual));
        assert_eq!(find(None, |_| None, |_| false).unwrap(), None);
    }
}
