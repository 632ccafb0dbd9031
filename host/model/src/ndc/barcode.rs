//! Barcodes of packages: what of them is a drug code, and whether they were read right.

/// The GTIN of a GS1 code: fourteen digits behind the identifier 01, with brackets, the name of a symbology
/// before it or more elements behind it.
pub(super) fn gtin_of_gs1(plain: &str) -> Option<&str> {
    let (text, named) = match plain.strip_prefix(']') {
        Some(rest) => (rest.get(2..)?, true),
        None => (plain, false),
    };
    let text = text.trim_start_matches('\u{1d}');
    if let Some(behind) = text.strip_prefix("(01)") {
        return behind.get(..14);
    }
    let behind = text
        .strip_prefix("01")
        .filter(|_| named || text.len() >= 16)?;
    let gtin = behind.get(..14)?;
    gtin.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(gtin)
}

/// The ten digits of the code in a UPC (12 digits) or a GTIN (13 or 14): zeros or what says how many packages are
/// in a box, then 3, those ten and the check digit.
pub(super) fn ten_digits(digits: &str) -> Result<&str, &'static str> {
    if !is_number(digits) {
        return Err("a barcode holds digits only");
    }
    let from = digits.len().saturating_sub(12);
    let (before, upc) = digits.split_at(from);
    // In fourteen digits the first is the kind of the package.
    if !before
        .chars()
        .skip(before.len() / 2)
        .all(|digit| digit == '0')
        || !upc.starts_with('3')
    {
        return Err("it is a barcode, but none with an NDC inside, which begins with 3");
    }
    if !checks(digits) {
        return Err(
            "it is a barcode whose check digit does not fit, so that a digit is wrong; if the ten \
             digits between the leading 3 and the check digit are right, write those alone, and write a \
             code of 2033 with its hyphens",
        );
    }
    Ok(upc.get(1..11).unwrap_or_default())
}

/// Whether the last digit is the check digit of the others (GS1: weights 3 and 1 from the right).
fn checks(digits: &str) -> bool {
    let weighted = digits.bytes().rev().zip([1_u32, 3].into_iter().cycle());
    let sum: u32 = weighted
        .map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight)
        .sum();
    is_number(digits) && sum.is_multiple_of(10)
}

pub(super) fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
