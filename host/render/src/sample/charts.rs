//! One of every chart.

use quire_model::{Attribute, Axis, Block, Date, Positions, ReferenceLine, Scale, Section, Series};

use super::{PROSE, chart, event, everything::wide, heading, paragraph, section, series};

/// Bars, lines and areas.
pub(super) fn population() -> Section {
    let ages = [
        "0–17",
        "18–44",
        "45–64",
        "65–74",
        "75 and older",
        "Not reported",
    ]
    .map(str::to_owned)
    .to_vec();
    let mut trend = chart(
        "line",
        "Reports by month of receipt; the last month is not complete",
        Positions::Dates(
            (0..60)
                .map(|at| Date::constant(2020 + at / 12, 1 + (at % 12) as i8, 1))
                .collect(),
        ),
        vec![
            series(
                "Serious",
                &(0..60)
                    .map(|at| 4.0 + 3.0 * f64::from(at % 7) / 2.0)
                    .collect::<Vec<_>>(),
            ),
            series(
                "Not serious",
                &(0..60)
                    .map(|at| 2.0 + f64::from(at % 5))
                    .collect::<Vec<_>>(),
            ),
            series(
                "Fatal",
                &(0..60).map(|at| f64::from(at % 3)).collect::<Vec<_>>(),
            ),
        ],
    );
    if let Some(first) = trend.series.first_mut() {
        first.missing = vec![20, 21];
    }
    trend.attributes = vec![Attribute {
        name: String::from("partial-from"),
        value: String::from("59"),
    }];
    let bars = chart(
        "bar",
        "Reports by age of the patient",
        Positions::Categories(ages.clone()),
        vec![series("Reports", &[1.0, 6.0, 17.0, 12.0, 8.0, 17.0])],
    );
    let stacked = chart(
        "stacked-bar",
        "Reports by age and seriousness",
        Positions::Categories(ages.clone()),
        vec![
            series("Not serious", &[0.0, 2.0, 4.0, 3.0, 1.0, 3.0]),
            series("Serious, not fatal", &[1.0, 3.0, 10.0, 7.0, 5.0, 13.0]),
            series("Fatal", &[0.0, 1.0, 3.0, 2.0, 2.0, 1.0]),
        ],
    );
    let change = chart(
        "bar",
        "Change against the year before",
        Positions::Numbers((2015..2025).map(f64::from).collect()),
        vec![
            series(
                "All",
                &[3.0, -2.0, 4.5, -1.5, 0.0, 6.0, -4.0, 2.0, 1.0, -0.5],
            ),
            series(
                "Serious",
                &[1.0, -1.0, 2.5, -0.5, 1.0, 3.0, -2.0, 1.0, 0.5, -1.5],
            ),
        ],
    );
    let area = chart(
        "area",
        "Cumulative reports",
        Positions::Numbers((2011..2026).map(f64::from).collect()),
        vec![series(
            "All reports",
            &(0..15)
                .map(|at| f64::from(at * at) / 3.0)
                .collect::<Vec<_>>(),
        )],
    );
    section(
        "population",
        vec![
            heading(1, "Patients and time"),
            Block::Chart(bars),
            Block::Chart(stacked),
            Block::Chart(trend),
            Block::Chart(area),
            Block::Chart(change),
            Block::Chart(chart(
                "line",
                "A single point",
                Positions::Numbers(vec![5.0]),
                vec![series("One", &[3.0])],
            )),
            Block::Chart(chart(
                "bar",
                "Nothing at all",
                Positions::Categories(Vec::new()),
                Vec::new(),
            )),
            Block::Chart(chart(
                "radar",
                "A kind that is not known is shown as a table",
                Positions::Categories(ages),
                vec![series("Reports", &[1.0, 6.0, 17.0, 12.0, 8.0, 17.0])],
            )),
        ],
    )
}

/// Intervals, ranks and points.
pub(super) fn signals() -> Section {
    let values: Vec<f64> = (0..12).map(|at| 0.6 * 1.3_f64.powi(at)).collect();
    let interval = Some((
        values.iter().map(|value| value * 0.6).collect(),
        values.iter().map(|value| value * 1.7).collect(),
    ));
    let names: Vec<String> = (0..12).map(|at| event(at).to_owned()).collect();
    let mut forest = chart(
        "forest",
        "Reporting odds ratios with 95% intervals",
        Positions::Categories(names.clone()),
        vec![Series {
            name: String::from("ROR"),
            values: values.clone(),
            interval,
            missing: vec![4],
        }],
    );
    forest.y = Axis {
        title: String::from("Reporting odds ratio"),
        unit: None,
        scale: Scale::Log,
    };
    forest.reference_lines = vec![ReferenceLine {
        at: 1.0,
        on_x: true,
        label: Some(String::from("no association")),
    }];
    let mut horizontal = chart(
        "horizontal-bar",
        "Most frequent reactions",
        Positions::Categories(names),
        vec![series(
            "Reports",
            &(0..12).map(|at| f64::from(60 - 4 * at)).collect::<Vec<_>>(),
        )],
    );
    horizontal.id = String::from("frequent");
    let mut scatter = chart(
        "scatter",
        "Reports against ratio",
        Positions::Numbers((1..40).map(|at| f64::from(at * at)).collect()),
        vec![
            series(
                "Listed",
                &(1..40)
                    .map(|at| 0.2 * f64::from(at % 13 + 1))
                    .collect::<Vec<_>>(),
            ),
            series(
                "Unlisted",
                &(1..40)
                    .map(|at| 0.3 * f64::from(at % 7 + 1))
                    .collect::<Vec<_>>(),
            ),
        ],
    );
    scatter.x = Axis {
        title: String::from("Reports"),
        unit: None,
        scale: Scale::Log,
    };
    scatter.y = Axis {
        title: String::from("PRR"),
        unit: None,
        scale: Scale::Log,
    };
    scatter.reference_lines = vec![
        ReferenceLine {
            at: 2.0,
            on_x: false,
            label: Some(String::from("PRR 2")),
        },
        ReferenceLine {
            at: 30.0,
            on_x: true,
            label: Some(String::from("3 reports")),
        },
    ];
    section(
        "signals",
        vec![
            heading(1, "Signals"),
            paragraph(PROSE),
            Block::Chart(forest),
            Block::Chart(horizontal),
            Block::Chart(scatter),
            heading(2, "A table of many columns"),
            Block::Table(wide(14)),
            Block::Table(wide(40)),
        ],
    )
}
