//! Tools that have to be on the machine already, and the one command that gets each.

use std::{
    env, fmt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::language::Language;

/// A tool that a language needs and this machine has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The tool, as it is called.
    pub program: String,
    /// What it is needed for, or what is wrong with the one that is there.
    pub why: String,
    /// The command that gets it here.
    pub get: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { program, why, get } = self;
        write!(f, "{program} is missing, {why}. Get it with: {get}")
    }
}

/// What this machine lacks for a language; empty if a project builds, given its registries.
#[must_use]
pub fn missing_tools(language: Language) -> Vec<Missing> {
    match language {
        Language::Rust => rust(),
        Language::Typescript | Language::Javascript => node(),
        Language::Python => python("which installs componentize-py into the project"),
        Language::C | Language::Zig => python("which installs Zig into the project"),
        Language::Go => python("which installs Go into the project"),
    }
}

/// The target that the SDK is compiled to.
pub(crate) const RUST_TARGET: &str = "wasm32-wasip2";

fn rust() -> Vec<Missing> {
    if find("cargo").is_none() {
        return vec![Missing {
            program: "cargo".to_owned(),
            why: "which compiles Rust".to_owned(),
            get: "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh".to_owned(),
        }];
    }
    let folder = said(
        "rustc",
        &["--print", "target-libdir", "--target", RUST_TARGET],
    );
    if folder.is_some_and(|folder| Path::new(folder.trim()).is_dir()) {
        return Vec::new();
    }
    vec![Missing {
        program: format!("Rust's standard library for {RUST_TARGET}"),
        why: "which a section is linked with".to_owned(),
        get: format!("rustup target add {RUST_TARGET}"),
    }]
}

/// The oldest Node that the pinned packages run on.
const NODE: u32 = 20;

fn node() -> Vec<Missing> {
    let version = said("node", &["--version"]);
    let major = version.as_deref().and_then(major_of);
    let mut missing = Vec::new();
    let wants = "which installs the compiler into the project and runs it";
    match major {
        Some(NODE..) => {}
        Some(old) => missing.push(Missing {
            program: format!("node {NODE} or newer"),
            why: format!("and {old} is too old"),
            get: package("nodejs npm", "node"),
        }),
        None => missing.push(Missing {
            program: format!("node {NODE} or newer"),
            why: wants.to_owned(),
            get: package("nodejs npm", "node"),
        }),
    }
    if find("npm").is_none() {
        missing.push(Missing {
            program: "npm".to_owned(),
            why: wants.to_owned(),
            get: package("npm", "node"),
        });
    }
    missing
}

fn major_of(version: &str) -> Option<u32> {
    version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

fn python(wants: &str) -> Vec<Missing> {
    let asked = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
    if said("python3", &["-c", asked]).is_some() {
        return Vec::new();
    }
    let why = match find("python3") {
        Some(_) => format!("{wants}; the one that is here is older or lacks venv"),
        None => wants.to_owned(),
    };
    vec![Missing {
        program: "python3 (3.10 or newer, with venv)".to_owned(),
        why,
        get: package("python3 python3-venv", "python"),
    }]
}

/// The command of this machine's package manager.
fn package(debian: &str, brew: &str) -> String {
    let first = |names: &str| {
        let names = names.split(' ').filter(|name| !name.ends_with("-venv"));
        names.collect::<Vec<_>>().join(" ")
    };
    let has = |program: &str| find(program).is_some();
    if has("apt-get") {
        format!("sudo apt-get install {debian}")
    } else if has("brew") {
        format!("brew install {brew}")
    } else if has("dnf") {
        format!("sudo dnf install {}", first(debian))
    } else if has("apk") {
        format!("sudo apk add {}", first(debian))
    } else if has("pacman") {
        format!(
            "sudo pacman -S {}",
            first(debian).replace("python3", "python")
        )
    } else {
        format!("your system's package manager: {}", first(debian))
    }
}

/// A program on the PATH.
fn find(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// What a program prints, if it can be run and ends well.
fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_node_prints_it() {
        assert_eq!(major_of("v20.20.2\n"), Some(20));
        assert_eq!(major_of("nonsense"), None);
    }

    #[test]
    fn what_is_missing_is_said_with_the_command_that_gets_it() {
        let missing = Missing {
            program: "npm".to_owned(),
            why: "which installs the compiler".to_owned(),
            get: "brew install node".to_owned(),
        };

        assert_eq!(
            missing.to_string(),
            "npm is missing, which installs the compiler. Get it with: brew install node"
        );
    }
}
