//! Numbers in page content.

/// A length in hundredths of a point: finer than any printer.
pub(super) fn hundredths(points: f32) -> i32 {
    (points * 100.0).round() as i32
}

/// Write hundredths as a decimal number, as short as can be.
pub(super) fn decimal(value: i32, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    let value = value.unsigned_abs();
    let (whole, rest) = (value / 100, value % 100);
    if whole > 0 || rest == 0 {
        integer(whole, out);
    }
    if rest > 0 {
        let (tenth, hundredth) = (digit(rest / 10), digit(rest % 10));
        out.extend_from_slice(&[b'.', tenth]);
        if hundredth != b'0' {
            out.push(hundredth);
        }
    }
}

/// Write a whole number.
pub(super) fn integer(value: u32, out: &mut Vec<u8>) {
    let mut reversed = [0; 10];
    let mut rest = value;
    let mut count = 0;
    for slot in &mut reversed {
        *slot = digit(rest % 10);
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    out.extend(reversed.iter().take(count).rev());
}

const fn digit(value: u32) -> u8 {
    b'0' + (value % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_short_and_exact() {
        let mut out = Vec::new();
        for value in [0, 5, 50, 100, 12_345, -7, -12_340, i32::MIN] {
            decimal(value, &mut out);
            out.push(b' ');
        }
        assert_eq!(out, b"0 .05 .5 1 123.45 -.07 -123.4 -21474836.48 ");
        assert_eq!(hundredths(f32::NAN), 0);
    }
}
