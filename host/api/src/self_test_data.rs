//! What components are tried on before they are taken.

use quire_model::ProblemKind;
use quire_modules::Sample;
use tokio::sync::OnceCell;

use crate::ApiError;

/// Makes them, or says why that cannot be.
type Make = fn() -> Result<Sample, String>;

/// The data that components are tried on: made when the first is, since most servers try none for days, and making
/// them takes longer than all else at the start of one.
#[derive(Debug)]
pub struct SelfTestData {
    make: Make,
    made: OnceCell<Sample>,
}

impl SelfTestData {
    /// Data that are made when they are first asked for.
    #[must_use]
    pub const fn new(make: Make) -> Self {
        Self {
            make,
            made: OnceCell::const_new(),
        }
    }

    /// The data.
    ///
    /// # Errors
    ///
    /// If they cannot be made; the next who asks tries again.
    pub async fn get(&self) -> Result<&Sample, ApiError> {
        self.made
            .get_or_try_init(async || {
                let made = tokio::task::spawn_blocking(self.make).await;
                made.unwrap_or_else(|error| Err(error.to_string()))
            })
            .await
            .map_err(|why| {
                let detail = format!("the data that components are tried on cannot be made: {why}");
                ApiError::new(ProblemKind::Internal, detail)
            })
    }
}
