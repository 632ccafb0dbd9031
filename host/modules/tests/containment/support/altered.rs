//! Guests altered after they were compiled: other words in their data, and core modules that run
//! before anything else does.

use crate::support::guest;

/// The schema of the guest `hostile`.
const SCHEMA: &str = r#"{"type": "object", "properties": {"sin": {"type": "string"}}}"#;

/// A guest with other words of the same length in the place of some of its own.
pub(crate) fn reworded(name: &str, words: &str, others: &str) -> Vec<u8> {
    assert_eq!(words.len(), others.len());
    let mut wasm = guest(name);
    let place = wasm
        .windows(words.len())
        .position(|window| window == words.as_bytes())
        .unwrap_or_else(|| panic!("{words:?} is not in {name}"));
    wasm[place..place + words.len()].copy_from_slice(others.as_bytes());
    wasm
}

/// The guest `hostile` with another schema of its parameters.
pub(crate) fn with_schema(schema: &str) -> Vec<u8> {
    reworded(
        "hostile",
        SCHEMA,
        &format!("{schema:<width$}", width = SCHEMA.len()),
    )
}

/// The guest `broken` with another sin in its `describe`.
pub(crate) fn describing(sin: &str) -> Vec<u8> {
    reworded(
        "broken",
        "describe:panic...",
        &format!("describe:{sin:.<8}"),
    )
}

/// A guest with one more core module, in text form, that is instantiated when the guest is.
pub(crate) fn grafted(name: &str, module: &str) -> Vec<u8> {
    const MODULE: u8 = 1;
    const INSTANCE: u8 = 2;
    let mut wasm = guest(name);
    let index = core_modules(&wasm);
    section(&mut wasm, MODULE, &wat::parse_str(module).unwrap());
    let mut instance = vec![1, 0];
    number(&mut instance, index);
    instance.push(0);
    section(&mut wasm, INSTANCE, &instance);
    wasm
}

/// How many core modules a component holds at its top level.
fn core_modules(wasm: &[u8]) -> usize {
    let mut count = 0;
    let mut rest = &wasm[8..];
    while let [id, tail @ ..] = rest {
        let (mut size, mut shift, mut read) = (0, 0, 0);
        for byte in tail {
            size |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            read += 1;
            if byte & 0x80 == 0 {
                break;
            }
        }
        count += usize::from(*id == 1);
        rest = &tail[read + size..];
    }
    count
}

fn section(wasm: &mut Vec<u8>, id: u8, content: &[u8]) {
    wasm.push(id);
    number(wasm, content.len());
    wasm.extend_from_slice(content);
}

/// LEB128.
fn number(wasm: &mut Vec<u8>, mut value: usize) {
    while value > 0x7f {
        wasm.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    wasm.push(u8::try_from(value).unwrap());
}
