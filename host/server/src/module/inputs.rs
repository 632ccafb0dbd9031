//! What a section is made from: parameters and reports, as an author asks for them.

use std::sync::Arc;

use anyhow::Context as _;
use quire_model::{Background, Date, Label, Ndc};
use quire_modules::{Loaded, Sample};
use quire_replay::ReplaySettings;
use serde_json::Value;

use crate::{cli::RunInputs, report, self_test, usage};

/// The parameters that were given, or the module's own; or what is wrong with them.
pub(super) fn params(module: &Loaded, given: Option<&Value>) -> Result<String, String> {
    let checked = match given {
        Some(params) => module.check_params(params).map(|()| params.clone()),
        None => module.usual_params(),
    };
    checked.map(|params| params.to_string()).map_err(|errors| {
        let what = match given {
            Some(_) => "--params cannot be used",
            None => {
                "the module needs --params, since its schema has neither defaults nor an example"
            }
        };
        format!("{what}: {}", usage::fields(&errors))
    })
}

/// The drug that the reports are about.
pub(super) fn ndc(inputs: &RunInputs) -> anyhow::Result<Ndc> {
    Ok(match &inputs.ndc {
        Some(ndc) => ndc.clone(),
        None => self_test::NDC.parse::<Ndc>()?,
    })
}

/// What the section is made from.
pub(super) fn sample(inputs: &RunInputs) -> anyhow::Result<Sample> {
    let ndc = ndc(inputs)?;
    let mut sample = match &inputs.data {
        Some(file) => {
            let name = file.display().to_string();
            let page = std::fs::read(file).with_context(|| format!("{name} cannot be read"))?;
            let page = within(&page, inputs).with_context(|| name.clone())?;
            self_test::over(
                &name,
                &page,
                &ndc,
                inputs.as_of.unwrap_or_else(report::today),
            )?
        }
        None if inputs.empty => self_test::of("no reports", &[])?,
        None => {
            let replay = ReplaySettings::sample().context("the sample cannot be read")?;
            let records = replay.records.values().filter(self_test::names_the_drug);
            let records: Vec<Value> = records.filter(|record| is_within(record, inputs)).collect();
            self_test::of("the bundled reports that name 61958-0802", &records)?
        }
    };
    if inputs.no_background {
        let why = self_test::NOT_ASKED;
        sample.background = Arc::new(Background::Unavailable(why.to_owned()));
        sample.label = Arc::new(Label::Unavailable(why.to_owned()));
    }
    if let Some(as_of) = inputs.as_of {
        sample.as_of = as_of;
    }
    sample.series = Arc::new(sample.series.analysed(&ndc, inputs.role.into(), None));
    Ok(sample)
}

/// The page with the reports of the period alone.
fn within(page: &[u8], inputs: &RunInputs) -> anyhow::Result<Vec<u8>> {
    if inputs.from.is_none() && inputs.to.is_none() {
        return Ok(page.to_vec());
    }
    let mut page: Value = serde_json::from_slice(page).context("it is not JSON")?;
    if let Some(records) = page.get_mut("results").and_then(Value::as_array_mut) {
        records.retain(|record| is_within(record, inputs));
    }
    Ok(page.to_string().into_bytes())
}

fn is_within(record: &Value, inputs: &RunInputs) -> bool {
    let day = |date: Date| date.to_string().replace('-', "");
    let received = record
        .get("receivedate")
        .and_then(Value::as_str)
        .unwrap_or_default();
    inputs
        .from
        .is_none_or(|from| received >= day(from).as_str())
        && inputs.to.is_none_or(|to| received <= day(to).as_str())
}
