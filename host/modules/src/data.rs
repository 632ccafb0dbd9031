//! The interfaces beside the case series: `provenance`, `totals` and `background`.

use std::sync::Arc;

use quire_faers::CaseSeries;

use crate::{
    bindings::{background, provenance, totals, types},
    convert::{date, origin},
    store::{Guest, Stop},
};

/// Reactions of one `background.count`.
const REACTIONS: usize = 1_000;

/// The other half of the two-by-two table. Nothing is behind it yet: a later step fetches it, which
/// is why the functions that read it are async.
#[derive(Clone, Debug, Default)]
pub(crate) struct Background {}

impl Background {
    /// None: no background is configured.
    fn describe(&self) -> Option<background::Source> {
        None
    }

    /// Zeros, since nothing is known.
    fn count(&self, reactions: Vec<String>) -> Vec<background::Totals> {
        reactions
            .into_iter()
            .map(|reaction| background::Totals {
                reaction,
                both: 0,
                all: 0,
            })
            .collect()
    }

    /// None: nothing to fit.
    fn prior(&self) -> Option<background::Mixture> {
        None
    }
}

impl Guest {
    /// The case series of the call; none while a component is tried.
    fn series(&self, function: &str) -> Result<Arc<CaseSeries>, Stop> {
        self.data
            .clone()
            .ok_or_else(|| Stop::Misuse(format!("`{function}` was called before there was data")))
    }
}

impl types::Host for Guest {}

impl provenance::Host for Guest {
    fn describe(&mut self) -> wasmtime::Result<provenance::Origin> {
        let series = self.series("quire:report/provenance#describe")?;
        Ok(origin::origin(series.origin()))
    }
}

impl totals::Host for Guest {
    fn received(&mut self) -> wasmtime::Result<Option<Vec<totals::Day>>> {
        let series = self.series("quire:report/totals#received")?;
        let day = |day: &quire_faers::Day| totals::Day {
            received: date::to_days(day.received),
            reports: day.reports,
        };
        Ok(series.received().map(|days| days.iter().map(day).collect()))
    }
}

impl background::Host for Guest {
    async fn describe(&mut self) -> wasmtime::Result<Option<background::Source>> {
        Ok(self.background.describe())
    }

    async fn count(&mut self, reactions: Vec<String>) -> wasmtime::Result<Vec<background::Totals>> {
        if reactions.len() > REACTIONS {
            let asked = reactions.len();
            let advice = format!(
                "`background.count` was asked for {asked} reactions; ask for {REACTIONS} at a time"
            );
            return Err(Stop::Misuse(advice).into());
        }
        Ok(self.background.count(reactions))
    }

    async fn prior(&mut self) -> wasmtime::Result<Option<background::Mixture>> {
        Ok(self.background.prior())
    }
}
