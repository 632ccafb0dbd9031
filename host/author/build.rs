//! Puts into the crate, as tables of paths and texts: the files under `templates/`, and the SDK with what it is built
//! from, so that a project in Rust needs no checkout.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

/// The SDK and the crates that it needs, from the repository's root.
const SDK: [&str; 5] = [
    "plugins/sdk",
    "plugins/sdk-macros",
    "host/contract",
    "host/check",
    "host/model",
];

/// Tables of the workspace's manifest that those crates inherit from.
const INHERITED: [&str; 4] = [
    "[workspace.package]",
    "[workspace.dependencies]",
    "[workspace.lints.rust]",
    "[workspace.lints.clippy]",
];

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());

    let templates = here.join("templates");
    let files = files(&templates)?;
    let table = files.iter().map(|file| (below(&templates, file), file));
    write_table(&out.join("templates.rs"), table)?;

    let root = here.join("../..");
    let workspace = out.join("sdk-workspace.toml");
    fs::write(&workspace, workspace_of(&root)?)?;
    let lock = root.join("Cargo.lock");
    println!("cargo:rerun-if-changed={}", lock.display());
    let mut vendored = vec![
        ("vendor/Cargo.toml".to_owned(), workspace),
        ("Cargo.lock".to_owned(), lock),
    ];
    for name in SDK {
        let folder = root.join(name);
        let mut sources = vec![folder.join("Cargo.toml")];
        for part in ["src", "wit"] {
            if folder.join(part).is_dir() {
                sources.extend(self::files(&folder.join(part))?);
            }
        }
        let path = |file: PathBuf| (format!("vendor/{}", below(&root, &file)), file);
        vendored.extend(sources.into_iter().map(path));
    }
    let table = vendored.iter().map(|(path, file)| (path.clone(), file));
    write_table(&out.join("sdk.rs"), table)
}

/// The manifest of the workspace that the SDK's crates stand in, in a project.
fn workspace_of(root: &Path) -> io::Result<String> {
    let manifest = root.join("Cargo.toml");
    println!("cargo:rerun-if-changed={}", manifest.display());
    let mut text = String::from(
        "# The SDK's own workspace, as in Quire's repository.\n[workspace]\nresolver = \"3\"\n\
         members = [\"plugins/sdk\"]\n",
    );
    let mut inherited = false;
    for line in fs::read_to_string(manifest)?.lines() {
        if line.starts_with('[') {
            inherited = INHERITED.contains(&line.trim());
            if inherited {
                text.push('\n');
            }
        }
        if inherited && !line.trim().is_empty() {
            text.push_str(line);
            text.push('\n');
        }
    }
    Ok(text)
}

fn below(root: &Path, file: &Path) -> String {
    file.strip_prefix(root)
        .unwrap_or(file)
        .display()
        .to_string()
}

/// Every file below a folder, in order, but those that an editor or a tool left there; links are followed.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut found = Vec::new();
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if is_left(&entry.file_name().to_string_lossy()) {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// Hidden files of a project have names that end in `.in` here.
fn is_left(name: &str) -> bool {
    let hidden = name.starts_with('.') && !name.ends_with(".in");
    hidden || name.ends_with('~') || name == "__pycache__"
}

fn write_table<'a>(
    table: &Path,
    files: impl Iterator<Item = (String, &'a PathBuf)>,
) -> io::Result<()> {
    let mut text = String::from("&[\n");
    for (path, file) in files {
        let _ = writeln!(text, "({path:?}, include_str!({file:?})),");
    }
    text.push_str("]\n");
    fs::write(table, text)
}
