//! Compresses streams.

use flate2::{Compress, Compression, FlushCompress, Status};
use lopdf::{Stream, dictionary};

use crate::RenderError;

/// How hard content is pressed. Levels above take twice the time for a twentieth of the size.
const LEVEL: u32 = 3;

/// A compressor that is used again for each stream; making one costs as much as a page.
pub(super) struct Deflate(Compress);

impl Deflate {
    pub(super) fn new() -> Self {
        Self(Compress::new(Compression::new(LEVEL), true))
    }

    /// For what is compressed once and used many times.
    pub(super) fn best() -> Self {
        Self(Compress::new(Compression::best(), true))
    }

    /// The bytes as zlib data.
    pub(super) fn bytes(&mut self, data: &[u8]) -> Result<Vec<u8>, RenderError> {
        self.0.reset();
        let mut packed = Vec::with_capacity(data.len() / 2 + 128);
        loop {
            let done = usize::try_from(self.0.total_in()).unwrap_or(usize::MAX);
            let rest = data.get(done..).unwrap_or_default();
            let status = self
                .0
                .compress_vec(rest, &mut packed, FlushCompress::Finish);
            match status {
                Ok(Status::StreamEnd) => return Ok(packed),
                Ok(_) => packed.reserve(packed.capacity().max(256)),
                Err(error) => return Err(RenderError::Writer(error.to_string())),
            }
        }
    }

    /// The bytes as a stream.
    pub(super) fn stream(&mut self, data: &[u8]) -> Result<Stream, RenderError> {
        let packed = self.bytes(data)?;
        if packed.len() + 20 >= data.len() {
            let plain = Stream::new(lopdf::Dictionary::new(), data.to_vec());
            return Ok(plain.with_compression(false));
        }
        Ok(Stream::new(dictionary! { "Filter" => "FlateDecode" }, packed).with_compression(false))
    }
}
