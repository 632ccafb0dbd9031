//! `Accept-Encoding` of whoever wants a document. Documents are sent as they are stored, since their tags and digests
//! are of those bytes; only who excludes that is refused (RFC 9110, 12.5.3).

use axum::http::{HeaderMap, header};

/// Whether the caller takes bytes as they are.
pub(crate) fn takes_identity(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).into_iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    let mut any = true;
    for entry in lines.flat_map(|line| line.split(',')) {
        let mut parts = entry.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let excluded = parts.any(is_zero);
        match coding {
            // What is said of it itself counts, whatever is said of the rest.
            coding if coding.eq_ignore_ascii_case("identity") => return !excluded,
            "*" => any = !excluded,
            _ => {}
        }
    }
    any
}

/// Whether a parameter is a weight of nothing: `q=0`, `q=0.0`, up to three digits.
fn is_zero(parameter: &str) -> bool {
    let weight = parameter.split_once('=');
    let weight = weight.filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    weight.is_some_and(|(_, weight)| {
        weight
            .trim()
            .parse::<f32>()
            .is_ok_and(|weight| weight <= 0.0)
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_who_excludes_it_does_not_take_it() {
        let takes = |line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(line));
            takes_identity(&headers)
        };

        assert!(takes_identity(&HeaderMap::new()));
        for taken in [
            "",
            "gzip",
            "gzip, br;q=0.5",
            "identity",
            "identity;q=0.1, *;q=0",
            "*;q=0.5",
            "gzip;q=0",
        ] {
            assert!(takes(taken), "{taken}");
        }
        for excluded in [
            "identity;q=0",
            "gzip, identity; q=0.000",
            "*;q=0",
            "gzip, *;Q=0",
        ] {
            assert!(!takes(excluded), "{excluded}");
        }
    }
}
