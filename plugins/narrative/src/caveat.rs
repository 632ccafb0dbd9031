//! What weighs most against the numbers of this report, chosen from what its own data show.

use quire_sdk::{
    ByName, Civil, Content, Data, Facts, QueryError, Selection, Stated, Text, Tone,
    comparator_goes_beyond, drug_names, informed_after,
    number::{self, count, counted, share},
};

/// Caveats named; the others stand in their sections.
const MOST: usize = 3;

/// What a caveat has to concern to be named, as a share of the reports or of the period.
const NOTABLE: f64 = 0.1;
/// Silence on seriousness, and reports of one month, are usual up to these shares.
const SILENT: f64 = 0.3;
const OF_A_MONTH: f64 = 0.5;
/// Days by which a comparator is younger than the document that weigh as much as all reports.
const A_YEAR: u32 = 365;
/// From so many reports on, their number is no caveat of its own.
const FEW: u32 = 10;
/// Fewer reports of one month are no wave.
const WAVE: u32 = 10;

/// A caveat, and the share of the reports that it concerns.
struct Caveat {
    weight: f64,
    text: Text,
}

/// What no number of this document can say.
const ALWAYS: &str = "A report states a suspicion: it does not show that the drug led to the event, \
                      and numbers of reports do not tell how often an event occurs among the people \
                      who take the drug.";

/// The largest caveat and the next ones, and by what they were chosen. That reports are found by name is true
/// of all, and said where nothing else weighs more.
pub(crate) fn write(
    content: &mut Content,
    data: &impl Data,
    facts: &Facts,
    as_of: i32,
) -> Result<(), QueryError> {
    let found = largest(data, facts, as_of)?;
    let (lead, chosen) = match found.len() {
        0 => ("The largest caveat", ""),
        1 => (
            "The largest caveat",
            "Chosen from these data, by the share that a caveat concerns. ",
        ),
        _ => (
            "The largest caveats",
            "Chosen from these data, by the share that each concerns. ",
        ),
    };
    let mut text = Text::default();
    if found.is_empty() {
        text = text.append(found_by_name(data, facts)).plain(". ");
    }
    for caveat in found {
        text = text.append(caveat.text).plain(". ");
    }
    content.callout(Tone::Caution, lead, text.plain(chosen).plain(ALWAYS));
    Ok(())
}

/// At most [`MOST`], the largest first.
fn largest(data: &impl Data, facts: &Facts, as_of: i32) -> Result<Vec<Caveat>, QueryError> {
    let mut found: Vec<Caveat> = [
        part(facts),
        few(data, facts),
        repeated(facts),
        by_name_only(data),
        small_comparator(data),
        younger_comparator(data, as_of),
        informed_later(data, as_of)?,
        unfinished(data, as_of),
        concomitant(facts),
        silent(data)?,
        wave(data)?,
        lawyers(data)?,
    ]
    .into_iter()
    .flatten()
    .filter(|caveat| caveat.weight >= NOTABLE)
    .collect();
    found.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    found.truncate(MOST);
    Ok(found)
}

fn found_by_name(data: &impl Data, facts: &Facts) -> Text {
    let names = drug_names(&data.origin());
    Text::new(format!(
        "Reports are found by the name of the drug ({names}), so they may concern products of other \
         manufacturers"
    ))
    .append(facts.references(&["drug-names"]))
}

fn fraction(part: impl Into<u64>, whole: impl Into<u64>) -> f64 {
    number::percent_of(part, whole).unwrap_or_default() / 100.0
}

/// Not all reports were fetched.
fn part(facts: &Facts) -> Option<Caveat> {
    let (total, fetched) = (
        u64::try_from(facts.count("reports-total")?).ok()?,
        u64::try_from(facts.count("reports-fetched")?).ok()?,
    );
    let text = format!(
        "{} of {} were fetched, so every count and share but the totals of the source describes a part of \
         them, which may differ from the rest",
        count(fetched),
        counted(total, "matching report", "matching reports")
    );
    Some(Caveat {
        weight: fraction(total.saturating_sub(fetched), total),
        text: Text::new(text).append(facts.references(&["reports-fetched"])),
    })
}

/// So few that no share says anything.
fn few(data: &impl Data, facts: &Facts) -> Option<Caveat> {
    let stated = facts.count("reports-analysed");
    let stated = stated.and_then(|count| u32::try_from(count).ok());
    let analysed = stated.unwrap_or_else(|| data.reports());
    (analysed < FEW).then(|| Caveat {
        weight: 1.0 - fraction(analysed, FEW),
        text: Text::new(format!(
            "Only {} analysed: shares describe single patients, and a reaction that none of them names may \
             well occur",
            match analysed {
                1 => "1 report was".to_owned(),
                many => format!("{} reports were", count(many)),
            }
        )),
    })
}

/// Many reports are probably of the same patients.
fn repeated(facts: &Facts) -> Option<Caveat> {
    let cases = u64::try_from(facts.count("probable-cases")?).ok()?;
    let analysed = u64::try_from(facts.count("reports-analysed")?).ok()?;
    Some(Caveat {
        weight: fraction(analysed.saturating_sub(cases), analysed),
        text: Text::new(format!(
            "The {} analysed reports are probably of {}, so counts of reports say more patients than there are",
            count(analysed),
            counted(cases, "case", "cases")
        ))
        .append(facts.references(&["probable-cases"])),
    })
}

/// Many more reports use the name than carry the code.
fn by_name_only(data: &impl Data) -> Option<Caveat> {
    let origin = data.origin();
    let found = ByName::more_than_by_code(&origin)?;
    Some(Caveat {
        weight: fraction(found.reports.saturating_sub(origin.total), found.reports),
        text: Text::new(format!(
            "{} use the name, and only {} of them carry the code and are analysed",
            number::reports(found.reports),
            count(origin.total)
        )),
    })
}

/// What the drug is compared with is mostly the drug.
fn small_comparator(data: &impl Data) -> Option<Caveat> {
    let source = data.background()?;
    Some(Caveat {
        weight: fraction(source.drug, source.total),
        text: Text::new(format!(
            "The comparator is small, {} of its {} are the drug's own ({}), so that hardly a reaction can \
             stand out",
            count(source.drug),
            number::reports(source.total),
            share(source.drug, source.total)
        )),
    })
}

/// The comparator counts reports that are younger than the document.
fn younger_comparator(data: &impl Data, as_of: i32) -> Option<Caveat> {
    let source = data.background()?;
    let days = comparator_goes_beyond(&source, &Selection::of(&data.origin()), as_of)?;
    Some(Caveat {
        weight: fraction(days, A_YEAR).min(1.0),
        text: Text::new(format!(
            "The comparator counts reports up to {}, {} after the day of this document",
            Civil::from_days(source.as_of),
            counted(days, "day", "days")
        )),
    })
}

/// Reports say what was not known on the document's day.
fn informed_later(data: &impl Data, as_of: i32) -> Result<Option<Caveat>, QueryError> {
    let (reports, analysed) = (informed_after(data, as_of)?, data.reports());
    Ok((reports > 0).then(|| Caveat {
        weight: fraction(reports, analysed),
        text: Text::new(format!(
            "{} of {} had {} latest information after {}, the day of this document: the source keeps only the \
             latest version of a case, so {} may say what was not known on that day",
            count(reports),
            number::reports(analysed),
            if reports == 1 { "its" } else { "their" },
            Civil::from_days(as_of),
            if reports == 1 { "it" } else { "they" }
        )),
    }))
}

/// The source does not know the whole period that was asked for.
fn unfinished(data: &impl Data, as_of: i32) -> Option<Caveat> {
    let origin = data.origin();
    let selection = Selection::of(&origin);
    let (from, to) = (selection.from?, selection.to?);
    let known = Civil::parse(&origin.last_updated).map_or(as_of, |day| day.days().min(as_of));
    let days = |from: i32, to: i32| u64::try_from(to.saturating_sub(from)).unwrap_or_default();
    let missing = days(known.max(from.days()), to.days());
    (missing > 0).then(|| Caveat {
        weight: fraction(missing, days(from.days(), to.days()).max(1)),
        text: Text::new(format!(
            "The period ends on {to}, but the data end on {}: reports of its last part are missing",
            Civil::from_days(known)
        )),
    })
}

/// Reports in which nobody suspects the drug.
fn concomitant(facts: &Facts) -> Option<Caveat> {
    let reports = u64::try_from(facts.count("concomitant-reports")?).ok()?;
    let analysed = u64::try_from(facts.count("reports-analysed")?).ok()?;
    let text = format!(
        "In {} the drug is only concomitant, that is, the reporter listed it without suspecting it, and the \
         counts include these reports",
        number::reports(reports)
    );
    Some(Caveat {
        weight: fraction(reports, analysed),
        text: Text::new(text).append(facts.references(&["concomitant-reports"])),
    })
}

/// Seriousness is open in many reports.
fn silent(data: &impl Data) -> Result<Option<Caveat>, QueryError> {
    let analysed = data.reports();
    let stated = Stated::of(&data.count_by("seriousness", None)?, "serious", analysed).stated;
    let weight = fraction(analysed.saturating_sub(stated), analysed);
    Ok((weight >= SILENT).then(|| Caveat {
        weight,
        text: Text::new(format!(
            "{} of {} do not state whether they are serious, so that the serious ones among them cannot be \
             told",
            count(analysed.saturating_sub(stated)),
            number::reports(analysed)
        )),
    }))
}

/// Most reports came in at once.
fn wave(data: &impl Data) -> Result<Option<Caveat>, QueryError> {
    let months = data.count_by("received-month", Some(1))?;
    let dated = data.reports().saturating_sub(months.missing);
    Ok(months.rows.first().and_then(|month| {
        let weight = fraction(month.reports, dated);
        (weight >= OF_A_MONTH && month.reports >= WAVE).then(|| Caveat {
            weight,
            text: Text::new(format!(
                "{} of {} were first received in one month ({}): a batch, publicity or a study may stand \
                 behind them, so they may not be independent",
                count(month.reports),
                number::reports(dated),
                month.value
            )),
        })
    }))
}

/// Litigation brings reports that nobody else would send.
fn lawyers(data: &impl Data) -> Result<Option<Caveat>, QueryError> {
    let analysed = data.reports();
    let by = Stated::of(&data.count_by("reporter", None)?, "lawyer", analysed);
    Ok((by.reports > 0).then(|| Caveat {
        weight: fraction(by.reports, by.stated),
        text: Text::new(format!(
            "Lawyers sent {} of {} that name who reported: litigation stimulates reports",
            count(by.reports),
            number::reports(by.stated)
        )),
    }))
}
