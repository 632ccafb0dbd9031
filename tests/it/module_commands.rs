//! `quire module` on a server: the same commands as in a data directory.

use crate::{
    remote::{done, over_http, refused},
    support::{Folder, Quire, guest, run_quire_in},
};

#[tokio::test]
async fn a_component_is_pulled_as_it_was_pushed_in_a_directory_and_over_http() {
    let (quire, folder) = (Quire::start().await, Folder::new());
    let active = quire.put_in_use("trend", "edition-one").await;
    let other = quire.add_version("trend", "edition-two").await;
    let pull = |version: Option<&str>, file: &str| {
        let file = folder.file(file).display().to_string();
        let named: Vec<String> = version.into_iter().map(str::to_owned).collect();
        let words = ["module", "pull", "trend"].map(str::to_owned).into_iter();
        let words = words.chain(named).chain(["--output".to_owned(), file]);
        words.collect::<Vec<String>>()
    };

    for (version, name) in [(None, "edition-one"), (Some(&other[..10]), "edition-two")] {
        let pushed = std::fs::read(guest(name)).unwrap();
        let told = ["here.wasm", "there.wasm"].map(|file| {
            let command = pull(version, file);
            let command: Vec<&str> = command.iter().map(String::as_str).collect();
            let told = done(&match file {
                "here.wasm" => run_quire_in(quire.data_dir(), &command),
                _ => over_http(&quire, &command),
            });
            assert_eq!(std::fs::read(folder.file(file)).unwrap(), pushed, "{file}");
            told.replace(file, "")
        });
        assert_eq!(told[0], told[1]);
        let digest = if version.is_none() { &active } else { &other };
        assert!(told[0].contains(digest.as_str()), "{told:?}");
    }
    for (command, why) in [
        (["trent", "97"], "there is no module"),
        (["trend", "ffff"], "has no version"),
    ] {
        let command = [&["module", "pull"][..], &command, &["--output", "-"]].concat();
        for output in [
            run_quire_in(quire.data_dir(), &command),
            over_http(&quire, &command),
        ] {
            let (_, wrong) = refused(&output);
            assert!(wrong.contains(why) && wrong.contains("next: "), "{wrong}");
            let next = if command[2] == "trent" {
                "list"
            } else {
                "show trend"
            };
            assert!(wrong.contains(&format!("quire module {next}")), "{wrong}");
            assert_eq!(output.stdout, b"");
        }
    }
}

#[tokio::test]
async fn the_way_out_of_a_refused_step_is_the_same_command_in_a_directory_and_over_http() {
    let quire = Quire::start().await;
    let first = quire.put_in_use("trend", "edition-one").await;
    let second = quire.add_version("trend", "edition-two").await;
    let (first, second) = (&first[..12], &second[..12]);
    let steps: [&[&str]; 6] = [
        &["canary", "trend", second, "--percent", "10"],
        &["activate", "trend", second],
        &["accept-differences", "trend", second],
        &["retire", "trend", first],
        &["activate", "trend", "ffff"],
        &["rollback", "trent"],
    ];
    for step in steps {
        let command = [&["module"], step, &["--reason", "test"]].concat();
        let ways = [
            run_quire_in(quire.data_dir(), &command),
            over_http(&quire, &command),
        ]
        .map(|output| {
            let (_, wrong) = refused(&output);
            let way = wrong.split_once("next: ").map(|(_, way)| way.to_owned());
            way.unwrap_or_else(|| panic!("{step:?}: {wrong}"))
        });
        assert_eq!(ways[0], ways[1], "{step:?}");
    }
}
