//! How complete the reports are, in one line.

use quire_sdk::{Content, Data, Fact, Filter, Pages, QueryError, Text, number};

/// What reporters write as the indication where they know none.
const UNKNOWN_INDICATIONS: [&str; 2] = [
    "Product used for unknown indication",
    "Drug use for unknown indication",
];

/// Reports with an indication other than that it is unknown.
fn known_indication(data: &impl Data) -> Result<u32, QueryError> {
    let is_known = |term: &&str| {
        let mut unknown = UNKNOWN_INDICATIONS.iter();
        !unknown.any(|words| words.eq_ignore_ascii_case(term))
    };
    let mut known = 0;
    for page in Pages::new(data, &["indication"]) {
        let page = page?;
        let stated = |report: &u32| page.texts("indication", *report).iter().any(is_known);
        known += (0..page.reports()).filter(stated).count() as u32;
    }
    Ok(known)
}

/// What a physician needs to judge a report, the key of its fact, and how many reports state it.
fn asked(data: &impl Data) -> Result<[(&'static str, &'static str, u32); 8], QueryError> {
    let with = |filter: Filter| Ok::<u32, QueryError>(data.select(&[filter])?.reports());
    let known = |name: &str| with(Filter::known(name));
    let ended = [
        "recovered",
        "recovering",
        "not recovered",
        "recovered with sequelae",
        "fatal",
    ];
    Ok([
        ("sex", "sex-known-reports", known("sex")?),
        ("age", "age-known-reports", known("age-years")?),
        (
            "seriousness",
            "serious-stated-reports",
            known("seriousness")?,
        ),
        ("reporter", "reporter-stated-reports", known("reporter")?),
        (
            "a known indication",
            "known-indication-reports",
            known_indication(data)?,
        ),
        (
            "a known outcome",
            "outcome-known-reports",
            with(Filter::one_of("reaction-outcome", ended))?,
        ),
        ("day of the event", "event-known-reports", known("event")?),
        ("time to onset", "onset-known-reports", known("onset-days")?),
    ])
}

pub(crate) fn write(content: &mut Content, data: &impl Data) -> Result<(), QueryError> {
    let analysed = data.reports();
    let (mut all, mut some, mut none) = (Vec::new(), Vec::new(), Vec::new());
    for (what, key, reports) in asked(data)? {
        content.fact(Fact::count(key, reports).unit("reports"));
        match reports {
            0 => none.push(what.to_owned()),
            reports if reports == analysed => all.push(what.to_owned()),
            reports => {
                let percent = key.replace("-reports", "-percent");
                content.fact(Fact::percent(&percent, reports, analysed));
                some.push(format!(
                    "{what} in {} ({})",
                    number::count(reports),
                    number::share(reports, analysed)
                ));
            }
        }
    }
    let part = |lead: &str, whats: &[String]| {
        (!whats.is_empty()).then(|| format!("{lead}{}", number::list(whats, "and")))
    };
    let parts: Vec<String> = [
        part("in all: ", &all),
        part("", &some),
        part("in none: ", &none),
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
