//! Turns words into glyphs, and remembers them from document to document.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use harfrust::{Buffer, Direction, Script, ShapeOptions, ShaperFont};

use super::{
    character::{REPLACEMENT, flat, is_mark},
    direction,
    font::{FontFile, Library, Look, Typeface, features, library},
};
use crate::RenderError;

/// How many words a shaper keeps between documents: about 10 MiB. More are forgotten, all at once,
/// after the document that brought them.
const KEPT_WORDS: usize = 40_000;

/// A shaped word; valid for the document during which it was shaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WordId(u32);

/// One picture of a character, placed after the one before it. Lengths are in em.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    pub(crate) file: FontFile,
    /// Number in the font file.
    pub(crate) id: u16,
    /// How far the pen moves, kerning included.
    pub(crate) advance: f32,
    /// How far it would move without its neighbours.
    pub(crate) natural: f32,
    pub(crate) shift_x: f32,
    pub(crate) shift_y: f32,
    /// Bytes of the word's text that it stands for; empty if another glyph stands for them.
    pub(crate) text: (u32, u32),
}

struct Word {
    glyphs: Range<usize>,
    text: Arc<str>,
    width: f32,
    /// Whether it has characters that no typeface has.
    is_lacking: bool,
}

/// Shapes words of one document at a time.
pub(crate) struct Shaper {
    library: &'static Library,
    index: [HashMap<Arc<str>, WordId>; Look::COUNT],
    words: Vec<Word>,
    glyphs: Vec<Glyph>,
    buffer: Option<Buffer>,
}

static POOL: Mutex<Vec<Shaper>> = Mutex::new(Vec::new());

impl Shaper {
    fn new(library: &'static Library) -> Self {
        Self {
            library,
            index: Default::default(),
            words: Vec::new(),
            glyphs: Vec::new(),
            buffer: None,
        }
    }

    /// The shaped form of a word.
    pub(crate) fn word(&mut self, look: Look, text: &str) -> WordId {
        let known = self
            .index
            .get(look.number())
            .and_then(|index| index.get(text));
        if let Some(id) = known {
            return *id;
        }
        let id = WordId(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        let key: Arc<str> = Arc::from(text);
        let word = self.shape(look, &key);
        self.words.push(word);
        if let Some(index) = self.index.get_mut(look.number()) {
            index.insert(key, id);
        }
        id
    }

    /// How wide a text is at a type size, in points.
    pub(crate) fn width(&mut self, look: Look, text: &str, size: f32) -> f32 {
        let word = self.word(look, text);
        self.width_of(word) * size
    }

    /// How wide a word is, in em.
    pub(crate) fn width_of(&self, id: WordId) -> f32 {
        self.words.get(id.0 as usize).map_or(0.0, |word| word.width)
    }

    /// Whether a word has characters that no bundled typeface has.
    pub(crate) fn is_lacking(&self, id: WordId) -> bool {
        let word = self.words.get(id.0 as usize);
        word.is_some_and(|word| word.is_lacking)
    }

    /// A word's glyphs, in the order they are drawn, and the text they stand for.
    pub(crate) fn glyphs(&self, id: WordId) -> (&[Glyph], &str) {
        let Some(word) = self.words.get(id.0 as usize) else {
            return (&[], "");
        };
        let glyphs = self.glyphs.get(word.glyphs.clone()).unwrap_or_default();
        (glyphs, &word.text)
    }

    /// How many words there are; every [`WordId`] is below.
    pub(crate) fn count(&self) -> usize {
        self.words.len()
    }

    /// A number for the word that is below [`Shaper::count`].
    pub(crate) const fn place(id: WordId) -> usize {
        id.0 as usize
    }

    fn shape(&mut self, look: Look, source: &Arc<str>) -> Word {
        let shown = flat(source);
        let text: Arc<str> = if *shown == **source {
            Arc::clone(source)
        } else {
            Arc::from(&*shown)
        };
        let first = self.glyphs.len();
        let mut is_lacking = false;
        for run in runs(self.library, look.file, &text) {
            is_lacking |= run.is_lacking;
            self.shape_run(look, &text, &run);
        }
        let glyphs = self.glyphs.get(first..).unwrap_or_default();
        let width = glyphs.iter().map(|glyph| glyph.advance).sum();
        Word {
            glyphs: first..self.glyphs.len(),
            text,
            width,
            is_lacking,
        }
    }

    fn shape_run(&mut self, look: Look, text: &str, run: &Run) {
        let face = self.library.face(run.file);
        let font = ShaperFont::new(&face.font);
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.reset();
        for (at, character) in &run.characters {
            buffer.push(u32::from(*character), *at);
        }
        if shape_buffer(face, &font, look.tabular, run.right_to_left, &mut buffer).is_ok() {
            let end = u32::try_from(run.end.min(text.len())).unwrap_or(u32::MAX);
            let first = self.glyphs.len();
            collect(&buffer, &font, face, run.file, end, &mut self.glyphs);
            if look.tabular {
                narrow_hyphens(face, text, self.glyphs.get_mut(first..).unwrap_or_default());
            }
        }
        self.buffer = Some(buffer);
        // A font may map a character and still draw nothing known for it in its context.
        if self
            .glyphs
            .iter()
            .rev()
            .take(run.characters.len() * 4)
            .any(|glyph| glyph.id == 0)
        {
            self.replace_unknown();
        }
    }

    fn replace_unknown(&mut self) {
        let face = self.library.face(FontFile::Symbols);
        let Some(id) = face.font.charmap().map_unicode(REPLACEMENT) else {
            return;
        };
        let id = u16::try_from(id.to_u32()).unwrap_or(0);
        let advance =
            ShaperFont::new(&face.font).glyph_h_advance(u32::from(id).into()) as f32 / face.units;
        for glyph in self.glyphs.iter_mut().filter(|glyph| glyph.id == 0) {
            glyph.file = FontFile::Symbols;
            glyph.id = id;
            glyph.advance = advance;
            glyph.natural = advance;
        }
    }
}

/// Work with a shaper from the pool. There are as many as documents were ever drawn at once; each
/// goes back with what it has learnt, unless the work panicked.
pub(crate) fn with_shaper<T>(work: impl FnOnce(&mut Shaper) -> T) -> Result<T, RenderError> {
    let spare = POOL.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut shaper = match spare {
        Some(shaper) => shaper,
        None => Shaper::new(library()?),
    };
    let result = work(&mut shaper);
    if shaper.words.len() > KEPT_WORDS {
        shaper = Shaper::new(shaper.library);
    }
    POOL.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(shaper);
    Ok(result)
}

/// A stretch of text in one font file and one direction.
struct Run {
    file: FontFile,
    right_to_left: bool,
    characters: Vec<(u32, char)>,
    end: usize,
    /// Whether a character stands for one that no typeface has.
    is_lacking: bool,
}

/// The runs of a text in the order they are drawn.
fn runs(library: &Library, primary: FontFile, text: &str) -> Vec<Run> {
    let mut all = Vec::new();
    for (range, backwards) in direction::stretches(text) {
        let mut runs = stretch(library, primary, text, range, backwards);
        if backwards {
            runs.reverse();
        }
        all.append(&mut runs);
    }
    all
}

/// A stretch of one direction, cut where the font file changes.
fn stretch(
    library: &Library,
    primary: FontFile,
    text: &str,
    range: Range<usize>,
    right_to_left: bool,
) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let start = range.start;
    let text = text.get(range).unwrap_or_default();
    for (at, character) in text.char_indices() {
        let at = start + at;
        let end = at + character.len_utf8();
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let before = runs.last().map(|run| run.file);
        let (file, shown) = pick(library, primary, before, character);
        match runs.last_mut() {
            Some(run) if run.file == file => {
                run.characters.push((at, shown));
                run.end = end;
                run.is_lacking |= shown != character;
            }
            _ => runs.push(Run {
                file,
                right_to_left,
                characters: vec![(at, shown)],
                end,
                is_lacking: shown != character,
            }),
        }
    }
    runs
}

/// The font file that draws a character, and the character that it draws.
fn pick(
    library: &Library,
    primary: FontFile,
    before: Option<FontFile>,
    character: char,
) -> (FontFile, char) {
    if let Some(file) = before.filter(|_| is_mark(character))
        && library.face(file).has(character)
    {
        return (file, character);
    }
    // The regular cut comes before the symbols: an arrow in code should match the text around it.
    let files = [primary, FontFile::Regular, FontFile::Symbols];
    files
        .into_iter()
        .find(|file| library.face(*file).has(character))
        .map_or((FontFile::Symbols, REPLACEMENT), |file| (file, character))
}

fn shape_buffer(
    face: &Typeface,
    font: &ShaperFont<'_, '_>,
    tabular: bool,
    right_to_left: bool,
    buffer: &mut Buffer,
) -> Result<(), harfrust::ShapeError> {
    buffer.guess_segment_properties();
    // Brackets between words that are read from right to left have to be turned round.
    buffer.set_direction(if right_to_left {
        Direction::RightToLeft
    } else {
        Direction::LeftToRight
    });
    if buffer.script().is_none() && buffer.direction() == Direction::LeftToRight {
        buffer.set_script(Some(Script::LATIN));
    }
    let plain =
        buffer.script() == Some(Script::LATIN) && buffer.direction() == Direction::LeftToRight;
    let options = ShapeOptions::new().features(features(tabular));
    let options = if plain {
        options.plan(Some(face.latin(tabular)))
    } else {
        options
    };
    harfrust::shape(font, buffer, options)
}

/// Inter's tabular hyphen is as wide as a digit, which tears dates and compound words apart.
fn narrow_hyphens(face: &Typeface, text: &str, glyphs: &mut [Glyph]) {
    for glyph in glyphs {
        let (from, to) = glyph.text;
        if text.get(from as usize..to as usize) == Some("-")
            && let Some(hyphen) = face.font.charmap().map_unicode('-')
        {
            glyph.id = u16::try_from(hyphen.to_u32()).unwrap_or(0);
            glyph.natural = face.width(glyph.id) / 1000.0;
            glyph.advance = glyph.natural;
        }
    }
}

fn collect(
    buffer: &Buffer,
    font: &ShaperFont<'_, '_>,
    face: &Typeface,
    file: FontFile,
    end: u32,
    glyphs: &mut Vec<Glyph>,
) {
    let infos = buffer.glyph_infos();
    let mut starts: Vec<u32> = infos.iter().map(|info| info.cluster).collect();
    starts.sort_unstable();
    starts.dedup();
    let mut previous = None;
    for (info, position) in infos.iter().zip(buffer.glyph_positions()) {
        let next = starts.partition_point(|start| *start <= info.cluster);
        let stop = starts.get(next).copied().unwrap_or(end);
        let first = previous != Some(info.cluster);
        previous = Some(info.cluster);
        glyphs.push(Glyph {
            file,
            id: u16::try_from(info.glyph_id).unwrap_or(0),
            advance: position.x_advance as f32 / face.units,
            natural: font.glyph_h_advance(info.glyph_id.into()) as f32 / face.units,
            shift_x: position.x_offset as f32 / face.units,
            shift_y: position.y_offset as f32 / face.units,
            text: if first {
                (info.cluster, stop)
            } else {
                (stop, stop)
            },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_whatsoever_leaves_an_unknown_glyph() {
        with_shaper(|shaper| {
            for text in [
                "naïve Łódź ≥ 5 µg",
                "שלום عربي",
                "😀👩‍🔬🏳️‍🌈",
                "漢字",
                "a\u{0}\u{7}b",
                "e\u{301}\u{327}x\u{30c}",
                "\u{10ffff}\u{e000}",
            ] {
                for look in [
                    Look::REGULAR,
                    Look::BOLD_FIGURES,
                    Look::of(FontFile::Mono, false),
                ] {
                    let word = shaper.word(look, text);
                    let (glyphs, _) = shaper.glyphs(word);
                    assert!(!glyphs.is_empty(), "{text}");
                    assert!(glyphs.iter().all(|glyph| glyph.id != 0), "{text}");
                }
            }
        })
        .unwrap();
    }

    #[test]
    fn tabular_digits_are_equally_wide() {
        with_shaper(|shaper| {
            let one = shaper.width(Look::FIGURES, "1", 10.0);
            let eight = shaper.width(Look::FIGURES, "8", 10.0);
            assert!((one - eight).abs() < 1e-4);
        })
        .unwrap();
    }

    #[test]
    fn kerning_is_applied() {
        with_shaper(|shaper| {
            let pair = shaper.width(Look::REGULAR, "AV", 10.0);
            let apart =
                shaper.width(Look::REGULAR, "A", 10.0) + shaper.width(Look::REGULAR, "V", 10.0);
            assert!(pair < apart);
        })
        .unwrap();
    }
}
