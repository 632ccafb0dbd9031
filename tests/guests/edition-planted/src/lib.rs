//! An edition of `edition-one` whose title is a script: whoever shows it has to show it as words.

#[path = "../../edition-one/src/section.rs"]
mod section;

/// What it calls itself.
const TITLE: &str =
    "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";
/// Which edition this is.
const EDITION: i64 = 4;
/// Whether it fails instead of making its section.
const FAILS: bool = false;

/// What it does besides: nothing.
fn burden() {}
