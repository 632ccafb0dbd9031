//! Sections that misbehave, put into a real report by `--module`.

use crate::support::{Folder, run_quire, tool};

/// The sample report with one section replaced by the hostile guest, and what was said.
fn report_with(sin: &str, section: &str) -> (bool, String, String) {
    let folder = Folder::new();
    let module = format!("{section}={}", env!("HOSTILE_WASM"));
    let output = run_quire(
        &folder,
        &[
            "report", "61958-0802", "--sample", "--as-of", "2025-06-30", "--output", "out.pdf",
            "--module", &module, "--params", &format!("{section}={{\"sin\":\"{sin}\"}}"),
        ],
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let file = folder.file("out.pdf");
    let text = if file.exists() {
        tool("pdftotext", &["-layout", &file.to_string_lossy(), "-"])
    } else {
        String::new()
    };
    (output.status.success(), said, text)
}
