//! `quire compile`: turns one component into machine code, in a process of its own that may fail.

use std::process::ExitCode;

use quire_modules::CompileTask;

use crate::cli::Compile;

/// Compile standard input to standard output.
pub(crate) fn run(command: &Compile) -> ExitCode {
    ExitCode::from(quire_modules::compile(&CompileTask {
        memory_bytes: command.memory_bytes,
        cpu_s: command.cpu_s,
        reserve_bytes: command.reserve_bytes,
        hurry: command.hurry,
        functions: command.functions.clone(),
    }))
}
