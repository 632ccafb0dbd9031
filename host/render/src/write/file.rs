//! The file itself: objects one after the other, and a table of where they are.
//!
//! `lopdf` writes files too, but knows small objects only as values in memory: the structure of a long
//! table would be a hundred thousand of them. Here they are spelled once, into streams that hold some
//! hundreds of objects each (PDF 1.7, section 7.5.7), and kept as the bytes they will be.

use lopdf::{Document, Object, ObjectId, Stream, StringFormat, dictionary};
use quire_model::Digest;

use super::{broken, deflate::Deflate, numeral::integer, syntax::object};
use crate::RenderError;

/// How many objects share a stream. Readers unpack a whole stream for one of them.
const SHARED: u32 = 256;

/// Where an object is.
#[derive(Clone, Copy, Debug, Default)]
enum ObjectPlace {
    #[default]
    Nowhere,
    /// So many bytes from the file's beginning.
    At(u32),
    /// In a stream, as its so manieth object.
    In { stream: u32, rank: u32 },
}

/// Small objects, packed into streams.
pub(super) struct Packed {
    /// Full streams, by object number.
    streams: Vec<(u32, Stream)>,
    places: Vec<ObjectPlace>,
    /// The next object number.
    next: u32,
    /// The stream that is being filled: its number, its objects' numbers and offsets, their spelling.
    open: Option<u32>,
    index: Vec<u8>,
    body: Vec<u8>,
    count: u32,
}

impl Packed {
    /// For a file whose objects have numbers below `next`.
    pub(super) fn new(next: u32) -> Self {
        Self {
            streams: Vec::new(),
            places: Vec::new(),
            next,
            open: None,
            index: Vec::new(),
            body: Vec::new(),
            count: 0,
        }
    }

    /// Take a range of object numbers for objects to come, and give the first.
    pub(super) fn reserve(&mut self, count: u32) -> u32 {
        let first = self.next;
        self.next = self.next.saturating_add(count);
        first
    }

    /// Add an object, spelled by `spell`.
    pub(super) fn add(
        &mut self,
        number: u32,
        deflate: &mut Deflate,
        spell: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), RenderError> {
        let stream = match self.open {
            Some(stream) => stream,
            None => {
                let stream = self.reserve(1);
                self.open = Some(stream);
                stream
            }
        };
        let place = ObjectPlace::In {
            stream,
            rank: self.count,
        };
        set(&mut self.places, number, place);
        integer(number, &mut self.index);
        self.index.push(b' ');
        let offset = u32::try_from(self.body.len()).unwrap_or(u32::MAX);
        integer(offset, &mut self.index);
        self.index.push(b' ');
        spell(&mut self.body);
        self.body.push(b'\n');
        self.count += 1;
        if self.count == SHARED {
            self.close(deflate)?;
        }
        Ok(())
    }

    fn close(&mut self, deflate: &mut Deflate) -> Result<(), RenderError> {
        let Some(number) = self.open.take() else {
            return Ok(());
        };
        let first = i64::try_from(self.index.len()).unwrap_or(i64::MAX);
        let mut content = std::mem::take(&mut self.index);
        content.append(&mut self.body);
        let mut stream = deflate.stream(&content)?;
        stream.dict.set("Type", "ObjStm");
        stream.dict.set("N", i64::from(self.count));
        stream.dict.set("First", first);
        content.clear();
        self.index = content;
        self.count = 0;
        self.streams.push((number, stream));
        Ok(())
    }
}

fn set(places: &mut Vec<ObjectPlace>, number: u32, place: ObjectPlace) {
    let at = number as usize;
    if places.len() <= at {
        places.resize(at + 1, ObjectPlace::Nowhere);
    }
    if let Some(slot) = places.get_mut(at) {
        *slot = place;
    }
}

/// Write all objects of a document, and those that are packed already. The file's identity is what
/// was `asked` for, then what it became.
pub(super) fn bytes(
    file: &Document,
    mut packed: Packed,
    asked: Digest,
    deflate: &mut Deflate,
) -> Result<Vec<u8>, RenderError> {
    let large = |object: &Object| match object {
        Object::Stream(stream) => stream.content.len(),
        _ => 0,
    };
    let size: usize = file.objects.values().map(large).sum();
    let mut out = Vec::with_capacity(size + size / 4 + 16_384);
    // Four bytes beyond ASCII tell programs that move files that this is no text.
    out.extend_from_slice(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
    for (id, content) in &file.objects {
        match content {
            Object::Stream(stream) => indirect(*id, stream, &mut packed.places, &mut out),
            content => packed.add(id.0, deflate, |out| object(content, out))?,
        }
    }
    packed.close(deflate)?;
    let streams = std::mem::take(&mut packed.streams);
    for (number, stream) in &streams {
        indirect((*number, 0), stream, &mut packed.places, &mut out);
    }
    let start = table(file, packed, asked, deflate, &mut out)?;
    out.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
    Ok(out)
}

fn indirect(id: ObjectId, stream: &Stream, places: &mut Vec<ObjectPlace>, out: &mut Vec<u8>) {
    let at = u32::try_from(out.len()).unwrap_or(u32::MAX);
    set(places, id.0, ObjectPlace::At(at));
    integer(id.0, out);
    out.extend_from_slice(b" 0 obj\n");
    let mut entries = stream.dict.clone();
    let length = i64::try_from(stream.content.len()).unwrap_or(i64::MAX);
    entries.set("Length", length);
    object(&Object::Dictionary(entries), out);
    out.extend_from_slice(b"\nstream\n");
    out.extend_from_slice(&stream.content);
    out.extend_from_slice(b"\nendstream\nendobj\n");
}

/// Write where every object is, and give where that stands.
fn table(
    file: &Document,
    mut packed: Packed,
    asked: Digest,
    deflate: &mut Deflate,
    out: &mut Vec<u8>,
) -> Result<usize, RenderError> {
    let start = out.len();
    let identity = vec![identifier(asked), identifier(Digest::of(out))];
    let number = packed.reserve(1);
    let place = ObjectPlace::At(u32::try_from(start).unwrap_or(u32::MAX));
    set(&mut packed.places, number, place);
    let entries = dictionary! {
        "Type" => "XRef",
        "Filter" => "FlateDecode",
        // Each row is written as its difference from the one above.
        "DecodeParms" => dictionary! { "Predictor" => 12, "Columns" => 7 },
        "Size" => i64::from(number) + 1,
        "W" => vec![1.into(), 4.into(), 2.into()],
        "ID" => identity,
    };
    let mut stream = Stream::new(entries, deflate.bytes(&rows(&packed.places))?);
    for key in [b"Root".as_slice(), b"Info"] {
        let value = file.trailer.get(key).map_err(broken)?;
        stream.dict.set(key.to_vec(), value.clone());
    }
    indirect((number, 0), &stream, &mut packed.places, out);
    Ok(start)
}

fn identifier(digest: Digest) -> Object {
    let bytes = digest.as_bytes().iter().copied().take(16).collect();
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// The table's rows: what kind of place, where, and how far in; after PNG's filter "up".
fn rows(places: &[ObjectPlace]) -> Vec<u8> {
    let mut above = [0; 7];
    let mut rows = Vec::with_capacity(places.len() * 8);
    for (number, place) in places.iter().enumerate() {
        let (kind, at, rank) = match place {
            // The first number of a file is never used; readers know it by this mark.
            ObjectPlace::Nowhere => (0, 0, if number == 0 { u32::from(u16::MAX) } else { 0 }),
            ObjectPlace::At(offset) => (1, *offset, 0),
            ObjectPlace::In { stream, rank } => (2, *stream, *rank),
        };
        let [a, b, c, d] = at.to_be_bytes();
        let [.., e, f] = rank.to_be_bytes();
        let row = [kind, a, b, c, d, e, f];
        rows.push(2);
        rows.extend(
            row.iter()
                .zip(above)
                .map(|(byte, above)| byte.wrapping_sub(above)),
        );
        above = row;
    }
    rows
}
