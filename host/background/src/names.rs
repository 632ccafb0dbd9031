//! One spelling for the many ways in which reports write the name of a drug.

use quire_model::fold;

/// What joins the ingredients of a combination, as FAERS writes it.
const AND: &str = "\\";

/// Capitals, single blanks, no quotation marks around it and no trailing full stop; the ingredients of a
/// combination in alphabetical order, whether they are joined by a backslash, a comma, a semicolon, a plus sign or the word "and".
#[must_use]
pub(crate) fn drug_key(name: &str) -> String {
    let name = fold(name);
    let plain = name.replace(['\\', ',', ';', '+'], " \\ ");
    let mut parts: Vec<Vec<&str>> = vec![Vec::new()];
    for word in plain.split_whitespace() {
        match word {
            "\\" | "AND" => parts.push(Vec::new()),
            word => parts.last_mut().map_or((), |part| part.push(word)),
        }
    }
    let mut parts: Vec<String> = parts
        .iter()
        .map(|part| bare(&part.join(" ")).to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    parts.sort_unstable();
    parts.dedup();
    parts.join(AND)
}

/// Without quotation marks around it and full stops behind it.
fn bare(name: &str) -> &str {
    let name = name.trim_start_matches(['"', ' ']);
    name.trim_end_matches(['"', '.', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_drug_has_one_key() {
        for (name, key) in [
            ("Ambrisentan", "AMBRISENTAN"),
            ("ACETAMINOPHEN.", "ACETAMINOPHEN"),
            ("  duragesic   100 ", "DURAGESIC 100"),
            (
                "HYDROCODONE BITARTRATE\\ACETAMINOPHEN",
                "ACETAMINOPHEN\\HYDROCODONE BITARTRATE",
            ),
            (
                "Acetaminophen and Hydrocodone Bitartrate",
                "ACETAMINOPHEN\\HYDROCODONE BITARTRATE",
            ),
            ("CTRLDRUG\u{8}", "CTRLDRUG"),
            ("CTRLDRUG\u{a0}", "CTRLDRUG"),
            ("ST. JOHN\u{2019}S WORT", "ST. JOHN'S WORT"),
            ("SAND", "SAND"),
            ("CTRL\u{8}DRUG\u{a0}", "CTRLDRUG"),
            ("\u{feff}ZERO\u{200b}WIDTH", "ZEROWIDTH"),
            ("TWO\tWORDS", "TWO WORDS"),
            ("\"ASPIRIN\".", "ASPIRIN"),
            ("ASPIRIN\"", "ASPIRIN"),
            (
                "TACROLIMUS\\TACROLIMUS ANHYDROUS",
                "TACROLIMUS\\TACROLIMUS ANHYDROUS",
            ),
            (
                "TACROLIMUS ANHYDROUS\\TACROLIMUS",
                "TACROLIMUS\\TACROLIMUS ANHYDROUS",
            ),
            ("", ""),
            (".", ""),
        ] {
            assert_eq!(drug_key(name), key, "{name:?}");
        }
    }
}
