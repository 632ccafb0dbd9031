//! What can be typed after `quire doctor`.

use clap::Args;

use super::Serve;

/// `quire doctor`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire doctor --data-dir /var/lib/quire --redis-url redis://127.0.0.1:6379/0\n\n\
    It takes the settings of `quire serve`, so that all of them are looked at; give it those that the server has. It runs \
    beside a server, makes nothing and changes nothing. The exit status is 1 if something fails.")]
pub(crate) struct Doctor {
    /// Print the lines as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Ask neither Redis nor openFDA
    #[arg(long)]
    pub(crate) offline: bool,

    #[command(flatten)]
    pub(crate) serve: Serve,
}
