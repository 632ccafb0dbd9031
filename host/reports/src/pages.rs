//! The last stage: pages.

use std::time::Instant;

use quire_model::{Failure, Problem, ProblemKind};

use crate::Composed;

/// Draw a document. It takes milliseconds to seconds of CPU time, too long for a thread that others
/// wait for.
pub(crate) async fn draw(composed: Composed) -> Result<(Composed, Vec<u8>), Failure> {
    let began = Instant::now();
    let drawn = tokio::task::spawn_blocking(move || {
        let pdf = quire_render::pdf(&composed.document);
        (composed, pdf)
    });
    let (mut composed, pdf) = drawn.await.map_err(|error| {
        let error = &error as &dyn std::error::Error;
        tracing::error!(error, "drawing a document crashed");
        lasting("Drawing the document crashed; the log says where.".to_owned())
    })?;
    let pdf = pdf.map_err(|error| lasting(format!("The document could not be drawn: {error}.")))?;
    composed.timings.insert("pdf".to_owned(), began.elapsed());
    Ok((composed, pdf))
}

fn lasting(detail: String) -> Failure {
    Failure::lasting(Problem::new(ProblemKind::RenderFailed, detail))
}
