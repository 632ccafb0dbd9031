//! A made-up quarter of FAERS in the form of its quarterly files, of any size: for imports, never
//! mistaken for a real one, since every name in it is a number.
//!
//! It has what makes real quarters hard: two versions of some cases, drugs listed several times, the
//! same reaction twice in a report, withdrawn cases, names in ISO 8859-1, torn rows.

use std::{
    fs::File,
    io::{self, BufWriter, Write as _},
    path::Path,
};

/// Products that can be the primary suspect; as many substances, each with three products.
const SUBSTANCES: u64 = 1_500;
/// Preferred terms.
const TERMS: u64 = 9_000;
/// Of each substance's reports, how many hundredths are of its own reactions, so that there is
/// something to find.
const OWN: u64 = 20;

/// What a quarter is made of; equal values give equal files.
#[derive(Clone, Copy, Debug)]
pub struct Quarter {
    /// Such as `22Q3`.
    pub name: &'static str,
    /// Cases; a real quarter has 215,867.
    pub cases: u64,
    /// What everything derives from.
    pub seed: u64,
}

/// One report version, as all three files have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarterReport {
    /// The case number.
    pub case: u64,
    /// Grows with each version of a case.
    pub version: u64,
    /// The primary suspect's substance; empty where the reporter gave a product only.
    pub substance: String,
    /// Its name as the reporter wrote it.
    pub product: String,
    /// As written, some of them twice.
    pub terms: Vec<String>,
    /// `F`, `M`, or empty.
    pub sex: &'static str,
    /// In years.
    pub age: Option<u64>,
    /// `MD`, `PH`, `HP`, `CN`, or empty.
    pub reporter: &'static str,
    /// Whether it has an outcome that makes it serious.
    pub serious: bool,
    /// First received, `20220815`.
    pub received: String,
}

impl Quarter {
    /// Write `DEMO`, `DRUG`, `REAC` and `OUTC` files and the list of withdrawn cases into a folder.
    ///
    /// # Errors
    ///
    /// If a file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let name = self.name;
        let file = |stem: &str| File::create(folder.join(format!("{stem}{name}.txt")));
        let mut reports = BufWriter::new(file("DEMO")?);
        let mut drugs = BufWriter::new(file("DRUG")?);
        let mut reactions = BufWriter::new(file("REAC")?);
        let mut outcomes = BufWriter::new(file("OUTC")?);
        writeln!(
            reports,
            "primaryid$caseid$caseversion$i_f_code$event_dt$init_fda_dt$fda_dt$rept_cod$age$age_cod$sex$occp_cod"
        )?;
        writeln!(
            drugs,
            "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai$val_vbm$route$dose_vbm"
        )?;
        writeln!(reactions, "primaryid$caseid$pt$drug_rec_act")?;
        writeln!(outcomes, "primaryid$caseid$outc_cod")?;
        for report in self.reports() {
            let QuarterReport { case, version, .. } = report;
            let number = format!("{case}{version}");
            writeln!(
                reports,
                "{number}${case}${version}$F$${}$20220915$EXP${}$YR${}${}",
                report.received,
                report.age.map(|age| age.to_string()).unwrap_or_default(),
                report.sex,
                report.reporter
            )?;
            if report.serious {
                writeln!(outcomes, "{number}${case}$HO")?;
                writeln!(outcomes, "{number}${case}$OT")?;
            }
            let (product, substance) = (&report.product, &report.substance);
            drugs.write_all(&latin(&format!(
                "{number}${case}$1$PS${product}${substance}$1$Oral$1 TABLET\n"
            )))?;
            for other in 2..2 + case % 4 {
                writeln!(
                    drugs,
                    "{number}${case}${other}$C$CONCOMITANT {}$$1$$",
                    case % 97
                )?;
            }
            for term in &report.terms {
                writeln!(reactions, "{number}${case}${term}$")?;
            }
        }
        // Torn by a line feed inside a text, as real ones are.
        writeln!(drugs, "of the second line")?;
        let mut deleted = BufWriter::new(file("DELETE")?);
        for case in self.deleted() {
            writeln!(deleted, "{case}")?;
        }
        reports.flush()?;
        drugs.flush()?;
        reactions.flush()?;
        outcomes.flush()?;
        deleted.flush()
    }

    /// Every report version, in the order of the files.
    pub fn reports(&self) -> impl Iterator<Item = QuarterReport> {
        let Self { cases, seed, .. } = *self;
        let first_case = self.first_case();
        (0..cases).flat_map(move |index| {
            let mut random = Random(seed ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let versions = if index.is_multiple_of(50) { 2 } else { 1 };
            let case = first_case + index;
            (1..=versions)
                .map(move |version| random.report(case, version))
                .collect::<Vec<_>>()
        })
    }

    /// Cases that are withdrawn.
    pub fn deleted(&self) -> impl Iterator<Item = u64> {
        let first = self.first_case();
        (0..self.cases).step_by(997).map(move |index| first + index)
    }

    /// Quarters of different names have different cases, up to a million each.
    fn first_case(&self) -> u64 {
        let letters = self.name.bytes();
        let digits = letters.filter(u8::is_ascii_digit);
        let named = digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        (10 + named % 80) * 1_000_000
    }
}

/// ISO 8859-1, as older quarters are written.
fn latin(text: &str) -> Vec<u8> {
    let byte = |letter: char| u8::try_from(u32::from(letter)).unwrap_or(b'?');
    text.chars().map(byte).collect()
}

/// A splitmix64 generator.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Small numbers are common and large ones rare, roughly as names are in real reports.
    fn skewed(&mut self, limit: u64) -> u64 {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((limit as f64 + 1.0).powf(share) - 1.0) as u64
    }

    fn report(&mut self, case: u64, version: u64) -> QuarterReport {
        let substance = self.skewed(SUBSTANCES);
        let product = self.below(3);
        let mut terms = Vec::new();
        for _ in 0..1 + self.below(5) {
            let own = self.below(100) < OWN;
            let term = match own {
                true => substance.wrapping_mul(7).wrapping_add(self.below(6)) % TERMS,
                false => self.skewed(TERMS),
            };
            terms.push(format!("Made-up term {term}"));
            // The same reaction twice in one report.
            if self.below(40) == 0 {
                terms.push(format!("MADE-UP TERM {term}"));
            }
        }
        let named = self.below(10) > 0;
        let mut other = Random(case.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let mut pick = |words: [&'static str; 5]| {
            let at = other.below(5) as usize;
            words.get(at).copied().unwrap_or_default()
        };
        let (sex, reporter) = (
            pick(["F", "F", "M", "M", ""]),
            pick(["MD", "PH", "HP", "CN", ""]),
        );
        QuarterReport {
            case,
            version,
            substance: if named {
                format!("SUBSTANCE {substance}")
            } else {
                String::new()
            },
            product: format!("Prod\u{fc}ct {substance}-{product}"),
            terms,
            sex,
            reporter,
            age: (other.below(5) > 1).then(|| other.below(95)),
            serious: other.below(2) == 0,
            received: format!("2022{:02}{:02}", 4 + other.below(6), 1 + other.below(28)),
        }
    }
}
