//! National Drug Codes as people write them, and the product codes they may mean.
//!
//! An NDC has three segments: labeler, product, package. FDA's ten-digit forms are 4-4-2, 5-3-2 and
//! 5-4-1; billing pads one segment with a zero to 5-4-2; from 2033 all codes are 6-4-2 (91 FR 10749), the
//! old ones padded. Without hyphens a code is ambiguous, so a code has *candidates*, and openFDA is asked
//! for all of them. A barcode of a package holds its ten digits between a 3 and a check digit. A spreadsheet
//! takes a code for a number and drops its leading zeros.

mod barcode;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::fold;
use barcode::{gtin_of_gs1, is_number, ten_digits};

/// Segment lengths of labeler, product and package in FDA's own forms, the likeliest first.
const FORMS: [[usize; 3]; 4] = [[5, 4, 1], [5, 3, 2], [4, 4, 2], [6, 4, 2]];
/// Longest text that is looked at: a GS1 code with expiry, lot and serial number.
const LONGEST: usize = 100;
/// What people write before a code, the longer first.
const NAMES: [&str; 10] = [
    "NDC11", "NDC10", "NDC-11", "NDC-10", "NDC", "GTIN-14", "GTIN", "UPC-A", "UPC", "EAN",
];
/// Digits that every code has at least: a word is none.
const FEWEST_DIGITS: usize = 4;

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
     package code such as 61958-0802-1, the 10, 11 or 12 digits without hyphens, or the digits of the \
     package's barcode"
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
        if written.len() > LONGEST {
            return Err(fail("it is too long"));
        }
        let mut candidates = read(written).map_err(fail)?;
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

fn read(written: &str) -> Result<Vec<ProductNdc>, &'static str> {
    let plain = plain(written);
    if let Some(gtin) = gtin_of_gs1(&plain) {
        return ten_digits(gtin).map(ten);
    }
    let letters = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if !plain.chars().all(letters) {
        return Err("it may hold only digits, letters and hyphens");
    }
    if plain.bytes().filter(u8::is_ascii_digit).count() < FEWEST_DIGITS {
        return Err("it has too few digits");
    }
    let segments: Vec<&str> = plain.split('-').collect();
    match segments.as_slice() {
        [digits] => bare(digits),
        [labeler, product] => Ok(hyphenated(labeler, product, None)),
        [labeler, product, package] => Ok(hyphenated(labeler, product, Some(package))),
        _ => Err("it has more than three segments"),
    }
}

/// Capitals, one kind of hyphen between segments, no blanks, and none of the words before a code.
fn plain(written: &str) -> String {
    // Full-width digits, the many dashes, marks that nobody sees.
    let text = fold(written);
    let named = NAMES.iter().find_map(|name| text.strip_prefix(name));
    let text = named.unwrap_or(&text);
    let text = text.trim_start_matches([':', '#', '.', '-', '=', ' ']);
    let text = text.trim_end_matches(['.', ',', ';', ' ']);
    // A spreadsheet that is told to leave a code alone writes ="…" or '….
    let text = text.trim_matches(['"', '\'']);
    let words: Vec<&str> = text.split_whitespace().collect();
    // Blanks separate segments where nothing else does.
    let separated = !text.contains('-') && words.len() <= 3;
    words.join(if separated { "-" } else { "" })
}

/// Readings of digits without hyphens.
fn bare(digits: &str) -> Result<Vec<ProductNdc>, &'static str> {
    let read = match digits.len() {
        7 => without_zeros(digits),
        8 => [cut(digits, &[[4, 4, 0], [5, 3, 0]]), without_zeros(digits)].concat(),
        9 => [padded(digits, [5, 4, 0]), without_zeros(digits)].concat(),
        10 => [ten(digits), without_zeros(digits)].concat(),
        11 => padded(digits, [5, 4, 2]),
        // As a code of 2033 it may begin with a 3 as well, and then has both readings.
        12 if digits.starts_with('3') && is_number(digits) => {
            [ten(ten_digits(digits)?), padded(digits, [6, 4, 2])].concat()
        }
        12 => padded(digits, [6, 4, 2]),
        13 | 14 => ten(ten_digits(digits)?),
        ..7 => return Err("it has too few digits"),
        _ => return Err("it has too many digits"),
    };
    match read.is_empty() {
        false => Ok(read),
        true if digits.len() == 11 => Err(
            "of 11 digits the first, the sixth or the tenth is a zero that fills up a code of 10",
        ),
        true => Err("its digits have no form that NDCs have"),
    }
}

/// Readings of digits that a spreadsheet may have taken the leading zeros from: of a code of eleven, of ten, or
/// of a product code of ten.
fn without_zeros(digits: &str) -> Vec<ProductNdc> {
    let filled = |length: usize| format!("{digits:0>length$}");
    let mut read = padded(&filled(11), [5, 4, 2]);
    if digits.len() < 10 {
        read.extend(ten(&filled(10)));
    }
    if digits.len() == 9 || digits.starts_with('0') {
        read.extend(padded(&filled(10), [6, 4, 0]));
    }
    read
}

/// Readings of ten digits.
fn ten(digits: &str) -> Vec<ProductNdc> {
    cut(digits, &[[5, 4, 1], [5, 3, 2], [4, 4, 2]])
}

/// Readings of segments that the caller separated. A product code in one of FDA's forms is one; every other
/// code may be padded, whatever it is padded to.
fn hyphenated(labeler: &str, product: &str, package: Option<&str>) -> Vec<ProductNdc> {
    let lengths = [labeler.len(), product.len(), package.map_or(0, str::len)];
    match lengths {
        [4, 4, 0] | [5, 3, 0] => vec![join(labeler, product)],
        [5, 4, 0] if !labeler.starts_with('0') => vec![join(labeler, product)],
        [5, 4, 0] => vec![
            join(labeler, product),
            join(labeler.get(1..).unwrap_or_default(), product),
        ],
        [4..=6, 3..=4, 0] => {
            let mut codes = readings([labeler, product, ""]);
            codes.push(join(labeler, product));
            codes
        }
        _ if FORMS.contains(&lengths) && lengths != [6, 4, 2] => vec![join(labeler, product)],
        _ => {
            let package = package.unwrap_or_default();
            let read = readings([labeler, product, package]);
            if read.is_empty() {
                filled(labeler, product, package)
            } else {
                read
            }
        }
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

/// Readings of a zero-padded code without hyphens.
fn padded(digits: &str, [labeler, product, _]: [usize; 3]) -> Vec<ProductNdc> {
    readings([
        digits.get(..labeler).unwrap_or_default(),
        digits.get(labeler..labeler + product).unwrap_or_default(),
        digits.get(labeler + product..).unwrap_or_default(),
    ])
}

/// Every FDA form that is reached by taking leading zeros away; without a package, any of a product.
fn readings([labeler, product, package]: [&str; 3]) -> Vec<ProductNdc> {
    let strip = |segment: &str, to: usize| -> Option<String> {
        let zeros = segment.len().checked_sub(to)?;
        let padding = segment.get(..zeros)?;
        let is_padding = padding.bytes().all(|byte| byte == b'0');
        is_padding.then(|| segment.get(zeros..))?.map(str::to_owned)
    };
    FORMS
        .iter()
        .filter_map(|[to_labeler, to_product, to_package]| {
            if !package.is_empty() {
                strip(package, *to_package)?;
            }
            Some(join(
                &strip(labeler, *to_labeler)?,
                &strip(product, *to_product)?,
            ))
        })
        .collect()
}

/// Every FDA form that is reached by giving segments the leading zeros that they lost.
fn filled(labeler: &str, product: &str, package: &str) -> Vec<ProductNdc> {
    let fill = |segment: &str, to: usize| {
        let fits = !segment.is_empty() && segment.len() <= to;
        fits.then(|| format!("{segment:0>to$}"))
    };
    FORMS
        .iter()
        .filter(|[_, _, to]| package.len() <= *to)
        .filter_map(|[to_labeler, to_product, _]| {
            Some(join(
                &fill(labeler, *to_labeler)?,
                &fill(product, *to_product)?,
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
            candidates("6195808021")[..3],
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
    fn padding_is_understood_in_every_spelling() {
        for (spellings, code) in [
            (
                ["061958-0802-01", "061958080201", "061958-0802"],
                "61958-0802",
            ),
            (
                ["000078-0669-84", "000078066984", "000078-0669"],
                "0078-0669",
            ),
            (
                ["045963-0614-55", "045963061455", "045963-0614"],
                "45963-614",
            ),
            (["45963-0614-55", "45963061455", "459630614"], "45963-614"),
            (["00078-0669-84", "00078066984", "00078-0669"], "0078-0669"),
            (
                ["123456-7890-12", "123456789012", "123456-7890"],
                "123456-7890",
            ),
        ] {
            for spelling in spellings {
                let read = candidates(spelling);
                assert!(read.iter().any(|one| one == code), "{spelling}: {read:?}");
            }
        }
        assert_eq!(candidates("061958-0802-01"), candidates("061958080201"));
    }

    #[test]
    fn zeros_that_a_spreadsheet_dropped_are_put_back() {
        for (spellings, code) in [
            // 00002-4772-90, 0002-4772-90
            (
                &["2477290", "2-4772-90", "2-4772", "02-4772-90"][..],
                "0002-4772",
            ),
            // 00054-4742-25, 0054-4742-25
            (&["54474225", "54-4742-25", "54-4742"], "0054-4742"),
            // 00378-0123-01, 0378-0123-01, 000378-0123
            (&["378012301", "378-0123-01", "378-123-1"], "0378-0123"),
            // 61958-0802-1
            (&["61958-802-1", "0619580802"], "61958-0802"),
            (&["12345-78-90"], "12345-078"),
        ] {
            for spelling in spellings {
                let read = candidates(spelling);
                assert!(read.iter().any(|one| one == code), "{spelling}: {read:?}");
            }
        }
        // What is whole is not added to.
        for whole in [
            "61958-0802",
            "12345-678",
            "0054-4742",
            "12345-678-90",
            "0002-4772-90",
        ] {
            assert_eq!(candidates(whole).len(), 1, "{whole}");
        }
    }

    #[test]
    fn blanks_dashes_letters_and_a_prefix_are_understood() {
        for spelling in [
            "NDC 61958-0802",
            "ndc: 61958 - 0802 - 1",
            "61958 0802 1",
            "61958\u{2013}0802",
            "NDC#61958-0802-01",
            "NDC-11: 61958-0802-01",
            "NDC 61958-0802-1.",
            "\u{ff16}\u{ff11}\u{ff19}\u{ff15}\u{ff18}-\u{ff10}\u{ff18}\u{ff10}\u{ff12}",
            "61958\u{2011}0802\u{200b}",
            "=\"61958-0802\"",
            "'61958-0802",
            "UPC-A 361958080217",
            "GTIN: 00361958080217",
            "EAN 0361958080217",
        ] {
            assert_eq!(candidates(spelling)[0], "61958-0802", "{spelling}");
        }
        assert_eq!(candidates("0019-n601"), ["0019-N601"]);
        assert_eq!(candidates("00019-N601-10"), ["0019-N601"]);
        assert!(candidates("0019N60110").contains(&"0019-N601".to_owned()));
    }

    #[test]
    fn the_code_is_taken_out_of_a_barcode() {
        for spelling in [
            "361958080217",
            "0361958080217",
            "00361958080217",
            "0100361958080217",
            "(01)00361958080217(17)270131(10)A12",
            "]d20100361958080217172701311012345",
            "50361958080212",
            "3 61958 08021 7",
        ] {
            let read = candidates(spelling);
            assert_eq!(read[0], "61958-0802", "{spelling}: {read:?}");
        }
        // As a code of 2033 it is another product; both are asked for.
        assert!(candidates("361958080217").contains(&"361958-0802".to_owned()));
        for (wrong, reason) in [
            ("361958080214", "check digit"),
            ("00361958080214", "check digit"),
            ("0100361958080214", "check digit"),
            ("04012345678901", "begins with 3"),
        ] {
            let error = wrong.parse::<Ndc>().unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn what_is_wrong_with_digits_is_said_of_digits() {
        for (digits, reason) in [
            ("12345", "too few digits"),
            ("123456", "too few digits"),
            ("12345678911", "first, the sixth or the tenth"),
            ("123456789012345", "too many digits"),
            ("61958-0802-1234", "segments"),
        ] {
            let error = digits.parse::<Ndc>().unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused_with_advice() {
        for text in [
            "",
            "aspirin",
            "acetaminophen",
            "AB-CD",
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
