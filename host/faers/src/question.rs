//! What openFDA is asked: which products, and which days of first receipt.

use quire_model::{Digest, Ndc};

use crate::Period;

/// Everything that decides which reports match.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) ndc: Ndc,
    pub(crate) received: Period,
}

impl Question {
    /// Equal for equal questions, however the code is spelled; `fixed` is what else decides.
    pub(crate) fn key(&self, fixed: [&[u8]; 2]) -> Digest {
        let period = self.received.key();
        let codes = self.ndc.candidates().iter();
        let codes = codes.map(|code| code.as_str().as_bytes());
        Digest::of_parts(fixed.into_iter().chain([period.as_bytes()]).chain(codes))
    }
}
