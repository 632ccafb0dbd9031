//! Chance that can be had again: every input derives from one number.

use serde_json::{Map, Value, json};

/// Words that are hard on readers and on pages.
const HOSTILE: [&str; 28] = [
    "",
    " ",
    "\0",
    "\u{1b}[2J",
    "\u{202e}",
    "\u{200d}\u{fe0f}",
    "e\u{301}\u{301}\u{301}",
    "\u{feff}",
    "\u{fffd}",
    "\u{10ffff}",
    "مرحبا",
    "שלום",
    "नमस्ते",
    "漢字",
    "👩‍👩‍👧‍👦",
    "<script>",
    "&amp;",
    "\"",
    "'",
    "\r\n",
    "\t",
    "=1+1",
    "9223372036854775807",
    "-1",
    "1e308",
    "NaN",
    "20250631",
    "#",
];

/// Numbers at the edges.
const EDGES: [i64; 12] = [
    0,
    1,
    -1,
    2,
    127,
    255,
    256,
    65_535,
    i32::MAX as i64,
    -2_147_483_648,
    i64::MAX,
    i64::MIN,
];

/// A source of chance.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// xorshift64*.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `end`; 0 if that is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % (end.max(1) as u64)) as usize
    }

    /// Once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Some text: mostly plain words, now and then what nobody expects, seldom long.
    pub(crate) fn text(&mut self) -> String {
        let words = if self.once_in(40) {
            400
        } else {
            1 + self.below(6)
        };
        let mut text = String::new();
        for _ in 0..words {
            match self.below(12) {
                0 => text.push_str(self.pick(&HOSTILE)),
                1 => text.extend(
                    (0..self.below(8))
                        .filter_map(|_| char::from_u32(self.next() as u32 % 0x11_0000)),
                ),
                2 if self.once_in(8) => text.push_str(&"Wideword".repeat(1 + self.below(60))),
                _ => text.push_str(self.pick(&[
                    "Nausea",
                    "of",
                    "reports",
                    "61958-0802",
                    "fatal",
                    "2.5",
                ])),
            }
            text.push(' ');
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// A number, often at an edge.
    pub(crate) fn integer(&mut self) -> i64 {
        match self.below(3) {
            0 => self.pick(&EDGES),
            1 => self.next() as i64,
            _ => self.below(1_000) as i64,
        }
    }

    /// The same; not always finite.
    pub(crate) fn number(&mut self) -> f64 {
        match self.below(5) {
            0 => f64::from_bits(self.next()),
            1 => self.integer() as f64,
            _ => self.below(100_000) as f64 / 97.0,
        }
    }

    /// Bytes with some changes.
    pub(crate) fn mutated(&mut self, seed: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(64)).min(bytes.len());
            match self.below(7) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                1 if at < bytes.len() => bytes[at] = self.next() as u8,
                2 => drop(bytes.drain(at..end)),
                3 => {
                    let piece = bytes[at..end].to_vec();
                    let to = self.below(bytes.len() + 1);
                    drop(bytes.splice(to..to, piece));
                }
                4 => drop(bytes.splice(at..at, self.pick(&HOSTILE).bytes())),
                5 => {
                    let number = self.integer().to_string();
                    drop(bytes.splice(at..end, number.bytes()));
                }
                _ if self.once_in(6) => bytes.truncate(at),
                _ => {}
            }
        }
        bytes
    }

    /// JSON with some of its values exchanged.
    pub(crate) fn mutated_json(&mut self, seed: &Value) -> Value {
        let mut value = seed.clone();
        for _ in 0..=self.below(8) {
            let mut at = &mut value;
            loop {
                let inner = match at {
                    Value::Array(values) => values.len(),
                    Value::Object(members) => members.len(),
                    _ => 0,
                };
                if inner == 0 || self.once_in(9) {
                    break;
                }
                let chosen = self.below(inner);
                at = match at {
                    Value::Array(values) => &mut values[chosen],
                    Value::Object(members) => {
                        members.values_mut().nth(chosen).expect("there are so many")
                    }
                    _ => unreachable!("it has inner values"),
                };
            }
            *at = self.value(at);
        }
        value
    }

    fn value(&mut self, before: &Value) -> Value {
        match self.below(9) {
            0 => Value::Null,
            1 => json!(self.integer()),
            2 => json!(self.integer().to_string()),
            3 => json!(self.number()),
            4 => json!([before, before]),
            5 => Value::Object(Map::from_iter([(self.text(), before.clone())])),
            6 => json!(self.once_in(2)),
            _ => json!(self.text()),
        }
    }
}
