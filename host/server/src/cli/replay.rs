//! What can be typed after `quire replay`.

use clap::{Args, ValueEnum};
use quire_replay::Odd;

/// `quire replay`.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    pub(crate) listen: std::net::SocketAddr,
    /// Serve so many made-up reports instead of the sample
    #[arg(long, value_name = "REPORTS")]
    pub(crate) synthetic: Option<u32>,
    /// Serve made-up reports at the edges of what openFDA serves instead of the sample
    #[arg(long, value_name = "KIND", conflicts_with = "synthetic")]
    pub(crate) odd: Option<OddName>,
    /// What the made-up reports derive from: equal seeds give equal reports
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// [`Odd`], as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum OddName {
    /// One report lists 519 drugs and 52 reactions.
    ManyDrugs,
    /// Every field is absent that may be.
    Bare,
    /// All text is hostile: markup, right to left, emoji, words of 10,000 letters, control
    /// characters.
    Hostile,
}

impl From<OddName> for Odd {
    fn from(name: OddName) -> Self {
        match name {
            OddName::ManyDrugs => Self::ManyDrugs,
            OddName::Bare => Self::Bare,
            OddName::Hostile => Self::Hostile,
        }
    }
}
