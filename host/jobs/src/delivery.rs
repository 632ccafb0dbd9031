//! What a queue must be for workers to take from it. Both of ours are.

use apalis_codec::json::JsonCodec;
use apalis_core::{
    backend::{
        Backend, BackendConfig, WireFormatBackend, finalize::Durable, persistence::TaskPersistLayer,
    },
    task::Task,
};

use crate::ticket::{Envelope, TicketCodec};

/// A durable queue of envelopes; workers are generic over it, so that Redis and SQLite share every
/// line above it. (`Backend` is not object safe, so it cannot be boxed.)
pub(crate) trait Delivery:
    Backend<Task = Task<Vec<u8>>>
    + BackendConfig<
        Args = Envelope,
        Kind = Durable,
        Layer = TaskPersistLayer<JsonCodec<serde_json::Value>, serde_json::Value>,
    > + WireFormatBackend<Compact = Vec<u8>, Codec = TicketCodec>
    + Send
    + Unpin
    + 'static
{
}

impl<T> Delivery for T where
    T: Backend<Task = Task<Vec<u8>>>
        + BackendConfig<
            Args = Envelope,
            Kind = Durable,
            Layer = TaskPersistLayer<JsonCodec<serde_json::Value>, serde_json::Value>,
        > + WireFormatBackend<Compact = Vec<u8>, Codec = TicketCodec>
        + Send
        + Unpin
        + 'static
{
}
