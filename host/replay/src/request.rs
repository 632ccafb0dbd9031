//! The parameters of a request, checked as openFDA checks them.

use crate::failure::Failure;

/// Most records of one page.
const LIMIT: usize = 1_000;
/// Furthest record that `skip` reaches.
const SKIP: usize = 25_000;
/// Beside letters, digits and blank, all that a search may hold.
const ALLOWED: &str = "&@%/\\',._:()\"[]{}-+><=*";

/// What is asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters {
    pub(crate) search: String,
    pub(crate) count: Option<String>,
    pub(crate) limit: usize,
    pub(crate) skip: usize,
    pub(crate) sort: Option<Sort>,
    pub(crate) search_after: Option<String>,
}

/// `field:asc` or `field:desc`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sort {
    pub(crate) field: String,
    pub(crate) descending: bool,
}

impl Parameters {
    /// Reads name-value pairs; `key` is the only API key let in, if there is one.
    pub(crate) fn read(pairs: Vec<(String, String)>, key: Option<&str>) -> Result<Self, Failure> {
        let mut parameters = Self::default();
        let (mut limit, mut skip, mut given_key) = (None, None, None);
        for (name, value) in pairs {
            match name.as_str() {
                "api_key" => given_key = Some(value),
                "search" => parameters.search = value,
                "count" => parameters.count = Some(value),
                "limit" => limit = Some(number(&name, &value)?),
                "skip" => skip = Some(number(&name, &value)?),
                "sort" => parameters.sort = Some(sort(&value)?),
                "search_after" => parameters.search_after = Some(value),
                _ => return Err(Failure::invalid_parameter(&name)),
            }
        }
        if key.is_some() && given_key.as_deref() != key {
            return Err(Failure::key_invalid());
        }
        let default = if parameters.count.is_some() { 100 } else { 1 };
        parameters.limit = limit.unwrap_or(default);
        parameters.skip = skip.unwrap_or(0);
        parameters.check()?;
        Ok(parameters)
    }

    fn check(&self) -> Result<(), Failure> {
        let allowed = |letter: char| {
            letter.is_ascii_alphanumeric() || letter == ' ' || ALLOWED.contains(letter)
        };
        if !self.search.chars().all(allowed) {
            return Err(Failure::search_not_supported(&self.search));
        }
        if self.limit > LIMIT {
            return Err(Failure::limit_too_big());
        }
        if self.skip > SKIP {
            return Err(Failure::skip_too_big());
        }
        if self.skip > 0 && (self.count.is_some() || self.search_after.is_some()) {
            return Err(Failure::bad_request(
                "Skip is not supported with this request.",
            ));
        }
        Ok(())
    }
}

fn number(name: &str, value: &str) -> Result<usize, Failure> {
    let wrong = || Failure::bad_request(&format!("Invalid {name} parameter value."));
    value.parse().map_err(|_| wrong())
}

/// `field:asc` or `field:desc`, of a field that is stored whole.
fn sort(text: &str) -> Result<Sort, Failure> {
    let (field, direction) = text.rsplit_once(':').unwrap_or((text, "asc"));
    let sort = Sort {
        field: field.to_owned(),
        descending: direction == "desc",
    };
    if !matches!(direction, "asc" | "desc") || !is_stored_whole(field) {
        return Err(Failure::sort(field));
    }
    Ok(sort)
}

/// Fields that are not analysed: `.exact` ones, dates, identifiers and codes.
fn is_stored_whole(field: &str) -> bool {
    const WHOLE: [&str; 23] = [
        "safetyreportid",
        "safetyreportversion",
        "receivedate",
        "receiptdate",
        "transmissiondate",
        "serious",
        "seriousnessdeath",
        "fulfillexpeditecriteria",
        "reporttype",
        "duplicate",
        "qualification",
        "patientsex",
        "patientonsetage",
        "patientonsetageunit",
        "patientagegroup",
        "patientweight",
        "reactionoutcome",
        "drugcharacterization",
        "drugadministrationroute",
        "actiondrug",
        "drugstartdate",
        "drugenddate",
        "effective_time",
    ];
    let leaf = field.rsplit('.').next().unwrap_or(field);
    leaf == "exact" || WHOLE.contains(&leaf)
}
