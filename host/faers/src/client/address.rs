//! Addresses: as they are asked, and as they are recorded.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use quire_model::{Period, ProductNdc};
use reqwest::Url;

use crate::{FaersError, budget::Purpose, question};

/// What cannot stand in a query as it is. A colon and brackets can, and read better so.
const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'>')
    .add(b'=');

/// Adverse event reports.
const EVENTS: &str = "drug/event.json";
/// Beside letters and digits, all that a search may hold inside quotation marks.
const SEARCHABLE: &str = " &@%/,._:()[]{}-+><=*";
/// More ages than there are.
const AGES: usize = 1_000;
/// The active substance of a drug entry.
const SUBSTANCE: &str = "patient.drug.activesubstance.activesubstancename";
/// The preferred term of a reaction.
const REACTION: &str = "patient.reaction.reactionmeddrapt";

/// Where openFDA is, and the key that opens it.
#[derive(Clone)]
pub(crate) struct Base {
    url: Url,
    key: Option<String>,
}

impl std::fmt::Debug for Base {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Base({})", self.url)
    }
}

/// Where openFDA is.
const OPENFDA: &str = "https://api.fda.gov";

/// One question: a path and its parameters.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    path: &'static str,
    parameters: Vec<(&'static str, String)>,
    purpose: Purpose,
}

impl Request {
    /// Reports that name one of the products, newest first.
    pub(crate) fn events(
        candidates: &[ProductNdc],
        received: Period,
        limit: u32,
        after: Option<&str>,
    ) -> Self {
        let mut parameters = vec![
            ("search", reports_of(candidates, received)),
            ("sort", "receivedate:desc".to_owned()),
            ("limit", limit.to_string()),
        ];
        parameters.extend(after.map(|mark| ("search_after", mark.to_owned())));
        Self::for_report(EVENTS, parameters)
    }

    /// How many of these reports were first received on each day.
    pub(crate) fn days(candidates: &[ProductNdc], received: Period) -> Self {
        let parameters = vec![
            ("search", reports_of(candidates, received)),
            ("count", "receivedate".to_owned()),
        ];
        Self::for_report(EVENTS, parameters)
    }

    /// How many of these reports there are that also hold `and`; all of them where that is empty.
    pub(crate) fn matching(candidates: &[ProductNdc], received: Period, and: &str) -> Self {
        let mut search = reports_of(candidates, received);
        if !and.is_empty() {
            search = format!("{search} AND {and}");
        }
        let parameters = vec![("search", search), ("limit", "0".to_owned())];
        Self::for_report(EVENTS, parameters)
    }

    /// How many of these reports name each reaction, the commonest `rows`.
    pub(crate) fn matching_reactions(
        candidates: &[ProductNdc],
        received: Period,
        rows: usize,
    ) -> Self {
        let parameters = vec![
            ("search", reports_of(candidates, received)),
            ("count", format!("{REACTION}.exact")),
            ("limit", rows.to_string()),
        ];
        Self::for_report(EVENTS, parameters)
    }

    /// What the product directory knows of the codes.
    pub(crate) fn directory(candidates: &[ProductNdc]) -> Self {
        let parameters = vec![
            ("search", format!("product_ndc:{}", any_of(candidates))),
            ("limit", "10".to_owned()),
        ];
        Self::for_report("drug/ndc.json", parameters)
    }

    /// The newest label that carries one of the codes.
    pub(crate) fn label(candidates: &[ProductNdc]) -> Self {
        let search = format!("openfda.product_ndc.exact:{}", any_of(candidates));
        Self {
            path: "drug/label.json",
            parameters: vec![
                ("search", search),
                ("sort", "effective_time:desc".to_owned()),
                ("limit", "1".to_owned()),
            ],
            purpose: Purpose::Comparison,
        }
    }

    /// How many reports there are; all of the source without a search.
    pub(crate) fn total(search: Option<String>) -> Self {
        // No report comes with it: openFDA answers a limit of 0 with the total alone.
        Self::for_comparison(search, ("limit", "0".to_owned()), None)
    }

    /// How many reports name the drug, whether or not openFDA has attached a code to the name: as
    /// product or as active substance.
    pub(crate) fn named(names: &[String], received: Period) -> Self {
        let search = within(reports_naming(names), received);
        let parameters = vec![("search", search), ("limit", "0".to_owned())];
        Self::for_report(EVENTS, parameters)
    }

    /// In how many reports each reaction stands, the commonest `rows` of them.
    pub(crate) fn reactions(search: Option<String>, rows: usize) -> Self {
        let limit = Some(("limit", rows.to_string()));
        Self::for_comparison(search, ("count", format!("{REACTION}.exact")), limit)
    }

    /// How many reports state each age, as they write it.
    pub(crate) fn ages(search: Option<String>) -> Self {
        let limit = Some(("limit", AGES.to_string()));
        let count = ("count", "patient.patientonsetage".to_owned());
        Self::for_comparison(search, count, limit)
    }

    /// How many reports were first received on each day.
    pub(crate) fn days_of(search: Option<String>) -> Self {
        Self::for_comparison(search, ("count", "receivedate".to_owned()), None)
    }

    fn for_report(path: &'static str, parameters: Vec<(&'static str, String)>) -> Self {
        Self {
            path,
            parameters,
            purpose: Purpose::Report,
        }
    }

    fn for_comparison(
        search: Option<String>,
        what: (&'static str, String),
        limit: Option<(&'static str, String)>,
    ) -> Self {
        let search = search.map(|search| ("search", search));
        Self {
            path: EVENTS,
            parameters: search.into_iter().chain([what]).chain(limit).collect(),
            purpose: Purpose::Comparison,
        }
    }

    /// How many reports are asked for; none for a request that is not for a page of reports.
    pub(crate) fn limit(&self) -> Option<u32> {
        let sorted = self.parameters.iter().any(|(name, _)| *name == "sort");
        let limit = self.parameters.iter().find(|(name, _)| *name == "limit");
        limit.filter(|_| sorted)?.1.parse().ok()
    }

    /// Ask for so many reports: a mark of a next page stays good, since it names a report.
    pub(crate) fn set_limit(&mut self, reports: u32) {
        for (name, value) in &mut self.parameters {
            if *name == "limit" {
                *value = reports.to_string();
            }
        }
    }

    /// What the request is for.
    pub(crate) fn purpose(&self) -> Purpose {
        self.purpose
    }

    fn query(&self) -> String {
        let pair = |(name, value): &(&str, String)| {
            let value = utf8_percent_encode(value, QUERY).to_string();
            format!("{name}={}", value.replace("%20", "+"))
        };
        let pairs: Vec<String> = self.parameters.iter().map(pair).collect();
        pairs.join("&")
    }
}

/// The search for reports with a reaction, written as openFDA writes it in counts: in capitals.
pub(crate) fn with_reaction(key: &str) -> String {
    format!("{REACTION}.exact:\"{key}\"")
}

/// `.exact`, since the analysed field would split the code at its hyphen and match other products;
/// under `patient.drug`, since events have no `openfda` of their own.
pub(crate) fn reports_of(candidates: &[ProductNdc], received: Period) -> String {
    let products = any_of(candidates);
    let search = format!("patient.drug.openfda.product_ndc.exact:{products}");
    within(search, received)
}

/// Reports of a drug as a comparator counts them: by its codes, or by a substance as the index writes it, whether or
/// not openFDA has attached a code. `.exact`, since an analysed field would find every combination too.
pub(crate) fn reports_of_drug(
    candidates: &[ProductNdc],
    substances: &[String],
    received: Period,
) -> String {
    if substances.is_empty() {
        return reports_of(candidates, received);
    }
    let (codes, substances) = (
        reports_of(candidates, Period::default()),
        any_of(substances),
    );
    // A backslash, which joins the substances of a combination, would be a sign of the query's own.
    let substances = substances.replace('\\', "\\\\");
    within(
        format!("({codes} OR {SUBSTANCE}.exact:{substances})"),
        received,
    )
}

/// Whether a search can hold the substance: what [`is_searchable`] says, and combinations.
pub(crate) fn is_searchable_substance(substance: &str) -> bool {
    is_searchable(&substance.replace('\\', ""))
}

/// The analysed fields, since products are written with strengths and forms behind the name.
fn reports_naming(names: &[String]) -> String {
    let names = any_of(names);
    format!("(patient.drug.medicinalproduct:{names} OR {SUBSTANCE}:{names})")
}

/// Whether a search can hold the text inside quotation marks: openFDA refuses other characters, among
/// them the `^` as which it stores apostrophes.
pub(crate) fn is_searchable(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || SEARCHABLE.contains(letter);
    !text.is_empty() && text.chars().all(plain)
}

/// The same search for reports of a period only.
pub(crate) fn within(search: String, received: Period) -> String {
    match question::search(received) {
        Some(period) => format!("{search} AND {period}"),
        None => search,
    }
}

fn any_of(texts: &[impl std::fmt::Display]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    format!("({})", quoted.join(" OR "))
}

impl Base {
    pub(crate) fn new(url: Url, key: Option<String>) -> Self {
        let key = key.filter(|key| !key.is_empty());
        Self { url, key }
    }

    /// The address without the key: what budgets and cache entries are bound to.
    pub(crate) fn address(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    pub(crate) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Whether it is on this machine, where no proxy is to be asked.
    pub(crate) fn is_loopback(&self) -> bool {
        matches!(
            self.url.host_str(),
            Some("localhost" | "127.0.0.1" | "[::1]")
        )
    }

    /// The address to ask, with the key.
    pub(crate) fn url(&self, request: &Request) -> Result<Url, FaersError> {
        let address = format!("{}/{}?{}", self.address(), request.path, request.query());
        let mut url = Url::parse(&address).map_err(|error| FaersError::Broken {
            reason: error.to_string(),
        })?;
        if let Some(key) = &self.key {
            url.query_pairs_mut().append_pair("api_key", key);
        }
        Ok(url)
    }

    /// The address as a report states it, without the key. A server on this machine stands for openFDA, as that
    /// of the sample does: what a reader can ask again is openFDA.
    pub(crate) fn recorded(&self, request: &Request) -> String {
        let base = match self.is_loopback() {
            true => OPENFDA,
            false => self.address(),
        };
        format!("{base}/{}?{}", request.path, request.query())
    }

    /// Where the next page begins, by the address that openFDA gave for it. Only the mark is taken
    /// from it; an address elsewhere is refused.
    pub(crate) fn mark_of(&self, next: &str, request: &Request) -> Result<String, FaersError> {
        let wrong = |reason: String| FaersError::Invalid { reason };
        let next = self.url.join(next);
        let next = next.map_err(|_| wrong("the next page has no readable address".to_owned()))?;
        if next.host_str() != self.url.host_str() || !next.path().ends_with(request.path) {
            let host: String = next.host_str().unwrap_or("?").chars().take(80).collect();
            return Err(wrong(format!("the next page is said to be at {host}")));
        }
        let mut pairs = next.query_pairs();
        let mark = pairs.find(|(name, _)| name == "search_after");
        mark.map(|(_, mark)| mark.into_owned())
            .ok_or_else(|| wrong("the next page has no search_after".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use quire_model::Ndc;

    use super::*;

    #[test]
    fn the_key_is_asked_with_but_never_recorded() {
        let base = crate::client::base("https://api.fda.gov/", Some("s3cret".to_owned())).unwrap();
        let ndc: Ndc = "61958080201".parse().unwrap();
        let request = Request::events(ndc.candidates(), Period::default(), 1_000, Some("0=1&2"));

        let asked = base.url(&request).unwrap();
        let recorded = base.recorded(&request);

        assert!(asked.as_str().ends_with("&api_key=s3cret"));
        assert_eq!(
            recorded,
            "https://api.fda.gov/drug/event.json?search=patient.drug.openfda.product_ndc.exact:\
             (%2261958-0802%22+OR+%2261958-802%22)&sort=receivedate:desc&limit=1000&search_after=\
             0%3D1%262"
        );
        assert!(!format!("{base:?}").contains("s3cret"));
        let pairs: Vec<_> = asked.query_pairs().into_owned().collect();
        assert_eq!(
            pairs[0].1,
            "patient.drug.openfda.product_ndc.exact:(\"61958-0802\" OR \"61958-802\")"
        );
        assert_eq!(pairs[3].1, "0=1&2");
    }

    #[test]
    fn names_are_asked_for_as_products_and_as_substances() {
        let base = crate::client::base("https://api.fda.gov", None).unwrap();
        let names = ["INFLIXIMAB".to_owned(), "Remicade".to_owned()];
        let period = Period {
            from: Some(quire_model::Date::constant(2020, 1, 1)),
            to: None,
        };

        let asked = base.url(&Request::named(&names, period)).unwrap();

        let pairs: Vec<_> = asked.query_pairs().into_owned().collect();
        assert_eq!(
            pairs[0].1,
            "(patient.drug.medicinalproduct:(\"INFLIXIMAB\" OR \"Remicade\") OR \
             patient.drug.activesubstance.activesubstancename:(\"INFLIXIMAB\" OR \"Remicade\")) AND \
             receivedate:[20200101 TO *]"
        );
        assert_eq!(pairs[1], ("limit".to_owned(), "0".to_owned()));
    }

    #[test]
    fn a_comparator_asks_by_code_or_by_substance() {
        let ndc: Ndc = "0781-5315".parse().unwrap();
        let substances = ["ZOLPIDEM TARTRATE", "ZOLPIDEM\\ZOLPIDEM TARTRATE"].map(str::to_owned);
        let until = Period {
            from: None,
            to: Some(quire_model::Date::constant(2020, 1, 1)),
        };

        let asked = reports_of_drug(ndc.candidates(), &substances, until);

        assert_eq!(
            asked,
            "(patient.drug.openfda.product_ndc.exact:(\"0781-5315\") OR \
             patient.drug.activesubstance.activesubstancename.exact:(\"ZOLPIDEM TARTRATE\" OR \
             \"ZOLPIDEM\\\\ZOLPIDEM TARTRATE\")) AND receivedate:[* TO 20200101]"
        );
        assert!(substances.iter().all(|one| is_searchable_substance(one)));
        assert!(!is_searchable_substance("ACIDE AC\u{c9}TIQUE") && !is_searchable_substance(""));
        let none = reports_of_drug(ndc.candidates(), &[], until);
        assert_eq!(none, reports_of(ndc.candidates(), until));
    }

    #[test]
    fn the_next_page_must_be_at_openfda() {
        let base = crate::client::base("https://api.fda.gov", None).unwrap();
        let request = Request::events(&[], Period::default(), 1, None);
        let mark = |address: &str| base.mark_of(address, &request);

        let good = "https://api.fda.gov/drug/event.json?limit=1&search_after=0%3D5";
        assert_eq!(mark(good).unwrap(), "0=5");
        for bad in [
            "https://example.org/drug/event.json?search_after=1",
            "https://api.fda.gov/other.json?search_after=1",
            "https://api.fda.gov/drug/event.json?skip=1",
            "https://[",
        ] {
            assert!(mark(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_asked_is_refused() {
        for address in [
            "not a url",
            "ftp://api.fda.gov",
            "https://api.fda.gov?x=1",
            "",
        ] {
            let error = crate::client::base(address, None).unwrap_err().to_string();
            assert!(error.contains("QUIRE_OPENFDA_URL"), "{error}");
        }
    }
}
