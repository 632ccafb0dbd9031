//! What the drug is compared with, or why it is not.

use quire_sdk::{
    Civil, Content, Data, Fact, Selection, Text, Tone, number, wit::background::Source,
    younger_comparator,
};

/// Role of the drug in a background that cannot tell roles.
pub(crate) const ANY_ROLE: &str = "any-role";

pub(crate) fn write(content: &mut Content, data: &impl Data, as_of: i32) {
    content.heading("Comparison with other drugs");
    let Some(source) = data.background() else {
        content.callout(Tone::Caution, "No comparator", without(data));
        content.fact(Fact::text("comparator", "none"));
        return;
    };
    content.bullet(lead("Comparator.", &comparator(&source)));
    let selection = Selection::of(&data.origin());
    if let Some(younger) = younger_comparator(&source, &selection, as_of) {
        content.bullet(lead("Younger than the document.", &younger));
    }
    content.bullet(lead("Role in the comparator.", role(&source)));
    content.bullet(lead(
        "Both sides alike.",
        "The four counts of each table are all taken from the comparator, with the same restrictions: \
         a and n are its counts of this drug, not those of the analysed reports, from which they may \
         differ.",
    ));
    content.bullet(lead(
        "Duplicates in the comparator.",
        "Not searched for, on either side: of a case only the latest version counts, but a case under several \
         report ids counts several times.",
    ));
    content.fact(Fact::text("comparator", source.label.as_str()));
}

/// Why nothing is compared, in the host's words.
fn without(data: &impl Data) -> String {
    let why = data.background_unavailable().unwrap_or_default();
    let why = match why.trim().trim_end_matches('.') {
        "" => String::new(),
        reason => format!(" ({reason})"),
    };
    format!(
        "There is no background for this document{why}, so no statistic of disproportionality is computed."
    )
}

fn lead(lead: &str, sentence: &str) -> Text {
    Text::default().bold(lead).plain(" ").plain(sentence)
}

fn comparator(source: &Source) -> String {
    format!(
        "All reports of {}, as of {}: N = {}, of them n = {} with this drug. The drug's own reports \
         are part of N.",
        source.label,
        Civil::from_days(source.as_of),
        number::reports(source.total),
        number::count(source.drug),
    )
}

fn role(source: &Source) -> &'static str {
    if source.role == ANY_ROLE {
        "Any: the source counts reports by the names in them and cannot be asked for the role of one \
         drug, so reports in which a drug is only concomitant count on both sides."
    } else {
        "Primary suspect: a report counts for the one drug that its reporter suspects first."
    }
}
