//! The interfaces beside the case series: `provenance`, `totals`, `interval`, `background` and `log`.

use std::sync::Arc;

use quire_contract::bounds::BACKGROUND_REACTIONS;
use quire_faers::{CaseSeries, Interval, ReactionSpan, SpanTotals};
use quire_model::{Background, BackgroundTotals, Mixture, epoch_days};

use crate::{
    bindings::{background, interval, log, provenance, totals, types},
    convert::{origin, recipe},
    stop::Stop,
    store::Guest,
};

/// Which background there is, as the contract has it.
fn source(totals: &BackgroundTotals) -> background::Source {
    background::Source {
        label: totals.label.clone(),
        role: totals.role.name().to_owned(),
        as_of: epoch_days(totals.as_of),
        total: totals.total,
        drug: totals.drug,
    }
}

/// One answer of `background.count`, under the name that was asked for.
fn counted(background: &Background, reaction: String) -> Option<background::Totals> {
    let found = background.totals()?.reaction(&reaction)?;
    Some(background::Totals {
        reaction,
        both: found.both,
        all: found.all,
    })
}

fn mixture(mixture: &Mixture) -> background::Mixture {
    background::Mixture {
        alpha1: mixture.alpha1,
        beta1: mixture.beta1,
        alpha2: mixture.alpha2,
        beta2: mixture.beta2,
        weight: mixture.weight,
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
        let (origin, analysis) = (series.origin(), series.analysis());
        let origin = origin::origin(origin, analysis, &self.background, &self.label);
        Ok(self.told(origin))
    }

    fn components(&mut self) -> wasmtime::Result<Vec<provenance::Component>> {
        let recipe = self.recipe.as_deref();
        Ok(recipe.map(recipe::components).unwrap_or_default())
    }

    fn recipe(&mut self) -> wasmtime::Result<Vec<types::Attribute>> {
        let recipe = self.recipe.as_deref();
        Ok(recipe.map(recipe::attributes).unwrap_or_default())
    }
}

impl totals::Host for Guest {
    fn received(&mut self) -> wasmtime::Result<Option<Vec<totals::Day>>> {
        let series = self.series("quire:report/totals#received")?;
        let day = |day: &quire_faers::Day| totals::Day {
            received: epoch_days(day.received),
            reports: day.reports,
        };
        let days = series.received().map(|days| days.iter().map(day).collect());
        Ok(self.told(days))
    }
}

impl interval::Host for Guest {
    fn describe(&mut self) -> wasmtime::Result<Option<interval::Comparison>> {
        let series = self.series("quire:report/interval#describe")?;
        Ok(self.told(series.interval().map(comparison)))
    }
}

fn comparison(found: &Interval) -> interval::Comparison {
    let span = |totals: &SpanTotals| interval::SpanTotals {
        reports: totals.reports,
        serious: totals.serious,
        death: totals.death,
    };
    let reaction = |span: &ReactionSpan| interval::ReactionSpan {
        reaction: span.reaction.clone(),
        period: span.period,
        cumulative: span.cumulative,
    };
    interval::Comparison {
        period: span(&found.period),
        cumulative: span(&found.cumulative),
        reactions: found.reactions.iter().map(reaction).collect(),
    }
}

impl background::Host for Guest {
    async fn describe(&mut self) -> wasmtime::Result<Option<background::Source>> {
        let source = self.background.totals().map(source);
        Ok(self.told(source))
    }

    async fn unavailable(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(match &*self.background {
            Background::Totals(_) => None,
            Background::Unavailable(reason) => Some(reason.clone()),
        })
    }

    async fn count(
        &mut self,
        reactions: Vec<String>,
    ) -> wasmtime::Result<Vec<Option<background::Totals>>> {
        if reactions.len() > BACKGROUND_REACTIONS {
            let asked = reactions.len();
            let advice = format!(
                "`background.count` was asked for {asked} reactions; ask for {BACKGROUND_REACTIONS} at a time"
            );
            return Err(Stop::Misuse(advice).into());
        }
        let answer = |reaction| counted(&self.background, reaction);
        let totals = reactions.into_iter().map(answer).collect();
        Ok(self.told(totals))
    }

    async fn prior(&mut self) -> wasmtime::Result<Option<background::Mixture>> {
        let prior = self.background.totals().and_then(|totals| totals.prior);
        Ok(prior.as_ref().map(mixture))
    }
}

impl log::Host for Guest {
    fn write(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            log::Level::Debug => "debug",
            log::Level::Info => "info",
            log::Level::Warn => "warn",
            log::Level::Error => "error",
        };
        self.log.write(level, &message);
        Ok(())
    }
}
