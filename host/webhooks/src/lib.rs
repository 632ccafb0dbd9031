//! Tells others that reports have ended: sends what the records hold to be told, as Standard Webhooks 1.0.0 asks.
//!
//! - [`Guard`] says where may be sent at all, and is asked when an address is given and whenever it is used;
//! - [`Courier`] takes what is due from the records, sends it and writes down what came of it;
//! - [`sender`] makes one attempt, of a [`body`] that is [signed](signature); [`pause`] says when the next one is.

mod body;
mod courier;
mod guard;
mod network;
mod pause;
mod sender;
mod signature;

pub use body::{
    EndName, EndedLinks, EndedReport, EventName, PingName, Pinged, PingedWebhook, Place,
    ReportEnded,
};
pub use courier::{Courier, CourierSettings};
pub use guard::{Guard, Refused};
pub use network::{Network, NetworkError};
pub use sender::SenderError;
