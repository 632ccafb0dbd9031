//! The narrative `narrative`: the synopsis, which a physician reads first. What was found, which reports
//! and reactions to look at first, how complete the reports are, and what weighs most against it all.
//!
//! Every number in it is a fact of a section, or counted from the same reports, and sentences name the
//! table that shows it. A sentence whose facts are missing is left out.

mod caveat;
mod figures;
mod look;
mod quality;
mod sentences;
mod signals;

use quire_sdk::{
    About, ByName, Content, Data, DesignatedEvents, Facts, Failure, Narrative, Request, Selection,
    Text, drug_names, number, wit::provenance::Origin,
};

use look::Look;

/// The text that reads the report to a person.
#[derive(Debug)]
pub struct StandardNarrative;

quire_sdk::narrative!(StandardNarrative);

/// Parameters of the narrative.
#[quire_sdk::params]
#[derive(Clone, Debug)]
pub struct Params {
    /// Reaction terms that are named.
    #[param(default = 5, min = 1, max = 5)]
    pub reactions: u8,
    /// Signals of disproportionate reporting that are named.
    #[param(default = 3, min = 0, max = 5)]
    pub signals: u8,
    /// Reactions that are looked at one by one, whatever their number, in place of the EMA's designated medical
    /// events (EMA/326038/2020).
    pub designated_events: DesignatedEvents,
}

impl Narrative for StandardNarrative {
    const ABOUT: About = About {
        title: "Synopsis",
        summary: "The page that a physician reads first: key figures, what to look at first, the main \
                  findings with their tables, completeness of the reports, and the largest caveat.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = Params;

    fn compose(
        request: &Request<Params>,
        data: &impl Data,
        facts: &Facts,
    ) -> Result<Content, Failure> {
        let origin = data.origin();
        let mut content = Content::new("Synopsis");
        if data.reports() == 0 {
            content.paragraph(nothing(&origin));
            return Ok(content);
        }
        let params = &request.params;
        let designated = params.designated_events.found(data)?;
        content.key_figures(figures::of(data, &designated)?);
        let first = Look {
            data,
            facts,
            designated: &designated,
            list: params.designated_events.source(),
        };
        first.write(&mut content, params.signals)?;
        caveat::write(&mut content, data, facts, request.context.as_of)?;
        quality::write(&mut content, data)?;
        content.paragraph(findings(data, facts, params));
        Ok(content)
    }
}

/// The findings in sentences, each with its tables. What the key figures and the list above say is not
/// said again.
fn findings(data: &impl Data, facts: &Facts, params: &Params) -> Text {
    let origin = data.origin();
    let sentences = [
        sentences::scope(facts, &origin),
        sentences::by_name(&origin),
        sentences::unknown_seriousness(facts),
        sentences::deaths(facts),
        sentences::reactions(facts, params.reactions),
        signals::sentence(facts),
        sentences::people(facts),
        sentences::time(facts),
    ];
    let lead = Text::default().bold("Findings.");
    sentences
        .into_iter()
        .flatten()
        .fold(lead, |text, sentence| text.plain(" ").append(sentence))
}

/// What is said when there are no reports to speak of.
fn nothing(origin: &Origin) -> String {
    let names = drug_names(origin);
    let named = match names.as_str() {
        "" => String::new(),
        names => format!(", which the source attaches to {names}"),
    };
    let ndc = &origin.ndc;
    let source = &origin.source;
    let selection = Selection::of(origin);
    let any_day = selection.any_day.filter(|reports| *reports > 0);
    if origin.total == 0 && any_day.is_none() {
        return format!(
            "In the data source ({source}) no reports carry the code {ndc}{}. {} This document therefore \
             shows no counts. That none was found does not mean that no event happened: many events are \
             never reported.",
            selection
                .period_words()
                .map_or_else(String::new, |period| format!(
                    " among those first received {period}"
                )),
            ByName::sentence(ByName::of(origin).as_ref(), 0),
        );
    }
    let held = number::reports(any_day.unwrap_or(origin.total));
    let last = origin.flow.iter().find(|step| step.remaining == 0);
    let why = last.map_or_else(String::new, |step| {
        let reason = match step.reason.as_str() {
            "" => String::new(),
            reason => format!(" ({reason})"),
        };
        format!(
            " At the step “{}” the last {} left out{reason}.",
            step.label,
            match step.removed {
                1 => "1 was".to_owned(),
                many => format!("{} were", number::count(many)),
            }
        )
    });
    format!(
        "Of the {held} in the data source ({source}) that carry the code {ndc}{named}, none was analysed.{why} This \
         document therefore shows no counts; that says nothing about the reports that were left out."
    )
}

#[cfg(test)]
mod tests;
