//! The codes of a report and the words that this document prints for them (ICH E2B(R2)).

use quire_sdk::{Column, Table};

/// A field, and its codes with their meaning here.
const ROWS: [(&str, &str); 18] = [
    ("serious", "1 serious; 2 not serious"),
    (
        "seriousnessdeath and five others",
        "1 the criterion is met; absent otherwise",
    ),
    ("fulfillexpeditecriteria", "1 expedited; 2 not expedited"),
    ("reporttype", "1 spontaneous; 2 study; 3 other; 4 unknown"),
    (
        "qualification",
        "1 physician; 2 pharmacist; 3 other health professional; 4 lawyer; 5 consumer or other non-professional",
    ),
    (
        "patientsex",
        "1 male; 2 female; 0 unknown, counted as not reported",
    ),
    (
        "patientonsetageunit",
        "800 decade; 801 year; 802 month; 803 week; 804 day; 805 hour",
    ),
    (
        "patientagegroup",
        "1 neonate; 2 infant; 3 child; 4 adolescent; 5 adult; 6 elderly",
    ),
    (
        "reactionoutcome",
        "1 recovered; 2 recovering; 3 not recovered; 4 recovered with sequelae; 5 fatal; 6 unknown",
    ),
    (
        "drugcharacterization",
        "1 suspect; 2 concomitant; 3 interacting",
    ),
    (
        "actiondrug",
        "1 withdrawn; 2 dose reduced; 3 dose increased; 4 dose not changed; 5 unknown; 6 not applicable",
    ),
    (
        "drugadditional",
        "dechallenge: 1 the event abated; 2 it did not; 3 unknown or not applicable",
    ),
    (
        "drugrecurreadministration",
        "rechallenge: 1 the event came back; 2 it did not; 3 unknown or not applicable",
    ),
    (
        "drugadministrationroute",
        "048 oral; other routes by the same list of ICH E2B",
    ),
    (
        "occurcountry, primarysourcecountry",
        "ISO 3166; full names in old reports",
    ),
    (
        "receivedate",
        "YYYYMMDD, the day on which FDA first received the report",
    ),
    (
        "safetyreportversion",
        "latest version of the case; absent in old reports",
    ),
    (
        "reactionmeddrapt",
        "MedDRA preferred term; ^ stands for an apostrophe",
    ),
];

pub(crate) fn table() -> Table {
    Table::new("codes", "Codes of a report, and the words that this document prints for them")
        .column(Column::text("field", "Field of the report", ROWS.iter().map(|row| row.0)))
        .column(Column::text("meaning", "Codes and their meaning here", ROWS.iter().map(|row| row.1)))
        .note("Codes of ICH E2B(R2) as openFDA serves them. A code that is not listed counts as not reported.")
        .print_rows(0)
}
