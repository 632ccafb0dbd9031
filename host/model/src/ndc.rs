//! National Drug Codes as people write them, and the product codes they may mean.
//!
//! An NDC has three segments: labeler, product, package. FDA's ten-digit forms are 4-4-2, 5-3-2 and
//! 5-4-1; billing pads one segment with a zero to 5-4-2; from 2033 all codes are 6-4-2. Without
//! hyphens a code is ambiguous, so a code has *candidates*, and openFDA is asked for all of them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Segment lengths of labeler, product and package in FDA's own forms.
const FORMS: [[usize; 3]; 4] = [[4, 4, 2], [5, 3, 2], [5, 4, 1], [6, 4, 2]];

/// A drug code as a caller wrote it, with the product codes that it may mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Ndc {
    written: String,
    candidates: Vec<ProductNdc>,
}

/// A product code, labeler and product with a hyphen: `61958-0802`. Leading zeros count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProductNdc(String);

/// The text cannot be read as a National Drug Code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{written:?} cannot be read as an NDC: {reason}; write a product code such as 61958-0802, a \
     package code such as 61958-0802-1, or the 10 or 11 digits without hyphens"
)]
pub struct NdcError {
    written: String,
    reason: &'static str,
}

impl Ndc {
    /// The code as it was written, without surrounding blanks.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The product codes it may mean, most likely first; never empty.
    #[must_use]
    pub fn candidates(&self) -> &[ProductNdc] {
        &self.candidates
    }
}

impl ProductNdc {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProductNdc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Ndc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl FromStr for Ndc {
    type Err = NdcError;

    fn from_str(text: &str) -> Result<Self, NdcError> {
        let written = text.trim();
        let fail = |reason| NdcError {
            written: written.chars().take(40).collect(),
            reason,
        };
        if written.is_empty() {
            return Err(fail("it is empty"));
        }
        if written.len() > 20 {
            return Err(fail("it is too long"));
        }
        if !written
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
        {
            return Err(fail("it may hold only digits and hyphens"));
        }
        let segments: Vec<&str> = written.split('-').collect();
        let mut candidates = match segments.as_slice() {
            [digits] => bare(digits),
            [labeler, product] => hyphenated(labeler, product, None),
            [labeler, product, package] => hyphenated(labeler, product, Some(package)),
            _ => return Err(fail("it has more than three segments")),
        };
        let mut seen = std::collections::BTreeSet::new();
        candidates.retain(|candidate| seen.insert(candidate.clone()));
        if candidates.is_empty() {
            return Err(fail("its segments have no form that NDCs have"));
        }
        Ok(Self {
            written: written.to_owned(),
            candidates,
        })
    }
}

/// Readings of digits without hyphens.
fn bare(digits: &str) -> Vec<ProductNdc> {
    match digits.len() {
        8 => cut(digits, &[[4, 4, 0], [5, 3, 0]]),
        9 => cut(digits, &[[5, 4, 0]]),
        10 => cut(digits, &[[5, 4, 1], [5, 3, 2], [4, 4, 2]]),
        11 => padded(digits, [5, 4, 2]),
        12 => padded(digits, [6, 4, 2]),
        _ => Vec::new(),
    }
}

/// Readings of segments that the caller separated.
fn hyphenated(labeler: &str, product: &str, package: Option<&str>) -> Vec<ProductNdc> {
    let lengths = [labeler.len(), product.len(), package.map_or(0, str::len)];
    match lengths {
        // The billing form of a package: one of its zeros is padding.
        [5, 4, 2] => padded(
            &format!("{labeler}{product}{}", package.unwrap_or_default()),
            lengths,
        ),
        // A product code whose labeler may have been padded for billing.
        [5, 4, 0] if labeler.starts_with('0') => {
            vec![
                join(labeler, product),
                join(labeler.get(1..).unwrap_or_default(), product),
            ]
        }
        [4..=6, 3..=4, 0] => vec![join(labeler, product)],
        _ if FORMS.contains(&lengths) => vec![join(labeler, product)],
        _ => Vec::new(),
    }
}

/// Cuts digits into segments, once for each form.
fn cut(digits: &str, forms: &[[usize; 3]]) -> Vec<ProductNdc> {
    forms
        .iter()
        .filter_map(|[labeler, product, _]| {
            Some(join(
                digits.get(..*labeler)?,
                digits.get(*labeler..labeler + product)?,
            ))
        })
        .collect()
}

/// Readings of a zero-padded code: every FDA form that is reached by taking leading zeros away.
fn padded(digits: &str, widths: [usize; 3]) -> Vec<ProductNdc> {
    let [labeler, product, _] = widths;
    let segments = [
        digits.get(..labeler).unwrap_or_default(),
        digits.get(labeler..labeler + product).unwrap_or_default(),
        digits.get(labeler + product..).unwrap_or_default(),
    ];
    let strip = |segment: &str, to: usize| -> Option<String> {
        let zeros = segment.len().checked_sub(to)?;
        segment
            .get(..zeros)?
            .bytes()
            .all(|byte| byte == b'0')
            .then(|| segment.get(zeros..))?
            .map(str::to_owned)
    };
    [[5, 4, 1], [5, 3, 2], [4, 4, 2], [6, 4, 2]]
        .iter()
        .filter_map(|[to_labeler, to_product, to_package]| {
            strip(segments[2], *to_package)?;
            Some(join(
                &strip(segments[0], *to_labeler)?,
                &strip(segments[1], *to_product)?,
            ))
        })
        .collect()
}

fn join(labeler: &str, product: &str) -> ProductNdc {
    ProductNdc(format!("{labeler}-{product}"))
}

impl From<Ndc> for String {
    fn from(ndc: Ndc) -> Self {
        ndc.written
    }
}

impl TryFrom<String> for Ndc {
    type Error = NdcError;

    fn try_from(text: String) -> Result<Self, NdcError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(text: &str) -> Vec<String> {
        let ndc: Ndc = text.parse().unwrap();
        ndc.candidates().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_product_code_means_itself() {
        assert_eq!(candidates("61958-0802"), ["61958-0802"]);
        assert_eq!(candidates(" 0054-4742 "), ["0054-4742"]);
    }

    #[test]
    fn a_package_code_drops_its_last_segment() {
        assert_eq!(candidates("61958-0802-1"), ["61958-0802"]);
        assert_eq!(candidates("0054-4742-25"), ["0054-4742"]);
        assert_eq!(candidates("12345-678-90"), ["12345-678"]);
    }

    #[test]
    fn ten_bare_digits_have_three_readings() {
        assert_eq!(
            candidates("6195808021"),
            ["61958-0802", "61958-080", "6195-8080"]
        );
    }

    #[test]
    fn eleven_digits_lose_one_padded_zero() {
        assert_eq!(candidates("61958080201"), ["61958-0802", "61958-802"]);
        assert_eq!(candidates("61958-0802-01"), ["61958-0802", "61958-802"]);
        assert_eq!(candidates("00054474225"), ["0054-4742"]);
    }

    #[test]
    fn twelve_digits_are_read_as_the_form_of_2033() {
        assert_eq!(
            candidates("061958080201"),
            ["61958-0802", "61958-802", "061958-0802"]
        );
        assert_eq!(candidates("123456-7890-12"), ["123456-7890"]);
    }

    #[test]
    fn what_is_no_code_is_refused_with_advice() {
        for text in [
            "",
            "aspirin",
            "1",
            "1-2-3-4",
            "61958-0802-1234",
            "99999999999999999999999",
        ] {
            let error = text.parse::<Ndc>().unwrap_err().to_string();

            assert!(error.contains("61958-0802"), "{error}");
        }
    }
}
