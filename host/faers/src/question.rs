//! What openFDA is asked: which products, and which days of first receipt.

use quire_model::{Date, Digest, Ndc, Period};

/// Everything that decides which reports match.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) ndc: Ndc,
    pub(crate) received: Period,
}

impl Question {
    /// Equal for equal questions, however the code is spelled; `fixed` is what else decides.
    pub(crate) fn key(&self, fixed: [&[u8]; 2]) -> Digest {
        let period = search(self.received).unwrap_or_default();
        let codes = self.ndc.candidates().iter();
        let codes = codes.map(|code| code.as_str().as_bytes());
        Digest::of_parts(fixed.into_iter().chain([period.as_bytes()]).chain(codes))
    }
}

/// What openFDA's search says a period with; none for all time.
pub(crate) fn search(received: Period) -> Option<String> {
    let day = |day: Option<Date>| {
        day.map_or_else(|| "*".to_owned(), |day| day.strftime("%Y%m%d").to_string())
    };
    let (from, to) = (day(received.from), day(received.to));
    let is_bounded = received.is_bounded();
    is_bounded.then(|| format!("receivedate:[{from} TO {to}]"))
}
