//! What travels through the queue: a report id, and nothing that could go stale.

use std::convert::Infallible;

use apalis::prelude::Codec;
use quire_model::ReportId;
use serde::{Deserialize, Serialize};

/// Asks whoever takes it to look after a report. It may be lost, doubled or late without harm:
/// the ledger knows where the report stands.
///
/// Fields are only ever added, and with `#[serde(default)]`: a worker may take tickets that an
/// older server pushed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    /// Which report.
    pub(crate) report: ReportId,
}

/// What comes out of the queue.
#[derive(Clone, Debug)]
pub(crate) enum Envelope {
    /// A ticket.
    Ticket(Ticket),
    /// Bytes that are no ticket. They are logged and acknowledged like any other.
    Poison(Vec<u8>),
}

/// A codec that cannot fail. With one that can, bytes that do not decode end apalis' worker, come
/// back as an orphan and end the next one, without end.
#[derive(Clone, Debug, Default)]
pub(crate) struct TicketCodec;

impl Ticket {
    /// As it travels.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        format!(r#"{{"report":"{}"}}"#, self.report).into_bytes()
    }
}

impl Codec<Envelope> for TicketCodec {
    type Compact = Vec<u8>;
    type Error = Infallible;

    fn encode(&self, envelope: &Envelope) -> Result<Vec<u8>, Infallible> {
        Ok(match envelope {
            Envelope::Ticket(ticket) => ticket.to_bytes(),
            Envelope::Poison(bytes) => bytes.clone(),
        })
    }

    fn decode(&self, bytes: &Vec<u8>) -> Result<Envelope, Infallible> {
        Ok(serde_json::from_slice(bytes)
            .map_or_else(|_| Envelope::Poison(bytes.clone()), Envelope::Ticket))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_reads_back_and_anything_else_is_poison() {
        let ticket = Ticket {
            report: "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(),
        };

        let bytes = TicketCodec
            .encode(&Envelope::Ticket(ticket.clone()))
            .unwrap();

        let Envelope::Ticket(read) = TicketCodec.decode(&bytes).unwrap() else {
            panic!("expected a ticket");
        };
        assert_eq!(read, ticket);
        for bytes in [&b""[..], b"{}", b"\xff\xfe", br#"{"report":"../../etc"}"#] {
            let read = TicketCodec.decode(&bytes.to_vec()).unwrap();
            assert!(matches!(read, Envelope::Poison(_)));
        }
    }
}
