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
