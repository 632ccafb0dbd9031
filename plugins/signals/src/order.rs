//! By which lower bound pairs are sorted.

/// A measure whose lower bound sorts pairs, highest first.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// IC025, which every pair has.
    #[default]
    Ic,
    /// The lower bound of the PRR.
    Prr,
    /// The lower bound of the ROR.
    Ror,
    /// EB05.
    Ebgm,
}

impl Order {
    /// The lower bound as it is printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ic => "IC025",
            Self::Prr => "the lower bound of the PRR",
            Self::Ror => "the lower bound of the ROR",
            Self::Ebgm => "EB05",
        }
    }
}
