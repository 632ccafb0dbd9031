//! Decides what a report is compared with: an imported background, openFDA's own totals, or nothing.

use std::sync::Arc;

use quire_background::{BackgroundError, Store};
use quire_faers::{CaseSeries, Faers, Lasting};
use quire_model::{Background, HostFault, Ndc};

/// Where backgrounds come from.
#[derive(Clone, Debug)]
pub enum Backgrounds {
    /// From nowhere: reports say that comparison is switched off.
    Off,
    /// Totals that openFDA counts, over any role of the drug.
    Api,
    /// The imported background that is used, by primary suspect; none as long as none is.
    Store(Store),
    /// The imported background if one is used, else openFDA's totals.
    StoreOrApi(Store),
}

impl Backgrounds {
    /// The background of one report. That there is none is no error: the report says why.
    ///
    /// # Errors
    ///
    /// What this machine lacked: another attempt has the background.
    pub(crate) async fn of(
        &self,
        faers: &Faers,
        ndc: &Ndc,
        series: &CaseSeries,
    ) -> Result<Lasting<Background>, HostFault> {
        match self {
            Self::Off => Ok(Lasting::own(none(
                "comparison is switched off (QUIRE_BACKGROUND is off)",
            ))),
            Self::Api => faers.background(ndc, series).await,
            Self::Store(store) => match imported(store, series).await? {
                Some(background) => Ok(background),
                None => Ok(Lasting::own(none("no background is imported"))),
            },
            Self::StoreOrApi(store) => match imported(store, series).await? {
                Some(background) => Ok(background),
                None => faers.background(ndc, series).await,
            },
        }
    }

    /// What tells this choice from others: equal names, and equal answers of openFDA, give equal backgrounds.
    pub(crate) fn name(&self) -> String {
        let used = |store: &Store| store.used().unwrap_or_default();
        match self {
            Self::Off => "off".to_owned(),
            Self::Api => "api".to_owned(),
            Self::Store(store) => format!("store {}", used(store)),
            Self::StoreOrApi(store) => format!("store or api {}", used(store)),
        }
    }
}

/// What the used import says; none if none is used.
async fn imported(
    store: &Store,
    series: &CaseSeries,
) -> Result<Option<Lasting<Background>>, HostFault> {
    let mut background = match store.background(&series.drug_names()).await {
        Ok(Some(background)) => background,
        Ok(None) => return Ok(None),
        Err(error) => {
            if let Some(fault) = host_fault(&error) {
                return Err(fault);
            }
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "the imported background cannot be read");
            let reason = "the imported background cannot be read; the log says why";
            return Ok(Some(Lasting::instead(Background::Unavailable(
                reason.to_owned(),
            ))));
        }
    };
    let others = series.stated_substances();
    if let Background::Totals(totals) = &mut background
        && !others.is_empty()
    {
        let remark = format!(
            " (the drug also by its substance as reports state it: {})",
            others.join(", ")
        );
        totals.label.push_str(&remark);
    }
    if let Background::Totals(totals) = &mut background
        && series.origin().received.is_bounded()
    {
        let remark = " (all dates of receipt, whatever the period of the report)";
        totals.label.push_str(remark);
    }
    Ok(Some(Lasting::own(Arc::new(background))))
}

/// The machine's part in a failure. A store keeps what the database said to itself, so it is asked.
fn host_fault(error: &BackgroundError) -> Option<HostFault> {
    match error {
        BackgroundError::Store(error) => quire_records::host_fault(error),
        other => quire_records::host_fault(other),
    }
}

fn none(reason: &str) -> Arc<Background> {
    Arc::new(Background::Unavailable(reason.to_owned()))
}
