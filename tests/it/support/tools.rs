//! Programs of other people that read back what `quire` wrote.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Run a program, and give what it printed. A failure shows its error output.
pub(crate) fn tool(program: &str, arguments: &[&str]) -> String {
    tool_in(Path::new("."), program, arguments)
}

/// The same in a folder, for programs that leave something where they are run.
pub(crate) fn tool_in(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; `make test` installs it"));
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Whether a file is PDF/A of a kind, such as `2b`; if not, a panic says why.
pub(crate) fn assert_pdfa(flavour: &str, file: &str) {
    let top = ancestor_with("Cargo.lock");
    let path = |name: &str| top.join(name).to_string_lossy().into_owned();
    let script = path("tests/pdfa.py");
    tool(&path("target/tools/bin/python"), &[&script, flavour, file]);
}

/// The nearest directory above this crate that holds `name`.
pub(crate) fn ancestor_with(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find(|folder| folder.join(name).exists())
        .unwrap_or_else(|| panic!("no {name} above the tests"))
        .to_path_buf()
}
