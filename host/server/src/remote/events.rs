//! Server-sent events, read as far as this API sends them.

use futures::{Stream, StreamExt as _, stream};
use reqwest::{Method, StatusCode, header};

use super::{EVENTS, Server};

/// Longest event that is read: a task has a few kilobytes.
const LONGEST_BYTES: usize = 1 << 20;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    /// Names it, for whoever comes back.
    pub(crate) id: String,
    /// What it says.
    pub(crate) data: String,
}

impl Server {
    /// The events at a path, after the one that was seen last; none if there is nothing more to say. A stream that ends
    /// may be asked for again.
    pub(crate) async fn events(
        &self,
        path: &str,
        seen: &str,
    ) -> anyhow::Result<Option<impl Stream<Item = Event> + use<>>> {
        let patient = self.patient(EVENTS)?;
        let request = patient.request(Method::GET, path);
        let request = request.header(header::ACCEPT, "text/event-stream");
        let request = match seen {
            "" => request,
            seen => request.header("last-event-id", seen),
        };
        let answer = patient.send(request).await?;
        if answer.status() == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        let reading = (Box::pin(answer.bytes_stream()), Vec::new());
        let events = stream::unfold(reading, |(mut bytes, mut read)| async {
            loop {
                if let Some(event) = cut(&mut read) {
                    return Some((event, (bytes, read)));
                }
                let more = bytes.next().await?.ok()?;
                read.extend_from_slice(&more);
                if read.len() > LONGEST_BYTES {
                    return None;
                }
            }
        });
        Ok(Some(events))
    }
}

/// The first whole event of what was read, which is taken away. Comments and other fields are passed over.
fn cut(read: &mut Vec<u8>) -> Option<Event> {
    loop {
        let end = read.windows(2).position(|two| two == b"\n\n")?;
        let block: Vec<u8> = read.drain(..end + 2).collect();
        let block = String::from_utf8_lossy(&block);
        let field = |name: &str| {
            let lines = block.lines().filter_map(|line| line.strip_prefix(name));
            let values = lines.map(|value| value.strip_prefix(' ').unwrap_or(value));
            values.collect::<Vec<_>>().join("\n")
        };
        let event = Event {
            id: field("id:"),
            data: field("data:"),
        };
        if !event.data.is_empty() {
            return Some(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_when_it_is_whole_and_signs_of_life_are_none() {
        let mut read =
            b": alive\n\nevent: task\nid: 7\ndata: {\"a\":\ndata: 1}\n\nid: 8\nda".to_vec();

        let event = cut(&mut read).unwrap();

        assert_eq!(
            (event.id.as_str(), event.data.as_str()),
            ("7", "{\"a\":\n1}")
        );
        assert_eq!(cut(&mut read), None);
        read.extend_from_slice(b"ta: x\n\n");
        assert_eq!(cut(&mut read).unwrap().id, "8");
    }
}
