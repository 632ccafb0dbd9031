//! The sentences of the method, each with the thing that it defines in front.

use quire_sdk::{
    Civil, Selection, citation, drug_names, fetched_words, number, wit::provenance::Origin,
};

use crate::Days;

type Items = Vec<(&'static str, String)>;

pub(crate) fn source(origin: &Origin) -> Items {
    let updated = stated(&origin.last_updated);
    let fetched = stated(&origin.fetched_at);
    vec![
        (
            "Database.",
            "FDA Adverse Event Reporting System (FAERS), kept by the US Food and Drug \
             Administration: voluntary and mandatory reports on drugs and therapeutic biological \
             products from the United States and other countries, as openFDA publishes them since \
             2004 "
                .to_owned()
                + &citation(&["faers", "openfda", "kass-hout", "potter"])
                + ".",
        ),
        (
            "Access and version.",
            format!(
                "{}; last updated {updated} by the source's own statement; fetched {fetched}. \
                 openFDA changes earlier answers when it updates its drug names, so the same query \
                 may find other totals later; this document rests on the data whose digest it states.",
                origin.source
            ),
        ),
    ]
}

pub(crate) fn definitions(origin: &Origin) -> Items {
    let names = drug_names(origin);
    let found = if names.is_empty() {
        format!("No name is known for the code {}.", origin.ndc)
    } else {
        format!(
            "Here the code {} stands for reports naming {names}.",
            origin.ndc
        )
    };
    vec![
        (
            "Drug.",
            format!(
                "Reports carry no National Drug Code. openFDA attaches codes to a drug entry when its \
                 name, without digits and punctuation, equals a brand or generic name of a current US \
                 label. {found} Such reports may concern products of other manufacturers; entries that \
                 misspell the name, or give a foreign name or a code, are not found."
            ),
        ),
        (
            "Reactions.",
            "MedDRA preferred terms as openFDA gives them, joined without regard to case, not grouped: \
             no hierarchy and no standardised queries were used. openFDA mixes terms of several MedDRA \
             versions; codes are those of ICH E2B(R2) "
                .to_owned()
                + &citation(&["e2b"])
                + ".",
        ),
    ]
}

pub(crate) fn selection(origin: &Origin, days: Days, as_of: i32) -> Items {
    let selection = Selection::of(origin);
    vec![
        (
            "Sampling.",
            if origin.total == 0 {
                "None: no report carries the code.".to_owned()
            } else if origin.fetched >= origin.total {
                format!("None: fetched were {}.", fetched_words(origin))
            } else {
                format!(
                    "Fetched were {}; the others are not in any count but the totals of the source.",
                    fetched_words(origin)
                )
            },
        ),
        (
            "Asked by code.",
            "Reports were asked for by the product codes alone. Where these find few, the source is also \
             asked how many reports use the drug's name; that count is stated in the provenance, and such \
             reports are not analysed."
                .to_owned(),
        ),
        ("Role of the drug.", role(&selection)),
        ("Period.", covered(&selection, days.received)),
        ("Data lock.", data_lock(origin, days, as_of)),
        ("Duplicates.", duplicates(&selection)),
        (
            "Excluded.",
            "Reports without a report id or without a patient. The case flow counts every report that \
             is left out, with the reason."
                .to_owned(),
        ),
    ]
}

/// The role filter is applied here, because the source cannot be asked for it.
fn role(selection: &Selection) -> String {
    match selection.suspect_only {
        true => "Only reports in which the matched drug entry is suspect or interacting. \
             The role is read from the entry that matched, because the source cannot be asked for the \
             role of one drug."
            .to_owned(),
        false => "Any: suspect, interacting or concomitant. The case flow shows how many reports have \
             which role."
            .to_owned(),
    }
}

/// What was asked for, and which days the analysed reports are of.
fn covered(selection: &Selection, received: Option<(i32, i32)>) -> String {
    let asked = selection.period_words().map_or_else(
        || "Reports first received by FDA on any day".to_owned(),
        |period| format!("Reports first received by FDA {period}"),
    );
    match received {
        None => format!("{asked}; no analysed report states its day."),
        Some((first, last)) if first == last => format!(
            "{asked}; all that were analysed and state their day were received on {}.",
            Civil::from_days(first)
        ),
        Some((first, last)) => format!(
            "{asked}; those that were analysed were received from {} to {}.",
            Civil::from_days(first),
            Civil::from_days(last)
        ),
    }
}

/// Up to which day the data can know of reports, and what in them is younger than the document.
fn data_lock(origin: &Origin, days: Days, as_of: i32) -> String {
    let as_of = Civil::from_days(as_of);
    let source = match origin.last_updated.trim() {
        "" => "The source does not state its own".to_owned(),
        updated => format!("The source was last updated on {updated}, by its own statement"),
    };
    let younger = match (days.younger, days.informed_later, days.last) {
        (0, 0, _) => {
            "no analysed report was first received, or had its latest information, after that day"
                .to_owned()
        }
        (younger, later, last) => format!(
            "of the analysed reports {} {} first received and {} had {} latest information after that day{}; \
             none was left out for it, since the source keeps only the latest version of a case, and what it said \
             on that day is not known",
            number::none_or(younger),
            if younger < 2 { "was" } else { "were" },
            number::none_or(later),
            if later == 1 { "its" } else { "their" },
            last.map_or_else(String::new, |day| format!(
                ", the last on {}",
                Civil::from_days(day)
            )),
        ),
    };
    format!("{source}; the document is as of {as_of}, and {younger}.")
}

fn duplicates(selection: &Selection) -> String {
    let versions = "Of the versions of a case only the latest counts.";
    match (
        selection.duplicates_by_number,
        selection.duplicates_by_facts,
    ) {
        (Some(number), Some(facts)) => format!(
            "{versions} Reports of one case under several report ids are taken for one when they \
             share a control number ({} left out), or state the same country, sex, age, day of the \
             event, drugs and reactions ({} left out), and nothing in them contradicts. In doubt both \
             stay, so some duplicates remain.",
            number::count(number),
            number::count(facts)
        ),
        _ => format!(
            "{versions} No search for one case under several report ids was made, so such duplicates \
             remain."
        ),
    }
}

/// How the host finds them; the case flow lists the groups.
fn probable_cases() -> String {
    format!(
        "Reports of one patient's case that nothing proves to be one stay several reports, and count as one \
         probable case beside them. Two reports that share the day of the event and the country, or sex, age and a \
         reaction (unless more than 60 reports do), are weighed by the hit-miss model {} over sex, age, country, day \
         of the event, drugs and reactions. They are taken for one where that is at least 19 times as likely as not, \
         if one report in twenty has another of its case, and sex, age, country and weight do not contradict. How \
         often reports err is set, not estimated: of FAERS no confirmed duplicates are published.",
        citation(&["hit-miss"])
    )
}

pub(crate) fn counting() -> Items {
    vec![
        (
            "Unit.",
            "The report, in the sense of ICH E2D; the order of this document follows the PBRER of ICH E2C "
                .to_owned()
                + &citation(&["e2c", "e2d"])
                + ". It counts once for a reaction term, an outcome or a criterion, however often it repeats it.",
        ),
        ("Probable cases.", probable_cases()),
        (
            "Percentages.",
            "Shares of the reports that state the value, with the denominator at each table. What a report \
             leaves open has its own row, not reported, and no share; where no report states a value, no \
             count is printed."
                .to_owned(),
        ),
        (
            "Deaths.",
            "Reports with the seriousness criterion death, with the outcome fatal for a reaction, or with a \
             reaction whose MedDRA preferred term means death (such as Death, Sudden death, Completed suicide \
             or Stillbirth). A report counts once, by whichever of the three it states."
                .to_owned(),
        ),
        (
            "Administrative terms.",
            "Terms about use, handling, supply or quality of a product, or no event at all, are marked; the list \
             is drawn from "
                .to_owned()
                + &citation(&["open-targets"])
                + ". They count like any other.",
        ),
        (
            "Designated medical events.",
            "Reactions so serious and so often due to a drug that each report is to be read, whatever its number: \
             those of the European Medicines Agency "
                .to_owned()
                + &citation(&["designated"])
                + ", unless a section names another list.",
        ),
        (
            "What is never cut.",
            "Tables that print only their first rows print every row with a report of a death, or with the \
             criterion life-threatening, as well; tables of reactions also every designated medical event. Equal rows are ordered by deaths, life-threatening and \
             serious reports before the alphabet."
                .to_owned(),
        ),
        (
            "Names.",
            "Spellings of a term or a name that differ only in case, blanks, the kind of apostrophe, quotation \
             mark or hyphen, a trade mark sign, or the encoding of a letter count as one, shown as most entries \
             write it; control characters are left out, and a letter that the source lost stays visible as a \
             sign of its own."
                .to_owned(),
        ),
        (
            "Values that are not understood.",
            "A code that is in no list, or a country that is none, is stated and counts as other, never as not \
             reported."
                .to_owned(),
        ),
        (
            "Dates.",
            "Days of treatment, event and death before 1940, or after the report's latest information, are \
             taken for placeholders and count as not known; so are days of receipt before 1960, or after the \
             source was asked."
                .to_owned(),
        ),
        (
            "Ages and weights.",
            "Ages are converted to years. An age without a unit, that is no number, or above 120 years, is not used; where a report gives \
             an age group instead, it counts in the band of that group. Weights of 0 or above 700 kg are not \
             used."
                .to_owned(),
        ),
    ]
}

/// What is not done; `parts` says whether the comparator was counted again in parts.
pub(crate) fn not_done(parts: bool) -> Items {
    let again = match parts {
        true => {
            "The signals named first are compared again in parts of the comparator, and suspect reports and \
                 probable cases stand beside all."
        }
        false => {
            "None but that suspect reports and probable cases stand beside all: no signal was compared again \
                  in parts of the comparator."
        }
    };
    vec![
        (
            "Sensitivity analyses.",
            format!(
                "{again} There are no comparators of the same class, and no correction for masking or stimulated \
                 reporting."
            ),
        ),
        (
            "Case by case.",
            "No report was assessed by a person, and no causality algorithm was applied. The case \
             listing is there for that review."
                .to_owned(),
        ),
        (
            "Literature.",
            "Not consulted: whether a reaction is known is not assessed.".to_owned(),
        ),
        (
            "Multiple comparisons.",
            "Not corrected for. The number of reactions tested is stated, and no p-value is printed."
                .to_owned(),
        ),
    ]
}

fn stated(text: &str) -> &str {
    match text.trim() {
        "" => "not stated",
        text => text,
    }
}
