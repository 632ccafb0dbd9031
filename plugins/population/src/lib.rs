//! The section `population`: who the reports are about and who sent them.

mod age;
mod country;
mod measures;

use quire_sdk::{
    About, Breakdown, Content, Counts, Data, Fact, Failure, Request, Section, Stated, number,
    reports_with,
};

/// Sex, age, weight, country, reporter.
#[derive(Debug)]
pub struct Population;

quire_sdk::section!(Population);

const SEX: &str = "sex";
const COUNTRY: &str = "country";
const REPORTER: &str = "reporter";

const SEXES: [(&str, &str); 2] = [("female", "Female"), ("male", "Male")];
const REPORTERS: [(&str, &str); 5] = [
    ("physician", "Physician"),
    ("pharmacist", "Pharmacist"),
    ("other health professional", "Other health professional"),
    ("lawyer", "Lawyer"),
    ("consumer", "Consumer or other non-professional"),
];
/// Parameters of the section.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug)]
pub struct Params {
    /// Countries named one by one; the others are summed.
    #[param(default = 10, min = 1, max = 300)]
    pub countries: u32,
}

impl Section for Population {
    const ABOUT: About = About {
        title: "Population and reporters",
        summary: "Sex, age, weight and country of the patients, qualification of the reporters; what is \
                  not reported is always shown.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let analysed = data.analysed("there is no population to describe")?;
        let mut content = Content::new("Population and reporters");
        content.paragraph(
            "The tables describe the people in the analysed reports, not the people who take the \
             drug. Who is reported, and how completely, depends on reporters.",
        );
        // Neighbours stand side by side where they are small.
        sex(&mut content, &data.count_by("sex", None)?, analysed);
        reporters(&mut content, &data.count_by("reporter", None)?, analysed);
        age::write(&mut content, data, analysed)?;
        countries(
            &mut content,
            &data.count_by("country", None)?,
            request.params.countries,
            analysed,
        );
        measures::write(
            &mut content,
            &data.summarise("age-years")?,
            &data.summarise("weight-kg")?,
        );
        age::draw(&mut content, data, analysed)?;
        Ok(content)
    }
}

fn sex(content: &mut Content, counts: &Counts, analysed: u32) {
    Breakdown::new(SEX, "Reports by sex of the patient", "Sex", analysed)
        .counts(counts, &SEXES)
        .note("Not reported: no sex, or unknown by the report's own word.")
        .write(content);
    let known = analysed.saturating_sub(counts.missing);
    for fact in Stated::of(counts, "female", analysed).facts("female") {
        content.fact_of(SEX, fact);
    }
    content.fact_of(SEX, Fact::count("sex-known-reports", known).unit("reports"));
}

fn countries(content: &mut Content, counts: &Counts, top: u32, analysed: u32) {
    let shown = counts.rows.get(..top as usize).unwrap_or(&counts.rows);
    let rest = counts.rows.get(shown.len()..).unwrap_or_default();
    let mut breakdown = Breakdown::new(
        COUNTRY,
        "Reports by country of occurrence, else of the source",
        "Country",
        analysed,
    );
    for row in shown {
        breakdown = breakdown.row(country::label(&row.value), row.reports);
    }
    if !rest.is_empty() {
        let label = number::counted(rest.len() as u64, "other country", "other countries");
        breakdown = breakdown.row(label, rest.iter().map(|row| row.reports).sum());
    }
    let note = "Where the event occurred; where a report does not say so, the country that it comes from, else \
                that of the reporter. How many reports that concerns is not known here.";
    breakdown
        .not_reported(counts.missing)
        .note(note)
        .write(content);
    if let Some(first) = shown.first() {
        let top = Fact::text("top-country", country::label(&first.value));
        content.fact_of(COUNTRY, top);
        let reports = Fact::count("top-country-reports", first.reports);
        content.fact_of(COUNTRY, reports.unit("reports"));
    }
}

fn reporters(content: &mut Content, counts: &Counts, analysed: u32) {
    Breakdown::new(
        REPORTER,
        "Reports by qualification of the primary reporter",
        "Qualification",
        analysed,
    )
    .counts(counts, &REPORTERS)
    .write(content);
    let stated = analysed.saturating_sub(counts.missing);
    let consumer = reports_with(counts, "consumer");
    let professional = ["physician", "pharmacist", "other health professional"]
        .iter()
        .map(|value| reports_with(counts, value))
        .sum::<u32>();
    for (key, reports) in [("consumer", consumer), ("professional", professional)] {
        let stated = Stated {
            reports,
            stated,
            analysed,
        };
        let facts = stated.facts(key).into_iter();
        // How many name who reported is the same of both.
        facts
            .take(if stated.stated > 0 { 2 } else { 0 })
            .for_each(|fact| content.fact_of(REPORTER, fact));
    }
    content.fact_of(
        REPORTER,
        Fact::count("reporter-stated-reports", stated).unit("reports"),
    );
}

#[cfg(test)]
mod tests;
