//! Addresses as a PDF holds them: ASCII alone (PDF 1.7, section 12.6.4.7). Paths and queries are percent-encoded
//! (RFC 3987, section 3.1), hosts written in Punycode (RFC 3492), and what is encoded already stays as it is.

use std::{borrow::Cow, fmt::Write as _};

/// ASCII that no address may hold as it is (RFC 3986, appendix A).
const FORBIDDEN: &[u8] = b" \"<>\\^`{|}";

/// The address in ASCII.
pub(super) fn ascii(address: &str) -> Cow<'_, str> {
    if address.bytes().all(is_allowed) {
        return Cow::Borrowed(address);
    }
    let Some((scheme, rest)) = address.split_once("://") else {
        return Cow::Owned(encoded(address));
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        _ => (authority, None),
    };
    let mut written = format!("{scheme}://{}", punycode(host));
    if let Some(port) = port {
        let _ = write!(written, ":{port}");
    }
    written.push_str(&encoded(path));
    Cow::Owned(written)
}

fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_graphic() && !FORBIDDEN.contains(&byte)
}

fn encoded(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_allowed(byte) {
            written.push(char::from(byte));
        } else {
            let _ = write!(written, "%{byte:02X}");
        }
    }
    written
}

/// A host in ASCII; percent-encoded if it is no name at all.
fn punycode(host: &str) -> String {
    if host.is_ascii() {
        return encoded(host);
    }
    idna::domain_to_ascii(host).unwrap_or_else(|_| encoded(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_ascii_and_nothing_is_encoded_twice() {
        for (address, expected) in [
            (
                "https://open.fda.gov/apis/?a=1#b",
                "https://open.fda.gov/apis/?a=1#b",
            ),
            (
                "https://example.org/Übersicht",
                "https://example.org/%C3%9Cbersicht",
            ),
            ("https://例え.jp:8443/a", "https://xn--r8jz45g.jp:8443/a"),
            ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
            (
                "https://example.org/%E8%96%AC?q=a b",
                "https://example.org/%E8%96%AC?q=a%20b",
            ),
            (
                "https://example.org/?q=\"x\"<y>`{|}^",
                "https://example.org/?q=%22x%22%3Cy%3E%60%7B%7C%7D%5E",
            ),
            ("mailto:büro@example.org", "mailto:b%C3%BCro@example.org"),
        ] {
            assert_eq!(ascii(address), expected);
        }
    }
}
