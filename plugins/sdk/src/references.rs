//! The literature and the sources that a document rests on, each named once.

use crate::Text;

/// What a reader needs to find a work again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its name in the code, such as `evans`.
    pub key: &'static str,
    /// Authors, or the body that publishes it.
    pub authors: &'static str,
    /// Its title, without the final full stop.
    pub title: &'static str,
    /// Journal, number of the document, or address.
    pub place: &'static str,
    /// Year of publication; `since 2014` of a source that grows.
    pub year: &'static str,
    /// Volume and pages, `10:483-486`; empty where there are none.
    pub pages: &'static str,
    /// DOI or https address; empty where there is none.
    pub link: &'static str,
}

impl Reference {
    /// The whole entry of a list: `Evans SJW, … Pharmacoepidemiol Drug Saf 2001;10:483-486. doi:…`.
    #[must_use]
    pub fn text(&self) -> Text {
        let Self {
            authors,
            title,
            place,
            year,
            pages,
            link,
            ..
        } = self;
        let text = Text::new(if pages.is_empty() {
            format!("{authors}. {title}. {place}, {year}.")
        } else {
            format!("{authors}. {title}. {place} {year};{pages}.")
        });
        match *link {
            "" => text,
            link if link.starts_with("https://") => text.plain(" ").link(link, link),
            doi => text
                .plain(" ")
                .link(format!("doi:{doi}"), format!("https://doi.org/{doi}")),
        }
    }
}

/// Where it stands in the list of references, counted from 1.
fn number(key: &str) -> Option<usize> {
    let place = REFERENCES.iter().position(|reference| reference.key == key);
    place.map(|place| place + 1)
}

/// The numbers of works in the list of references, for behind the sentence that rests on them: `[9, 12]`;
/// nothing for keys that are not there.
#[must_use]
pub fn citation(keys: &[&str]) -> String {
    let mut numbers: Vec<usize> = keys.iter().filter_map(|key| number(key)).collect();
    numbers.sort_unstable();
    let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
    match numbers.is_empty() {
        true => String::new(),
        false => format!("[{}]", numbers.join(", ")),
    }
}

/// The work with this key.
#[must_use]
pub fn reference(key: &str) -> Option<&'static Reference> {
    REFERENCES.iter().find(|reference| reference.key == key)
}

/// All of them, in the order of a reference list: data, guidelines, measures, rules, lists of terms, probable
/// cases.
pub const REFERENCES: [Reference; 24] = [
    Reference {
        key: "faers",
        authors: "US Food and Drug Administration",
        title: "FDA Adverse Event Reporting System (FAERS), database",
        place: "Silver Spring, Maryland",
        year: "since 2012",
        pages: "",
        link: "https://fis.fda.gov/extensions/FPD-QDE-FAERS/FPD-QDE-FAERS.html",
    },
    Reference {
        key: "openfda",
        authors: "US Food and Drug Administration",
        title: "openFDA, drug adverse events, interface drug/event",
        place: "open.fda.gov",
        year: "since 2014",
        pages: "",
        link: "https://open.fda.gov/apis/drug/event/",
    },
    Reference {
        key: "kass-hout",
        authors: "Kass-Hout TA, Xu Z, Mohebbi M, et al",
        title: "OpenFDA: an innovative platform providing access to a wealth of FDA's publicly available data",
        place: "J Am Med Inform Assoc",
        year: "2016",
        pages: "23:596-600",
        link: "10.1093/jamia/ocv153",
    },
    Reference {
        key: "potter",
        authors: "Potter E, Reyes M, Naples J, Dal Pan G",
        title: "FDA Adverse Event Reporting System (FAERS) Essentials: a guide to understanding, applying, and interpreting adverse event data reported to FAERS",
        place: "Clin Pharmacol Ther",
        year: "2025",
        pages: "118:567-582",
        link: "10.1002/cpt.3701",
    },
    Reference {
        key: "readus-pv",
        authors: "Fusaroli M, Salvo F, Bégaud B, et al",
        title: "The REporting of A Disproportionality analysis for drUg Safety signal detection using individual case safety reports in PharmacoVigilance (READUS-PV): development and statement",
        place: "Drug Saf",
        year: "2024",
        pages: "47:575-584",
        link: "10.1007/s40264-024-01421-9",
    },
    Reference {
        key: "e2b",
        authors: "International Council for Harmonisation (ICH)",
        title: "Maintenance of the ICH guideline on clinical safety data management: data elements for transmission of individual case safety reports",
        place: "E2B(R2), version 4.4.1",
        year: "2001",
        pages: "",
        link: "",
    },
    Reference {
        key: "e2c",
        authors: "International Council for Harmonisation (ICH)",
        title: "Periodic benefit-risk evaluation report (PBRER)",
        place: "E2C(R2), EMA/CHMP/ICH/544553/1998",
        year: "2012",
        pages: "",
        link: "",
    },
    Reference {
        key: "e2d",
        authors: "International Council for Harmonisation (ICH)",
        title: "Post-approval safety data: definitions and standards for management and reporting of individual case safety reports",
        place: "E2D(R1)",
        year: "2025",
        pages: "",
        link: "",
    },
    Reference {
        key: "evans",
        authors: "Evans SJW, Waller PC, Davis S",
        title: "Use of proportional reporting ratios (PRRs) for signal generation from spontaneous adverse drug reaction reports",
        place: "Pharmacoepidemiol Drug Saf",
        year: "2001",
        pages: "10:483-486",
        link: "10.1002/pds.677",
    },
    Reference {
        key: "van-puijenbroek",
        authors: "van Puijenbroek EP, Bate A, Leufkens HGM, et al",
        title: "A comparison of measures of disproportionality for signal detection in spontaneous reporting systems for adverse drug reactions",
        place: "Pharmacoepidemiol Drug Saf",
        year: "2002",
        pages: "11:3-10",
        link: "10.1002/pds.668",
    },
    Reference {
        key: "pearson",
        authors: "Pearson K",
        title: "On the criterion that a given system of deviations from the probable in the case of a correlated system of variables is such that it can be reasonably supposed to have arisen from random sampling",
        place: "Philos Mag Ser 5",
        year: "1900",
        pages: "50:157-175",
        link: "10.1080/14786440009463897",
    },
    Reference {
        key: "yates",
        authors: "Yates F",
        title: "Contingency tables involving small numbers and the χ² test",
        place: "Suppl J R Stat Soc",
        year: "1934",
        pages: "1:217-235",
        link: "10.2307/2983604",
    },
    Reference {
        key: "noren",
        authors: "Norén GN, Hopstadius J, Bate A",
        title: "Shrinkage observed-to-expected ratios for robust and transparent large-scale pattern discovery",
        place: "Stat Methods Med Res",
        year: "2013",
        pages: "22:57-69",
        link: "10.1177/0962280211403604",
    },
    Reference {
        key: "dumouchel",
        authors: "DuMouchel W",
        title: "Bayesian data mining in large frequency tables, with an application to the FDA spontaneous reporting system",
        place: "Am Stat",
        year: "1999",
        pages: "53:177-190",
        link: "10.1080/00031305.1999.10474456",
    },
    Reference {
        key: "dumouchel-pregibon",
        authors: "DuMouchel W, Pregibon D",
        title: "Empirical Bayes screening for multi-item associations",
        place: "Proc 7th ACM SIGKDD Int Conf Knowl Discov Data Min",
        year: "2001",
        pages: "67-76",
        link: "10.1145/502512.502526",
    },
    Reference {
        key: "huang",
        authors: "Huang L, Zalkikar J, Tiwari RC",
        title: "A likelihood ratio test based method for signal detection with application to FDA's drug safety data",
        place: "J Am Stat Assoc",
        year: "2011",
        pages: "106:1230-1241",
        link: "10.1198/jasa.2011.ap10243",
    },
    Reference {
        key: "mantel-haenszel",
        authors: "Mantel N, Haenszel W",
        title: "Statistical aspects of the analysis of data from retrospective studies of disease",
        place: "J Natl Cancer Inst",
        year: "1959",
        pages: "22:719-748",
        link: "10.1093/jnci/22.4.719",
    },
    Reference {
        key: "robins",
        authors: "Robins J, Breslow N, Greenland S",
        title: "Estimators of the Mantel-Haenszel variance consistent in both sparse data and large-strata limiting models",
        place: "Biometrics",
        year: "1986",
        pages: "42:311-323",
        link: "10.2307/2531052",
    },
    Reference {
        key: "szarfman",
        authors: "Szarfman A, Machado SG, O'Neill RT",
        title: "Use of screening algorithms and computer systems to efficiently signal higher-than-expected combinations of drugs and events in the US FDA's spontaneous reports database",
        place: "Drug Saf",
        year: "2002",
        pages: "25:381-392",
        link: "10.2165/00002018-200225060-00001",
    },
    Reference {
        key: "ema",
        authors: "European Medicines Agency",
        title: "Screening for adverse reactions in EudraVigilance",
        place: "EMA/849944/2016",
        year: "2016",
        pages: "",
        link: "",
    },
    Reference {
        key: "osokogu",
        authors: "Osokogu OU, Dodd C, Pacurariu A, et al",
        title: "Drug safety monitoring in children: performance of signal detection algorithms and impact of age stratification (thresholds of EMA and MHRA in table 1; PMC4982893)",
        place: "Drug Saf",
        year: "2016",
        pages: "39:873-881",
        link: "10.1007/s40264-016-0433-x",
    },
    Reference {
        key: "open-targets",
        authors: "Open Targets",
        title: "Uninformative events (blacklisted_events.txt) of the openFDA FAERS pipeline, Apache License 2.0",
        place: "github.com/opentargets/platform-etl-openfda-faers",
        year: "2020",
        pages: "",
        link: "https://github.com/opentargets/platform-etl-openfda-faers",
    },
    Reference {
        key: "designated",
        authors: "European Medicines Agency",
        title: "Designated medical event (DME) list",
        place: "EMA/326038/2020",
        year: "2020",
        pages: "",
        link: "https://www.ema.europa.eu/en/documents/other/designated-medical-event-dme-list_en.xlsx",
    },
    Reference {
        key: "hit-miss",
        authors: "Norén GN, Orre R, Bate A, Edwards IR",
        title: "Duplicate detection in adverse drug reaction surveillance",
        place: "Data Min Knowl Discov",
        year: "2007",
        pages: "14:305-328",
        link: "10.1007/s10618-006-0052-8",
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reference_is_complete() {
        for one in &REFERENCES {
            for part in [one.authors, one.title, one.place] {
                assert!(
                    part.len() > 3 && !part.ends_with('.'),
                    "{}: {part:?}",
                    one.key
                );
            }
            let digits = one.year.trim_start_matches("since ");
            let year: u32 = digits.parse().unwrap();
            assert!((1_900..2_100).contains(&year), "{}", one.key);
            let is_found = !one.pages.is_empty() || !one.link.is_empty();
            assert!(
                is_found || one.place.contains(|char: char| char.is_ascii_digit()),
                "{}",
                one.key
            );
            let is_link = one.link.starts_with("10.") || one.link.starts_with("https://");
            assert!(is_link || one.link.is_empty(), "{}", one.key);
        }
    }

    #[test]
    fn every_reference_has_a_key_of_its_own() {
        let keys: BTreeSet<&str> = REFERENCES.iter().map(|one| one.key).collect();

        assert_eq!(keys.len(), REFERENCES.len());
        for key in keys {
            assert_eq!(reference(key).map(|one| one.key), Some(key));
        }
        assert_eq!(reference("nobody"), None);
        assert_eq!(citation(&["yates", "faers"]), "[1, 12]");
        assert_eq!(citation(&["nobody"]), "");
    }

    #[test]
    fn an_entry_reads_as_in_a_journal() {
        let entry = |key| {
            let spans = reference(key).unwrap().text().into_spans();
            spans.into_iter().map(|span| span.text).collect::<String>()
        };

        assert_eq!(
            entry("yates"),
            "Yates F. Contingency tables involving small numbers and the χ² test. \
             Suppl J R Stat Soc 1934;1:217-235. doi:10.2307/2983604"
        );
        assert_eq!(
            entry("ema"),
            "European Medicines Agency. Screening for adverse reactions in EudraVigilance. \
             EMA/849944/2016, 2016."
        );
    }
}
