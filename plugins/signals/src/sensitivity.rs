//! Whether a signal stays when the comparator is counted in other ways (READUS-PV item 7c).

use quire_sdk::{
    Condition, Data, Failure, Filter,
    wit::strata::{Cell, Stratification},
};
use quire_statistics::{Level, Stratum, mantel_haenszel, ror, stratified_expected};

use crate::{Estimate, Pair, Signals, TwoByTwo, words};

/// Reports with drug and reaction from which a signal can stay: the smallest number that any rule looks at.
pub const STAYS_FROM: u64 = 3;

/// One way to count the comparator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// As every other table of signals does.
    All,
    /// Serious reports only.
    Serious,
    /// Reports of health professionals only.
    Professional,
    /// Reports with the drug only as far as they suspect it.
    Suspect,
    /// Within each sex and age group.
    SexAndAge,
}

/// Whether a signal stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// At least three reports, and the lower bound of the ROR is above 1.
    Stays,
    /// The lower bound is not above 1, or fewer than three reports where at least as many were expected.
    Goes,
    /// Fewer than three reports, where no more were to be expected: nothing can be said.
    TooFew,
    /// There is no ROR, because a count that it divides by is 0.
    NotCalculable,
    /// The source was not asked about the reaction in this way.
    NotCounted,
}

/// What one way of counting says of one signal.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// The way.
    pub way: Way,
    /// Reports with drug and reaction, with the drug, with the reaction, and all; none if not counted.
    pub counts: Option<[u64; 4]>,
    /// The reports to expect; of strata, their sum.
    pub expected: Option<f64>,
    /// The ROR with its 95 % interval; within sex and age that of Mantel and Haenszel.
    pub ratio: Option<Estimate>,
    /// Whether the signal stays.
    pub outcome: Outcome,
}

/// The signals that were counted again.
#[derive(Clone, Debug)]
pub struct Sensitivity<'a> {
    /// Each signal in every way of `ways`, in their order.
    pub signals: Vec<(&'a Pair, Vec<Counted>)>,
    /// The ways that there are, all reports first.
    pub ways: Vec<Way>,
    /// The others, and why there is nothing, in words for the reader.
    pub gaps: Vec<(Way, String)>,
}

impl Way {
    /// The name of its strata in the contract; none for what needs none.
    const fn strata(self) -> Option<&'static str> {
        match self {
            Self::Serious => Some("serious"),
            Self::Professional => Some("health-professional"),
            Self::SexAndAge => Some("sex-and-age"),
            Self::All | Self::Suspect => None,
        }
    }

    /// What it is in a sentence: `in serious reports`.
    #[must_use]
    pub const fn said(self) -> &'static str {
        match self {
            Self::All => "in all reports",
            Self::Serious => "in serious reports",
            Self::Professional => "in reports of health professionals",
            Self::Suspect => "in reports that suspect the drug",
            Self::SexAndAge => "within sex and age",
        }
    }

    /// What it is in a table.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::All => "All reports",
            Self::Serious => "Serious only",
            Self::Professional => "Health professionals only",
            Self::Suspect => "Drug suspect only",
            Self::SexAndAge => "Within sex and age",
        }
    }
}

impl Outcome {
    /// What it is in a table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stays => "yes",
            Self::Goes => "no",
            Self::TooFew => "too few",
            Self::NotCalculable => "not calculable",
            Self::NotCounted => "not counted",
        }
    }
}

impl<'a> Sensitivity<'a> {
    /// Count the signals in every way that the comparator allows; none without signals.
    ///
    /// # Errors
    ///
    /// [`Failure::Failed`] for a query that the host refuses.
    pub fn of(
        data: &impl Data,
        signals: &Signals,
        named: &[&'a Pair],
    ) -> Result<Option<Self>, Failure> {
        if named.is_empty() {
            return Ok(None);
        }
        let counting = Counting::of(data, signals, named)?;
        let ways = counting.ways();
        let of = |pair: &&'a Pair| {
            let counted = ways.iter().map(|way| counting.count(*way, pair));
            (*pair, counted.collect())
        };
        Ok(Some(Self {
            signals: named.iter().map(of).collect(),
            gaps: counting.gaps(data, &ways),
            ways,
        }))
    }

    /// Signals that stay in every way.
    pub fn staying(&self) -> impl Iterator<Item = &'a Pair> {
        let stays = |counted: &Counted| counted.outcome == Outcome::Stays;
        let all = self
            .signals
            .iter()
            .filter(move |(_, ways)| ways.iter().all(stays));
        all.map(|(pair, _)| *pair)
    }
}

/// For each named reaction its reports in each stratum; none where it was not counted.
type Named = Vec<(String, Option<Vec<Cell>>)>;

/// What the ways are counted from.
struct Counting {
    /// All reports of the comparator, and those of the drug.
    total: u64,
    drug: u64,
    /// Analysed reports that suspect the drug, where they can stand for those of the source.
    suspect: Option<u64>,
    why_not_suspect: Option<String>,
    found: Vec<(Way, Stratification)>,
    cells: Vec<(Way, Named)>,
}

impl Counting {
    fn of(data: &impl Data, signals: &Signals, named: &[&Pair]) -> Result<Self, Failure> {
        let terms: Vec<String> = named.iter().map(|pair| pair.term.clone()).collect();
        let (mut found, mut cells) = (Vec::new(), Vec::new());
        let all = data.stratifications();
        for way in [Way::Serious, Way::Professional, Way::SexAndAge] {
            let name = way.strata().unwrap_or_default();
            let Some(strata) = all.iter().find(|one| one.name == name) else {
                continue;
            };
            let counts = data.stratum_counts(name, &terms);
            found.push((way, strata.clone()));
            cells.push((way, terms.iter().cloned().zip(counts).collect()));
        }
        let origin = data.origin();
        let is_whole = origin.fetched == origin.total;
        let mixes = words::mixes_roles(&signals.source);
        let why_not_suspect = (mixes && !is_whole).then(|| {
            "the comparator cannot tell roles, and only a part of the matching reports was read"
                .to_owned()
        });
        let suspect = match mixes && is_whole {
            true => Some(suspecting(data)?),
            false => None,
        };
        Ok(Self {
            total: signals.source.total,
            drug: signals.source.drug,
            suspect,
            why_not_suspect,
            found,
            cells,
        })
    }

    fn ways(&self) -> Vec<Way> {
        let found = self.found.iter().map(|(way, _)| *way);
        let suspect = self.suspect.map(|_| Way::Suspect);
        let mut ways: Vec<Way> = [Way::All].into_iter().chain(found).chain(suspect).collect();
        ways.sort_unstable();
        ways
    }

    /// Why other ways are missing, or cover not every signal.
    fn gaps(&self, data: &impl Data, ways: &[Way]) -> Vec<(Way, String)> {
        let said = data.stratification_gaps();
        let mut gaps = Vec::new();
        for way in [Way::Serious, Way::Professional, Way::SexAndAge] {
            let gap = said
                .iter()
                .find(|gap| Some(gap.name.as_str()) == way.strata());
            match gap {
                Some(gap) => gaps.push((way, gap.reason.clone())),
                None if !ways.contains(&way) => {
                    gaps.push((way, "this comparator was not counted in parts".to_owned()));
                }
                None => {}
            }
        }
        gaps.extend(self.why_not_suspect.clone().map(|why| (Way::Suspect, why)));
        gaps
    }

    fn count(&self, way: Way, pair: &Pair) -> Counted {
        let strata = match way {
            Way::All => Some(vec![[
                pair.table.a(),
                self.drug,
                pair.table.event(),
                self.total,
            ]]),
            Way::Suspect => self.suspect.map(|drug| {
                vec![[
                    u64::from(pair.suspect),
                    drug,
                    pair.table.event(),
                    self.total,
                ]]
            }),
            _ => self.strata(way, pair),
        };
        let tables = strata.as_ref().and_then(|strata| {
            let table = |[a, n, m, all]: &[u64; 4]| TwoByTwo::from_margins(*a, *n, *m, *all).ok();
            strata.iter().map(table).collect::<Option<Vec<TwoByTwo>>>()
        });
        let Some(tables) = tables else {
            return Counted {
                way,
                counts: None,
                expected: None,
                ratio: None,
                outcome: Outcome::NotCounted,
            };
        };
        let ratio = match tables.as_slice() {
            [table] => ror(*table, Level::P95),
            tables => mantel_haenszel(tables, Level::P95),
        };
        let margins: Vec<Stratum> = tables.iter().copied().map(Stratum::from).collect();
        let sum = |pick: fn(TwoByTwo) -> u64| tables.iter().map(|table| pick(*table)).sum();
        let a: u64 = sum(TwoByTwo::a);
        let ratio = ratio.ok();
        let expected = stratified_expected(&margins);
        let outcome = match &ratio {
            _ if a < STAYS_FROM && expected < STAYS_FROM as f64 => Outcome::TooFew,
            _ if a < STAYS_FROM => Outcome::Goes,
            None => Outcome::NotCalculable,
            Some(ratio) if ratio.lower > 1.0 => Outcome::Stays,
            Some(_) => Outcome::Goes,
        };
        Counted {
            way,
            counts: Some([
                a,
                sum(TwoByTwo::drug),
                sum(TwoByTwo::event),
                sum(TwoByTwo::all),
            ]),
            expected: Some(expected),
            ratio,
            outcome,
        }
    }

    /// a, n, m and N of each stratum; none where the reaction was not counted in them.
    fn strata(&self, way: Way, pair: &Pair) -> Option<Vec<[u64; 4]>> {
        let strata = &self.found.iter().find(|(found, _)| *found == way)?.1.strata;
        let cells = &self.cells.iter().find(|(found, _)| *found == way)?.1;
        let cells = cells
            .iter()
            .find(|(term, _)| *term == pair.term)?
            .1
            .as_ref()?;
        let both = strata.iter().zip(cells);
        let counts = both.map(|(stratum, cell)| [cell.both, stratum.drug, cell.all, stratum.total]);
        Some(counts.collect())
    }
}

/// Analysed reports in which the drug is suspect or interacting.
fn suspecting(data: &impl Data) -> Result<u64, Failure> {
    let roles = ["suspect", "interacting"].map(str::to_owned);
    let suspect = data.select(&[Filter {
        on: "role".to_owned(),
        is: Condition::OneOf(roles.to_vec()),
    }])?;
    Ok(u64::from(suspect.reports()))
}
