//! What to look at first: the reports and reactions that a physician would open before any other.

use std::cmp::Reverse;

use quire_sdk::{Content, Data, Deaths, Facts, Filter, Gravity, Pages, QueryError, Text, number};

use crate::signals;

/// Report ids named of one kind; the listing has all of them.
const MOST_IDS: usize = 6;
/// Reactions named of the serious reports.
const MOST_TERMS: u32 = 3;

const CRITERION: &str = "seriousness-criterion";

/// A group of reports to read, the gravest first.
struct Group {
    lead: &'static str,
    filters: Vec<Filter>,
    /// Facts whose tables show it.
    keys: &'static [&'static str],
}

pub(crate) fn write(
    content: &mut Content,
    data: &impl Data,
    facts: &Facts,
    most: u8,
) -> Result<(), QueryError> {
    let mut items = Vec::new();
    let mut absent = Vec::new();
    let [deaths, life_threatening, rechallenge, serious] = groups();
    for group in [deaths, life_threatening] {
        match item(data, facts, &group)? {
            Some(text) => items.push(text),
            None => absent.push(group.lead.to_lowercase()),
        }
    }
    items.extend(signals::strongest(facts, most).map(|found| {
        Text::default()
            .bold("Signals of disproportionate reporting:")
            .plain(format!(" {found}"))
            .append(facts.references(&["top-signal-1"]))
            .plain(".")
    }));
    items.extend(item(data, facts, &rechallenge)?);
    items.extend(other_serious(data, facts, &serious)?);
    if items.is_empty() {
        items.extend(most_named(facts));
    }
    if !items.is_empty() {
        content.paragraph(Text::default().bold("Look at these first"));
    }
    for item in items {
        content.ordered(item);
    }
    if !absent.is_empty() {
        content.paragraph(format!(
            "None of the reports states a {}; that does not mean that there was none.",
            number::list(&absent, "or")
        ));
    }
    Ok(())
}

fn groups() -> [Group; 4] {
    let [death] = Deaths::filters();
    [
        Group {
            lead: "Death",
            filters: vec![death],
            keys: &["fatal-reports"],
        },
        Group {
            lead: "Life-threatening event",
            filters: vec![Gravity::life_threatening_filter(), not_fatal()],
            keys: &["life-threatening-reports"],
        },
        Group {
            lead: "The event came back when the drug was given again",
            filters: vec![Filter::one_of("rechallenge", ["yes"])],
            keys: &["rechallenge-positive"],
        },
        Group {
            lead: "Other serious reports",
            filters: vec![
                Filter::one_of("seriousness", ["serious"]),
                Filter::none_of(CRITERION, ["life-threatening"]),
                not_fatal(),
            ],
            keys: &["serious-reports"],
        },
    ]
}

fn not_fatal() -> Filter {
    Filter::unknown("death-stated")
}

/// The reports of a group by their ids; none where there are none.
fn item(data: &impl Data, facts: &Facts, group: &Group) -> Result<Option<Text>, QueryError> {
    let found = data.select(&group.filters)?;
    if found.reports() == 0 {
        return Ok(None);
    }
    let text = Text::default()
        .bold(format!("{}:", group.lead))
        .plain(format!(
            " {}, {}",
            number::reports(found.reports()),
            ids(&found)?
        ));
    Ok(Some(text.append(facts.references(group.keys)).plain(".")))
}

/// The serious reports that no other item names, with the reactions that most of them name.
fn other_serious(
    data: &impl Data,
    facts: &Facts,
    group: &Group,
) -> Result<Option<Text>, QueryError> {
    let found = data.select(&group.filters)?;
    let Some(text) = item(data, facts, group)? else {
        return Ok(None);
    };
    let terms: Vec<String> = found
        .count_by("reaction", Some(MOST_TERMS))?
        .rows
        .iter()
        .map(|row| format!("{} ({})", row.value, number::count(row.reports)))
        .collect();
    let named = number::list(&terms, "and");
    Ok(Some(text.plain(match terms.len() {
        0 => String::new(),
        _ => format!(" They name most often {named}."),
    })))
}

/// Without any grave report, what was reported most is what there is to read.
fn most_named(facts: &Facts) -> Option<Text> {
    let (term, reports) = (
        facts.word("top-reaction-1")?,
        facts.count("top-reaction-1-reports")?,
    );
    let text = format!(" {term}, in {}", number::reports(reports));
    let lead = Text::default().bold("The reaction named in most reports:");
    Some(
        lead.plain(text)
            .append(facts.references(&["top-reaction-1"]))
            .plain("."),
    )
}

/// The ids of reports, the latest first, and how many more there are.
fn ids(data: &impl Data) -> Result<String, QueryError> {
    let mut found: Vec<(Reverse<Option<i32>>, String)> = Vec::new();
    for page in Pages::new(data, &["report-id", "received"]) {
        let page = page?;
        found.extend((0..page.reports()).map(|report| {
            let id = page.text("report-id", report).unwrap_or("without id");
            (Reverse(page.date("received", report)), id.to_owned())
        }));
    }
    found.sort();
    let more = found.len().saturating_sub(MOST_IDS);
    let mut ids: Vec<String> = found.into_iter().take(MOST_IDS).map(|(_, id)| id).collect();
    if more > 0 {
        ids.push(format!("{} more", number::count(more as u64)));
    }
    Ok(format!("id {}", number::list(&ids, "and")))
}
