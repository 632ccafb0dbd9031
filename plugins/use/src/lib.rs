//! The section `use`: what the drug was given for and how, what else was given, what was done and
//! what happened then.

mod challenge;
mod drugs;
mod listing;
mod onset;

use quire_sdk::{About, Content, Counts, Data, Fact, Failure, Request, Section};

use listing::Listing;

/// Co-medication, indication and use.
#[derive(Debug)]
pub struct Use;

quire_sdk::section!(Use);

/// Parameters of the section.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug)]
pub struct Params {
    /// Rows printed of each table; the tables say how many are not.
    #[param(default = 15, min = 1, max = 1_000)]
    pub top: u32,
}

impl Section for Use {
    const ABOUT: About = About {
        title: "Co-medication, indication and use",
        summary: "Indications, routes, co-suspect and concomitant drugs, actions taken, dechallenge, \
                  rechallenge and time to onset, each with its denominator.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let analysed = data.analysed("there is no use of the drug to describe")?;
        let top = request.params.top;
        let mut content = Content::new("Co-medication, indication and use");
        content.paragraph(
            "Indication, route, action taken, dechallenge and rechallenge are those of the drug entry \
             that matched. A report can name several of each and counts once for each that it names.",
        );
        indications(
            &mut content,
            &data.count_by("indication", None)?,
            top,
            analysed,
        );
        routes(&mut content, &data.count_by("route", None)?, top, analysed);
        drugs::write(&mut content, data, top, analysed)?;
        challenge::write(&mut content, data, analysed)?;
        onset::write(&mut content, data)?;
        Ok(content)
    }
}

fn indications(content: &mut Content, counts: &Counts, top: u32, analysed: u32) {
    let listing = Listing::new(
        "indications",
        "Indications of the drug",
        "Indication",
        analysed,
    )
    .counts(counts);
    let note =
        "Reporters also write the reaction, or that the indication is unknown, as the indication.";
    listing.write(content, top, Some(note));
    if let Some(first) = counts.rows.first() {
        let top = Fact::text("top-indication", first.value.as_str());
        content.fact_of("indications", top);
        let reports = Fact::count("top-indication-reports", first.reports);
        content.fact_of("indications", reports.unit("reports"));
    }
    let known = analysed.saturating_sub(counts.missing);
    content.fact(Fact::count("indication-known-reports", known).unit("reports"));
}

fn routes(content: &mut Content, counts: &Counts, top: u32, analysed: u32) {
    let listing = Listing::new(
        "routes",
        "Routes of administration of the drug",
        "Route",
        analysed,
    );
    listing.counts(counts).write(content, top, None);
}

#[cfg(test)]
mod tests;
