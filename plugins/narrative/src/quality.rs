//! How complete the reports are, in one line.

use quire_sdk::{Content, Data, Fact, Filter, QueryError, Text, number};

/// What a physician needs to judge a report, and how reports are found that state it.
fn asked() -> [(&'static str, &'static str, Filter); 8] {
    let stated = [
        "recovered",
        "recovering",
        "not recovered",
        "recovered with sequelae",
        "fatal",
    ];
    [
        ("sex", "sex-known-reports", Filter::known("sex")),
        ("age", "age-known-reports", Filter::known("age-years")),
        (
            "seriousness",
            "serious-stated-reports",
            Filter::known("seriousness"),
        ),
        (
            "reporter",
            "reporter-stated-reports",
            Filter::known("reporter"),
        ),
        (
            "indication",
            "indication-known-reports",
            Filter::known("indication"),
        ),
        (
            "a known outcome",
            "outcome-known-reports",
            Filter::one_of("reaction-outcome", stated),
        ),
        (
            "day of the event",
            "event-known-reports",
            Filter::known("event"),
        ),
        (
            "time to onset",
            "onset-known-reports",
            Filter::known("onset-days"),
        ),
    ]
}

pub(crate) fn write(content: &mut Content, data: &impl Data) -> Result<(), QueryError> {
    let analysed = data.reports();
    let mut stated = Vec::new();
    for (what, key, filter) in asked() {
        let reports = data.select(&[filter])?.reports();
        content.fact(Fact::count(key, reports).unit("reports"));
        stated.push((what, reports));
    }
    let whats = |wanted: fn(u32, u32) -> bool| -> Vec<String> {
        let found = stated
            .iter()
            .filter(|(_, reports)| wanted(*reports, analysed));
        found.map(|(what, _)| (*what).to_owned()).collect()
    };
    let (all, none) = (
        whats(|reports, all| reports == all),
        whats(|reports, _| reports == 0),
    );
    let some: Vec<String> = stated
        .iter()
        .filter(|(_, reports)| *reports > 0 && *reports < analysed)
        .map(|(what, reports)| {
            format!(
                "{what} in {} ({})",
                number::count(*reports),
                number::share(*reports, analysed)
            )
        })
        .collect();
    let parts: Vec<String> = [
        (!all.is_empty()).then(|| format!("in all: {}", number::list(&all, "and"))),
        (!some.is_empty()).then(|| number::list(&some, "and")),
        (!none.is_empty()).then(|| format!("in none: {}", number::list(&none, "and"))),
    ]
    .into_iter()
    .flatten()
    .collect();
    content.paragraph(Text::default().bold("Data quality.").plain(format!(
        " Of the {} these state, {}.",
        number::counted(analysed, "analysed report", "analysed reports"),
        parts.join("; ")
    )));
    Ok(())
}
