//! What can be typed after `quire serve`, `quire worker` and `quire console`.

use clap::Args;

use super::inputs::{ModuleFiles, Sample};
use crate::settings::{
    AdminKey, CallerSettings, DataSettings, HttpSettings, PublicAddress, QueueSettings,
    RetentionSettings, SharingSettings, SourceSettings, WebhookSettings, WorkerHttpSettings,
    WorkerSettings, parse_address,
};

/// `quire serve`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire serve --sample\n  \
    QUIRE_ADMIN_KEY=… QUIRE_OPENFDA_KEY=… quire serve --listen 0.0.0.0:8080\n  \
    quire serve --redis-url redis://127.0.0.1:6379/0 --workers 8\n\n\
    The first start makes an admin key and prints it once, unless QUIRE_ADMIN_KEY gives one. Then:\n  \
    curl -X POST -H \"Authorization: Bearer $KEY\" http://127.0.0.1:8080/api/cer/61958-0802/enhanced-pdf")]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) http: HttpSettings,
    #[command(flatten)]
    pub(crate) admin: AdminKey,
    #[command(flatten)]
    pub(crate) data: DataSettings,
    #[command(flatten)]
    pub(crate) queue: QueueSettings,
    #[command(flatten)]
    pub(crate) source: SourceSettings,
    #[command(flatten)]
    pub(crate) sharing: SharingSettings,
    #[command(flatten)]
    pub(crate) workers: WorkerSettings,
    #[command(flatten)]
    pub(crate) sample: Sample,
    #[command(flatten)]
    pub(crate) modules: ModuleFiles,
    #[command(flatten)]
    pub(crate) callers: CallerSettings,
    #[command(flatten)]
    pub(crate) retention: RetentionSettings,
    #[command(flatten)]
    pub(crate) webhooks: WebhookSettings,
}

/// `quire ready`.
#[derive(Debug, Args)]
#[command(
    after_help = "The exit status is 0 if it is ready, for health checks of container engines."
)]
pub(crate) struct ReadyCommand {
    /// Where the server or worker listens
    #[arg(
        long,
        env = "QUIRE_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080"
    )]
    pub(crate) address: std::net::SocketAddr,
}

/// `quire console`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire console --data-dir /srv/quire --address https://quire.example\n  \
    quire console --address http://127.0.0.1:9000      a server with --listen 127.0.0.1:9000\n\n\
    The link signs in whoever opens it, once, within five minutes, as the operator of this machine.")]
pub(crate) struct ConsoleLink {
    /// Where the server is reached [default: where it listens]
    #[arg(long, env = "QUIRE_ADDRESS", value_name = "URL", value_parser = parse_address)]
    pub(crate) address: Option<PublicAddress>,
    /// Where the server listens, if --address does not say where it is reached
    #[arg(
        long,
        env = "QUIRE_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080"
    )]
    pub(crate) listen: std::net::SocketAddr,
    #[command(flatten)]
    pub(crate) data: DataSettings,
}

/// `quire worker`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire worker --redis-url redis://127.0.0.1:6379/0 --data-dir /srv/quire\n  \
    quire worker --redis-url redis://127.0.0.1:6379/0 --listen 127.0.0.1:8081   with /readyz\n\n\
    It must run on the machine of the `serve` that it helps: both share the data directory.")]
pub(crate) struct Worker {
    #[command(flatten)]
    pub(crate) http: WorkerHttpSettings,
    #[command(flatten)]
    pub(crate) data: DataSettings,
    #[command(flatten)]
    pub(crate) queue: QueueSettings,
    #[command(flatten)]
    pub(crate) source: SourceSettings,
    #[command(flatten)]
    pub(crate) sharing: SharingSettings,
    #[command(flatten)]
    pub(crate) workers: WorkerSettings,
    #[command(flatten)]
    pub(crate) sample: Sample,
    #[command(flatten)]
    pub(crate) modules: ModuleFiles,
    #[command(flatten)]
    pub(crate) webhooks: WebhookSettings,
    /// Where callers reach the server, for the links in webhooks
    #[arg(long, env = "QUIRE_ADDRESS", value_name = "URL", value_parser = parse_address, hide_short_help = true)]
    pub(crate) address: Option<PublicAddress>,
}
