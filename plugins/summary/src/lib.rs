//! The section `summary`: key figures, each with its denominator.

use quire_sdk::{
    About, Civil, Content, Data, Deaths, Fact, Failure, KeyFigure, NoParams, Pages, QueryError,
    Request, Section, Stated, Tone, number,
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
    serious: Stated,
    deaths: Deaths,
    hospitalisations: Stated,
    female: Stated,
    age: quire_sdk::Summary,
    reactions: u32,
    with_reaction: u32,
    received: Option<(i32, i32)>,
}

impl Numbers {
    fn of(data: &impl Data) -> Result<Self, QueryError> {
        let analysed = data.reports();
        let stated = |dimension: &str, value: &str| {
            Ok(Stated::of(
                &data.count_by(dimension, None)?,
                value,
                analysed,
            ))
        };
        let reactions = data.count_by("reaction", Some(0))?;
        Ok(Self {
            total: data.origin().total,
            analysed,
            serious: stated("seriousness", "serious")?,
            deaths: Deaths::of(data)?,
            hospitalisations: Stated::criterion(data, "hospitalisation")?,
            female: stated("sex", "female")?,
            age: data.summarise("age-years")?,
            reactions: reactions.distinct,
            with_reaction: analysed.saturating_sub(reactions.missing),
            received: received(data)?,
        })
    }

    fn figures(&self) -> Vec<KeyFigure> {
        vec![
            KeyFigure::new(
                "Reports analysed",
                number::count(self.analysed),
                self.of_total(),
            ),
            self.serious.figure("Serious"),
            self.deaths.figure(),
            self.hospitalisations
                .figure("Seriousness criterion hospitalisation"),
            self.female_figure(),
            self.age_figure(),
            KeyFigure::new(
                "Distinct reaction terms",
                number::count(self.reactions),
                format!("named in {}", number::reports(self.with_reaction)),
            ),
            self.period_figure(),
        ]
    }

    fn female_figure(&self) -> KeyFigure {
        let Some(share) = self.female.percent() else {
            return self.female.figure("Female");
        };
        KeyFigure::new(
            "Female",
            number::percent(share),
            format!(
                "{} of {} with known sex",
                number::count(self.female.reports),
                number::reports(self.female.stated)
            ),
        )
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
        for facts in [
            self.serious.facts("serious"),
            self.deaths.facts(),
            self.hospitalisations.facts("hospitalised"),
            self.female.facts("female"),
        ] {
            facts.into_iter().for_each(|fact| content.fact(fact));
        }
        content.fact(Fact::count("sex-known-reports", self.female.stated).unit("reports"));
        content.fact(Fact::count("age-known-reports", self.age.n).unit("reports"));
        if self.age.n > 0 {
            content
                .fact(Fact::number("median-age", self.age.median).map(|fact| fact.unit("years")));
        }
        content.fact(Fact::count("distinct-reactions", self.reactions).unit("terms"));
        if let Some((first, last)) = self.received {
            content.fact(Fact::date("first-received-analysed", first));
            content.fact(Fact::date("last-received-analysed", last));
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
            "= Reports of a death: 1 (33.3% of 3 reports: 1 by the criterion, 0 more by outcome, 0 more by reaction)",
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
    fn what_no_report_states_is_not_zero() {
        let fixture = Fixture::new(vec![
            Case::new("1").without("seriousness"),
            Case::new("2").without("seriousness"),
        ]);

        let text = plain_text(&render::<Summary>(&fixture, "{}").unwrap());

        for figure in [
            "Serious",
            "Reports of a death",
            "Seriousness criterion hospitalisation",
            "Female",
        ] {
            let line =
                format!("= {figure}: not reported (none of the 2 analysed reports states it)");
            assert!(text.contains(&line), "{line}\n{text}");
        }
        assert!(!text.contains("0.0%"), "{text}");
        assert!(!text.contains("serious-reports ="), "{text}");
    }

    #[test]
    fn deaths_that_only_outcomes_state_are_deaths() {
        let fatal = |id: &str| Case::new(id).serious().with("reaction-outcome", "fatal");
        let fixture = Fixture::new(vec![fatal("1"), fatal("2"), Case::new("3")]);

        let text = plain_text(&render::<Summary>(&fixture, "{}").unwrap());

        assert!(
            text.contains(
                "= Reports of a death: 2 (66.7% of 3 reports: 0 by the criterion, 2 more by outcome"
            ),
            "{text}"
        );
        assert!(
            text.contains("fatal-reports = FactValue::Integer(2)"),
            "{text}"
        );
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
            text.contains("= Female: not reported (no report was analysed)"),
            "{text}"
        );
        assert!(text.contains("= Median age: not reported"), "{text}");
        assert!(!text.contains("percent ="), "{text}");
    }
}
