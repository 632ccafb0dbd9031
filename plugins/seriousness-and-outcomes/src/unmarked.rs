//! Reports that meet a seriousness criterion and are not marked serious: the source contradicts itself, and a
//! count of marked reports alone would hide them.

use quire_sdk::{
    Content, Data, Fact, Filter, Pages, QueryError, Text, Tone,
    number::{self, counted},
};

/// Report ids that are named; the case listing has all of them.
const MOST_IDS: usize = 10;

pub(crate) fn write(content: &mut Content, data: &impl Data) -> Result<(), QueryError> {
    let meets = Filter::known("seriousness-criterion");
    let unmarked = data.select(&[meets, Filter::none_of("seriousness", ["serious"])])?;
    let reports = unmarked.reports();
    content.fact(Fact::count("criterion-unmarked-reports", reports).unit("reports"));
    if reports == 0 {
        return Ok(());
    }
    let with = |filter| unmarked.select(&[filter]).map(|some| some.reports());
    let denied = with(Filter::one_of("seriousness", ["not serious"]))?;
    let deaths = with(Filter::one_of("seriousness-criterion", ["death"]))?;
    let silent = with(Filter::unknown("seriousness"))?;
    let other = reports.saturating_sub(silent + denied);
    let say = |some: u32, what: &str| {
        let says = if some == 1 { "says" } else { "say" };
        (some > 0).then(|| format!("{} {says} {what}", number::count(some)))
    };
    let says: Vec<String> = [
        say(silent, "nothing about seriousness"),
        say(denied, "not serious"),
        say(other, "something that is not understood"),
    ]
    .into_iter()
    .flatten()
    .collect();
    content.callout(
        Tone::Caution,
        "Serious by a criterion, but not marked serious",
        Text::new(format!(
            "{} {} a seriousness criterion without being marked serious: {}. The criterion is death in {}. This \
             document does not count them among the serious reports; read them as such: {}.",
            counted(reports, "report", "reports"),
            if reports == 1 { "meets" } else { "meet" },
            says.join(", "),
            number::none_or(deaths),
            ids(&unmarked, reports)?
        )),
    );
    Ok(())
}

fn ids(data: &impl Data, reports: u32) -> Result<String, QueryError> {
    let mut ids = Vec::new();
    for page in Pages::new(data, &["report-id"]) {
        let page = page?;
        let on_page = (0..page.reports()).filter_map(|report| page.text("report-id", report));
        ids.extend(on_page.map(str::to_owned).take(MOST_IDS - ids.len()));
        if ids.len() == MOST_IDS {
            break;
        }
    }
    match reports.saturating_sub(u32::try_from(ids.len()).unwrap_or(u32::MAX)) {
        0 => {}
        more => ids.push(format!("{} more", number::count(more))),
    }
    Ok(number::list(&ids, "and"))
}
