//! Results as pictures: SVG with text as text, in colours that suit a light and a dark page.

mod bars;
mod curve;

use super::report::Report;
use anyhow::Context;
use plotters::prelude::RGBColor;
use std::path::Path;

/// Text and axes.
const INK: RGBColor = RGBColor(31, 41, 51);
/// Lesser text.
const FAINT: RGBColor = RGBColor(107, 119, 133);
/// Lines of the grid.
const GRID: RGBColor = RGBColor(214, 219, 225);
/// Bars, and the first curve.
const BLUE: RGBColor = RGBColor(76, 139, 245);
/// The second curve.
const ORANGE: RGBColor = RGBColor(217, 119, 6);
/// Goals.
const GOAL: RGBColor = RGBColor(190, 24, 93);

/// The same colours on a dark page.
const DARK: [(RGBColor, RGBColor); 4] = [
    (INK, RGBColor(230, 233, 238)),
    (FAINT, RGBColor(154, 165, 177)),
    (GRID, RGBColor(62, 70, 80)),
    (GOAL, RGBColor(244, 114, 182)),
];

/// Draws the groups of all reports, and the shares by age, if there are any.
pub(super) fn draw(reports: &[Report], folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let write = |name: &str, picture: Option<String>| -> anyhow::Result<()> {
        let Some(picture) = picture else { return Ok(()) };
        crate::train::write_whole(&folder.join(name), picture.as_bytes())
    };
    write("groups.svg", bars::picture(reports)?)?;
    write("retention.svg", curve::picture(reports)?)
}

/// Lets a picture follow the page: what plotters writes as attributes gives way to a style sheet.
fn themed(picture: &str) -> String {
    use std::fmt::Write;
    let hexadecimal = |RGBColor(r, g, b): RGBColor| format!("#{r:02X}{g:02X}{b:02X}");
    let mut rules = String::new();
    for (light, dark) in DARK {
        for part in ["fill", "stroke"] {
            let (light, dark) = (hexadecimal(light), hexadecimal(dark));
            let _infallible = write!(rules, "[{part}=\"{light}\"]{{{part}:{dark}}}");
        }
    }
    let style = format!("<style>@media (prefers-color-scheme:dark){{{rules}}}</style>");
    match picture.find("<svg").and_then(|svg| picture[svg..].find('>').map(|end| svg + end + 1)) {
        Some(at) => format!("{}\n{style}{}", &picture[..at], &picture[at..]),
        None => picture.to_owned(),
    }
}

fn failed(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("cannot draw: {error}")
}

#[cfg(test)]
mod tests;
