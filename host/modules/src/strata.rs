//! The interface `strata`: the background counted again in parts.

use quire_contract::bounds::BACKGROUND_REACTIONS;
use quire_model::{ReactionTotals, Stratification, Stratum};

use crate::{bindings::strata, stop::Stop, store::Guest};

fn stratification(found: &Stratification) -> strata::Stratification {
    let stratum = |stratum: &Stratum| strata::Stratum {
        name: stratum.name.clone(),
        total: stratum.total,
        drug: stratum.drug,
    };
    strata::Stratification {
        name: found.by.name().to_owned(),
        strata: found.strata.iter().map(stratum).collect(),
    }
}

fn cell(totals: &ReactionTotals) -> strata::Cell {
    strata::Cell {
        both: totals.both,
        all: totals.all,
    }
}

impl strata::Host for Guest {
    async fn describe(&mut self) -> wasmtime::Result<Vec<strata::Stratification>> {
        let totals = self.background.totals();
        let found = totals.map(|totals| totals.strata.stratifications.as_slice());
        Ok(found
            .unwrap_or_default()
            .iter()
            .map(stratification)
            .collect())
    }

    async fn unavailable(&mut self) -> wasmtime::Result<Vec<strata::Gap>> {
        let totals = self.background.totals();
        let gaps = totals.map(|totals| totals.strata.gaps.as_slice());
        let gap = |(by, reason): &(quire_model::StratifiedBy, String)| strata::Gap {
            name: by.name().to_owned(),
            reason: reason.clone(),
        };
        Ok(gaps.unwrap_or_default().iter().map(gap).collect())
    }

    async fn count(
        &mut self,
        stratification: String,
        reactions: Vec<String>,
    ) -> wasmtime::Result<Vec<Option<Vec<strata::Cell>>>> {
        if reactions.len() > BACKGROUND_REACTIONS {
            let asked = reactions.len();
            let advice = format!(
                "`strata.count` was asked for {asked} reactions; ask for {BACKGROUND_REACTIONS} at a time"
            );
            return Err(Stop::Misuse(advice).into());
        }
        let totals = self.background.totals();
        let cells = |reaction: &String| {
            let found = totals?.strata.reaction(&stratification, reaction)?;
            Some(found.iter().map(cell).collect())
        };
        let cells = reactions.iter().map(cells).collect();
        Ok(self.told(cells))
    }
}
