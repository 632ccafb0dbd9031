//! One tool's run: its words as they come, and what it said if it fails.

use std::{
    collections::VecDeque,
    ffi::{OsStr, OsString},
    io,
    path::Path,
    process::Stdio,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader, Split},
    process::Command,
};

use crate::build::BuildError;

/// Lines of a failed tool that are kept; the first are dropped.
const KEPT_LINES: usize = 400;

/// A program with its arguments, run in a project's folder.
#[derive(Debug)]
pub(crate) struct Tool {
    program: OsString,
    arguments: Vec<OsString>,
    variables: Vec<(&'static str, &'static str)>,
}

impl Tool {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            variables: Vec::new(),
        }
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        let arguments = arguments.into_iter();
        self.arguments
            .extend(arguments.map(|argument| argument.as_ref().to_owned()));
        self
    }

    pub(crate) fn variable(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    /// Run it to its end; it ends with us.
    pub(crate) async fn run(
        self,
        folder: &Path,
        said: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(), BuildError> {
        self.run_to(folder, said, None).await
    }

    /// The same, where its standard output is what it makes and not what it says.
    pub(crate) async fn run_for(
        self,
        folder: &Path,
        said: &mut (dyn FnMut(&str) + Send),
        made: &mut String,
    ) -> Result<(), BuildError> {
        self.run_to(folder, said, Some(made)).await
    }

    async fn run_to(
        self,
        folder: &Path,
        said: &mut (dyn FnMut(&str) + Send),
        mut made: Option<&mut String>,
    ) -> Result<(), BuildError> {
        let shown = self.shown(folder);
        said(&format!("$ {shown}"));
        let broken = |source: io::Error| BuildError::NotStarted {
            command: shown.clone(),
            source,
        };
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .envs(self.variables)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(broken)?;
        let mut output = lines(child.stdout.take());
        let mut errors = lines(child.stderr.take());
        let mut kept = VecDeque::new();
        loop {
            let line = tokio::select! {
                line = next(&mut output), if output.is_some() => match (line, &mut made) {
                    (Some(line), Some(made)) => {
                        made.push_str(&line);
                        made.push('\n');
                        None
                    }
                    (line, _) => line,
                },
                line = next(&mut errors), if errors.is_some() => line,
                else => break,
            };
            if let Some(line) = line {
                said(&line);
                if kept.len() == KEPT_LINES {
                    kept.pop_front();
                }
                kept.push_back(line);
            }
        }
        let status = child.wait().await.map_err(broken)?;
        if status.success() {
            return Ok(());
        }
        Err(BuildError::Failed {
            command: shown,
            status: status.to_string(),
            output: Vec::from(kept).join("\n"),
        })
    }

    /// As it could be typed in the folder.
    fn shown(&self, folder: &Path) -> String {
        let variables = self.variables.iter();
        let variables = variables.map(|(name, value)| format!("{name}={value}"));
        let words = std::iter::once(&self.program).chain(&self.arguments);
        let words = words.map(|word| {
            let inside = Path::new(word).strip_prefix(folder);
            let inside = inside.map_or(word.as_os_str(), Path::as_os_str);
            typed(&inside.to_string_lossy())
        });
        variables.chain(words).collect::<Vec<_>>().join(" ")
    }
}

/// A word as a shell takes it for one.
fn typed(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./=:+,@%".contains(letter);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// It keeps a line that has only begun while the other stream is read.
type Lines<R> = Option<Split<BufReader<R>>>;

fn lines<R: AsyncRead + Unpin>(stream: Option<R>) -> Lines<R> {
    stream.map(|stream| BufReader::new(stream).split(b'\n'))
}

/// The next line, as text whatever its bytes; at its end, the stream is put away.
async fn next<R: AsyncRead + Unpin>(stream: &mut Lines<R>) -> Option<String> {
    match stream.as_mut()?.next_segment().await {
        Ok(Some(line)) => Some(String::from_utf8_lossy(&line).trim_end().to_owned()),
        _ => {
            *stream = None;
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_that_comes_in_parts_beside_another_stream_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let script =
            "i=0; while [ $i -lt 300 ]; do printf a; echo beside >&2; echo b; i=$((i+1)); done";
        let mut made = String::new();
        let mut said = Vec::new();

        let tool = Tool::new("sh").args(["-c", script]);
        tool.run_for(
            folder.path(),
            &mut |line| said.push(line.to_owned()),
            &mut made,
        )
        .await
        .unwrap();

        assert_eq!(made, "ab\n".repeat(300));
        assert_eq!(said.iter().filter(|line| *line == "beside").count(), 300);
    }

    #[test]
    fn a_command_is_shown_as_it_could_be_typed() {
        let folder = Path::new("/some where");
        let tool = Tool::new("/some where/.venv/bin/go")
            .args(["build", "-ldflags=-s -w", "it's", "src/a.c"])
            .variable("GOOS", "wasip1");

        assert_eq!(
            tool.shown(folder),
            r"GOOS=wasip1 .venv/bin/go build '-ldflags=-s -w' 'it'\''s' src/a.c"
        );
    }
}
