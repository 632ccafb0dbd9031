//! Pictures that modules send, made ready for embedding.

use std::io::Cursor;

/// Pictures with more pixels than this are shown by their words; 16 million take 64 MB to decode.
const MOST_PIXELS: u64 = 16_000_000;

/// How a picture's samples are stored.
#[derive(Debug, PartialEq)]
pub(crate) enum Samples {
    /// As they came, in JPEG.
    Jpeg(Vec<u8>),
    /// Eight bits a sample, row by row.
    Plain(Vec<u8>),
}

/// A picture.
#[derive(Debug, PartialEq)]
pub(crate) struct Picture {
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    pub(crate) samples: Samples,
    /// One sample a pixel instead of three.
    pub(crate) grey: bool,
    /// How opaque each pixel is.
    pub(crate) alpha: Option<Vec<u8>>,
}

/// The pictures of a document, by number.
#[derive(Debug, Default)]
pub(crate) struct Pictures(pub(crate) Vec<Picture>);

impl Pictures {
    /// Read a picture and give it a number; none if it cannot be drawn.
    pub(crate) fn add(&mut self, media_type: &str, data: &[u8]) -> Option<usize> {
        let picture = match media_type {
            "image/png" => png(data)?,
            "image/jpeg" => jpeg(data)?,
            _ => return None,
        };
        self.0.push(picture);
        Some(self.0.len() - 1)
    }

    /// Height over width.
    pub(crate) fn proportion(&self, number: usize) -> f32 {
        self.0.get(number).map_or(1.0, |picture| {
            picture.height_px as f32 / picture.width_px as f32
        })
    }
}

fn is_drawable(width: u32, height: u32) -> bool {
    let pixels = u64::from(width) * u64::from(height);
    pixels > 0 && pixels <= MOST_PIXELS && width.max(height) / width.min(height) < 1_000
}

fn png(data: &[u8]) -> Option<Picture> {
    let mut decoder =
        png::Decoder::new_with_limits(Cursor::new(data), png::Limits { bytes: 80_000_000 });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    if !is_drawable(reader.info().width, reader.info().height) {
        return None;
    }
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut pixels).ok()?;
    pixels.truncate(frame.buffer_size());
    let channels = frame.color_type.samples();
    let has_alpha = matches!(channels, 2 | 4);
    let (samples, alpha) = if has_alpha {
        apart(&pixels, channels)
    } else {
        (pixels, None)
    };
    Some(Picture {
        width_px: frame.width,
        height_px: frame.height,
        samples: Samples::Plain(samples),
        grey: channels < 3,
        alpha,
    })
}

/// Colour and opacity, each on its own; opacity only if there is any.
fn apart(pixels: &[u8], channels: usize) -> (Vec<u8>, Option<Vec<u8>>) {
    let mut colour = Vec::with_capacity(pixels.len());
    let mut alpha = Vec::with_capacity(pixels.len() / channels);
    for pixel in pixels.chunks_exact(channels) {
        if let Some((opacity, samples)) = pixel.split_last() {
            colour.extend_from_slice(samples);
            alpha.push(*opacity);
        }
    }
    let seen_through = alpha.iter().any(|opacity| *opacity < u8::MAX);
    (colour, seen_through.then_some(alpha))
}

/// Reads the size from the frame header; the samples stay as they are.
fn jpeg(data: &[u8]) -> Option<Picture> {
    let mut rest = data.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let [0xff, marker, tail @ ..] = rest else {
            return None;
        };
        if *marker == 0xff {
            rest = rest.get(1..)?;
            continue;
        }
        let [high, low, ..] = tail else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if matches!(marker, 0xc0..=0xc2) {
            return frame(tail, data);
        }
        // The samples come before any frame header: not a JPEG that can be shown.
        if *marker == 0xda || length < 2 {
            return None;
        }
        rest = tail.get(length..)?;
    }
}

fn frame(header: &[u8], data: &[u8]) -> Option<Picture> {
    let [_, _, 8, h1, h0, w1, w0, components, ..] = header else {
        return None;
    };
    let width_px = u32::from(u16::from_be_bytes([*w1, *w0]));
    let height_px = u32::from(u16::from_be_bytes([*h1, *h0]));
    // Four components are ink, which has no place in a document of light.
    let grey = match components {
        1 => true,
        3 => false,
        _ => return None,
    };
    is_drawable(width_px, height_px).then(|| Picture {
        width_px,
        height_px,
        samples: Samples::Jpeg(data.to_vec()),
        grey,
        alpha: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn png_is_taken_apart() {
        let mut data = Vec::new();
        let mut encoder = png::Encoder::new(&mut data, 2, 1);
        encoder.set_color(png::ColorType::Rgba);
        encoder
            .write_header()
            .unwrap()
            .write_image_data(&[1, 2, 3, 255, 4, 5, 6, 0])
            .unwrap();

        let picture = png(&data).unwrap();

        assert_eq!(picture.samples, Samples::Plain(vec![1, 2, 3, 4, 5, 6]));
        assert_eq!(picture.alpha, Some(vec![255, 0]));
    }

    #[test]
    fn jpeg_tells_its_size() {
        let data = [
            0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, 0, 20, 0, 30, 3, 1, 2, 3,
        ];

        let picture = jpeg(&data).unwrap();

        assert_eq!(
            (picture.width_px, picture.height_px, picture.grey),
            (30, 20, false)
        );
    }

    #[test]
    fn garbage_is_no_picture() {
        let mut pictures = Pictures::default();
        for media_type in ["image/png", "image/jpeg", "image/svg+xml"] {
            assert_eq!(pictures.add(media_type, b"\xff\xd8\xff\xff\xff"), None);
            assert_eq!(pictures.add(media_type, &[]), None);
        }
    }
}
