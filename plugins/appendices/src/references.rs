//! The literature behind method and statistics.

use quire_sdk::{Content, Text};

/// What is printed, and the DOI if there is one.
const REFERENCES: [(&str, Option<&str>); 11] = [
    (
        "Fusaroli M, Salvo F, Bégaud B, et al. The REporting of A Disproportionality analysis for drUg Safety signal detection using individual case safety reports in PharmacoVigilance (READUS-PV): development and statement. Drug Saf 2024;47:575-584.",
        Some("10.1007/s40264-024-01421-9"),
    ),
    (
        "Evans SJW, Waller PC, Davis S. Use of proportional reporting ratios (PRRs) for signal generation from spontaneous adverse drug reaction reports. Pharmacoepidemiol Drug Saf 2001;10:483-486.",
        Some("10.1002/pds.677"),
    ),
    (
        "van Puijenbroek EP, Bate A, Leufkens HGM, et al. A comparison of measures of disproportionality for signal detection in spontaneous reporting systems for adverse drug reactions. Pharmacoepidemiol Drug Saf 2002;11:3-10.",
        Some("10.1002/pds.668"),
    ),
    (
        "Norén GN, Hopstadius J, Bate A. Shrinkage observed-to-expected ratios for robust and transparent large-scale pattern discovery. Stat Methods Med Res 2013;22:57-69.",
        Some("10.1177/0962280211403604"),
    ),
    (
        "DuMouchel W. Bayesian data mining in large frequency tables, with an application to the FDA spontaneous reporting system. Am Stat 1999;53:177-190.",
        Some("10.1080/00031305.1999.10474456"),
    ),
    (
        "DuMouchel W, Pregibon D. Empirical Bayes screening for multi-item associations. Proc KDD 2001:67-76.",
        Some("10.1145/502512.502526"),
    ),
    (
        "Huang L, Zalkikar J, Tiwari RC. A likelihood ratio test based method for signal detection with application to FDA's drug safety data. J Am Stat Assoc 2011;106:1230-1241.",
        Some("10.1198/jasa.2011.ap10243"),
    ),
    (
        "European Medicines Agency. Screening for adverse reactions in EudraVigilance. EMA/849944/2016.",
        None,
    ),
    (
        "ICH. Periodic benefit-risk evaluation report (PBRER), E2C(R2). EMA/CHMP/ICH/544553/1998.",
        None,
    ),
    (
        "ICH. Post-approval safety data: definitions and standards for management and reporting of individual case safety reports, E2D(R1).",
        None,
    ),
    ("Potter et al. FAERS Essentials. 2025. PMC12393772.", None),
];

pub(crate) fn write(content: &mut Content) {
    for (text, doi) in REFERENCES {
        content.ordered(match doi {
            Some(doi) => Text::new(text)
                .plain(" ")
                .link(format!("doi:{doi}"), format!("https://doi.org/{doi}")),
            None => Text::new(text),
        });
    }
}
