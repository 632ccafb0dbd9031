//! The binary answers. That it is named here makes `cargo test` build it, with the very features of
//! the other tests; those in `tests/` start it.

use std::process::Command;

#[test]
fn it_says_its_version() {
    let output = Command::new(env!("CARGO_BIN_EXE_quire"))
        .arg("--version")
        .output()
        .unwrap();

    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(said.trim(), concat!("quire ", env!("CARGO_PKG_VERSION")));
}
