//! What the HTTP layer refuses by itself, before anything of ours sees it: its bare answer is given the form that
//! every refusal has, and a line in the log.

use quire_api::unreadable_request;
use quire_model::ProblemKind;

/// How such an answer begins. Ours carry the request's id, its own does not.
const BEGINNING: &[u8] = b"HTTP/1.1 4";
const OURS: &[u8] = b"x-request-id";

/// What to write in place of these bytes, if they are such an answer.
pub(super) fn in_place_of(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_ours = bytes.windows(OURS.len()).any(|part| part == OURS);
    if is_ours || !bytes.starts_with(BEGINNING) || !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let status = std::str::from_utf8(bytes.get(9..12)?).ok()?;
    let (detail, reason) = match status {
        "414" => ("the address of the request is too long", "URI Too Long"),
        "431" => (
            "the headers of the request are too long in all",
            "Request Header Fields Too Large",
        ),
        _ => ("what came is no request of HTTP/1.1", "Bad Request"),
    };
    let status: u16 = status.parse().ok()?;
    let (id, body) = unreadable_request(ProblemKind::MalformedRequest, status, detail);
    let length = body.len();
    let mut answer = format!(
        "HTTP/1.1 {status} {reason}\r\ncontent-type: application/problem+json\r\ncontent-length: \
         {length}\r\ncache-control: no-store\r\nconnection: close\r\nx-request-id: {id}\r\n\r\n"
    )
    .into_bytes();
    answer.extend_from_slice(&body);
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_refusal_is_given_words() {
        let bare = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n";
        let ours = b"HTTP/1.1 404 Not Found\r\nx-request-id: a\r\ncontent-length: 0\r\n\r\n";

        let answer = String::from_utf8(in_place_of(bare).unwrap()).unwrap();
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
        assert!(answer.contains("/problems/malformed-request"), "{answer}");
        assert_eq!(in_place_of(ours), None);
        assert_eq!(in_place_of(b"HTTP/1.1 200 OK\r\n\r\n"), None);
    }
}
