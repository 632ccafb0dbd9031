//! The header `Link` of RFC 8288, as far as paging needs it.

/// The address that is the next page's, if one is named: `<address>; rel="next"`.
pub(super) fn next(header: &str) -> Option<&str> {
    let mut rest = header;
    loop {
        let (_, from) = rest.split_once('<')?;
        let (address, after) = from.split_once('>')?;
        let parameters = after.split('<').next().unwrap_or_default();
        if parameters.split([';', ',']).any(is_next) {
            return Some(address);
        }
        rest = after;
    }
}

fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    let mut relations = value.trim().trim_matches('"').split_ascii_whitespace();
    name.trim().eq_ignore_ascii_case("rel")
        && relations.any(|relation| relation.eq_ignore_ascii_case("next"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_next_page_counts() {
        assert_eq!(
            next("<https://a/b?c=d>; rel=\"next\""),
            Some("https://a/b?c=d")
        );
        assert_eq!(
            next("<https://a>; rel=prev, <https://b>; rel=next"),
            Some("https://b")
        );
        assert_eq!(
            next("<https://a>; title=\"x\"; rel=\"last next\""),
            Some("https://a")
        );
        assert_eq!(next("<https://a>; rel=\"prev\""), None);
        assert_eq!(next("nonsense"), None);
    }
}
