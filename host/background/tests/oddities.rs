//! FDA's files as they come: no oddity of the source stops an import, each has a rule, and what is left
//! aside is named. The inputs stand in `data/`.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use quire_background::{Import, ReadFile, Store};
use quire_model::{Background, BackgroundTotals, ReactionTotals};
use tempfile::TempDir;

/// An import of files, and the store that it is in.
struct Imported {
    _folder: TempDir,
    store: Store,
    import: Import,
}

impl Imported {
    async fn of(paths: &[PathBuf]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().join("store"));
        let import = store.import(paths, None, &|_| ()).await.unwrap();
        Self {
            _folder: folder,
            store,
            import,
        }
    }

    async fn case(name: &str) -> Self {
        Self::of(&[case(name)]).await
    }

    async fn drug(&self, name: &str) -> Option<BackgroundTotals> {
        match self.store.background(&[name.to_owned()]).await.unwrap() {
            Some(Background::Totals(totals)) => Some(totals),
            _ => None,
        }
    }

    /// Reports of a drug, and of it with a reaction.
    async fn pair(&self, drug: &str, reaction: &str) -> (u64, u64) {
        match self.drug(drug).await {
            Some(totals) => (
                totals.drug,
                totals.reaction(reaction).map_or(0, |pair| pair.both),
            ),
            None => (0, 0),
        }
    }

    fn file(&self, name: &str) -> &ReadFile {
        let mut files = self.import.files.iter();
        files.find(|file| file.name == name).unwrap()
    }
}

fn case(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    data.join(name)
}

/// A quarter of FAERS with these rows under its headers.
fn quarter(folder: &Path, name: &str, [demo, drug, reac]: [&str; 3]) {
    fs::create_dir_all(folder).unwrap();
    for (stem, header, rows) in [
        ("DEMO", "primaryid$caseid$caseversion$i_f_code", demo),
        (
            "DRUG",
            "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai$route",
            drug,
        ),
        ("REAC", "primaryid$caseid$pt$drug_rec_act", reac),
    ] {
        let text = format!("{header}\n{rows}");
        fs::write(folder.join(format!("{stem}{name}.txt")), text).unwrap();
    }
}

#[tokio::test]
async fn a_report_under_two_cases_counts_once() {
    let imported = Imported::case("isr-two-cases").await;

    assert_eq!(imported.import.reports, 2);
    assert_eq!(imported.import.under_two_cases, 1);
    assert_eq!(imported.pair("PRALAMID", "Rash").await, (2, 1));
    assert_eq!(imported.pair("PRALAMID", "Nausea").await, (2, 1));
}

#[tokio::test]
async fn a_case_of_both_systems_counts_in_its_version_of_faers() {
    let imported = Imported::case("aers-faers-same-case").await;

    assert_eq!(
        (imported.import.reports, imported.import.in_both_eras),
        (5, 1)
    );
    assert_eq!(imported.pair("NEWDRUG", "Hepatic failure").await, (1, 1));
    assert_eq!(imported.pair("OLDDRUG", "Nausea").await, (0, 0));
    assert_eq!(imported.pair("OTHERDRUG", "Rash").await, (4, 4));
}

#[tokio::test]
async fn quarters_of_openfdas_download_have_equal_names() {
    let imported = Imported::case("bulk-same-names").await;

    assert_eq!(imported.pair("BULKDRUG", "Nausea").await, (4, 4));
    let names = imported.import.files.iter().map(|file| file.name.as_str());
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "2004q1/drug-event-0001-of-0001.json",
            "2004q2/drug-event-0001-of-0001.json"
        ]
    );
}

#[tokio::test]
async fn every_list_of_withdrawn_cases_is_read() {
    let imported = Imported::case("all-deleted-cases").await;

    assert_eq!((imported.import.reports, imported.import.withdrawn), (2, 3));
    assert!(imported.file("AllDeletedCases.txt").sha256.is_some());
}

#[tokio::test]
async fn torn_rows_are_joined_and_counted() {
    let imported = Imported::case("torn-rows").await;

    assert_eq!(imported.import.reports, 4);
    assert_eq!(imported.pair("TORNSUBSTANCE", "Rash").await, (3, 3));
    assert_eq!(imported.file("DRUG20Q1.txt").joined, 2);
    assert_eq!(imported.import.skipped, 0);
}

#[tokio::test]
async fn letters_that_nobody_sees_make_no_other_drug() {
    let imported = Imported::case("control-characters").await;

    // A control character is nothing, a hard blank inside a word is a blank. One report has that in the name
    // of its product alone, so that it counts by its substance too.
    assert_eq!(imported.pair("CTRLDRUG", "Rash").await, (4, 4));
    assert_eq!(imported.pair("CTRL DRUG", "Rash").await, (1, 1));
}

#[tokio::test]
async fn the_same_files_elsewhere_or_zipped_are_the_same_import() {
    let once = Imported::case("aers-faers-same-case").await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("elsewhere/twice");
    for inner in ["ascii", "ascii4"] {
        let to = copy.join(inner);
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(case("aers-faers-same-case").join(inner)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }

    let twice = Imported::of(&[case("aers-faers-same-case"), copy]).await;

    assert_eq!(twice.import.digest, once.import.digest);
    assert_eq!(twice.import.files, once.import.files);
    assert_eq!(twice.import.left_aside.len(), 6);
}

#[tokio::test]
async fn whatever_is_left_aside_is_named() {
    let folder = tempfile::tempdir().unwrap();
    // Two rows in one line, a row that ends early, one with a separator too many.
    quarter(
        folder.path(),
        "22Q1",
        [
            "101$10$1$I\n201$20$1$I301$30$1$I\n401$40$1$I\n501$50$1$I\n",
            "101$10$1$PS$A$A$Oral\n201$20$1$PS$A$A$Oral\n301$30$1$PS$A$A$Oral\n\
             401$40$1$PS$A\n501$50$1$PS$A $ B$A$Oral\n",
            "101$10$Rash$\n201$20$Rash$301$30$Rash$\n401$40$Rash$\n501$50$Rash$\n",
        ],
    );
    fs::write(folder.path().join("THER22Q1.txt"), "x").unwrap();
    fs::write(folder.path().join("Readme.doc"), "x").unwrap();

    let imported = Imported::of(&[folder.path().to_owned()]).await;

    assert_eq!(imported.pair("A", "Rash").await, (3, 3));
    let drugs = imported.file("DRUG22Q1.txt");
    assert_eq!((drugs.skipped, drugs.first_skipped), (2, Some(4)));
    assert_eq!(imported.file("DEMO22Q1.txt").parted, 1);
    assert_eq!(imported.file("REAC22Q1.txt").parted, 1);
    assert_eq!(imported.import.without_suspect, 2);
    let aside: Vec<_> = imported
        .import
        .left_aside
        .iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(aside, ["Readme.doc", "THER22Q1.txt"]);
}

#[tokio::test]
async fn keys_that_meet_by_chance_are_no_reason_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    // Case 1000001 in version 23 and case 10000012 in version 3 have one number; a report names two primary
    // suspects; a reaction and a report stand twice; a case is written with a leading zero.
    quarter(
        folder.path(),
        "22Q1",
        [
            "100000123$1000001$23$I\n100000123$10000012$3$F\n201$20$1$I\n201$20$1$I\n0301$030$1$I\n",
            "100000123$1000001$1$PS$A$A$Oral\n201$20$1$PS$B$B$Oral\n201$20$2$PS$C$C$Oral\n\
             0301$030$1$PS$B$B$Oral\n",
            "100000123$1000001$Rash$\n201$20$Rash$\n201$20$RASH$\n0301$030$Rash$\n",
        ],
    );
    fs::write(folder.path().join("AllDeletedCases.txt"), "CASEID\n30\n").unwrap();

    let imported = Imported::of(&[folder.path().to_owned()]).await;

    assert_eq!(imported.pair("A", "Rash").await, (1, 1));
    assert_eq!(imported.pair("B", "Rash").await, (1, 1));
    assert_eq!(imported.pair("C", "Rash").await, (0, 0));
    assert_eq!(imported.import.under_two_cases, 1);
    assert_eq!((imported.import.reports, imported.import.withdrawn), (2, 1));
    let rash = imported.drug("A").await.unwrap().reaction("Rash");
    assert_eq!(rash, Some(ReactionTotals { both: 1, all: 2 }));
}

#[tokio::test]
async fn what_an_earlier_version_began_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().to_owned());
    let file = folder.path().join("faers-2020q1.db");
    let address = format!("sqlite://{}?mode=rwc", file.display());
    let pool = sqlx::SqlitePool::connect(&address).await.unwrap();
    let earlier = "CREATE TABLE about (state TEXT, fingerprint TEXT)";
    sqlx::query(earlier).execute(&pool).await.unwrap();
    sqlx::query("INSERT INTO about VALUES ('reading', 'x')")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;

    let import = store
        .import(&[case("torn-rows")], None, &|_| ())
        .await
        .unwrap();

    assert_eq!(import.reports, 4);
}

#[tokio::test]
async fn a_store_that_fails_speaks_of_what_to_do_and_not_of_sql() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().to_owned());
    fs::write(folder.path().join("faers-2020q1.db"), vec![b'x'; 8192]).unwrap();

    let error = store
        .import(&[case("torn-rows")], None, &|_| ())
        .await
        .unwrap_err();

    let chain = std::iter::successors(Some(&error as &dyn std::error::Error), |one| one.source());
    let said: Vec<String> = chain.map(ToString::to_string).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said.concat().contains("is damaged; remove it"), "{said:?}");
}

#[tokio::test]
async fn lists_of_withdrawn_cases_are_read_however_they_are_written() {
    let row = |id: u32| {
        (
            format!("{id}1${id}$1$I\n"),
            format!("{id}1${id}$1$PS$A$A$Oral\n"),
            format!("{id}1${id}$Rash$\n"),
        )
    };
    let rows: Vec<_> = (10..30).map(row).collect();
    let all = |pick: fn(&(String, String, String)) -> &String| {
        rows.iter().map(pick).cloned().collect::<String>()
    };
    for (name, list, withdrawn) in [
        ("ADR22Q1DeletedCases.txt", "10\n11\r\n12", 3),
        ("AllDeletedCases.TXT", "\u{feff}10\n11\n", 2),
        ("DELETE22Q1.txt", "CASEID\n10\n", 1),
        ("deleted/22Q1.txt", "10$\n11$\n", 2),
        (
            "Deleted/cases.csv",
            "\"caseid\"\n\"10\",\"x\"\n\"011\"\n",
            2,
        ),
        ("DeletedCases.csv", "10.0,11.0\n12.0\n", 3),
        ("DELETE22Q1.txt", "10\r11\r12\r", 3),
        ("DELETE22Q1.txt", "10\t11\n\n  12  \n", 3),
        ("DELETE22Q1.txt", "", 0),
    ] {
        let folder = tempfile::tempdir().unwrap();
        quarter(
            folder.path(),
            "22Q1",
            [&all(|row| &row.0), &all(|row| &row.1), &all(|row| &row.2)],
        );
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, list).unwrap();

        let import = Imported::of(&[folder.path().to_owned()]).await.import;

        assert_eq!(
            (import.withdrawn, import.reports),
            (withdrawn, 20 - withdrawn),
            "{name} {list:?}"
        );
        assert_eq!(import.skipped, 0, "{name} {list:?}");
    }
}

#[tokio::test]
async fn columns_are_found_by_their_names_wherever_they_stand() {
    let file = |folder: &Path, name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    let demo = "primaryid$caseid$caseversion$i_f_code\n101$10$1$I\n201$20$1$I\n";
    let reac = "primaryid$caseid$pt$drug_rec_act\n101$10$Rash$\n201$20$Rash$\n";
    for (what, demo, drug) in [
        (
            "reordered",
            "caseversion$i_f_code$caseid$primaryid\n1$I$10$101\n1$I$20$201\n",
            "prod_ai$role_cod$drugname$primaryid$caseid\nA$PS$A$101$10\nA$PS$A$201$20\n",
        ),
        (
            "capitals",
            "PRIMARYID$CASEID$CASEVERSION$I_F_COD\n101$10$1$I\n201$20$1$I\n",
            "PRIMARYID$CASEID$DRUG_SEQ$ROLE_COD$DRUGNAME$PROD_AI\n101$10$1$PS$A$A\n201$20$1$PS$A$A\n",
        ),
        (
            "blanks, quotes and a byte order mark",
            "\u{feff}\"primaryid\" $ caseid $caseversion$i_f_code\n101$10$1$I\n201$20$1$I\n",
            "\u{feff}primaryid$caseid$role_cod$drugname$prod_ai\r\n101$10$PS$\"A\"$A\r\n201$20$PS$A$A\r\n",
        ),
        (
            "no substance, small role",
            demo,
            "primaryid$caseid$role_cod$drugname\n101$10$ps$A\n201$20$PS$A.\n",
        ),
        (
            "no version",
            "primaryid$caseid$i_f_code\n101$10$I\n201$20$I\n",
            "primaryid$caseid$role_cod$drugname$prod_ai$more$and_more\n101$10$PS$A$A$$\n201$20$PS$A$A$$\n",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        file(folder.path(), "DEMO22Q1.txt", demo);
        file(folder.path(), "DRUG22Q1.txt", drug);
        file(folder.path(), "REAC22Q1.txt", reac);

        let imported = Imported::of(&[folder.path().to_owned()]).await;

        assert_eq!(imported.pair("A", "Rash").await, (2, 2), "{what}");
        assert_eq!(imported.import.skipped, 0, "{what}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_by_its_name_and_its_fault() {
    let utf_16: Vec<u8> = "primaryid$caseid$pt\n101$10$Rash\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (text, fault) in [
        (&b""[..], "the header has no column primaryid"),
        (b"101$10$Rash$\n", "the header has no column primaryid"),
        (
            b"primaryid,caseid,pt\n101,10,Rash\n",
            "the header has no column primaryid",
        ),
        (
            b"primaryid$caseid$drug_rec_act\n101$10$\n",
            "the header has no column pt",
        ),
        (b"primaryid$caseid$pt\r101$10$Rash\r", "line feeds"),
        (&utf_16, "UTF-16"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        quarter(
            folder.path(),
            "22Q1",
            ["101$10$1$I\n", "101$10$1$PS$A$A$Oral\n", ""],
        );
        fs::write(folder.path().join("REAC22Q1.txt"), text).unwrap();
        let store = Store::new(folder.path().join("store"));

        let error = store
            .import(&[folder.path().to_owned()], None, &|_| ())
            .await
            .unwrap_err()
            .to_string();

        assert!(
            error.contains("REAC22Q1.txt") && error.contains(fault),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_case_counts_once_in_its_latest_version_in_whatever_order_versions_come() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    // Version 3 in the first quarter, 2 in the next; the third gives version 1 of it again, and the quarter of
    // before once more with other line ends.
    quarter(
        &at("a"),
        "22Q1",
        [
            "103$10$3$F\n",
            "103$10$1$PS$NEW$NEW$Oral\n",
            "103$10$Rash$\n",
        ],
    );
    quarter(
        &at("b"),
        "22Q2",
        [
            "102$10$2$F\n",
            "102$10$1$PS$OLD$OLD$Oral\n",
            "102$10$Nausea$\n",
        ],
    );
    quarter(
        &at("c"),
        "22Q3",
        [
            "101$10$1$I\n201$20$1$I\n",
            "101$10$1$PS$OLD$OLD$Oral\n201$20$1$PS$NEW$NEW$Oral\n",
            "101$10$Nausea$\n201$20$Rash$\n",
        ],
    );
    quarter(
        &at("d"),
        "22Q1",
        [
            "103$10$3$F\r\n",
            "103$10$1$PS$NEW$NEW$Oral\r\n",
            "103$10$Rash$\r\n",
        ],
    );
    // Another file of the name of a quarter, with other cases.
    quarter(
        &at("e"),
        "22Q2",
        [
            "301$30$1$I\n",
            "301$30$1$PS$NEW$NEW$Oral\n",
            "301$30$Rash$\n",
        ],
    );
    // The XML form of a quarter is not read, and named.
    fs::write(at("ADR22Q3.xml"), "<ichicsr/>").unwrap();

    let imported = Imported::of(&[folder.path().to_owned()]).await;

    assert_eq!(imported.pair("NEW", "Rash").await, (3, 3));
    assert_eq!(imported.pair("OLD", "Nausea").await, (0, 0));
    let aside: Vec<_> = imported
        .import
        .left_aside
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(aside, ["ADR22Q3.xml"]);
}
