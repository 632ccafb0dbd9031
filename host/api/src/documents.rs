//! The document of a report in any of its forms, for doors that are no API.

use axum::response::Response;

use crate::{
    ApiError,
    download::Asked,
    forms::{self, CsvParams},
    pdf,
    query::Params,
};

/// A form of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentForm {
    /// As it is printed.
    Pdf,
    /// One file for a browser.
    Html,
    /// Blocks, facts and numbers.
    Json,
    /// The tables, all of them in an archive.
    Csv,
}

/// The answer of the API to whoever asks for that form.
///
/// # Errors
///
/// As there: the report has not ended, ended without a document, or is of before there were forms.
pub async fn document(asked: Asked, form: DocumentForm) -> Result<Response, ApiError> {
    match form {
        DocumentForm::Pdf => pdf::download(asked).await,
        DocumentForm::Html => forms::html(asked).await,
        DocumentForm::Json => forms::json(asked).await,
        DocumentForm::Csv => forms::csv(asked, Params(CsvParams::default())).await,
    }
}
