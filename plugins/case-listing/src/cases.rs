//! The reports behind the listing, newest first, within the bounds of one table.

use std::cmp::Reverse;

use quire_sdk::{Cut, Data, Deaths, Filter, Gravity, Page, Pages, QueryError, Table, joined_terms};

use crate::{Include, Params, age};

/// Values named in one cell; one report lists 519 drugs.
const MAX_VALUES: usize = 25;
/// Columns of the widest table.
const MAX_COLUMNS: usize = 22;

/// One line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) version: Option<i64>,
    /// The manufacturer's number of the case.
    pub(crate) control: Option<String>,
    pub(crate) received: Option<i32>,
    /// When the latest information came in.
    pub(crate) receipt: Option<i32>,
    pub(crate) event: Option<i32>,
    pub(crate) country: Option<String>,
    pub(crate) age: Option<String>,
    pub(crate) sex: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) suspects: Option<String>,
    /// Dose and days of treatment with the drug of the document.
    pub(crate) dosing: Option<String>,
    pub(crate) indication: Option<String>,
    pub(crate) reactions: Option<String>,
    pub(crate) outcomes: Option<String>,
    pub(crate) action: Option<String>,
    /// `yes`, `no`, `unknown`.
    pub(crate) dechallenge: Option<String>,
    pub(crate) rechallenge: Option<String>,
    pub(crate) seriousness: Option<String>,
    pub(crate) reporter: Option<String>,
    pub(crate) duplicates: Option<String>,
    pub(crate) gravity: Gravity,
}

/// The listing.
#[derive(Clone, Debug)]
pub(crate) struct Cases {
    pub(crate) listed: Vec<Case>,
    /// Which of them are printed.
    pub(crate) cut: Cut,
    /// Reports that should be listed.
    pub(crate) all: u32,
    /// Whether the host tells which outcome belongs to which reaction.
    pub(crate) has_pairs: bool,
    /// Whether a listed report stands for others.
    pub(crate) has_duplicates: bool,
    /// Whether a cell leaves values out.
    pub(crate) is_cut: bool,
}

impl Cases {
    pub(crate) fn of(data: &impl Data, params: Params) -> Result<Self, QueryError> {
        let rows = params.rows;
        match params.include {
            Include::All => Self::read(data, rows),
            Include::Serious => {
                let serious = Filter::one_of("seriousness", ["serious"]);
                Self::read(&data.select(&[serious])?, rows)
            }
            Include::Fatal => Self::read(&data.select(&Deaths::filters())?, rows),
        }
    }

    fn read(data: &impl Data, rows: u32) -> Result<Self, QueryError> {
        let knows = |name: &str| data.page(0, 0, &[name]).is_ok();
        let has_pairs = knows("reaction-with-outcome");
        let reactions = if has_pairs {
            "reaction-with-outcome"
        } else {
            "reaction"
        };
        let mut names = vec![
            "report-id",
            "version",
            "company-number",
            "received",
            "receipt",
            "event",
            "country",
            "age-years",
            "sex",
            "role",
            "suspect-drug",
            "indication",
            "action-taken",
            "dechallenge",
            "rechallenge",
            reactions,
            "reaction-outcome",
            "seriousness",
            "seriousness-criterion",
            "serious",
            "fatal",
            "reporter",
        ];
        if knows("dosing") {
            names.push("dosing");
        }
        if knows("duplicate") {
            names.push("duplicate");
        }
        let mut cases = Self {
            listed: Vec::new(),
            cut: Cut::default(),
            all: data.reports(),
            has_pairs,
            has_duplicates: false,
            is_cut: false,
        };
        for page in Pages::new(data, &names) {
            let page = page?;
            for report in 0..page.reports() {
                let case = cases.case(&page, report, reactions);
                cases.listed.push(case);
            }
        }
        cases
            .listed
            .sort_by(|one, other| one.order().cmp(&other.order()));
        cases.cut = Cut::of(&mut cases.listed, rows, |case| case.gravity);
        Table::fit(&mut cases.listed, MAX_COLUMNS, Case::bytes);
        cases.has_duplicates = cases.listed.iter().any(|case| case.duplicates.is_some());
        Ok(cases)
    }

    fn case(&mut self, page: &Page<'_>, report: u32, reactions: &str) -> Case {
        let one = |name: &str| page.text(name, report).map(str::to_owned);
        let mut many = |name: &str| {
            let values = page.texts(name, report);
            self.is_cut |= values.len() > MAX_VALUES;
            joined_terms(&values, MAX_VALUES)
        };
        let serious = one("seriousness");
        let criteria = many("seriousness-criterion");
        Case {
            id: one("report-id").unwrap_or_else(|| "not reported".to_owned()),
            version: page.number("version", report).map(|version| version as i64),
            control: one("company-number"),
            received: page.date("received", report),
            receipt: page.date("receipt", report),
            event: page.date("event", report),
            country: one("country"),
            age: page.number("age-years", report).map(age::words),
            sex: one("sex"),
            role: one("role"),
            suspects: many("suspect-drug"),
            dosing: many("dosing"),
            indication: many("indication"),
            action: many("action-taken"),
            dechallenge: many("dechallenge"),
            rechallenge: many("rechallenge"),
            reactions: many(reactions),
            outcomes: many("reaction-outcome"),
            seriousness: match (serious, criteria) {
                (Some(serious), Some(criteria)) => Some(format!("{serious}: {criteria}")),
                (None, Some(criteria)) => Some(criteria),
                (serious, None) => serious,
            },
            reporter: one("reporter"),
            duplicates: many("duplicate"),
            gravity: gravity(page, report),
        }
    }
}

fn gravity(page: &Page<'_>, report: u32) -> Gravity {
    let criteria = page.texts("seriousness-criterion", report);
    Gravity {
        fatal: u32::from(page.is("fatal", report)),
        life_threatening: u32::from(criteria.contains(&"life-threatening")),
        serious: u32::from(page.is("serious", report)),
    }
}

impl Case {
    /// Reactions by how they ended: `Cough, Rash (recovered); Pain (unknown)`.
    pub(crate) fn reactions_by_outcome(&self) -> Option<String> {
        let pairs: Vec<(&str, &str)> = self
            .reactions
            .as_deref()?
            .split("; ")
            .map(|pair| pair.rsplit_once(": ").unwrap_or((pair, "")))
            .collect();
        let mut outcomes: Vec<&str> = Vec::new();
        for (_, outcome) in &pairs {
            if !outcomes.contains(outcome) {
                outcomes.push(outcome);
            }
        }
        let groups = outcomes.into_iter().map(|outcome| {
            let ended = pairs.iter().filter(|pair| pair.1 == outcome);
            let terms: Vec<&str> = ended.map(|pair| pair.0).collect();
            match outcome {
                "" => terms.join(", "),
                outcome => format!("{} ({outcome})", terms.join(", ")),
            }
        });
        Some(groups.collect::<Vec<_>>().join("; "))
    }

    /// The latest first; of one day the gravest.
    fn order(&self) -> impl Ord + '_ {
        (Reverse((self.received, self.gravity)), &self.id)
    }

    fn bytes(&self) -> usize {
        let texts = [
            &self.country,
            &self.age,
            &self.sex,
            &self.role,
            &self.control,
            &self.suspects,
            &self.dosing,
            &self.indication,
            &self.action,
            &self.dechallenge,
            &self.rechallenge,
            &self.reactions,
            &self.outcomes,
            &self.seriousness,
            &self.reporter,
            &self.duplicates,
        ];
        let texts = texts.into_iter().flatten().map(String::len).sum::<usize>();
        self.id.len() + texts
    }
}
