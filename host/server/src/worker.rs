//! `quire worker`: makes the reports that a `quire serve` accepts.

use std::process::ExitCode;

use metrics_exporter_prometheus::PrometheusHandle;
use quire_api::{Health, Operation};
use quire_jobs::{Bounds, Presence, Queue, WorkerSettings as JobsWorkerSettings, Workers};
use quire_records::Records;
use quire_reports::Maker;
use quire_webhooks::Courier;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    cli::Worker,
    descriptors, http, listening,
    maker::{self, Parts, Ready, Versions, Waiting},
    misspelt, service_manager,
    settings::WorkerSettings,
    signals::EndSignals,
    start_event, storage, telemetry, terminal,
    usage::WrongSetting,
    webhooks,
};

/// Connections to the worker's own endpoints: an orchestrator and a collector of metrics need one or
/// two; more would take descriptors from reports.
const ASKERS: usize = 32;

/// What is there before the work begins.
struct Begun {
    listener: Option<TcpListener>,
    records: Records,
    queue: Queue,
    ready: Ready,
    metrics: PrometheusHandle,
    courier: Courier,
}

/// Work until a signal says to end.
pub(crate) async fn run(command: Worker, mut signals: EndSignals) -> anyhow::Result<ExitCode> {
    let begun = match signals.unless(begin(&command)).await? {
        Ok(begun) => begun,
        Err(ended) => return Ok(ended),
    };
    let Begun {
        listener,
        records,
        queue,
        ready,
        metrics,
        courier,
    } = begun;
    let (stop, stopped) = watch::channel(false);
    let following = quire_registry::follow(
        ready.maker.registry.clone(),
        records.clone(),
        stopped.clone(),
    );
    tokio::spawn(following);
    let presence = Presence::default();
    let operation = Operation {
        records: records.clone(),
        queue: queue.clone(),
        maker: ready.maker.clone(),
        health: Health::of_workers(presence.clone()),
        metrics,
    };
    let health = operation.health.clone();
    let workers = workers(
        command.workers,
        queue,
        records,
        ready.maker.clone(),
        presence,
    );
    let mut working = tokio::spawn(async move {
        tokio::join!(workers.run(stopped.clone()), courier.run(stopped));
    });
    if let Some(listener) = listener {
        listening::announce(&listener)?;
        // Asked to the very end; whoever asks then hears that no one is there.
        let app = quire_api::operation_router(operation);
        let bounds = http::Bounds::new(ASKERS, ASKERS);
        tokio::spawn(http::serve(listener, app, bounds, std::future::pending()));
    }
    terminal::say("worker ready");
    service_manager::ready();
    tokio::select! {
        ended = &mut working => return Ok(ended.map(|()| ExitCode::FAILURE)?),
        _ = signals.next() => tracing::info!("ending: running reports may finish"),
    }
    service_manager::stopping();
    health.drain();
    let _ = stop.send(true);
    tokio::select! {
        _ = &mut working => {}
        _ = signals.next() => tracing::warn!("ending at once"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Open everything, and make what is missing.
async fn begin(command: &Worker) -> anyhow::Result<Begun> {
    if command.workers.count() == 0 {
        let wrong = "--workers (QUIRE_WORKERS) is 0, which is for `quire serve`: a worker makes at least one report at a time. \
                     Where both read the same file, set it for the server alone";
        return Err(WrongSetting(wrong.to_owned()).into());
    }
    misspelt::warn();
    let metrics = telemetry::metrics()?;
    let listener = match command.http.address() {
        Some(address) => Some(listening::listen(address, "--listen (QUIRE_WORKER_LISTEN)").await?),
        None => None,
    };
    descriptors::raise();
    let redis_url = command.queue.redis_url();
    let records = storage::records(&command.data).await?;
    let queue = storage::queue(
        &command.data,
        redis_url.clone(),
        Bounds::default(),
        &records,
    )
    .await?;
    let ready = maker::build(Parts {
        source: &command.source,
        sample: command.sample,
        redis_url,
        sharing: command.sharing.is_on(),
        backgrounds: storage::backgrounds(&command.data),
        code_dir: &storage::code_dir(&command.data)?,
        slots: command.workers.count(),
        waiting: Waiting::InQueue,
        modules: &command.modules,
        versions: Versions::Kept(records.clone()),
    })
    .await?;

    let courier = webhooks::courier(
        records.clone(),
        &command.webhooks,
        &command.source,
        command.address.as_ref(),
    )?;
    start_event::write(&records, "worker", &start_event::of_worker(command)).await?;
    Ok(Begun {
        listener,
        records,
        queue,
        ready,
        metrics,
        courier,
    })
}

/// The workers of this process.
pub(crate) fn workers(
    settings: WorkerSettings,
    queue: Queue,
    records: Records,
    maker: Maker,
    presence: Presence,
) -> Workers {
    Workers {
        settings: JobsWorkerSettings {
            slots: usize::from(settings.count()),
            ..JobsWorkerSettings::default()
        },
        queue,
        records,
        work: maker,
        presence,
    }
}
