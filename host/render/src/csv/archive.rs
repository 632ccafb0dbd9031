//! Files in one ZIP archive. Equal files give equal archives: no time of day is written.

use std::io::{Cursor, Write as _};

use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use super::CsvFile;
use crate::RenderError;

/// Put files together, in their order.
pub(super) fn zip(files: &[CsvFile]) -> Result<Vec<u8>, RenderError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        // The first day that the format knows; the system's clock is never asked.
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        archive
            .start_file(file.name.as_str(), options)
            .map_err(failed)?;
        archive.write_all(&file.bytes).map_err(failed)?;
    }
    Ok(archive.finish().map_err(failed)?.into_inner())
}

fn failed(error: impl ToString) -> RenderError {
    RenderError::Writer(error.to_string())
}
