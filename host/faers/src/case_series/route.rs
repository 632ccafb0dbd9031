//! Routes of administration: `patient.drug.drugadministrationroute`, the list of ICH E2B(R2) as
//! openFDA's field reference prints it, in plain words.

use super::words::OTHER;

/// Code 1 (`001`) onwards.
const ROUTES: [&str; 67] = [
    "auricular",
    "buccal",
    "cutaneous",
    "dental",
    "endocervical",
    "endosinusial",
    "endotracheal",
    "epidural",
    "extra-amniotic",
    "haemodialysis",
    "intracorpus cavernosum",
    "intra-amniotic",
    "intra-arterial",
    "intra-articular",
    "intrauterine",
    "intracardiac",
    "intracavernous",
    "intracerebral",
    "intracervical",
    "intracisternal",
    "intracorneal",
    "intracoronary",
    "intradermal",
    "intradiscal",
    "intrahepatic",
    "intralesional",
    "intralymphatic",
    "intramedullary",
    "intrameningeal",
    "intramuscular",
    "intraocular",
    "intrapericardial",
    "intraperitoneal",
    "intrapleural",
    "intrasynovial",
    "intratumour",
    "intrathecal",
    "intrathoracic",
    "intratracheal",
    "intravenous bolus",
    "intravenous drip",
    "intravenous",
    "intravesical",
    "iontophoresis",
    "nasal",
    "occlusive dressing",
    "ophthalmic",
    "oral",
    "oropharyngeal",
    "other",
    "parenteral",
    "periarticular",
    "perineural",
    "rectal",
    "inhalation",
    "retrobulbar",
    "subconjunctival",
    "subcutaneous",
    "subdermal",
    "sublingual",
    "topical",
    "transdermal",
    "transmammary",
    "transplacental",
    "unknown",
    "urethral",
    "vaginal",
];

/// The route in words; `other` for a code that is not in the list.
pub(super) fn route(code: u16) -> &'static str {
    let index = usize::from(code).checked_sub(1);
    let found = index.and_then(|index| ROUTES.get(index));
    found.copied().unwrap_or(OTHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_sample_read_as_in_the_field_reference() {
        let words = [41, 42, 48, 50, 55, 58, 65, 67].map(route);

        assert_eq!(
            words,
            [
                "intravenous drip",
                "intravenous",
                "oral",
                "other",
                "inhalation",
                "subcutaneous",
                "unknown",
                "vaginal"
            ]
        );
        assert_eq!((route(0), route(68)), (OTHER, OTHER));
    }
}
