//! What to look at first: the reports and reactions that a physician would open before any other.

use std::cmp::Reverse;

use quire_sdk::{
    Content, Data, Deaths, Designated, Facts, Filter, Gravity, Pages, QueryError, Text,
    number::{self, counted},
};

use crate::signals;

/// Report ids named of one kind, and of one reaction; the listing has all of them.
const MOST_IDS: usize = 5;
const MOST_IDS_A_TERM: usize = 3;
/// Designated medical events named.
const MOST_EVENTS: usize = 6;
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

/// What is known of this report.
pub(crate) struct Look<'a, D> {
    pub(crate) data: &'a D,
    pub(crate) facts: &'a Facts,
    /// Designated medical events, the gravest first.
    pub(crate) designated: &'a [Designated],
    /// How their list is cited.
    pub(crate) list: &'a str,
}

impl<D: Data> Look<'_, D> {
    pub(crate) fn write(&self, content: &mut Content, most: u8) -> Result<(), QueryError> {
        let [deaths, life_threatening, rechallenge, serious] = groups();
        let mut items = Vec::new();
        let mut absent = Vec::new();
        for group in [deaths, life_threatening] {
            match self.item(&group)? {
                Some(text) => items.push(text.append(self.not_serious(&group)?)),
                None => absent.push(group.lead.to_lowercase()),
            }
        }
        match self.events() {
            Some(text) => items.push(text),
            None => absent.push("designated medical event".to_owned()),
        }
        items.extend(self.signals(most));
        items.extend(self.new_reactions());
        items.extend(self.item(&rechallenge)?);
        items.extend(self.other_serious(&serious)?);
        if items.is_empty() {
            items.extend(self.most_named());
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

    /// The reports of a group by their ids; none where there are none.
    fn item(&self, group: &Group) -> Result<Option<Text>, QueryError> {
        let found = self.data.select(&group.filters)?;
        if found.reports() == 0 {
            return Ok(None);
        }
        let reports = number::reports(found.reports());
        let text = Text::default()
            .bold(format!("{}:", group.lead))
            .plain(format!(" {reports}, {}", ids(&found)?));
        Ok(Some(
            text.append(self.facts.references(group.keys)).plain("."),
        ))
    }

    /// How many reports of a grave group are not marked serious, which they contradict.
    fn not_serious(&self, group: &Group) -> Result<String, QueryError> {
        let mut filters = group.filters.clone();
        filters.push(Filter::none_of("seriousness", ["serious"]));
        let reports = self.data.select(&filters)?.reports();
        Ok(match reports {
            0 => String::new(),
            1 => " 1 of them is not marked serious.".to_owned(),
            many => format!(" {} of them are not marked serious.", number::count(many)),
        })
    }

    /// Designated medical events, whatever their number.
    fn events(&self) -> Option<Text> {
        let named: Vec<String> = self
            .designated
            .iter()
            .take(MOST_EVENTS)
            .map(event)
            .collect();
        let more = match self.designated.len().saturating_sub(MOST_EVENTS) {
            0 => String::new(),
            more => format!("; and {} more", number::count(more as u64)),
        };
        (!named.is_empty()).then(|| {
            Text::default()
                .bold("Designated medical events")
                .plain(format!(" ({}): {}{more}", self.list, named.join("; ")))
                .append(self.facts.references(&["designated-events"]))
                .plain(".")
        })
    }

    fn signals(&self, most: u8) -> Option<Text> {
        let (found, labelled) = signals::strongest(self.data, self.facts, most)?;
        let of_the_label = match labelled.is_known() {
            true => ". That the label names a reaction is no judgement of it",
            false => "",
        };
        let text = Text::default()
            .bold("Signals of disproportionate reporting:")
            .plain(format!(" {found}"));
        Some(
            text.append(self.facts.references(&["top-signal-1"]))
                .plain(of_the_label)
                .plain("."),
        )
    }

    /// What is reported for the first time in the requested period.
    fn new_reactions(&self) -> Option<Text> {
        let named = self.facts.word("new-reactions-named")?;
        let text = Text::default()
            .bold("New in the period, by all matching reports:")
            .plain(format!(" {named}"));
        Some(
            text.append(self.facts.references(&["new-reactions"]))
                .plain("."),
        )
    }

    /// The serious reports that no other item names, with the reactions that most of them name.
    fn other_serious(&self, group: &Group) -> Result<Option<Text>, QueryError> {
        let Some(text) = self.item(group)? else {
            return Ok(None);
        };
        let found = self.data.select(&group.filters)?;
        let terms: Vec<String> = found
            .count_by("reaction", Some(MOST_TERMS))?
            .rows
            .iter()
            .map(|row| format!("{} ({})", row.value, number::count(row.reports)))
            .collect();
        Ok(Some(match terms.len() {
            0 => text,
            _ => text.plain(format!(
                " They name most often {}.",
                number::list(&terms, "and")
            )),
        }))
    }

    /// Without any grave report, what was reported most is what there is to read.
    fn most_named(&self) -> Option<Text> {
        let key = "top-reaction-1";
        let reports = self.facts.count("top-reaction-1-reports")?;
        let text = format!(
            " {}, in {}",
            self.facts.word(key)?,
            number::reports(reports)
        );
        let lead = Text::default().bold("The reaction named in most reports:");
        let text = lead.plain(text).append(self.facts.references(&[key]));
        Some(text.plain("."))
    }
}

/// `Angioedema: 3 reports (2 probable cases), suspected in 2, id 7, 9 and 4`.
fn event(one: &Designated) -> String {
    let cases = match one.cases == one.reports {
        true => String::new(),
        false => format!(
            " ({})",
            counted(one.cases, "probable case", "probable cases")
        ),
    };
    let deaths = match one.gravity.fatal {
        0 => String::new(),
        fatal => format!(", of a death {}", number::count(fatal)),
    };
    format!(
        "{}: {}{cases}, suspected in {}{deaths}, id {}",
        one.term,
        number::reports(one.reports),
        number::count(one.suspect),
        first(one.ids.clone(), MOST_IDS_A_TERM)
    )
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
    let ids = found.into_iter().map(|(_, id)| id).collect();
    Ok(format!("id {}", first(ids, MOST_IDS)))
}

/// The first of the ids, and how many more there are.
fn first(mut ids: Vec<String>, most: usize) -> String {
    let more = ids.len().saturating_sub(most);
    ids.truncate(most);
    if more > 0 {
        ids.push(format!("{} more", number::count(more as u64)));
    }
    number::list(&ids, "and")
}
