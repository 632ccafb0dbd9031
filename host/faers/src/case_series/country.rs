//! Country codes. Reports of FAERS carry ISO 3166 codes; those of the older AERS carry names.

/// Names as AERS writes them, for the countries that most reports come from. A name that is not
/// listed is missing rather than guessed.
const NAMES: [(&str, &str); 62] = [
    ("ARGENTINA", "AR"),
    ("AUSTRALIA", "AU"),
    ("AUSTRIA", "AT"),
    ("BELGIUM", "BE"),
    ("BRAZIL", "BR"),
    ("BULGARIA", "BG"),
    ("CANADA", "CA"),
    ("CHILE", "CL"),
    ("CHINA", "CN"),
    ("COLOMBIA", "CO"),
    ("CROATIA", "HR"),
    ("CUBA", "CU"),
    ("CZECH REPUBLIC", "CZ"),
    ("DENMARK", "DK"),
    ("EGYPT", "EG"),
    ("ESTONIA", "EE"),
    ("FINLAND", "FI"),
    ("FRANCE", "FR"),
    ("GERMANY", "DE"),
    ("GREECE", "GR"),
    ("HONG KONG", "HK"),
    ("HUNGARY", "HU"),
    ("ICELAND", "IS"),
    ("INDIA", "IN"),
    ("INDONESIA", "ID"),
    ("IRAN", "IR"),
    ("IRELAND", "IE"),
    ("ISRAEL", "IL"),
    ("ITALY", "IT"),
    ("JAPAN", "JP"),
    ("KOREA, REPUBLIC OF", "KR"),
    ("LATVIA", "LV"),
    ("LEBANON", "LB"),
    ("LITHUANIA", "LT"),
    ("MALAYSIA", "MY"),
    ("MEXICO", "MX"),
    ("NETHERLANDS", "NL"),
    ("NEW ZEALAND", "NZ"),
    ("NORWAY", "NO"),
    ("PAKISTAN", "PK"),
    ("PERU", "PE"),
    ("PHILIPPINES", "PH"),
    ("POLAND", "PL"),
    ("PORTUGAL", "PT"),
    ("PUERTO RICO", "PR"),
    ("ROMANIA", "RO"),
    ("RUSSIAN FEDERATION", "RU"),
    ("SAUDI ARABIA", "SA"),
    ("SINGAPORE", "SG"),
    ("SLOVAKIA", "SK"),
    ("SLOVENIA", "SI"),
    ("SOUTH AFRICA", "ZA"),
    ("SPAIN", "ES"),
    ("SWEDEN", "SE"),
    ("SWITZERLAND", "CH"),
    ("TAIWAN, PROVINCE OF CHINA", "TW"),
    ("THAILAND", "TH"),
    ("TURKEY", "TR"),
    ("UKRAINE", "UA"),
    ("UNITED KINGDOM", "GB"),
    ("UNITED STATES", "US"),
    ("VENEZUELA", "VE"),
];

/// The ISO 3166 code that `text` is or names; empty if neither.
pub(super) fn country(text: &str) -> String {
    let upper = text.to_uppercase();
    if upper.len() == 2 && upper.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return upper;
    }
    let named = NAMES.iter().find(|(name, _)| *name == upper);
    named.map_or(String::new(), |(_, code)| (*code).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stay_names_are_looked_up_and_the_rest_is_missing() {
        let codes = ["us", "CANADA", "COUNTRY NOT SPECIFIED", ""].map(country);

        assert_eq!(codes, ["US", "CA", "", ""]);
    }
}
