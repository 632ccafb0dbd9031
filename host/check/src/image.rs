//! Pictures: of a kind that can be drawn, and not larger than allowed.

use quire_contract::bounds::IMAGE_BYTES;
use quire_model::Image;

use super::{
    Fault,
    tally::Tally,
    text::{spans, text},
};

/// What an SVG that only draws has no use for: code, addresses elsewhere, entities that multiply.
const FORBIDDEN_IN_SVG: [&str; 9] = [
    "<script",
    "<foreignobject",
    "<!entity",
    "<!doctype",
    "javascript:",
    "http:",
    "file:",
    "@import",
    "<iframe",
];

/// Check a picture.
pub(crate) fn check(image: &Image, tally: &mut Tally) -> Result<(), Fault> {
    spans(&image.caption, tally)?;
    text(&image.alt, tally)?;
    let bytes = image.data.len();
    if bytes > IMAGE_BYTES {
        return Err(format!("{bytes} bytes; at most {IMAGE_BYTES} are allowed").into());
    }
    tally.bytes(bytes)?;
    if !(image.width > 0.0 && image.width <= 1.0) {
        let width = image.width;
        return Err(format!("a width of {width}; it is above 0 and at most 1").into());
    }
    match image.media_type.as_str() {
        "image/png" => begins(&image.data, b"\x89PNG\r\n\x1a\n", "PNG"),
        "image/jpeg" => begins(&image.data, b"\xff\xd8\xff", "JPEG"),
        "image/svg+xml" => svg(&image.data),
        _ => Err("it is neither `image/png` nor `image/jpeg` nor `image/svg+xml`".into()),
    }
}

fn begins(data: &[u8], magic: &[u8], format: &str) -> Result<(), Fault> {
    if data.starts_with(magic) {
        Ok(())
    } else {
        Err(format!("the data are not {format}").into())
    }
}

fn svg(data: &[u8]) -> Result<(), Fault> {
    let text = std::str::from_utf8(data).map_err(|_| "the SVG is not UTF-8")?;
    let text = text.to_ascii_lowercase();
    if !text.contains("<svg") {
        return Err("the data are not SVG".into());
    }
    // The name of the format itself is the one address that every SVG holds.
    let text = text
        .replace("http://www.w3.org/2000/svg", "")
        .replace("http://www.w3.org/1999/xlink", "");
    if let Some(found) = FORBIDDEN_IN_SVG.iter().find(|word| text.contains(**word)) {
        return Err(format!("the SVG holds `{found}`").into());
    }
    if has_outside_reference(&text) || has_handler(&text) {
        return Err("the SVG refers to something outside, or handles events".into());
    }
    Ok(())
}

/// Whether anything but `#id` or inline data is referred to.
fn has_outside_reference(svg: &str) -> bool {
    let inside = |rest: &str| {
        let target = rest.trim_start_matches([' ', '=', '"', '\'', '\n', '\t', '\r']);
        target.starts_with('#') || target.starts_with("data:image/")
    };
    let links = svg.split("href").skip(1).any(|rest| !inside(rest));
    let urls = svg.split("url(").skip(1).any(|rest| !inside(rest));
    links || urls
}

/// Whether there is an attribute such as `onload=`.
fn has_handler(svg: &str) -> bool {
    svg.split('=').any(|before| {
        let name = before
            .trim_end()
            .rsplit([' ', '\t', '\n', '\r', '/', '"', '\''])
            .next();
        name.and_then(|name| name.strip_prefix("on"))
            .is_some_and(|event| event.bytes().all(|byte| byte.is_ascii_lowercase()))
    })
}
