//! Where a server is reached, which behind a proxy is not where it listens.

use quire_api::BasePath;

/// An address that a browser opens, without a slash at its end, such as `https://quire.example` or
/// `https://tools.example/quire`.
#[derive(Clone, Debug)]
pub(crate) struct PublicAddress {
    text: String,
    path: BasePath,
}

impl PublicAddress {
    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Its path; empty if the server has the host for itself.
    pub(crate) fn path(&self) -> BasePath {
        self.path.clone()
    }
}

/// Read an address.
pub(crate) fn parse_address(text: &str) -> Result<PublicAddress, String> {
    let expected =
        "expected an address such as https://quire.example or https://tools.example/quire";
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .ok_or(expected)?;
    let (host, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let is_host = |byte: u8| byte.is_ascii_graphic() && !b"?#@\"<>\\".contains(&byte);
    if host.is_empty() || !host.bytes().all(is_host) {
        return Err(expected.to_owned());
    }
    let path = BasePath::parse(path).map_err(|why| format!("{expected}; {why}"))?;
    Ok(PublicAddress {
        text: text.trim_end_matches('/').to_owned(),
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_may_have_a_path() {
        let address = parse_address("https://tools.example:8443/quire/").unwrap();
        assert_eq!(address.as_str(), "https://tools.example:8443/quire");
        assert_eq!(address.path().as_str(), "/quire");
        assert_eq!(
            parse_address("http://[::1]:8080").unwrap().path().as_str(),
            ""
        );

        for wrong in [
            "quire.example",
            "https://",
            "https:///a",
            "https://a?b",
            "https://me@a",
            "https://a/b c",
        ] {
            assert!(parse_address(wrong).is_err(), "{wrong}");
        }
    }
}
