//! A case series in memory that answers as `wit/data.wit` says a host does.

use std::collections::{BTreeMap, BTreeSet};

use quire_contract::bounds::{CROSS_COLUMNS, CROSS_ROWS, PAGE_REPORTS};

use super::{
    Case,
    columns::{DATES, DIMENSIONS, MEASURES, column, known},
    origin::origin,
    quartiles::summary,
};
use crate::{
    Condition, Count, Counts, CrossTable, Data, Filter, QueryError, Summary,
    wit::{
        background::{Mixture, Source, Totals},
        cases::Column,
        interval::Comparison,
        label::{Document as Label, Mention},
        provenance::{Component, Origin},
        strata::{Cell, Gap, Stratification, Stratum},
        totals::Day,
        types::Attribute,
    },
};

/// A case series for tests: reports, where they come from, and how many the source holds.
#[derive(Clone, Debug)]
pub struct Fixture {
    cases: Vec<Case>,
    /// What [`Data::origin`] answers; change it freely.
    pub origin: Origin,
    /// What [`Data::components`] answers.
    pub components: Vec<Component>,
    /// What [`Data::recipe`] answers.
    pub recipe: Vec<Attribute>,
    /// What [`Data::received`] answers: at first the days of the reports themselves.
    pub received: Option<Vec<Day>>,
    /// What [`Data::interval`] answers.
    pub interval: Option<Comparison>,
    /// What [`Data::background`] answers.
    pub background: Option<Source>,
    /// What [`Data::background_unavailable`] answers while there is no background.
    pub background_unavailable: String,
    /// What [`Data::background_counts`] answers for the reactions in it; nothing is known of others.
    pub background_counts: Vec<Totals>,
    /// What [`Data::prior`] answers.
    pub prior: Option<Mixture>,
    /// What [`Data::stratifications`] answers.
    pub stratifications: Vec<Stratification>,
    /// What [`Data::stratification_gaps`] answers.
    pub stratification_gaps: Vec<Gap>,
    /// What [`Data::stratum_counts`] answers, by name and reaction; others are not counted.
    pub stratum_counts: BTreeMap<(String, String), Vec<Cell>>,
    /// What [`Data::label`] answers.
    pub label: Option<Label>,
    /// What [`Data::label_unavailable`] answers while there is no label.
    pub label_unavailable: String,
    /// What [`Data::label_mentions`] answers for the terms in it; others are not found.
    pub label_mentions: BTreeMap<String, Vec<Mention>>,
}

impl Fixture {
    /// All reports of a source that holds no others.
    #[must_use]
    pub fn new(mut cases: Vec<Case>) -> Self {
        cases.sort_by(|one, other| one.id.cmp(&other.id));
        let mut days: BTreeMap<i32, u32> = BTreeMap::new();
        for day in cases.iter().filter_map(|case| case.dates.get("received")) {
            *days.entry(*day).or_default() += 1;
        }
        Self {
            origin: origin(cases.len() as u64),
            components: Vec::new(),
            recipe: Vec::new(),
            received: Some(
                days.into_iter()
                    .map(|(received, reports)| Day { received, reports })
                    .collect(),
            ),
            cases,
            interval: None,
            background: None,
            background_unavailable: "no background is configured".to_owned(),
            background_counts: Vec::new(),
            prior: None,
            stratifications: Vec::new(),
            stratification_gaps: Vec::new(),
            stratum_counts: BTreeMap::new(),
            label: None,
            label_unavailable: "the source has no label of the product".to_owned(),
            label_mentions: BTreeMap::new(),
        }
    }

    /// As if only these reports of `total` had been fetched, newest first.
    #[must_use]
    pub fn of_total(mut self, total: u64) -> Self {
        self.origin.total = total;
        self.origin.selection = format!("the {} most recently received", self.origin.fetched);
        self
    }

    /// With details of the selection, by the names that `wit/data.wit` lists.
    #[must_use]
    pub fn with_details(mut self, details: &[(&str, &str)]) -> Self {
        let details = details.iter().map(|(name, value)| Attribute {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        });
        self.origin.attributes.extend(details);
        self
    }

    /// Beside all reports of openFDA, of which `drug` of `total` name the drug in `role`
    /// (`primary-suspect`, `any-role`). Of each reaction: its reports with the drug, and all of them.
    #[must_use]
    pub fn with_background(
        mut self,
        role: &str,
        (drug, total): (u64, u64),
        counts: &[(&str, u64, u64)],
    ) -> Self {
        self.background = Some(Source {
            label: "openFDA drug/event".to_owned(),
            role: role.to_owned(),
            as_of: 20_208,
            total,
            drug,
        });
        self.background_counts = counts
            .iter()
            .map(|(reaction, both, all)| Totals {
                reaction: (*reaction).to_owned(),
                both: *both,
                all: *all,
            })
            .collect();
        self
    }

    /// The background counted again: the strata of `name`, each with its reports and those of the drug, and of
    /// each reaction its reports with the drug and all of them, stratum by stratum.
    #[must_use]
    pub fn with_strata(
        mut self,
        name: &str,
        strata: &[(&str, u64, u64)],
        reactions: &[(&str, &[(u64, u64)])],
    ) -> Self {
        self.stratifications.push(Stratification {
            name: name.to_owned(),
            strata: strata
                .iter()
                .map(|(name, total, drug)| Stratum {
                    name: (*name).to_owned(),
                    total: *total,
                    drug: *drug,
                })
                .collect(),
        });
        for (reaction, cells) in reactions {
            let cells = cells.iter().map(|(both, all)| Cell {
                both: *both,
                all: *all,
            });
            let key = (name.to_owned(), (*reaction).to_owned());
            self.stratum_counts.insert(key, cells.collect());
        }
        self
    }

    /// With a label of that day (days since 1970-01-01), in which each term stands in this section, in these
    /// words.
    #[must_use]
    pub fn with_label(mut self, effective: i32, mentions: &[(&str, &str, &str)]) -> Self {
        self.label = Some(Label {
            set_id: "11111111-2222-3333-4444-555555555555".to_owned(),
            version: "7".to_owned(),
            effective: Some(effective),
            names: Vec::new(),
            indications: "It is indicated for tests.".to_owned(),
            stale: None,
        });
        for (term, section, wording) in mentions {
            let mention = Mention {
                section: (*section).to_owned(),
                wording: (*wording).to_owned(),
            };
            let known = self.label_mentions.entry((*term).to_owned());
            known.or_default().push(mention);
        }
        self
    }

    fn matches(case: &Case, filter: &Filter) -> bool {
        let values = case.values(&filter.on);
        let day = case.dates.get(&filter.on).map(|day| f64::from(*day));
        let number = case.measures.get(&filter.on).copied().or(day);
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
            let values = case.values(dimension);
            missing += u32::from(values.is_empty());
            for value in values {
                let count = counts.entry(value).or_default();
                count.0 += 1;
                count.1 += u32::from(case.is_serious);
                count.2 += u32::from(case.is_fatal());
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

    fn distinct_by(
        &self,
        dimension: &str,
        of: &str,
        top: Option<u32>,
    ) -> Result<Vec<u32>, QueryError> {
        known(of, &DIMENSIONS)?;
        let rows = self.count_by(dimension, top)?.rows;
        let distinct = |row: &Count| {
            let cases = self.cases.iter();
            let cases = cases.filter(|case| case.values(dimension).contains(&row.value));
            let values: BTreeSet<&String> = cases.flat_map(|case| case.values(of)).collect();
            values.len() as u32
        };
        Ok(rows.iter().map(distinct).collect())
    }

    fn cross_tab(
        &self,
        rows: &str,
        columns: &str,
        top_rows: u32,
        top_columns: u32,
    ) -> Result<CrossTable, QueryError> {
        if top_rows > CROSS_ROWS || top_columns > CROSS_COLUMNS {
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
                    case.values(rows).contains(row) && case.values(columns).contains(column)
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
            known(
                &filter.on,
                &[&DIMENSIONS[..], &MEASURES[..], &DATES[..]].concat(),
            )?;
        }
        let holds = |case: &&Case| filters.iter().all(|filter| Self::matches(case, filter));
        Ok(Self {
            cases: self.cases.iter().filter(holds).cloned().collect(),
            ..self.clone()
        })
    }

    fn page(&self, start: u32, limit: u32, columns: &[&str]) -> Result<Vec<Column>, QueryError> {
        if limit > PAGE_REPORTS {
            return Err(QueryError::TooLarge);
        }
        let end = self.cases.len().min((start + limit) as usize);
        let cases = self
            .cases
            .get(start as usize..end)
            .ok_or(QueryError::OutOfRange)?;
        columns.iter().map(|name| column(cases, name)).collect()
    }

    fn origin(&self) -> Origin {
        self.origin.clone()
    }

    fn components(&self) -> Vec<Component> {
        self.components.clone()
    }

    fn recipe(&self) -> Vec<Attribute> {
        self.recipe.clone()
    }

    fn received(&self) -> Option<Vec<Day>> {
        self.received.clone()
    }

    fn interval(&self) -> Option<Comparison> {
        self.interval.clone()
    }

    fn background(&self) -> Option<Source> {
        self.background.clone()
    }

    fn background_unavailable(&self) -> Option<String> {
        let reason = || self.background_unavailable.clone();
        self.background.is_none().then(reason)
    }

    fn background_counts(&self, reactions: &[String]) -> Vec<Option<Totals>> {
        let find = |name: &String| {
            let mut known = self.background_counts.iter();
            known.find(|totals| totals.reaction == *name).cloned()
        };
        reactions.iter().map(find).collect()
    }

    fn prior(&self) -> Option<Mixture> {
        self.prior
    }

    fn stratifications(&self) -> Vec<Stratification> {
        self.stratifications.clone()
    }

    fn stratification_gaps(&self) -> Vec<Gap> {
        self.stratification_gaps.clone()
    }

    fn stratum_counts(&self, stratification: &str, reactions: &[String]) -> Vec<Option<Vec<Cell>>> {
        let cells = |reaction: &String| {
            let key = (stratification.to_owned(), reaction.clone());
            self.stratum_counts.get(&key).cloned()
        };
        reactions.iter().map(cells).collect()
    }

    fn label(&self) -> Option<Label> {
        self.label.clone()
    }

    fn label_unavailable(&self) -> Option<String> {
        let reason = || self.label_unavailable.clone();
        self.label.is_none().then(reason)
    }

    fn label_mentions(&self, terms: &[String]) -> Vec<Vec<Mention>> {
        let find = |term: &String| self.label_mentions.get(term).cloned().unwrap_or_default();
        terms.iter().map(find).collect()
    }
}
