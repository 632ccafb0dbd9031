//! A case series in memory that answers as `wit/data.wit` says a host does.

use std::collections::{BTreeMap, BTreeSet};

use super::Case;
use crate::{
    Condition, Count, Counts, CrossTable, Data, Filter, QueryError, Summary,
    wit::{
        background::{Mixture, Source, Totals},
        cases::{Coded, CodedLists, Column},
        provenance::{FlowStep, Origin, Query},
        totals::Day,
    },
};

const DIMENSIONS: [&str; 23] = [
    "sex",
    "age-group",
    "country",
    "reporter",
    "seriousness",
    "seriousness-criterion",
    "expedited",
    "report-type",
    "received-month",
    "received-quarter",
    "received-year",
    "reaction",
    "reaction-outcome",
    "drug",
    "suspect-drug",
    "concomitant-drug",
    "role",
    "product",
    "indication",
    "route",
    "action-taken",
    "dechallenge",
    "rechallenge",
];
const MEASURES: [&str; 4] = [
    "age-years",
    "weight-kg",
    "drugs-per-report",
    "reactions-per-report",
];
const LISTS: [&str; 6] = [
    "seriousness-criterion",
    "reaction",
    "reaction-outcome",
    "drug",
    "suspect-drug",
    "concomitant-drug",
];

/// A case series for tests: reports, where they come from, and how many the source holds.
#[derive(Clone, Debug)]
pub struct Fixture {
    cases: Vec<Case>,
    /// What [`Data::origin`] answers; change it freely.
    pub origin: Origin,
    /// What [`Data::received`] answers: at first the days of the reports themselves.
    pub received: Option<Vec<Day>>,
    /// What [`Data::background`] answers.
    pub background: Option<Source>,
    /// What [`Data::background_counts`] answers for the reactions in it.
    pub background_counts: Vec<Totals>,
    /// What [`Data::prior`] answers.
    pub prior: Option<Mixture>,
}

impl Fixture {
    /// All reports of a source that holds no others.
    #[must_use]
    pub fn new(mut cases: Vec<Case>) -> Self {
        cases.sort_by(|one, other| one.id.cmp(&other.id));
        let mut days: BTreeMap<i32, u32> = BTreeMap::new();
        for day in cases.iter().filter_map(|case| case.received) {
            *days.entry(day).or_default() += 1;
        }
        Self {
            origin: origin(cases.len() as u64),
            received: Some(
                days.into_iter()
                    .map(|(received, reports)| Day { received, reports })
                    .collect(),
            ),
            cases,
            background: None,
            background_counts: Vec::new(),
            prior: None,
        }
    }

    /// As if only these reports of `total` had been fetched, newest first.
    #[must_use]
    pub fn of_total(mut self, total: u64) -> Self {
        self.origin.total = total;
        self.origin.selection = format!("the {} most recently received", self.origin.fetched);
        self
    }

    fn values<'a>(&'a self, case: &'a Case, dimension: &str) -> &'a [String] {
        case.values.get(dimension).map_or(&[], Vec::as_slice)
    }

    fn matches(case: &Case, filter: &Filter) -> bool {
        let values = case.values.get(&filter.on).map_or(&[][..], Vec::as_slice);
        let number = case.measures.get(&filter.on).copied();
        match &filter.is {
            Condition::OneOf(wanted) => values.iter().any(|value| wanted.contains(value)),
            Condition::NoneOf(unwanted) => !values.iter().any(|value| unwanted.contains(value)),
            Condition::Between((low, high)) => {
                number.is_some_and(|number| (*low..=*high).contains(&number))
            }
            Condition::Known => !values.is_empty() || number.is_some(),
            Condition::Unknown => values.is_empty() && number.is_none(),
        }
    }

    fn column(&self, cases: &[Case], name: &str) -> Result<Column, QueryError> {
        let text = |texts: Vec<Option<String>>| {
            let values: BTreeSet<String> = texts.iter().flatten().cloned().collect();
            let values: Vec<String> = values.into_iter().collect();
            let code = |text: &Option<String>| {
                text.as_ref().map_or(u32::MAX, |text| {
                    values.binary_search(text).unwrap_or_default() as u32
                })
            };
            Column::Text(Coded {
                codes: texts.iter().map(code).collect(),
                values: values.clone(),
            })
        };
        Ok(match name {
            "report-id" => text(cases.iter().map(|case| Some(case.id.clone())).collect()),
            "version" => text(vec![None; cases.len()]),
            "received" => Column::Dates(
                cases
                    .iter()
                    .map(|case| case.received.unwrap_or(i32::MIN))
                    .collect(),
            ),
            "serious" => Column::Booleans(cases.iter().map(|case| case.is_serious).collect()),
            "fatal" => Column::Booleans(cases.iter().map(|case| case.is_fatal).collect()),
            _ if MEASURES.contains(&name) => Column::Numbers(
                cases
                    .iter()
                    .map(|case| case.measures.get(name).copied().unwrap_or(f64::NAN))
                    .collect(),
            ),
            _ if LISTS.contains(&name) => self.lists(cases, name),
            _ => {
                known(name, &DIMENSIONS)?;
                text(
                    cases
                        .iter()
                        .map(|case| self.values(case, name).first().cloned())
                        .collect(),
                )
            }
        })
    }

    fn lists(&self, cases: &[Case], name: &str) -> Column {
        let mut lists = CodedLists {
            values: Vec::new(),
            offsets: vec![0],
            codes: Vec::new(),
        };
        for case in cases {
            for value in self.values(case, name) {
                let position = lists.values.iter().position(|known| known == value);
                let code = position.unwrap_or(lists.values.len());
                if position.is_none() {
                    lists.values.push(value.clone());
                }
                lists.codes.push(code as u32);
            }
            lists.offsets.push(lists.codes.len() as u32);
        }
        Column::Lists(lists)
    }
}

impl Data for Fixture {
    fn reports(&self) -> u32 {
        self.cases.len() as u32
    }

    fn count_by(&self, dimension: &str, top: Option<u32>) -> Result<Counts, QueryError> {
        known(dimension, &DIMENSIONS)?;
        let mut counts: BTreeMap<&str, (u32, u32, u32)> = BTreeMap::new();
        let mut missing = 0;
        for case in &self.cases {
            let values = self.values(case, dimension);
            missing += u32::from(values.is_empty());
            for value in values {
                let count = counts.entry(value).or_default();
                count.0 += 1;
                count.1 += u32::from(case.is_serious);
                count.2 += u32::from(case.is_fatal);
            }
        }
        let distinct = counts.len() as u32;
        let mut rows: Vec<Count> = counts
            .into_iter()
            .map(|(value, (reports, serious, fatal))| Count {
                value: value.to_owned(),
                reports,
                serious,
                fatal,
            })
            .collect();
        rows.sort_by(|one, other| {
            other
                .reports
                .cmp(&one.reports)
                .then(one.value.cmp(&other.value))
        });
        rows.truncate(top.map_or(usize::MAX, |top| top as usize));
        Ok(Counts {
            rows,
            distinct,
            missing,
        })
    }

    fn cross_tab(
        &self,
        rows: &str,
        columns: &str,
        top_rows: u32,
        top_columns: u32,
    ) -> Result<CrossTable, QueryError> {
        if top_rows > 1_000 || top_columns > 100 {
            return Err(QueryError::TooLarge);
        }
        let names = |dimension, top| {
            let counts = self.count_by(dimension, Some(top))?;
            Ok::<Vec<String>, QueryError>(counts.rows.into_iter().map(|row| row.value).collect())
        };
        let (down, along) = (names(rows, top_rows)?, names(columns, top_columns)?);
        let mut cells = Vec::new();
        for row in &down {
            for column in &along {
                let both = |case: &&Case| {
                    self.values(case, rows).contains(row)
                        && self.values(case, columns).contains(column)
                };
                cells.push(self.cases.iter().filter(both).count() as u32);
            }
        }
        Ok(CrossTable {
            rows: down,
            columns: along,
            cells,
        })
    }

    fn summarise(&self, measure: &str) -> Result<Summary, QueryError> {
        known(measure, &MEASURES)?;
        let mut values: Vec<f64> = self
            .cases
            .iter()
            .filter_map(|case| case.measures.get(measure).copied())
            .collect();
        values.sort_by(f64::total_cmp);
        Ok(summary(&values, self.cases.len()))
    }

    fn select(&self, filters: &[Filter]) -> Result<Self, QueryError> {
        for filter in filters {
            known(&filter.on, &[&DIMENSIONS[..], &MEASURES[..]].concat())?;
        }
        let holds = |case: &&Case| filters.iter().all(|filter| Self::matches(case, filter));
        Ok(Self {
            cases: self.cases.iter().filter(holds).cloned().collect(),
            ..self.clone()
        })
    }

    fn page(&self, start: u32, len: u32, columns: &[&str]) -> Result<Vec<Column>, QueryError> {
        if len > 1_000 {
            return Err(QueryError::TooLarge);
        }
        let end = self.cases.len().min((start + len) as usize);
        let cases = self
            .cases
            .get(start as usize..end)
            .ok_or(QueryError::OutOfRange)?;
        columns
            .iter()
            .map(|name| self.column(cases, name))
            .collect()
    }

    fn origin(&self) -> Origin {
        self.origin.clone()
    }

    fn received(&self) -> Option<Vec<Day>> {
        self.received.clone()
    }

    fn background(&self) -> Option<Source> {
        self.background.clone()
    }

    fn background_counts(&self, reactions: &[String]) -> Vec<Totals> {
        let find = |name: &String| {
            let found = self
                .background_counts
                .iter()
                .find(|totals| totals.reaction == *name);
            found.cloned().unwrap_or(Totals {
                reaction: name.clone(),
                both: 0,
                all: 0,
            })
        };
        reactions.iter().map(find).collect()
    }

    fn prior(&self) -> Option<Mixture> {
        self.prior
    }
}

fn known(name: &str, names: &[&str]) -> Result<(), QueryError> {
    if names.contains(&name) {
        Ok(())
    } else {
        Err(QueryError::UnknownName(names.join(", ")))
    }
}

/// Quartiles of sorted values by linear interpolation (type 7 of Hyndman and Fan 1996).
fn summary(values: &[f64], reports: usize) -> Summary {
    let n = values.len();
    let quantile = |share: f64| {
        let position = share * n.saturating_sub(1) as f64;
        let below = values
            .get(position.floor() as usize)
            .copied()
            .unwrap_or_default();
        let above = values
            .get(position.ceil() as usize)
            .copied()
            .unwrap_or_default();
        below + (above - below) * position.fract()
    };
    let mean = if n == 0 {
        0.0
    } else {
        values.iter().sum::<f64>() / n as f64
    };
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Summary {
        n: n as u32,
        missing: (reports - n) as u32,
        mean,
        standard_deviation: if n < 2 {
            0.0
        } else {
            (squares / (n - 1) as f64).sqrt()
        },
        minimum: quantile(0.0),
        lower_quartile: quantile(0.25),
        median: quantile(0.5),
        upper_quartile: quantile(0.75),
        maximum: quantile(1.0),
    }
}

fn origin(reports: u64) -> Origin {
    let step = |label: &str| FlowStep {
        label: label.to_owned(),
        remaining: reports,
        removed: 0,
        reason: String::new(),
    };
    Origin {
        ndc: "61958-0802".to_owned(),
        candidates: vec!["61958-0802".to_owned()],
        matched: vec!["61958-0802".to_owned()],
        names: vec!["LETAIRIS".to_owned(), "AMBRISENTAN".to_owned()],
        source: "openFDA drug/event".to_owned(),
        last_updated: "2025-04-30".to_owned(),
        fetched_at: "2025-06-30T08:00:00Z".to_owned(),
        total: reports,
        fetched: reports,
        selection: "all matching reports".to_owned(),
        flow: vec![step("matching"), step("fetched"), step("analysed")],
        queries: vec![Query {
            url: "https://api.fda.gov/drug/event.json?search=patient.drug.openfda.product_ndc.exact:\"61958-0802\"&limit=1000".to_owned(),
            fetched_at: "2025-06-30T08:00:00Z".to_owned(),
            reports,
        }],
        digest: "0".repeat(64),
        disclaimer: "Do not rely on openFDA to make decisions regarding medical care.".to_owned(),
        attributes: Vec::new(),
    }
}
