//! The section `method`: everything that a reader needs to judge the numbers of the others. Follows
//! the items of READUS-PV; printed whatever the data are.

mod comparator;
mod statistics;
mod words;

use quire_sdk::{
    About, Content, Data, Fact, Failure, Labelled, NoParams, Pages, Request, Section, Selection,
    Text, citation,
};

/// Data source and method.
#[derive(Debug)]
pub struct Method;

quire_sdk::section!(Method);

impl Section for Method {
    const ABOUT: About = About {
        title: "Data source and method",
        summary: "Source, matching by name, the drug's label, role, duplicates, selection, unit of counting, \
                  probable cases, comparator, statistics with their formulas, and what was not done. Follows READUS-PV.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = NoParams;

    fn render(request: &Request<NoParams>, data: &impl Data) -> Result<Content, Failure> {
        let origin = data.origin();
        let mut content = Content::new("Data source and method");
        let compared = data.background().is_some();
        content.paragraph(format!(
            "This document is a case series {}of individual case safety reports. It describes what was \
             reported and raises hypotheses; it tests none. The method is stated in the order of the \
             guideline READUS-PV {}.",
            if compared {
                "with a disproportionality analysis "
            } else {
                ""
            },
            citation(&["readus-pv"])
        ));
        part(&mut content, "Data source", &words::source(&origin));
        part(
            &mut content,
            "Drug and reactions",
            &words::definitions(&origin),
        );
        content.bullet(Labelled::of(data, [""; 0]).sentence(request.context.as_of));
        part(
            &mut content,
            "Which reports are analysed",
            &words::selection(
                &origin,
                Days::of(data, request.context.as_of)?,
                request.context.as_of,
            ),
        );
        part(&mut content, "What is counted", &words::counting());
        comparator::write(&mut content, data, request.context.as_of);
        statistics::write(&mut content, data);
        part(
            &mut content,
            "What was not done",
            &words::not_done(!data.stratifications().is_empty()),
        );
        let role = match Selection::of(&origin).suspect_only {
            true => "suspect",
            false => "any",
        };
        content.fact(Fact::text("role-filter", role));
        Ok(content)
    }
}

/// The days that the analysed reports are of, and what is younger than the document.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Days {
    /// First and last day of first receipt; none if no report states its day.
    pub(crate) received: Option<(i32, i32)>,
    /// Reports first received after the day of the document.
    pub(crate) younger: u32,
    /// Reports whose latest information came in after it.
    pub(crate) informed_later: u32,
    /// The last day of either.
    pub(crate) last: Option<i32>,
}

impl Days {
    fn of(data: &impl Data, as_of: i32) -> Result<Self, Failure> {
        let mut days = Self::default();
        for page in Pages::new(data, &["received", "receipt"]) {
            let page = page?;
            for report in 0..page.reports() {
                let (received, receipt) =
                    (page.date("received", report), page.date("receipt", report));
                if let Some(day) = received {
                    let (first, last) = days.received.unwrap_or((day, day));
                    days.received = Some((first.min(day), last.max(day)));
                }
                days.younger += u32::from(received > Some(as_of));
                days.informed_later += u32::from(receipt > Some(as_of));
                days.last = days.last.max(received).max(receipt);
            }
        }
        Ok(days)
    }
}

/// A heading and its list of leads and sentences.
fn part(content: &mut Content, heading: &str, items: &[(&str, String)]) {
    content.heading(heading);
    for (lead, sentence) in items {
        content.bullet(
            Text::default()
                .bold(*lead)
                .plain(" ")
                .plain(sentence.as_str()),
        );
    }
}

#[cfg(test)]
mod tests;
