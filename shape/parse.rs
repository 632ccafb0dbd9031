//! Reads Rust as far as its shape shows: which files it uses, and where functions end.

/// The product's part of a file: what stands above its tests.
pub(super) fn product(text: &str) -> String {
    let mut product = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let tests = lines
            .peek()
            .is_some_and(|next| next.starts_with("mod ") && next.ends_with('{'));
        if line == "#[cfg(test)]" && tests {
            break;
        }
        product.push(line);
    }
    product.join("\n")
}

/// Rust without comments, and with empty strings; lines stay lines.
pub(super) fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("r\"") || rest.starts_with("r#") {
            raw_string(rest).unwrap_or(0)
        } else if first == '"' {
            string(rest)
        } else if first == '\'' {
            letter(rest)
        } else {
            0
        };
        let joined = out
            .chars()
            .next_back()
            .is_some_and(|last| last.is_alphanumeric());
        if length == 0 || (first == 'r' && joined) {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            let (skipped, after) = rest.split_at(length);
            out.extend(skipped.chars().filter(|character| *character == '\n'));
            rest = after;
        }
    }
    out
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

fn raw_string(text: &str) -> Option<usize> {
    let hashes = text[1..].find('"')?;
    if text[1..=hashes].chars().any(|character| character != '#') {
        return None;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let start = hashes + 2;
    Some(start + text[start..].find(&end)? + end.len())
}

/// The length of a character in quotes; a lifetime is none.
fn letter(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => text[2..].find('\'').map_or(0, |end| {
            // `'\''` has a quote of its own.
            if end == 0 { 4 } else { end + 3 }
        }),
        Some(_) => characters
            .next()
            .filter(|(_, character)| *character == '\'')
            .map_or(0, |(at, _)| at + 1),
        None => 0,
    }
}

/// Everything that is taken in by `use`: its name here, and its path.
pub(super) fn uses(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("use ") {
        let before = rest[..at].chars().next_back();
        rest = &rest[at + 4..];
        if before.is_none_or(char::is_whitespace)
            && let Some(end) = rest.find(';')
        {
            let flat: String = rest[..end].split_whitespace().collect::<Vec<_>>().join(" ");
            branches(&flat, &[], &mut found);
        }
    }
    found
}

/// Take a tree of paths apart: `a::{b, c as d}`.
fn branches(tree: &str, before: &[String], found: &mut Vec<(String, Vec<String>)>) {
    let tree = tree.trim();
    let (head, inner) = match tree.split_once('{') {
        Some((head, inner)) => (
            head,
            inner.rsplit_once('}').map_or(inner, |(inner, _)| inner),
        ),
        None => (tree, ""),
    };
    let (head, alias) = head.split_once(" as ").unwrap_or((head, ""));
    let names = head
        .split("::")
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let mut path: Vec<String> = before.to_vec();
    path.extend(names.map(str::to_owned));
    if inner.is_empty() {
        if path.last().is_some_and(|name| name == "self") {
            path.pop();
        }
        let alias = (!alias.is_empty()).then(|| alias.trim().to_owned());
        if let Some(name) = alias.or_else(|| path.last().cloned()) {
            found.push((name, path));
        }
        return;
    }
    let (mut depth, mut start) = (0, 0);
    for (at, character) in inner.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                branches(&inner[start..at], &path, found);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !inner[start..].trim().is_empty() {
        branches(&inner[start..], &path, found);
    }
}

/// Paths in the code that begin with `crate` or `super`.
pub(super) fn paths(text: &str) -> Vec<Vec<String>> {
    let is_name = |character: char| character.is_alphanumeric() || "_:".contains(character);
    text.split(|character| !is_name(character))
        .filter(|word| word.starts_with("crate::") || word.starts_with("super::"))
        .map(|word| word.split("::").map(str::to_owned).collect())
        .collect()
}

/// Every function with a body, and how many lines it has.
pub(super) fn functions(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("fn ") {
        let before = rest[..at].chars().next_back();
        rest = &rest[at + 3..];
        let name: String = rest
            .chars()
            .take_while(|character| character.is_alphanumeric() || *character == '_')
            .collect();
        if name.is_empty() || before.is_some_and(|before| !before.is_whitespace()) {
            continue;
        }
        let (mut brackets, mut braces, mut lines) = (0, 0, 1);
        for character in rest.chars() {
            match character {
                '(' | '[' => brackets += 1,
                ')' | ']' => brackets -= 1,
                ';' if brackets == 0 && braces == 0 => break,
                '{' => braces += 1,
                '}' if braces == 1 => {
                    found.push((name, lines));
                    break;
                }
                '}' => braces -= 1,
                '\n' => lines += 1,
                _ => {}
            }
        }
    }
    found
}
