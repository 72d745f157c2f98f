//! All groups as bars, with their intervals as whiskers and their goals as marks.

use super::{BLUE, FAINT, GOAL, GRID, INK, Report, failed, themed};
use crate::eval::score::Score;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const WIDTH: u32 = 920;
/// Where bars begin and end.
const LEFT: i32 = 350;
const RIGHT: i32 = 800;
/// Heights of a bar's row, a suite's heading, and what stands above all.
const ROW: i32 = 22;
const HEADING: i32 = 34;
const TOP: i32 = 48;

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// Where a share stands.
fn at(share: f64) -> i32 {
    LEFT + (share * f64::from(RIGHT - LEFT)).round() as i32
}

fn write(
    area: &Area<'_>,
    text: &str,
    place: (i32, i32),
    size: i32,
    colour: RGBColor,
    anchor: HPos,
) -> anyhow::Result<()> {
    let style =
        TextStyle::from(("sans-serif", size).into_font()).color(&colour).pos(Pos::new(anchor, VPos::Center));
    area.draw(&Text::new(text.to_owned(), place, style)).map_err(failed)
}

fn line(area: &Area<'_>, ends: [(i32, i32); 2], colour: RGBColor, width: u32) -> anyhow::Result<()> {
    area.draw(&PathElement::new(ends.to_vec(), colour.stroke_width(width))).map_err(failed)
}

/// The picture; none without groups.
pub(super) fn picture(reports: &[Report]) -> anyhow::Result<Option<String>> {
    let reports: Vec<&Report> = reports.iter().filter(|report| !report.scores.is_empty()).collect();
    if reports.is_empty() {
        return Ok(None);
    }
    let rows: usize = reports.iter().map(|report| report.scores.len()).sum();
    let bottom = TOP + HEADING * reports.len() as i32 + ROW * rows as i32;
    let mut picture = String::new();
    {
        let area = SVGBackend::with_string(&mut picture, (WIDTH, (bottom + 30) as u32)).into_drawing_area();
        frame(&area, bottom)?;
        let mut y = TOP;
        for report in reports {
            let heading = format!("{} · {} · {} cases", report.suite, report.language, report.cases);
            write(&area, &heading, (14, y + HEADING / 2 + 3), 17, INK, HPos::Left)?;
            y += HEADING;
            for (row, score, goal) in report.rows() {
                bar(&area, y + ROW / 2, row, score, goal)?;
                y += ROW;
            }
        }
        area.present().map_err(failed)?;
    }
    Ok(Some(themed(&picture)))
}

/// Title, key, grid and axis.
fn frame(area: &Area<'_>, bottom: i32) -> anyhow::Result<()> {
    write(area, "Right answers", (14, 22), 23, INK, HPos::Left)?;
    write(area, "whiskers: 95 % interval", (RIGHT - 90, 22), 15, FAINT, HPos::Right)?;
    line(area, [(RIGHT - 70, 15), (RIGHT - 70, 29)], GOAL, 3)?;
    write(area, "goal", (RIGHT - 62, 22), 15, FAINT, HPos::Left)?;
    for step in 0..=5 {
        let share = f64::from(step) / 5.0;
        line(area, [(at(share), TOP), (at(share), bottom)], GRID, 1)?;
        write(area, &format!("{share:.1}"), (at(share), bottom + 14), 15, FAINT, HPos::Center)?;
    }
    Ok(())
}

fn bar(area: &Area<'_>, y: i32, row: &str, score: Score, goal: Option<f64>) -> anyhow::Result<()> {
    write(area, row, (LEFT - 10, y), 16, INK, HPos::Right)?;
    let corners = [(LEFT, y - 7), (at(score.share), y + 7)];
    area.draw(&Rectangle::new(corners, BLUE.mix(0.75).filled())).map_err(failed)?;
    let (low, high) = (at(score.low), at(score.high));
    line(area, [(low, y), (high, y)], INK, 1)?;
    for end in [low, high] {
        line(area, [(end, y - 4), (end, y + 4)], INK, 1)?;
    }
    if let Some(goal) = goal {
        line(area, [(at(goal), y - 9), (at(goal), y + 9)], GOAL, 3)?;
    }
    let value = format!("{:.3}  of {}", score.share, score.questions);
    write(area, &value, (RIGHT + 12, y), 15, FAINT, HPos::Left)
}
