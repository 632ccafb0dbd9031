//! `quire serve`: the HTTP API, and workers beside it.

use std::process::ExitCode;

use quire_api::{ApiParts, ApiState, Health, Live, Partly, Rates, SelfTestData, Turns};
use quire_jobs::{Presence, Queue, Scheduler, Workers};
use quire_records::Records;
use quire_webhooks::Courier;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    cli::Serve,
    console, descriptors, first_key, http, listening,
    maker::{self, Parts, Ready, Versions, Waiting},
    misspelt, retention, self_test, service_manager,
    settings::PublicAddress,
    signals::EndSignals,
    start_event, storage, telemetry, trail,
    usage::WrongSetting,
    webhooks, worker,
};

/// What is there before anything is answered.
struct Begun {
    listener: TcpListener,
    bounds: http::Bounds,
    records: Records,
    queue: Queue,
    ready: Ready,
    state: ApiState,
    presence: Presence,
    courier: Courier,
}

/// Serve until a signal says to end.
pub(crate) async fn run(command: Serve, mut signals: EndSignals) -> anyhow::Result<ExitCode> {
    let begun = match signals.unless(begin(&command)).await? {
        Ok(begun) => begun,
        Err(ended) => return Ok(ended),
    };
    let Begun {
        listener,
        bounds,
        records,
        queue,
        ready,
        state,
        presence,
        courier,
    } = begun;
    let slots = command.workers.count();
    let health = state.health.clone();
    let (stop_workers, workers_stopped) = watch::channel(false);
    tokio::spawn(state.live.clone().run(workers_stopped.clone()));
    tokio::spawn(scheduler(&state).run(workers_stopped.clone()));
    let console = console::of(&state, command.sample.sample, workers_stopped.clone());
    let workers = worker::workers(
        command.workers,
        queue,
        records.clone(),
        ready.maker.clone(),
        presence,
    );
    let following = quire_registry::follow(
        ready.maker.registry.clone(),
        records,
        workers_stopped.clone(),
    );
    tokio::spawn(following);
    tokio::spawn(retention::keep_up(
        console.api.records.clone(),
        command.retention.rules(),
        command.data.data_dir.clone(),
        workers_stopped.clone(),
    ));
    let trail = trail::keep_watch(console.api.records.clone(), workers_stopped.clone());
    tokio::spawn(trail);
    let working = tokio::spawn(work(slots, workers, courier, workers_stopped));
    listening::announce(&listener)?;
    let public = command.http.address.as_ref();
    console::announce(
        &console.api.records,
        &listener,
        public,
        command.sample.sample,
    )
    .await?;
    let base = public.map(PublicAddress::path).unwrap_or_default();
    let proxies = command.http.trusted_proxies.clone();

    service_manager::ready();
    let end = async {
        signals.next().await;
        service_manager::stopping();
        health.drain();
        drain(&mut signals, &stop_workers, working).await;
    };
    let app = quire_api::router(state).merge(quire_console::router(console));
    let app = http::through(proxies, http::under(base, app));
    let app = quire_api::compressed(app);
    http::serve(listener, app, bounds, end).await;
    tracing::info!("ended");
    Ok(ExitCode::SUCCESS)
}

/// Open everything, and make what is missing.
async fn begin(command: &Serve) -> anyhow::Result<Begun> {
    let slots = command.workers.count();
    let redis_url = command.queue.redis_url();
    if slots == 0 && redis_url.is_none() {
        let wrong = "--workers (QUIRE_WORKERS) is 0 and there is no Redis, so that nobody would make \
                     reports: set --redis-url and run `quire worker`, or leave --workers out";
        return Err(WrongSetting(wrong.to_owned()).into());
    }
    misspelt::warn();
    let descriptors = descriptors::raise();
    let room = descriptors::room_for_connections(descriptors, slots);
    let bounds = command.http.bounds(room)?;
    let metrics = telemetry::metrics()?;
    let listener = listening::listen(command.http.listen, "--listen (QUIRE_LISTEN)").await?;
    let records = storage::records(&command.data).await?;
    let queue = storage::queue(
        &command.data,
        redis_url.clone(),
        command.callers.bounds(),
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
        slots: slots.max(1),
        waiting: Waiting::InQueue,
        modules: &command.modules,
        versions: Versions::Kept(records.clone()),
    })
    .await?;
    first_key::ensure(&records, &command.admin).await?;
    start_event::write(&records, "serve", &start_event::of_serve(command)).await?;

    let courier = webhooks::courier(
        records.clone(),
        &command.webhooks,
        &command.source,
        command.http.address.as_ref(),
    )?;
    let presence = Presence::default();
    let state = ApiParts {
        records: records.clone(),
        queue: queue.clone(),
        maker: ready.maker.clone(),
        health: match slots {
            0 => Health::default(),
            _ => Health::of_workers(presence.clone()),
        },
        self_test: SelfTestData::new(|| self_test::sample().map_err(|error| format!("{error:#}"))),
        metrics,
        turns: Turns::default(),
        rates: Rates::new(command.callers.rates()),
        partly: Partly::default(),
        live: Live::of(records.clone()),
        sign_ins: command.http.sign_ins(),
        origins: command.http.origins(),
        guard: command.webhooks.guard(),
        place: webhooks::place(command.http.address.as_ref()),
    };
    let state = state.into();
    Ok(Begun {
        listener,
        bounds,
        records,
        queue,
        ready,
        state,
        presence,
        courier,
    })
}

/// What asks for reports again and again, as callers ask for one: within the bounds of this process.
fn scheduler(state: &ApiState) -> Scheduler {
    Scheduler {
        records: state.records.clone(),
        queue: state.queue.clone(),
        maker: state.maker.clone(),
    }
}

/// Make reports and tell of their ends until that is stopped, if this process is to make any.
async fn work(slots: u16, workers: Workers, courier: Courier, mut stopped: watch::Receiver<bool>) {
    if slots == 0 {
        // Other processes make the reports; here there is nothing to wait for.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    } else {
        tokio::join!(workers.run(stopped.clone()), courier.run(stopped));
    }
}

/// Let running reports finish; status is still served meanwhile. A second signal ends it at once:
/// their leases run out and another worker takes them.
async fn drain(signals: &mut EndSignals, stop: &watch::Sender<bool>, working: JoinHandle<()>) {
    tracing::info!("ending: running reports may finish");
    let _ = stop.send(true);
    tokio::select! {
        _ = working => {}
        _ = signals.next() => tracing::warn!("ending at once"),
    }
}
