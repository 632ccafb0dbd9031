//! Questions about the case series. The host holds the reports; only answers are copied.

use crate::wit::{
    background::{self, Mixture, Source, Totals},
    cases::{CaseSeries, Column, Counts, CrossTable, Filter, QueryError, Summary},
    interval::{self, Comparison},
    label::{self, Document as Label, Mention},
    provenance::{self, Component, Origin},
    strata::{self, Cell, Gap, Stratification},
    totals::{self, Day},
    types::{Attribute, Failure},
};

/// Reactions of one call of `background.count`, by the contract.
const BACKGROUND_REACTIONS: usize = quire_contract::bounds::BACKGROUND_REACTIONS;
/// Terms of one call of `label.find`, by the contract.
const LABEL_TERMS: usize = quire_contract::bounds::LABEL_TERMS;

/// The analysed reports, where they come from, and how they compare. `wit/data.wit` documents
/// every name and bound.
///
/// In a component the host answers; in a test a [`Fixture`](crate::testing::Fixture) does.
pub trait Data: Sized {
    /// How many reports there are.
    fn reports(&self) -> u32;

    /// How many reports there are, if there are any; `so` says what there is not without them, such as
    /// `there is no seriousness to count`.
    ///
    /// # Errors
    ///
    /// [`Failure::NoData`] without reports.
    fn analysed(&self, so: &str) -> Result<u32, Failure> {
        match self.reports() {
            0 => Err(Failure::NoData(format!("No report was analysed, so {so}."))),
            reports => Ok(reports),
        }
    }

    /// Reports for each value of a dimension, most reports first; the first `top` rows, or all.
    ///
    /// # Errors
    ///
    /// If there is no such dimension.
    fn count_by(&self, dimension: &str, top: Option<u32>) -> Result<Counts, QueryError>;

    /// For each row of [`count_by`](Self::count_by), in its order, how many values of the dimension `of`
    /// its reports have.
    ///
    /// # Errors
    ///
    /// If there is no such dimension.
    fn distinct_by(
        &self,
        dimension: &str,
        of: &str,
        top: Option<u32>,
    ) -> Result<Vec<u32>, QueryError>;

    /// Reports for each pair of the most frequent values; at most 1,000 rows and 100 columns.
    ///
    /// # Errors
    ///
    /// If there is no such dimension, or too much is asked for.
    fn cross_tab(
        &self,
        rows: &str,
        columns: &str,
        top_rows: u32,
        top_columns: u32,
    ) -> Result<CrossTable, QueryError>;

    /// Quartiles of a measure over the reports that have it.
    ///
    /// # Errors
    ///
    /// If there is no such measure.
    fn summarise(&self, measure: &str) -> Result<Summary, QueryError>;

    /// The reports for which every filter holds. The handle is given back when the value is
    /// dropped; at most 64 may be held at a time.
    ///
    /// # Errors
    ///
    /// If a filter names neither a dimension nor a measure.
    fn select(&self, filters: &[Filter]) -> Result<Self, QueryError>;

    /// Columns of at most `limit` reports from `start` on, in order of report id; at most 1,000 a call.
    /// [`Pages`](crate::Pages) walks all of them.
    ///
    /// # Errors
    ///
    /// If there is no such column, or too much is asked for.
    fn page(&self, start: u32, limit: u32, columns: &[&str]) -> Result<Vec<Column>, QueryError>;

    /// Where the reports come from.
    fn origin(&self) -> Origin;

    /// The code that makes each section of this document, in printed order.
    fn components(&self) -> Vec<Component>;

    /// What else determines this document, by the names in `wit/data.wit`.
    fn recipe(&self) -> Vec<Attribute>;

    /// All matching reports of the source by day of first receipt, fetched or not. None where the
    /// source could not say.
    fn received(&self) -> Option<Vec<Day>>;

    /// The requested period beside all time, in matching reports of any role; none unless reports from some day
    /// on were asked for and the source could say.
    fn interval(&self) -> Option<Comparison>;

    /// Which background there is, if any.
    fn background(&self) -> Option<Source>;

    /// Why there is no background, in words for the reader; none where there is one.
    fn background_unavailable(&self) -> Option<String>;

    /// Totals of reactions in the background, in the order asked, however many. None is a reaction
    /// that the source was not asked about or cannot be asked about: say that it is not known. One
    /// that it does not report at all is zero.
    fn background_counts(&self, reactions: &[String]) -> Vec<Option<Totals>>;

    /// The prior fitted over the whole background, if the fit was possible.
    fn prior(&self) -> Option<Mixture>;

    /// Every way in which the background was counted again in parts; none without a background, and none of
    /// one that was stored before there were any.
    fn stratifications(&self) -> Vec<Stratification>;

    /// Ways in which it was not, or not for every reaction, and why, in words for the reader.
    fn stratification_gaps(&self) -> Vec<Gap>;

    /// Reports of reactions in each stratum of one of them, in the order asked, however many. None is a
    /// reaction that was not counted: say so, it is not zero.
    fn stratum_counts(&self, stratification: &str, reactions: &[String]) -> Vec<Option<Vec<Cell>>>;

    /// The drug's own label, if the source has one.
    fn label(&self) -> Option<Label>;

    /// Why there is no label, in words for the reader; none where there is one.
    fn label_unavailable(&self) -> Option<String>;

    /// Where the label names each preferred term, in the order asked, however many. Show it as found in the
    /// label, with the place, never as a verdict: that the words stand there is all it says.
    fn label_mentions(&self, terms: &[String]) -> Vec<Vec<Mention>>;
}

/// The case series of this call, as the host answers for it.
#[doc(hidden)]
#[derive(Debug)]
pub struct Host(CaseSeries);

impl Host {
    /// Takes the handle; dropping it gives it back.
    #[must_use]
    pub fn new(series: CaseSeries) -> Self {
        Self(series)
    }
}

impl Data for Host {
    fn reports(&self) -> u32 {
        self.0.len()
    }

    fn count_by(&self, dimension: &str, top: Option<u32>) -> Result<Counts, QueryError> {
        self.0.count_by(dimension, top)
    }

    fn distinct_by(
        &self,
        dimension: &str,
        of: &str,
        top: Option<u32>,
    ) -> Result<Vec<u32>, QueryError> {
        self.0.distinct_by(dimension, of, top)
    }

    fn cross_tab(
        &self,
        rows: &str,
        columns: &str,
        top_rows: u32,
        top_columns: u32,
    ) -> Result<CrossTable, QueryError> {
        self.0.cross_tab(rows, columns, top_rows, top_columns)
    }

    fn summarise(&self, measure: &str) -> Result<Summary, QueryError> {
        self.0.summarise(measure)
    }

    fn select(&self, filters: &[Filter]) -> Result<Self, QueryError> {
        self.0.where_(filters).map(Self)
    }

    fn page(&self, start: u32, limit: u32, columns: &[&str]) -> Result<Vec<Column>, QueryError> {
        let names: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
        self.0.page(start, limit, &names)
    }

    fn origin(&self) -> Origin {
        provenance::describe()
    }

    fn components(&self) -> Vec<Component> {
        provenance::components()
    }

    fn recipe(&self) -> Vec<Attribute> {
        provenance::recipe()
    }

    fn received(&self) -> Option<Vec<Day>> {
        totals::received()
    }

    fn interval(&self) -> Option<Comparison> {
        interval::describe()
    }

    fn background(&self) -> Option<Source> {
        background::describe()
    }

    fn background_unavailable(&self) -> Option<String> {
        background::unavailable()
    }

    fn background_counts(&self, reactions: &[String]) -> Vec<Option<Totals>> {
        let calls = reactions.chunks(BACKGROUND_REACTIONS);
        calls.flat_map(background::count).collect()
    }

    fn prior(&self) -> Option<Mixture> {
        background::prior()
    }

    fn stratifications(&self) -> Vec<Stratification> {
        strata::describe()
    }

    fn stratification_gaps(&self) -> Vec<Gap> {
        strata::unavailable()
    }

    fn stratum_counts(&self, stratification: &str, reactions: &[String]) -> Vec<Option<Vec<Cell>>> {
        let calls = reactions.chunks(BACKGROUND_REACTIONS);
        calls
            .flat_map(|reactions| strata::count(stratification, reactions))
            .collect()
    }

    fn label(&self) -> Option<Label> {
        label::describe()
    }

    fn label_unavailable(&self) -> Option<String> {
        label::unavailable()
    }

    fn label_mentions(&self, terms: &[String]) -> Vec<Vec<Mention>> {
        terms.chunks(LABEL_TERMS).flat_map(label::find).collect()
    }
}

/// A query that a section should not have asked: the module's defect, in the host's words.
impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        Self::Failed(match error {
            QueryError::UnknownName(names) => format!("the host does not know the name: {names}"),
            QueryError::OutOfRange => "a page beyond the last report was asked for".to_owned(),
            QueryError::TooLarge => "more was asked for than the host copies at once".to_owned(),
        })
    }
}
