//! Many tests at once: the false discovery rate.

/// Benjamini-Hochberg adjusted p-values, in the order given.
///
/// The adjusted value of a test is the lowest false discovery rate at which it would be a discovery:
/// q₍ᵢ₎ = min over j ≥ i of p₍ⱼ₎·k/j, at most 1, for k tests. State k next to any of them. Source:
/// Benjamini and Hochberg 1995, J R Stat Soc B 57:289-300.
#[must_use]
pub fn adjusted_p_values(p_values: &[f64]) -> Vec<f64> {
    let tests = p_values.len() as f64;
    let mut order: Vec<(usize, f64)> = p_values.iter().copied().enumerate().collect();
    order.sort_by(|left, right| right.1.total_cmp(&left.1));

    let mut lowest = 1.0_f64;
    let mut adjusted = vec![1.0; p_values.len()];
    for (position, (index, p_value)) in order.iter().enumerate() {
        let rank = tests - position as f64;
        lowest = lowest.min(p_value * tests / rank);
        if let Some(slot) = adjusted.get_mut(*index) {
            *slot = lowest;
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjusts_like_r() {
        // p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH")
        let adjusted = adjusted_p_values(&[0.01, 0.04, 0.03, 0.005]);

        assert_eq!(adjusted, [0.02, 0.04, 0.04, 0.02]);
        assert!(adjusted_p_values(&[]).is_empty());
    }
}
