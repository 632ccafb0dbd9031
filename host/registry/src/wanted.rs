//! What a caller says about a report, and the request that it makes: what is not said is filled in, what
//! cannot be used is named. The same for every door of the server.

use quire_model::{
    CaseSelection, Date, DrugRole, FieldError, Ndc, Paper, Problem, ProblemKind, ReportRequest,
};
use serde::Deserialize;

use crate::Definitions;

/// openFDA's reports begin here; a document as of an earlier day could only be empty.
const FIRST_DAY: Date = Date::constant(2004, 1, 1);

/// What a caller says about a report, in their words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// "Today" for the document; today, UTC, if absent.
    pub as_of: Option<String>,
    /// BCP 47 tag of the language; `en` if absent.
    pub locale: Option<String>,
    /// Paper size; the definition's if absent.
    pub paper: Option<Paper>,
    /// The report definition; [`Definitions::STANDARD`] if absent.
    pub definition: Option<String>,
    /// Which roles of the drug make a report count; the definition's if absent.
    pub role: Option<DrugRole>,
    /// The first day on which a report that counts was received.
    pub received_from: Option<String>,
    /// The last such day.
    pub received_to: Option<String>,
}

impl Definitions {
    /// The report definition when the caller names none.
    pub const STANDARD: &str = "cer";

    /// What the caller asks for, with every default filled in.
    ///
    /// # Errors
    ///
    /// If there is no such definition, or something that was said cannot be used; `errors` points at which, from what the
    /// caller said.
    pub fn request(&self, ndc: Ndc, wanted: Wanted) -> Result<ReportRequest, Box<Problem>> {
        let definition = wanted
            .definition
            .unwrap_or_else(|| Self::STANDARD.to_owned());
        let Some(known) = self.get(&definition) else {
            return Err(self.unknown(&definition));
        };
        let (from, to) = (wanted.received_from, wanted.received_to);
        let selection = selected(known.selection, wanted.role, from.as_deref(), to.as_deref())?;
        let as_of = as_of(wanted.as_of.as_deref())?;
        begins_in_time(&selection.unwrap_or(known.selection), as_of)?;
        Ok(ReportRequest {
            ndc,
            selection,
            definition,
            as_of,
            locale: locale(wanted.locale)?,
            paper: wanted.paper,
        })
    }

    fn unknown(&self, name: &str) -> Box<Problem> {
        let known = self.names().collect::<Vec<_>>().join(", ");
        let name: String = name.chars().take(80).collect();
        let detail = format!("there is no report definition {name:?}; there are: {known}");
        of_member(ProblemKind::UnknownDefinition, "definition", detail)
    }
}

/// The selection with what the caller says in place of the usual one; none if the caller says
/// nothing.
///
/// # Errors
///
/// If a day cannot be read, or the period ends before it begins.
pub fn selected(
    usual: CaseSelection,
    role: Option<DrugRole>,
    received_from: Option<&str>,
    received_to: Option<&str>,
) -> Result<Option<CaseSelection>, Box<Problem>> {
    if role.is_none() && received_from.is_none() && received_to.is_none() {
        return Ok(None);
    }
    let from = day("received_from", received_from)?.or(usual.received_from);
    let to = day("received_to", received_to)?.or(usual.received_to);
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        let detail = format!(
            "received_to ({to}) lies before received_from ({from}); the period needs at least one day"
        );
        return Err(invalid("received_to", detail));
    }
    Ok(Some(CaseSelection {
        role: role.unwrap_or(usual.role),
        received_from: from,
        received_to: to,
    }))
}

/// A document of a day knows nothing that was received later.
///
/// # Errors
///
/// If the period begins after the document's day.
pub fn begins_in_time(selection: &CaseSelection, as_of: Date) -> Result<(), Box<Problem>> {
    match selection.received_from {
        Some(from) if from > as_of => {
            let detail = format!(
                "received_from ({from}) lies after as_of ({as_of}); a document of that day knows no report of the \
                 period"
            );
            Err(invalid("received_from", detail))
        }
        _ => Ok(()),
    }
}

fn invalid(member: &str, detail: String) -> Box<Problem> {
    of_member(ProblemKind::InvalidRequest, member, detail)
}

fn of_member(kind: ProblemKind, member: &str, detail: String) -> Box<Problem> {
    let mut problem = Problem::new(kind, detail);
    problem.errors = vec![FieldError::of_member(member, problem.detail.as_str())];
    Box::new(problem)
}

/// A day, if one is given.
fn day(name: &str, text: Option<&str>) -> Result<Option<Date>, Box<Problem>> {
    // Other ways to write a day are read by some and not by others.
    let is_iso = |text: &str| {
        let digit = |(place, byte): (usize, u8)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        text.len() == 10 && text.bytes().enumerate().all(digit)
    };
    let parse = |text: &str| {
        let read = Some(text).filter(|text| is_iso(text)).map(str::parse);
        read.and_then(Result::ok).ok_or_else(|| {
            let text: String = text.chars().take(40).collect();
            let detail = format!("{name} is {text:?}; it must be a day such as 2025-06-30");
            invalid(name, detail)
        })
    };
    text.map(parse).transpose()
}

fn as_of(text: Option<&str>) -> Result<Date, Box<Problem>> {
    let now = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now());
    let today = now.date();
    // It is tomorrow already in half of the world.
    let last = today.tomorrow().unwrap_or(today);
    match day("as_of", text)? {
        Some(day) if day < FIRST_DAY => {
            let detail = format!(
                "as_of is {day}, before openFDA's reports begin: name a day from {FIRST_DAY} on, or leave it out for today"
            );
            Err(invalid("as_of", detail))
        }
        Some(day) if day > last => {
            let detail = format!(
                "as_of is {day}, a day that is still to come, of which nothing is known: leave it out for today, {today}"
            );
            Err(invalid("as_of", detail))
        }
        named => Ok(named.unwrap_or(today)),
    }
}

/// Only the form is checked: modules fall back to a language that they have.
fn locale(tag: Option<String>) -> Result<String, Box<Problem>> {
    let tag = tag.unwrap_or_else(|| "en".to_owned());
    let subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if tag.len() <= 35 && tag.split('-').all(subtag) {
        return Ok(tag);
    }
    let tag: String = tag.chars().take(40).collect();
    let detail = format!("locale is {tag:?}; it must be a BCP 47 tag such as en or de-AT");
    Err(invalid("locale", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_stays_as_it_is() {
        let usual = CaseSelection {
            role: DrugRole::Suspect,
            ..CaseSelection::default()
        };

        assert_eq!(selected(usual, None, None, None).unwrap(), None);
        let given = selected(usual, None, Some("2014-01-01"), None).unwrap();
        assert_eq!(
            given,
            Some(CaseSelection {
                received_from: Some(Date::constant(2014, 1, 1)),
                ..usual
            })
        );
        let given = selected(usual, Some(DrugRole::Any), None, None).unwrap();
        assert_eq!(given, Some(CaseSelection::default()));
    }

    #[test]
    fn a_wrong_period_is_named() {
        let usual = CaseSelection::default();
        let wrong = |from, to| {
            let error = selected(usual, None, from, to).unwrap_err();
            assert_eq!(error.errors[0].pointer, "/received_to");
            error.detail
        };

        let unread = wrong(None, Some("1.1.2014"));
        assert!(
            unread.contains("received_to") && unread.contains("1.1.2014"),
            "{unread}"
        );
        let reversed = wrong(Some("2014-02-01"), Some("2014-01-01"));
        assert!(reversed.contains("2014-02-01"), "{reversed}");
    }

    #[test]
    fn a_period_that_begins_after_the_document_is_refused() {
        let from = |day| CaseSelection {
            received_from: Some(day),
            ..CaseSelection::default()
        };
        let day = Date::constant(2025, 6, 30);

        assert!(begins_in_time(&from(day), day).is_ok());
        let error = begins_in_time(&from(Date::constant(2025, 7, 1)), day).unwrap_err();
        assert!(error.detail.contains("2025-07-01") && error.detail.contains("2025-06-30"));
    }

    #[test]
    fn a_locale_has_the_form_of_a_language_tag() {
        assert_eq!(locale(None).unwrap(), "en");
        assert!(locale(Some("de-AT".to_owned())).is_ok());
        assert!(locale(Some("en_US".to_owned())).is_err());
        assert!(locale(Some(String::new())).is_err());
    }

    #[test]
    fn a_wrong_day_is_named() {
        for other in [
            "20250630",
            "2025-06-30T00:00",
            "2025-06-30[UTC]",
            " 2025-06-30",
            "2025-6-30",
        ] {
            assert!(as_of(Some(other)).is_err(), "{other}");
        }
        let early = as_of(Some("1900-01-01")).unwrap_err();
        assert!(early.detail.contains("from 2004-01-01 on"), "{early}");
        assert_eq!(early.errors[0].pointer, "/as_of");
        assert!(as_of(Some("2004-01-01")).is_ok());
        let today = as_of(None).unwrap();
        let tomorrow = today.tomorrow().unwrap();
        assert!(as_of(Some(&tomorrow.to_string())).is_ok());
        let late = as_of(Some("2205-06-30")).unwrap_err();
        assert!(late.detail.contains("still to come"), "{late}");
        let error = as_of(Some("30.6.2025")).unwrap_err().detail;

        assert!(error.contains("30.6.2025"), "{error}");
    }
}
