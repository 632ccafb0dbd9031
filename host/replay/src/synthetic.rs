//! Made-up records in openFDA's shape and size, for volume: never mistaken for real ones, since
//! the replay says what they are.

use serde_json::{Value, json};

/// Where in the body, and what is wrong with it: 40 × 30 = 1,200 reaction terms.
const PLACES: [&str; 40] = [
    "Abdominal",
    "Ankle",
    "Aortic",
    "Arterial",
    "Back",
    "Bladder",
    "Bone",
    "Brain",
    "Breast",
    "Bronchial",
    "Cardiac",
    "Cerebral",
    "Chest",
    "Colonic",
    "Corneal",
    "Dental",
    "Ear",
    "Eye",
    "Facial",
    "Gastric",
    "Gingival",
    "Hepatic",
    "Intestinal",
    "Joint",
    "Laryngeal",
    "Lip",
    "Lung",
    "Muscle",
    "Nasal",
    "Neck",
    "Oesophageal",
    "Oral",
    "Pancreatic",
    "Pelvic",
    "Peripheral",
    "Renal",
    "Retinal",
    "Skin",
    "Splenic",
    "Vascular",
];
const CONDITIONS: [&str; 30] = [
    "abscess",
    "atrophy",
    "bleeding",
    "calcification",
    "congestion",
    "cyst",
    "deformity",
    "discolouration",
    "discomfort",
    "disorder",
    "dryness",
    "enlargement",
    "erosion",
    "fibrosis",
    "infection",
    "inflammation",
    "injury",
    "irritation",
    "ischaemia",
    "lesion",
    "necrosis",
    "neoplasm",
    "oedema",
    "pain",
    "perforation",
    "rupture",
    "spasm",
    "stenosis",
    "swelling",
    "ulcer",
];
const OTHER_DRUGS: [&str; 24] = [
    "ASPIRIN",
    "PREDNISONE",
    "METFORMIN",
    "LISINOPRIL",
    "ATORVASTATIN",
    "AMLODIPINE",
    "OMEPRAZOLE",
    "LEVOTHYROXINE",
    "METOPROLOL",
    "LOSARTAN",
    "GABAPENTIN",
    "SERTRALINE",
    "FUROSEMIDE",
    "ACETAMINOPHEN",
    "WARFARIN",
    "ALBUTEROL",
    "INSULIN",
    "TRAMADOL",
    "CLONAZEPAM",
    "PANTOPRAZOLE",
    "SIMVASTATIN",
    "IBUPROFEN",
    "METHOTREXATE",
    "FOLIC ACID",
];
const COUNTRIES: [&str; 8] = ["US", "US", "US", "US", "GB", "FR", "DE", "JP"];

/// `reports` made-up records that name `ndc`, of 2 to 8 kB each; equal seeds give equal records.
///
/// Reactions follow Zipf's law over 1,200 terms; about one record in forty names the drug only as
/// concomitant, one in ten has no age, one in fifty a term in capitals, and one in three says when the treatment
/// began and when the event was, which comes the later the rarer the first reaction is.
pub fn synthetic(reports: usize, seed: u64, ndc: &str) -> impl Iterator<Item = Value> {
    let mut dice = Dice(seed ^ 0x9e37_79b9_7f4a_7c15);
    let ndc = ndc.to_owned();
    (0..reports).map(move |number| record(&mut dice, number, &ndc))
}

/// The generator `SplitMix64` (Steele, Lea, Flood 2014): small, and equal everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 up to, not including, `end`.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// True once in `times`.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// A rank from 0 to 1,199: rank r about in proportion to 1 / (r + 1).
    fn zipf(&mut self) -> usize {
        let share = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        // The inverse of the continuous law between 1 and 1,201.
        (1_201f64.powf(share) - 1.0) as usize
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let index = self.below(words.len());
        words.get(index).copied().unwrap_or_default()
    }

    fn day(&mut self) -> Day {
        let (year, month, day) = (2004 + self.below(21), self.below(12), self.below(28));
        Day((year * 12 + month) * 28 + day)
    }

    /// From 0 up, `mean` on average: exponential.
    fn wait(&mut self, mean: f64) -> usize {
        let share = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        (-mean * (1.0 - share).ln()) as usize
    }

    fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }
}

/// A day of a calendar whose months all have 28 days, so that it is one in every other.
#[derive(Clone, Copy)]
struct Day(usize);

impl Day {
    fn before(self, days: usize) -> Self {
        Self(self.0.saturating_sub(days))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (month, day) = (self.0 / 28, self.0 % 28);
        write!(
            formatter,
            "{}{:02}{:02}",
            month / 12,
            1 + month % 12,
            1 + day
        )
    }
}

/// The term of a rank: neighbours in rank differ in place and condition.
fn term(rank: usize) -> String {
    let place = PLACES
        .get(rank * 7 % PLACES.len())
        .copied()
        .unwrap_or_default();
    let condition = CONDITIONS.get(rank / PLACES.len() % CONDITIONS.len());
    format!("{place} {}", condition.copied().unwrap_or_default())
}

fn record(dice: &mut Dice, number: usize, ndc: &str) -> Value {
    let serious = !dice.once_in(3);
    let fatal = serious && dice.once_in(12);
    let day = dice.day();
    let received = day.to_string();
    let country = dice.pick(&COUNTRIES);
    let mut record = json!({
        "safetyreportid": format!("{}", 20_000_000 + number),
        "safetyreportversion": format!("{}", 1 + dice.below(4)),
        "receivedateformat": "102",
        "receivedate": received,
        "receiptdateformat": "102",
        "receiptdate": received,
        "transmissiondateformat": "102",
        "transmissiondate": received,
        "serious": if serious { "1" } else { "2" },
        "fulfillexpeditecriteria": if serious { "1" } else { "2" },
        "reporttype": "1",
        "occurcountry": country,
        "primarysourcecountry": country,
        "companynumb": format!("{country}-MADE-UP-{number:08}"),
        "duplicate": "1",
        "reportduplicate": {"duplicatesource": "MADE UP", "duplicatenumb": dice.uuid()},
        "primarysource": {
            "reportercountry": country, "qualification": format!("{}", 1 + dice.below(5)),
        },
        "sender": {"sendertype": "2", "senderorganization": "FDA-Public Use"},
        "receiver": {"receivertype": "6", "receiverorganization": "FDA"},
        "patient": patient(dice, day, ndc),
    });
    if let Some(members) = record.as_object_mut() {
        if fatal {
            members.insert("seriousnessdeath".to_owned(), json!("1"));
        }
        if serious && dice.once_in(2) {
            members.insert("seriousnesshospitalization".to_owned(), json!("1"));
        } else if serious {
            members.insert("seriousnessother".to_owned(), json!("1"));
        }
    }
    record
}

fn patient(dice: &mut Dice, received: Day, ndc: &str) -> Value {
    let (ranks, reactions): (Vec<usize>, Vec<Value>) =
        (0..2 + dice.below(7)).map(|_| reaction(dice)).unzip();
    let mut drugs = vec![asked_for(dice, ndc)];
    for _ in 0..dice.below(5) {
        drugs.push(other_drug(dice));
    }
    let event = dice.once_in(3).then(|| received.before(1 + dice.below(90)));
    let own = drugs.first_mut().and_then(Value::as_object_mut);
    if let (Some(event), Some(own)) = (event, own) {
        let mean = 2.0 * (1 + ranks.first().copied().unwrap_or_default()) as f64;
        let started = event.before(dice.wait(mean)).to_string();
        own.insert("drugstartdateformat".to_owned(), json!("102"));
        own.insert("drugstartdate".to_owned(), json!(started));
    }
    let mut patient = json!({
        "patientsex": format!("{}", 1 + dice.below(2)),
        "reaction": reactions,
        "drug": drugs,
    });
    if let Some(members) = patient.as_object_mut().filter(|_| !dice.once_in(10)) {
        members.insert(
            "patientonsetage".to_owned(),
            json!(format!("{}", 1 + dice.below(95))),
        );
        members.insert("patientonsetageunit".to_owned(), json!("801"));
    }
    if let (Some(event), Some(members)) = (event, patient.as_object_mut()) {
        let told = json!({"narrativeincludeclinical": format!("CASE EVENT DATE: {event}")});
        members.insert("summary".to_owned(), told);
    }
    patient
}

/// The rank of its term, and the reaction.
fn reaction(dice: &mut Dice) -> (usize, Value) {
    let rank = dice.zipf();
    let term = term(rank);
    let shown = if dice.once_in(50) {
        term.to_uppercase()
    } else {
        term
    };
    let reaction = json!({
        "reactionmeddraversionpt": "24.0",
        "reactionmeddrapt": shown,
        "reactionoutcome": format!("{}", 1 + dice.below(6)),
    });
    (rank, reaction)
}

fn asked_for(dice: &mut Dice, ndc: &str) -> Value {
    let role = if dice.once_in(40) { "2" } else { "1" };
    json!({
        "drugcharacterization": role,
        "medicinalproduct": "MADEUPINE",
        "activesubstance": {"activesubstancename": "MADEUPINE"},
        "drugindication": term(dice.zipf()).to_uppercase(),
        "drugadministrationroute": if dice.once_in(5) { "042" } else { "048" },
        "actiondrug": format!("{}", 1 + dice.below(6)),
        "drugdosagetext": "10 MG, ONCE DAILY, MADE UP",
        "openfda": block(dice, "MADEUP", "MADEUPINE", ndc),
    })
}

fn other_drug(dice: &mut Dice) -> Value {
    let name = dice.pick(&OTHER_DRUGS);
    let code = format!("9{:04}-{:04}", dice.below(10_000), dice.below(10_000));
    json!({
        "drugcharacterization": if dice.once_in(4) { "1" } else { "2" },
        "medicinalproduct": name,
        "activesubstance": {"activesubstancename": name},
        "drugindication": "PRODUCT USED FOR UNKNOWN INDICATION",
        "openfda": block(dice, name, name, &code),
    })
}

/// An `openfda` block with the long lists that real ones have.
fn block(dice: &mut Dice, brand: &str, generic: &str, ndc: &str) -> Value {
    let mut codes = vec![ndc.to_owned()];
    for _ in 0..dice.below(12) {
        codes.push(format!(
            "9{:04}-{:03}",
            dice.below(10_000),
            dice.below(1_000)
        ));
    }
    let packages: Vec<String> = codes.iter().map(|code| format!("{code}-01")).collect();
    let sets: Vec<String> = codes.iter().map(|_| dice.uuid()).collect();
    json!({
        "application_number": ["NDA999999"],
        "brand_name": [brand],
        "generic_name": [generic],
        "manufacturer_name": ["Made Up Laboratories"],
        "product_ndc": codes,
        "product_type": ["HUMAN PRESCRIPTION DRUG"],
        "route": ["ORAL"],
        "substance_name": [generic],
        "rxcui": ["999999"],
        "spl_id": sets,
        "package_ndc": packages,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_records_of_real_size() {
        let once: Vec<Value> = synthetic(200, 7, "11111-222").collect();
        let again: Vec<Value> = synthetic(200, 7, "11111-222").collect();

        assert_eq!(once, again);
        let bytes: usize = once.iter().map(|record| record.to_string().len()).sum();
        assert!((2_000..8_000).contains(&(bytes / 200)), "{}", bytes / 200);
        assert_ne!(once, synthetic(200, 8, "11111-222").collect::<Vec<_>>());
    }

    #[test]
    fn terms_are_many_and_unequally_frequent() {
        let mut dice = Dice(1);
        let mut seen = std::collections::BTreeMap::new();
        for _ in 0..100_000 {
            *seen.entry(term(dice.zipf())).or_insert(0) += 1;
        }

        assert!((1_100..=1_200).contains(&seen.len()), "{}", seen.len());
        assert!(seen.values().max().unwrap() > &5_000);
    }
}
