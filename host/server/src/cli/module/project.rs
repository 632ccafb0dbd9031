//! What is typed after `quire module new`, `build` and `test`.

use std::path::PathBuf;

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser as _},
};
use quire_author::Language;

/// `quire module new`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire module new top-reactions --lang python\n\n\
    The folder NAME is made where you are, outside any checkout if you like. It holds an example that builds and \
    passes its tests, the contract, and a README with the commands. Tools that are missing are named, each with the \
    command that gets it.\n\n\
    Exit status: 0 it is made; 1 it is not, and why is said; 2 the command is wrong.")]
pub(crate) struct NewModule {
    /// The module's name: lower-case letters, digits and hyphens
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The language to write it in
    #[arg(
        long = "lang",
        value_name = "LANGUAGE",
        value_parser = PossibleValuesParser::new(Language::all().iter().map(|language| language.name()))
            .try_map(|name| name.parse::<Language>().map_err(|_| "unknown"))
    )]
    pub(crate) language: Language,
}

/// `quire module build`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    quire module build\n\n\
    The first time, what the project's lock file names is installed: into its folder, or where the language's tools \
    keep such things. Later only when it changes.\n\n\
    Exit status: 0 it is built; 1 it is not, and the tool's own words stand above; 2 the command is wrong.")]
pub(crate) struct BuildModule {
    /// The project's folder, or one in it [default: where you are]
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
}

/// `quire module test`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    quire module test\n  \
    quire module test --update\n\n\
    It builds, runs the language's own tests if it has any (cargo test), and makes the section for each file of \
    `tests/`, whose `run` says from what and whose `expect` says what it has to be.\n\n\
    Exit status: 0 all is as expected; 1 it is not, and what differs is said; 2 the command is wrong.")]
pub(crate) struct TestModule {
    /// The project's folder, or one in it [default: where you are]
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
    /// Write down what each case is now, as what is expected of it
    #[arg(long)]
    pub(crate) update: bool,
}
