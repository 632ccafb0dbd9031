//! From product codes to a snapshot: pages of reports, totals by day, and the product directory
//! when there are no reports.

mod interval;

use std::collections::BTreeSet;

use quire_model::{Ndc, Period, fold};

use crate::{
    FaersError, Snapshot,
    client::{Client, Request},
    openfda::{DayCounts, Directory, EventPage, Total},
    question::Question,
    snapshot::Gathering,
};

/// Everything openFDA says about a code in a period, newest reports first and at most `max_reports`
/// of them.
///
/// # Errors
///
/// [`FaersError::UnknownNdc`] if no report carries the code and the directory does not list it, otherwise whatever kept
/// openFDA from answering.
pub(crate) async fn snapshot(
    client: &Client,
    question: &Question,
    max_reports: u32,
    page_size: u32,
) -> Result<Snapshot, FaersError> {
    let Question { ndc, received } = question;
    let mut gathering = Gathering::default();
    if received.is_bounded() {
        ask_of_any_day(client, ndc, &mut gathering).await?;
    }
    let max_reports = max_reports.max(1);
    let mut page_size = page_size.min(max_reports);
    let mut after: Option<String> = None;
    loop {
        let mut request = Request::events(ndc.candidates(), *received, page_size, after.as_deref());
        let candidates = ndc.candidates().to_vec();
        let read = move |body: &[u8]| EventPage::parse(body, &candidates);
        let reply = client.ask_for_a_page(&mut request, read).await?;
        // The next page is as heavy as this one was.
        page_size = request.limit().unwrap_or(page_size);
        let first = gathering.fetched() == 0;
        let Some(page) = reply.content else {
            gathering.add_nothing(reply.answered);
            if first && !gathering.knows_the_drug() {
                look_up(client, ndc, &mut gathering).await?;
            }
            break;
        };
        let got = page.len();
        let room = (max_reports as usize).saturating_sub(gathering.fetched());
        gathering.add_page(page, reply.answered, room);
        if first {
            count_days(client, question, &mut gathering).await?;
        }
        let full = gathering.fetched() >= max_reports as usize;
        match reply.next {
            Some(next) if !full && got > 0 && after.as_deref() != Some(&next) => after = Some(next),
            _ => break,
        }
    }
    one_drug(client, question, &mut gathering).await?;
    interval::count(client, question, &mut gathering).await?;
    count_named(client, question, &mut gathering).await;
    gathering
        .finish(question)
        .map_err(|error| FaersError::Broken {
            reason: error.to_string(),
        })
}

/// Refuses a code of which two readings have reports that name different drugs: the two are never mixed.
/// Readings that the fetched reports do not carry are asked for where there are more reports.
async fn one_drug(
    client: &Client,
    question: &Question,
    gathering: &mut Gathering,
) -> Result<(), FaersError> {
    let candidates = question.ndc.candidates();
    if gathering.fetched() == 0 {
        return Ok(());
    }
    if gathering.is_partial() {
        for candidate in candidates {
            if gathering.readings().contains_key(candidate.as_str()) {
                continue;
            }
            let one = vec![candidate.clone()];
            let request = Request::events(&one, question.received, 1, None);
            let reply = client.ask(&request, move |body: &[u8]| EventPage::parse(body, &one));
            let reply = reply.await?;
            match reply.content {
                Some(page) => gathering.add_reading(page, reply.answered),
                None => gathering.add_nothing(reply.answered),
            }
        }
    }
    let readings = gathering.readings();
    let folded = readings.values();
    let mut folded =
        folded.map(|names| names.iter().map(|name| fold(name)).collect::<BTreeSet<_>>());
    let first = folded.next();
    if folded.all(|other| Some(&other) == first.as_ref()) {
        return Ok(());
    }
    // In the order of likelihood, as everywhere.
    let named = candidates.iter().filter_map(|code| {
        let names = readings.get(code.as_str())?;
        Some((code.to_string(), names.iter().cloned().collect()))
    });
    Err(FaersError::AmbiguousNdc {
        ndc: question.ndc.to_string(),
        readings: named.collect(),
    })
}

/// How many reports there are of any day, and what names they use: a period without reports is not a
/// drug without reports.
async fn ask_of_any_day(
    client: &Client,
    ndc: &Ndc,
    gathering: &mut Gathering,
) -> Result<(), FaersError> {
    let candidates = ndc.candidates().to_vec();
    let request = Request::events(&candidates, Period::default(), 1, None);
    let read = move |body: &[u8]| EventPage::parse(body, &candidates);
    let reply = client.ask(&request, read).await?;
    if let Some(page) = reply.content {
        gathering.add_any_day(page, reply.answered);
    }
    Ok(())
}

/// Totals by day are worth having, but no reason to go without the reports. That this machine could
/// not ask is no reason to go without the totals.
async fn count_days(
    client: &Client,
    question: &Question,
    gathering: &mut Gathering,
) -> Result<(), FaersError> {
    let request = Request::days(question.ndc.candidates(), question.received);
    match client.ask(&request, DayCounts::parse).await {
        Ok(reply) => gathering.add_days(reply.content.unwrap_or_default(), reply.answered),
        Err(error @ FaersError::Host(_)) => return Err(error),
        Err(error) => tracing::warn!(%error, "openFDA did not say how many reports a day"),
    }
    Ok(())
}

/// Where the code finds few reports or none, openFDA may not have attached it to the name: infliximab
/// lost its codes for months. How many reports use the name is then counted too; a report that cannot
/// have that count says that it was not looked for.
async fn count_named(client: &Client, question: &Question, gathering: &mut Gathering) {
    let names = gathering.names_to_count();
    if names.is_empty() {
        return;
    }
    let request = Request::named(&names, question.received);
    match client.ask(&request, Total::parse).await {
        Ok(reply) => gathering.add_named(names, reply.content.as_ref(), reply.answered),
        Err(error) => tracing::warn!(%error, "openFDA did not say how many reports use the name"),
    }
}

/// No report carries the code. Either the directory does not list it, or it lists one that openFDA attached to
/// no report.
async fn look_up(client: &Client, ndc: &Ndc, gathering: &mut Gathering) -> Result<(), FaersError> {
    let candidates = ndc.candidates().to_vec();
    let request = Request::directory(&candidates);
    let read = move |body: &[u8]| Directory::parse(body, &candidates);
    let reply = client.ask(&request, read).await?;
    match reply.content {
        Some(directory) if directory.knows_any() => {
            gathering.add_directory(directory, reply.answered);
            Ok(())
        }
        _ => Err(unknown(ndc, false)),
    }
}

/// The refusal of a code that neither a report carries nor the directory lists; or the sample, which stands in the place
/// of both, does not have.
pub(crate) fn unknown(ndc: &Ndc, is_sample: bool) -> FaersError {
    let candidates = ndc.candidates().iter().map(ToString::to_string).collect();
    let ndc = ndc.to_string();
    match is_sample {
        true => FaersError::NotInSample { ndc, candidates },
        false => FaersError::UnknownNdc { ndc, candidates },
    }
}
