//! One function a sentence. Each returns none if a fact that it needs is missing.

use quire_sdk::{
    ByName, Facts, Selection, Text, drug_names, is_administrative, number, wit::provenance::Origin,
};

/// What was found and how much of it was analysed.
pub(crate) fn scope(facts: &Facts, origin: &Origin) -> Option<Text> {
    let analysed = facts.count("reports-analysed")?;
    let names = drug_names(origin);
    let naming = if names.is_empty() {
        String::new()
    } else {
        format!(" naming {names}")
    };
    let chosen = Selection::of(origin);
    let code = format!(
        " through NDC {}{}",
        origin.ndc,
        chosen
            .period_words()
            .map_or_else(String::new, |period| format!(
                " and first received {period}"
            ))
    );
    let text = match facts.count("reports-total") {
        Some(total) if total == analysed => format!(
            "{}{naming} {} found{code}, and all of them were analysed{}",
            number::reports(total),
            was(total),
            in_role(&chosen),
        ),
        Some(total) => format!(
            "{}{naming} {} found{code}, of which {} {} analysed{}{}",
            number::reports(total),
            was(total),
            number::count(analysed),
            was(analysed),
            in_role(&chosen),
            selection(facts),
        ),
        None => format!(
            "{}{naming}, found{code}, {} analysed",
            number::reports(analysed),
            was(analysed),
        ),
    };
    Some(cite(text, facts, &["reports-total", "reports-analysed"]))
}

/// How many reports use the name, where the code found fewer.
pub(crate) fn by_name(origin: &Origin) -> Option<Text> {
    let found = ByName::more_than_by_code(origin)?;
    Some(Text::new(ByName::sentence(Some(&found), origin.total)))
}

/// In which role of the drug reports are analysed, where that is restricted.
fn in_role(chosen: &Selection) -> &'static str {
    match chosen.suspect_only {
        true => " (those in which the drug is suspect or interacting)",
        false => "",
    }
}

/// How reports were chosen, where not all were fetched.
fn selection(facts: &Facts) -> String {
    let is_part = facts.count("reports-fetched") < facts.count("reports-total");
    let selection = facts.word("selection").filter(|_| is_part);
    selection.map_or_else(String::new, |selection| {
        format!("; fetched were {selection}")
    })
}

/// That no report states whether it is serious; the count has its place among the key figures.
pub(crate) fn unknown_seriousness(facts: &Facts) -> Option<Text> {
    let stated = facts.count("serious-stated-reports")?;
    (stated == 0).then(|| {
        let text = "Whether they are serious is not reported in any of the analysed reports";
        cite(text.to_owned(), facts, &["serious-stated-reports"])
    })
}

/// Reports of a death, and what the number is made of.
pub(crate) fn deaths(facts: &Facts) -> Option<Text> {
    let stated = facts.count("fatal-stated-reports")?;
    let of = number::counted(
        stated,
        "analysed report that states whether there was one",
        "analysed reports that state whether there was one",
    );
    let text = match (facts.count("fatal-reports"), facts.word("fatal-percent")) {
        (Some(0), _) if facts.count("reports-analysed") == Some(stated) => return None,
        (Some(0), _) => format!("No death was reported in the {of}"),
        (Some(deaths), Some(share)) => format!(
            "A death was reported in {} ({share} of the {of}){}",
            number::reports(deaths),
            made_up(facts).unwrap_or_default()
        ),
        _ => "Whether somebody died is not reported in any of the analysed reports".to_owned(),
    };
    Some(cite(
        text,
        facts,
        &["fatal-reports", "fatal-stated-reports"],
    ))
}

/// The three ways of stating a death, each report in the first that applies.
fn made_up(facts: &Facts) -> Option<String> {
    Some(format!(
        ": {} by the seriousness criterion, {} more by the outcome fatal of a reaction, {} more by a \
         reaction that means death",
        facts.word("fatal-by-criterion-reports")?,
        facts.word("fatal-by-outcome-only-reports")?,
        facts.word("fatal-by-reaction-only-reports")?,
    ))
}

/// The terms named in most reports.
pub(crate) fn reactions(facts: &Facts, most: u8) -> Option<Text> {
    let named: Vec<String> = (1..=most.min(5))
        .map_while(|rank| {
            let key = format!("top-reaction-{rank}");
            Some((facts.word(&key)?, facts.count(&format!("{key}-reports"))?))
        })
        .enumerate()
        .map(|(index, (term, reports))| {
            let reports = match index {
                0 => number::reports(reports),
                _ => number::count(reports),
            };
            let mark = match is_administrative(&term) {
                true => "; an administrative term",
                false => "",
            };
            format!("{term} ({reports}{mark})")
        })
        .collect();
    if named.is_empty() {
        return None;
    }
    let terms = match facts.word("distinct-reactions") {
        Some(distinct) => {
            format!("Of {distinct} distinct reaction terms, those named in most reports were ")
        }
        None => "The reaction terms named in most reports were ".to_owned(),
    };
    let text = format!("{terms}{}", number::list(&named, "and"));
    Some(cite(text, facts, &["distinct-reactions", "top-reaction-1"]))
}

/// Sex and age of the patients, and who sent the reports.
pub(crate) fn people(facts: &Facts) -> Option<Text> {
    let patients = match (sex(facts), age(facts)) {
        (Some(sex), Some(age)) => Some(format!("{sex}, and {age}")),
        (Some(sex), None) => Some(sex),
        (None, Some(age)) => Some(capitalised(&age)),
        (None, None) => None,
    };
    let text = match (patients, reporters(facts)) {
        (Some(patients), Some(reporters)) => format!("{patients}; {reporters}"),
        (Some(text), None) => text,
        (None, Some(text)) => capitalised(&text),
        (None, None) => return None,
    };
    let keys = ["female-reports", "median-age", "consumer-reports"];
    Some(cite(text, facts, &keys))
}

fn sex(facts: &Facts) -> Option<String> {
    let known = facts
        .count("sex-known-reports")
        .filter(|known| *known > 0)?;
    let female = facts.count("female-reports")?;
    let share = facts.word("female-percent")?;
    Some(format!(
        "Of {} with known sex, {} ({share}) concerned female patients",
        number::reports(known),
        number::count(female),
    ))
}

fn age(facts: &Facts) -> Option<String> {
    let median = facts.word("median-age")?;
    let known = facts.count("age-known-reports")?;
    let of = number::counted(known, "report that gives it", "reports that give it");
    Some(format!("the median age was {median} years in the {of}"))
}

/// Who sent the reports.
fn reporters(facts: &Facts) -> Option<String> {
    let (consumer, professional) = (
        facts.count("consumer-reports")?,
        facts.count("professional-reports")?,
    );
    let (consumers, professionals) = (
        facts.word("consumer-percent")?,
        facts.word("professional-percent")?,
    );
    let stated = facts.word("reporter-stated-reports")?;
    Some(format!(
        "of the {stated} that name who reported, consumers sent {} ({consumers}), health professionals {} \
         ({professionals})",
        number::count(consumer),
        number::count(professional),
    ))
}

/// When the reports came in.
pub(crate) fn time(facts: &Facts) -> Option<Text> {
    let (first, last) = (facts.word("first-received")?, facts.word("last-received")?);
    let when = if first == last {
        format!("on {first}")
    } else {
        format!("between {first} and {last}")
    };
    let reports = facts
        .word("trend-reports")
        .unwrap_or_else(|| "reports".to_owned());
    let is_single = facts.count("periods") == Some(1);
    let peak = facts
        .word("peak-period")
        .zip(facts.word("peak-period-reports"))
        .filter(|_| !is_single);
    let peak = peak.map_or_else(String::new, |(period, reports)| {
        let length = facts
            .word("period-length")
            .unwrap_or_else(|| "period".to_owned());
        format!("; the {length} with the most was {period} ({reports})")
    });
    let text = format!("The {reports} were first received {when}{peak}");
    Some(cite(text, facts, &["peak-period"]))
}

/// The sentence with its tables and a full stop.
pub(crate) fn cite(text: String, facts: &Facts, keys: &[&str]) -> Text {
    Text::new(text).append(facts.references(keys)).plain(".")
}

pub(crate) fn was(reports: i64) -> &'static str {
    if reports == 1 { "was" } else { "were" }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
