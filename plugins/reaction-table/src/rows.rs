//! The counts behind the table.

use std::{cmp::Reverse, collections::BTreeMap};

use quire_sdk::{
    Cut, Data, Deaths, Filter, Gravity, QueryError, Stated, Table, cases_by, is_administrative,
    reports_by,
};

use crate::Params;

/// Reporters whom ICH E2D calls health professionals, as the contract names them.
const PROFESSIONALS: [&str; 3] = ["physician", "pharmacist", "other health professional"];

/// Mark of a designated medical event.
pub(crate) const DESIGNATED: &str = "DME";
/// Mark of a term that says nothing clinical.
pub(crate) const ADMINISTRATIVE: &str = "†";

/// One reaction term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) term: String,
    pub(crate) reports: u32,
    /// Their probable cases.
    pub(crate) cases: u32,
    pub(crate) gravity: Gravity,
    pub(crate) professional: u32,
    pub(crate) is_administrative: bool,
    pub(crate) is_designated: bool,
}

/// All reaction terms of the analysed reports, most often named first, then the gravest; below those
/// that are printed anyhow stand the others with a grave case.
#[derive(Clone, Debug)]
pub(crate) struct Reactions {
    pub(crate) rows: Vec<Row>,
    pub(crate) cut: Cut,
    pub(crate) analysed: u32,
    pub(crate) distinct: u32,
    /// Reports that name no term.
    pub(crate) without: u32,
    /// What any report states at all; a column of what none states has no numbers.
    pub(crate) states: States,
}

/// Whether any analysed report states something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct States {
    pub(crate) seriousness: bool,
    pub(crate) death: bool,
    pub(crate) criteria: bool,
    pub(crate) reporter: bool,
}

impl Reactions {
    pub(crate) fn of(data: &impl Data, params: &Params) -> Result<Self, QueryError> {
        let analysed = data.reports();
        let most = u32::try_from(Table::max_rows(params.width())).unwrap_or(u32::MAX);
        let counts = data.count_by("reaction", Some(most.min(100_000)))?;
        let professional = by_term(data, Filter::one_of("reporter", PROFESSIONALS))?;
        let threatening = by_term(data, Gravity::life_threatening_filter())?;
        let cases = cases_by(data, "reaction")?;
        let designated = &params.designated_events;
        let of = |all: &BTreeMap<String, u32>, term: &str| all.get(term).copied().unwrap_or(0);
        let rows = counts.rows.into_iter().map(|row| Row {
            professional: of(&professional, &row.value),
            cases: of(&cases, &row.value),
            is_administrative: is_administrative(&row.value),
            is_designated: designated.is_listed(&row.value),
            gravity: Gravity {
                fatal: row.fatal,
                life_threatening: of(&threatening, &row.value),
                serious: row.serious,
            },
            term: row.value,
            reports: row.reports,
        });
        let mut rows: Vec<Row> = rows.collect();
        rows.sort_by(|one, other| one.order().cmp(&other.order()));
        let cut = Cut::with(
            &mut rows,
            params.top,
            |row| row.gravity,
            |row| row.is_designated,
        );
        Ok(Self {
            rows,
            cut,
            analysed,
            distinct: counts.distinct,
            without: counts.missing,
            states: States::of(data)?,
        })
    }

    /// Reports that name a term: what shares are taken of.
    pub(crate) fn naming(&self) -> u32 {
        self.analysed.saturating_sub(self.without)
    }
}

impl Row {
    /// Its mark; empty for most.
    pub(crate) fn mark(&self) -> &'static str {
        match (self.is_designated, self.is_administrative) {
            (true, _) => DESIGNATED,
            (_, true) => ADMINISTRATIVE,
            _ => "",
        }
    }

    fn order(&self) -> impl Ord + '_ {
        (Reverse((self.reports, self.gravity)), &self.term)
    }
}

impl States {
    fn of(data: &impl Data) -> Result<Self, QueryError> {
        let analysed = data.reports();
        let stated = |dimension| Ok(data.count_by(dimension, Some(0))?.missing < analysed);
        Ok(Self {
            seriousness: stated("seriousness")?,
            death: Deaths::of(data)?.all.known().is_some(),
            criteria: Stated::criterion(data, "life-threatening")?
                .known()
                .is_some(),
            reporter: stated("reporter")?,
        })
    }
}

/// Reports of some kind for each term.
fn by_term(data: &impl Data, filter: Filter) -> Result<BTreeMap<String, u32>, QueryError> {
    reports_by(&data.select(&[filter])?, "reaction")
}
