//! How much is known of what was told so many conversations ago.

use super::{BLUE, FAINT, GOAL, GRID, INK, ORANGE, Report, failed, themed};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const SIZE: (u32, u32) = (760, 420);
/// Ages that are written at the axis, far enough apart.
const AGES: [i32; 8] = [1, 2, 4, 7, 10, 15, 20, 30];
/// Ages that have goals, and their rows in the suite "retention".
const GOALS: [(i32, &str); 3] = [(1, "one later"), (10, "ten later"), (30, "thirty later")];

/// The picture; none without ages.
pub(super) fn picture(reports: &[Report]) -> anyhow::Result<Option<String>> {
    let curves: Vec<&Report> = reports.iter().filter(|report| !report.ages.is_empty()).collect();
    if curves.is_empty() {
        return Ok(None);
    }
    let mut picture = String::new();
    {
        let area = SVGBackend::with_string(&mut picture, SIZE).into_drawing_area();
        let text = |size: i32, colour: &'static RGBColor| {
            TextStyle::from(("sans-serif", size).into_font()).color(colour)
        };
        let title = Text::new("Right answers by age of the fact", (16, 14), text(23, &INK));
        area.draw(&title).map_err(failed)?;
        let ages = (0..31).with_key_points(AGES.to_vec());
        let shares = 0.0..1.0;
        let mut chart = ChartBuilder::on(&area)
            .margin_top(70)
            .margin_right(24)
            .margin_left(14)
            .margin_bottom(8)
            .x_label_area_size(46)
            .y_label_area_size(58)
            .build_cartesian_2d(ages, shares)
            .map_err(failed)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(FAINT)
            .x_labels(AGES.len())
            .y_labels(6)
            .label_style(text(15, &FAINT))
            .axis_desc_style(text(16, &INK))
            .x_desc("conversations since it was told")
            .y_desc("share right")
            .y_label_formatter(&|share| format!("{share:.1}"))
            .draw()
            .map_err(failed)?;
        for (report, (colour, nudge)) in curves.iter().zip([(BLUE, -2), (ORANGE, 2)].into_iter().cycle()) {
            let points: Vec<(i32, f64)> = report.ages.iter().map(|(age, s)| (*age as i32, s.share)).collect();
            chart.draw_series([PathElement::new(points, colour.stroke_width(2))]).map_err(failed)?;
            for (age, score) in &report.ages {
                let (x, y) = chart.backend_coord(&(*age as i32, score.share));
                let [low, high] = [score.low, score.high].map(|s| chart.backend_coord(&(*age as i32, s)).1);
                let whisker = PathElement::new([(x + nudge, low), (x + nudge, high)], colour.stroke_width(1));
                area.draw(&whisker).map_err(failed)?;
                area.draw(&Circle::new((x, y), 4, colour.filled())).map_err(failed)?;
            }
        }
        for report in curves.iter().filter(|report| report.suite == "retention") {
            let goals = GOALS.iter().filter_map(|(age, row)| Some((*age, *report.goals.get(*row)?)));
            for goal in goals {
                let (x, y) = chart.backend_coord(&goal);
                let mark = PathElement::new([(x - 8, y), (x + 8, y)], GOAL.stroke_width(3));
                area.draw(&mark).map_err(failed)?;
            }
        }
        // The key, above the curves.
        let keys = curves.iter().map(|report| format!("{} ({})", report.suite, report.language));
        let colours = [BLUE, ORANGE].into_iter().cycle().take(curves.len()).chain([GOAL]);
        for (i, (key, colour)) in keys.chain(["goal of retention".to_owned()]).zip(colours).enumerate() {
            let x = 60 + 190 * i as i32;
            let mark = PathElement::new([(x, 52), (x + 18, 52)], colour.stroke_width(3));
            area.draw(&mark).map_err(failed)?;
            let style = text(16, &INK).pos(Pos::new(HPos::Left, VPos::Center));
            area.draw(&Text::new(key, (x + 26, 52), style)).map_err(failed)?;
        }
        area.present().map_err(failed)?;
    }
    Ok(Some(themed(&picture)))
}
