//! The section `summary`: key figures, each with its denominator.

use quire_sdk::{
    About, Civil, Content, Data, Fact, Failure, KeyFigure, NoParams, Pages, QueryError, Request,
    Section, Tone, number,
};

/// Key figures over the analysed reports.
#[derive(Debug)]
pub struct Summary;

quire_sdk::section!(Summary);

impl Section for Summary {
    const ABOUT: About = About {
        title: "Key figures",
        summary: "Key figures of the analysed reports, each with its denominator.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
        params_schema: NoParams::SCHEMA,
    };
    type Params = NoParams;

    fn render(_: &Request<NoParams>, data: &impl Data) -> Result<Content, Failure> {
        let numbers = Numbers::of(data)?;
        let mut content = Content::new("Key figures");
        content.key_figures(numbers.figures());
        content.callout(
            Tone::Caution,
            "Counts of reports, not of patients harmed",
            "Each figure counts reports that name the drug and that somebody suspected an event in. \
             A report does not show that the drug led to the event, and the source does not know how many \
             people took the drug, so no figure here tells how often an event occurs.",
        );
        numbers.facts(&mut content);
        Ok(content)
    }
}

/// What the figures are made of.
#[derive(Clone, Debug, PartialEq)]
struct Numbers {
    total: u64,
    analysed: u32,
    serious: u32,
    deaths: u32,
    hospitalisations: u32,
    female: u32,
    sex_known: u32,
    age: quire_sdk::Summary,
    reactions: u32,
    with_reaction: u32,
    received: Option<(i32, i32)>,
}

impl Numbers {
    fn of(data: &impl Data) -> Result<Self, QueryError> {
        let analysed = data.reports();
        let reports_with = |dimension: &str, value: &str| {
            let counts = data.count_by(dimension, None)?;
            Ok(counts
                .rows
                .iter()
                .find(|row| row.value == value)
                .map_or(0, |row| row.reports))
        };
        let reactions = data.count_by("reaction", Some(0))?;
        Ok(Self {
            total: data.origin().total,
            analysed,
            serious: reports_with("seriousness", "serious")?,
            deaths: reports_with("seriousness-criterion", "death")?,
            hospitalisations: reports_with("seriousness-criterion", "hospitalisation")?,
            female: reports_with("sex", "female")?,
            sex_known: analysed.saturating_sub(data.count_by("sex", Some(0))?.missing),
            age: data.summarise("age-years")?,
            reactions: reactions.distinct,
            with_reaction: analysed.saturating_sub(reactions.missing),
            received: received(data)?,
        })
    }

    fn figures(&self) -> Vec<KeyFigure> {
        let analysed = number::counted(self.analysed, "analysed report", "analysed reports");
        let of_analysed = |part: u32| match self.analysed {
            0 => "no report was analysed".to_owned(),
            whole => format!("{} of {analysed}", number::share(part, whole)),
        };
        vec![
            KeyFigure::new(
                "Reports analysed",
                number::count(self.analysed),
                self.of_total(),
            ),
            KeyFigure::new(
                "Serious",
                number::count(self.serious),
                of_analysed(self.serious),
            ),
            KeyFigure::new(
                "Seriousness criterion death",
                number::count(self.deaths),
                of_analysed(self.deaths),
            )
            .tone(if self.deaths > 0 {
                Tone::Danger
            } else {
                Tone::Neutral
            }),
            KeyFigure::new(
                "Seriousness criterion hospitalisation",
                number::count(self.hospitalisations),
                of_analysed(self.hospitalisations),
            ),
            KeyFigure::new(
                "Female",
                number::share(self.female, self.sex_known),
                format!(
                    "{} of {} with known sex",
                    number::count(self.female),
                    number::reports(self.sex_known)
                ),
            ),
            self.age_figure(),
            KeyFigure::new(
                "Distinct reaction terms",
                number::count(self.reactions),
                format!("named in {}", number::reports(self.with_reaction)),
            ),
            self.period_figure(),
        ]
    }

    fn of_total(&self) -> String {
        match self.total {
            0 => "no matching report".to_owned(),
            total => format!(
                "of {}",
                number::counted(total, "matching report", "matching reports")
            ),
        }
    }

    fn age_figure(&self) -> KeyFigure {
        let detail = format!(
            "n = {}; age not reported in {}",
            number::count(self.age.n),
            number::count(self.age.missing)
        );
        if self.age.n == 0 {
            return KeyFigure::new("Median age", "not reported", detail);
        }
        KeyFigure::new("Median age", number::short(self.age.median), detail).unit("years")
    }

    fn period_figure(&self) -> KeyFigure {
        let label = "First received by FDA";
        let Some((first, last)) = self.received else {
            return KeyFigure::new(label, "not reported", "by the analysed reports");
        };
        let (first, last) = (Civil::from_days(first), Civil::from_days(last));
        let value = match first.month_and_year() == last.month_and_year() {
            true => first.month_and_year(),
            false => format!("{} – {}", first.month_and_year(), last.month_and_year()),
        };
        let detail = match first == last {
            true => format!("all analysed reports on {}", first.medium()),
            false => format!("{} to {}, analysed reports", first.medium(), last.medium()),
        };
        KeyFigure::new(label, value, detail)
    }

    fn facts(&self, content: &mut Content) {
        content.fact(Fact::count("reports-total", self.total).unit("reports"));
        content.fact(Fact::count("reports-analysed", self.analysed).unit("reports"));
        content.fact(Fact::count("serious-reports", self.serious).unit("reports"));
        content.fact(Fact::percent(
            "serious-percent",
            self.serious,
            self.analysed,
        ));
        content.fact(Fact::count("fatal-reports", self.deaths).unit("reports"));
        content.fact(Fact::percent("fatal-percent", self.deaths, self.analysed));
        content.fact(Fact::count("hospitalised-reports", self.hospitalisations).unit("reports"));
        content.fact(Fact::count("female-reports", self.female).unit("reports"));
        content.fact(Fact::count("sex-known-reports", self.sex_known).unit("reports"));
        content.fact(Fact::percent("female-percent", self.female, self.sex_known));
        content.fact(Fact::count("age-known-reports", self.age.n).unit("reports"));
        if self.age.n > 0 {
            content
                .fact(Fact::number("median-age", self.age.median).map(|fact| fact.unit("years")));
        }
        content.fact(Fact::count("distinct-reactions", self.reactions).unit("terms"));
        if let Some((first, last)) = self.received {
            content.fact(Fact::date("first-received", first));
            content.fact(Fact::date("last-received", last));
        }
    }
}

/// First and last day on which FDA first received one of the reports.
fn received(data: &impl Data) -> Result<Option<(i32, i32)>, QueryError> {
    let mut span: Option<(i32, i32)> = None;
    for page in Pages::new(data, &["received"]) {
        let page = page?;
        for day in (0..page.reports()).filter_map(|report| page.date("received", report)) {
            let (first, last) = span.unwrap_or((day, day));
            span = Some((first.min(day), last.max(day)));
        }
    }
    Ok(span)
}

#[cfg(test)]
mod tests {
    use quire_sdk::testing::{Case, Fixture, plain_text, problems, render};

    use super::*;

    #[test]
    fn every_figure_shows_its_denominator() {
        let fixture = Fixture::new(vec![
            Case::new("1")
                .received(2014, 3, 12)
                .with("sex", "female")
                .with("reaction", "Cough")
                .measure("age-years", 61.0),
            Case::new("2")
                .received(2014, 5, 1)
                .with("sex", "male")
                .criterion("hospitalisation")
                .measure("age-years", 64.0),
            Case::new("3")
                .received(2014, 4, 1)
                .criterion("death")
                .with("reaction", "Cough"),
        ])
        .of_total(1_200);

        let output = render::<Summary>(&fixture, "{}").unwrap();

        assert_eq!(problems(&output), [""; 0]);
        let text = plain_text(&output);
        for line in [
            "= Reports analysed: 3 (of 1,200 matching reports)",
            "= Serious: 2 (66.7% of 3 analysed reports)",
            "= Seriousness criterion death: 1 (33.3% of 3 analysed reports)",
            "= Seriousness criterion hospitalisation: 1 (33.3% of 3 analysed reports)",
            "= Female: 50.0% (1 of 2 reports with known sex)",
            "= Median age: 62.5 years (n = 2; age not reported in 1)",
            "= Distinct reaction terms: 1 (named in 2 reports)",
            "= First received by FDA: Mar 2014 – May 2014 (12 Mar 2014 to 1 May 2014, analysed reports)",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn without_reports_no_share_is_printed() {
        let output = render::<Summary>(&Fixture::new(Vec::new()), "{}").unwrap();

        let text = plain_text(&output);
        assert!(
            text.contains("= Reports analysed: 0 (no matching report)"),
            "{text}"
        );
        assert!(
            text.contains("= Female: not calculable (0 of 0 reports with known sex)"),
            "{text}"
        );
        assert!(text.contains("= Median age: not reported"), "{text}");
        assert!(!text.contains("percent ="), "{text}");
    }
}
