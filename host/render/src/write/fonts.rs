//! The fonts of a document: cut down to the glyphs it uses.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use lopdf::{Document, Object, ObjectId};
use printpdf::{Codepoint, FontId, ParsedFont};

use super::{broken, deflate::Deflate};
use crate::{
    RenderError,
    page::{Mark, Page},
    text::{FontFile, Look, Shaper, WordId, library},
};

/// What every document with text in these typefaces embeds, so that documents in one alphabet
/// share one subset, which is made and compressed once per process.
const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \
    .,:;!?'\"()[]{}<>/\\|@#$%&*+-=_~^`–—−×·•…“”‘’°±µ≥≤éèüöä\u{fffd}";

/// How many subsets are kept between documents: about 40 KiB each.
const KEPT_SUBSETS: usize = 48;

/// A font file cut down to some glyphs.
struct Subset {
    /// What printpdf embeds.
    font: ParsedFont,
    /// The font file in zlib form.
    packed: Vec<u8>,
    length: usize,
    /// The new number of each glyph, by its old one.
    codes: Vec<u16>,
    /// How wide glyphs are, in thousandths of an em, by new number.
    widths: Vec<f32>,
}

/// The fonts of one document.
pub(super) struct Fonts {
    used: BTreeMap<FontFile, Used>,
}

/// One font of a document.
struct Used {
    subset: Arc<Subset>,
    /// The text that each glyph stands for, by new number.
    texts: BTreeMap<u16, String>,
}

/// The text that each glyph stands for, by font file and old number.
type Texts = BTreeMap<FontFile, BTreeMap<u16, String>>;

impl Fonts {
    /// Gather and cut down the fonts of some pages.
    pub(super) fn of(shaper: &mut Shaper, pages: &[Page]) -> Result<Self, RenderError> {
        let mut texts = Texts::new();
        let base = [Look::REGULAR, Look::FIGURES, Look::BOLD, Look::BOLD_FIGURES];
        for look in base {
            for character in ALPHABET.chars() {
                let word = shaper.word(look, character.encode_utf8(&mut [0; 4]));
                note(shaper, word, &mut texts);
            }
        }
        let mut seen = vec![false; shaper.count()];
        for mark in pages.iter().flat_map(|page| &page.marks) {
            if let Mark::Text { word, .. } = &mark.mark
                && let Some(seen) = seen.get_mut(Shaper::place(*word))
                && !std::mem::replace(seen, true)
            {
                note(shaper, *word, &mut texts);
            }
        }
        let mut used = BTreeMap::new();
        for (file, texts) in texts {
            let glyphs: Vec<u16> = texts.keys().copied().collect();
            let subset = subset(file, &glyphs)?;
            let texts = texts
                .into_iter()
                .map(|(glyph, text)| (subset.code(glyph), text))
                .collect();
            used.insert(file, Used { subset, texts });
        }
        Ok(Self { used })
    }

    /// The code that page content uses for a glyph.
    pub(super) fn code(&self, file: FontFile, glyph: u16) -> u16 {
        self.used
            .get(&file)
            .map_or(0, |used| used.subset.code(glyph))
    }

    /// Every font with its glyphs, as printpdf wants them.
    pub(super) fn each(&self) -> impl Iterator<Item = (FontId, ParsedFont, Vec<Codepoint>)> {
        self.used.iter().map(|(file, used)| {
            let glyphs = used.texts.iter().map(|(code, text)| Codepoint {
                gid: *code,
                offset: 0.0,
                cid: Some(text.clone()),
            });
            (
                FontId(file.resource().to_owned()),
                used.subset.font.clone(),
                glyphs.collect(),
            )
        })
    }

    /// Correct what printpdf wrote: its widths are rounded down to whole numbers, and its streams
    /// are not compressed yet.
    pub(super) fn finish(
        &self,
        file: &mut Document,
        resources: ObjectId,
        deflate: &mut Deflate,
    ) -> Result<(), RenderError> {
        let fonts = file
            .get_dictionary(resources)
            .and_then(|all| all.get(b"Font"))
            .cloned();
        let fonts = dictionary(file, &fonts.map_err(broken)?)?;
        for (name, used) in &self.used {
            let font = fonts
                .get(name.resource().as_bytes())
                .and_then(Object::as_reference);
            let font = font.map_err(broken)?;
            used.finish(file, font, deflate)?;
        }
        Ok(())
    }
}

impl Used {
    fn finish(
        &self,
        file: &mut Document,
        font: ObjectId,
        deflate: &mut Deflate,
    ) -> Result<(), RenderError> {
        let object = file.get_dictionary_mut(font).map_err(broken)?;
        let map = object
            .get(b"ToUnicode")
            .and_then(Object::as_reference)
            .map_err(broken)?;
        let parts = object
            .get_mut(b"DescendantFonts")
            .and_then(Object::as_array_mut);
        let part = parts.map_err(broken)?.first_mut();
        let part =
            part.ok_or_else(|| RenderError::Writer(String::from("a font has no descendant")))?;
        let part = part.as_dict_mut().map_err(broken)?;
        let widths = self
            .subset
            .widths
            .iter()
            .map(|width| Object::Real(*width))
            .collect();
        part.set("W", Object::Array(vec![0.into(), Object::Array(widths)]));
        let descriptor = part.get(b"FontDescriptor").and_then(Object::as_reference);
        let descriptor = descriptor
            .and_then(|id| file.get_dictionary(id))
            .map_err(broken)?;
        let program = descriptor
            .get(b"FontFile2")
            .and_then(Object::as_reference)
            .map_err(broken)?;
        let length = i64::try_from(self.subset.length).unwrap_or(i64::MAX);
        let dictionary = lopdf::dictionary! { "Length1" => length, "Filter" => "FlateDecode" };
        let stream = lopdf::Stream::new(dictionary, self.subset.packed.clone());
        file.objects
            .insert(program, Object::Stream(stream.with_compression(false)));
        if let Some(Object::Stream(stream)) = file.objects.get_mut(&map) {
            *stream = deflate.stream(&stream.content)?;
        }
        Ok(())
    }
}

impl Subset {
    fn code(&self, glyph: u16) -> u16 {
        self.codes.get(usize::from(glyph)).copied().unwrap_or(0)
    }
}

/// Follow a reference to a dictionary.
fn dictionary(file: &Document, object: &Object) -> Result<lopdf::Dictionary, RenderError> {
    let found = match object {
        Object::Reference(id) => file.get_dictionary(*id),
        object => object.as_dict(),
    };
    found.cloned().map_err(broken)
}

/// Note which glyphs a word uses and what they stand for. The first text of a glyph counts.
fn note(shaper: &Shaper, word: WordId, texts: &mut Texts) {
    let (glyphs, source) = shaper.glyphs(word);
    for glyph in glyphs {
        let (from, to) = glyph.text;
        let text = source.get(from as usize..to as usize).unwrap_or_default();
        let known = texts
            .entry(glyph.file)
            .or_default()
            .entry(glyph.id)
            .or_default();
        if known.is_empty() {
            text.clone_into(known);
        }
    }
}

/// The subset of a font file that has just these glyphs, ascending; made once per process while
/// there is room.
fn subset(file: FontFile, glyphs: &[u16]) -> Result<Arc<Subset>, RenderError> {
    type Key = (FontFile, Vec<u16>);
    static SUBSETS: Mutex<BTreeMap<Key, Arc<Subset>>> = Mutex::new(BTreeMap::new());
    let key = (file, glyphs.to_vec());
    if let Some(subset) = SUBSETS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&key)
    {
        return Ok(Arc::clone(subset));
    }
    let subset = Arc::new(cut(file, glyphs)?);
    let mut subsets = SUBSETS.lock().unwrap_or_else(PoisonError::into_inner);
    if subsets.len() >= KEPT_SUBSETS {
        subsets.clear();
    }
    subsets.insert(key, Arc::clone(&subset));
    Ok(subset)
}

fn cut(file: FontFile, glyphs: &[u16]) -> Result<Subset, RenderError> {
    let failed = |reason: String| RenderError::Typeface {
        face: file.name(),
        reason,
    };
    let face = library()?.face(file);
    let mapper = subsetter::GlyphRemapper::new_from_glyphs_sorted(glyphs);
    let program =
        subsetter::subset(face.data, 0, &mapper).map_err(|error| failed(error.to_string()))?;
    let mut warnings = Vec::new();
    let font = ParsedFont::from_bytes(&program, 0, &mut warnings);
    let mut font = font.ok_or_else(|| failed(String::from("printpdf cannot read the subset")))?;
    font.font_name = Some(format!("{}+{}", tag(glyphs), file.name()));
    let mut codes = vec![0; glyphs.last().map_or(0, |last| usize::from(*last) + 1)];
    let mut widths = vec![face.width(0)];
    for glyph in glyphs.iter().filter(|glyph| **glyph != 0) {
        let code = mapper.get(*glyph).unwrap_or(0);
        if let Some(slot) = codes.get_mut(usize::from(*glyph)) {
            *slot = code;
        }
        let place = usize::from(code);
        widths.resize(widths.len().max(place + 1), 0.0);
        if let Some(slot) = widths.get_mut(place) {
            *slot = face.width(*glyph);
        }
    }
    let packed = Deflate::best().bytes(&program)?;
    Ok(Subset {
        font,
        packed,
        length: program.len(),
        codes,
        widths,
    })
}

/// Six capital letters that tell subsets of a font apart.
fn tag(glyphs: &[u16]) -> String {
    let hash = glyphs
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, glyph| {
            (hash ^ u64::from(*glyph)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    (0..6u32)
        .map(|at| char::from(b'A' + ((hash >> (at * 9)) % 26) as u8))
        .collect()
}
