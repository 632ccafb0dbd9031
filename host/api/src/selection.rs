//! Which of the fetched reports count: the same three fields in a body and in a query string.

use quire_model::{CaseSelection, Date, DrugRole, ProblemKind};
use utoipa::ToSchema;

use crate::ApiError;

/// Which roles of the drug make a report count.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "describes `quire_model::DrugRole` to OpenAPI")]
pub(crate) enum RoleOfDrug {
    /// Suspect, interacting or concomitant.
    Any,
    /// Suspect or interacting.
    Suspect,
}

/// The selection with what the caller says in place of the usual one; none if the caller says
/// nothing.
///
/// # Errors
///
/// If a day cannot be read, or the period ends before it begins.
pub(crate) fn chosen(
    usual: CaseSelection,
    role: Option<DrugRole>,
    received_from: Option<&str>,
    received_to: Option<&str>,
) -> Result<Option<CaseSelection>, ApiError> {
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
        return Err(ApiError::new(ProblemKind::InvalidRequest, detail));
    }
    Ok(Some(CaseSelection {
        role: role.unwrap_or(usual.role),
        received_from: from,
        received_to: to,
    }))
}

/// A day, if one is given.
pub(crate) fn day(name: &str, text: Option<&str>) -> Result<Option<Date>, ApiError> {
    let parse = |text: &str| {
        text.parse().map_err(|_| {
            let text: String = text.chars().take(40).collect();
            let detail = format!("{name} is {text:?}; it must be a day such as 2025-06-30");
            ApiError::new(ProblemKind::InvalidRequest, detail)
        })
    };
    text.map(parse).transpose()
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

        assert_eq!(chosen(usual, None, None, None).unwrap(), None);
        let given = chosen(usual, None, Some("2014-01-01"), None).unwrap();
        assert_eq!(
            given,
            Some(CaseSelection {
                received_from: Some(Date::constant(2014, 1, 1)),
                ..usual
            })
        );
        let given = chosen(usual, Some(DrugRole::Any), None, None).unwrap();
        assert_eq!(given, Some(CaseSelection::default()));
    }

    #[test]
    fn a_wrong_period_is_named() {
        let usual = CaseSelection::default();
        let wrong = |from, to| {
            let error = chosen(usual, None, from, to).unwrap_err();
            error.to_string()
        };

        let unread = wrong(None, Some("1.1.2014"));
        assert!(
            unread.contains("received_to") && unread.contains("1.1.2014"),
            "{unread}"
        );
        let reversed = wrong(Some("2014-02-01"), Some("2014-01-01"));
        assert!(reversed.contains("2014-02-01"), "{reversed}");
    }
}
