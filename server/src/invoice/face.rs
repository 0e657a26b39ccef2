//! Fonts: text is shaped once, and measured by what will be drawn.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, ShapePlan, UnicodeBuffer, script};

/// PT Sans: free, with Cyrillic and ₽; its licence lies beside it.
static REGULAR: &[u8] = include_bytes!("PTSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("PTSans-Bold.ttf");

pub(super) struct Faces {
    pub regular: Face,
    pub bold: Face,
}

impl Faces {
    pub fn new() -> Option<Self> {
        Some(Self { regular: Face::new(REGULAR)?, bold: Face::new(BOLD)? })
    }
}

pub(super) struct Face {
    shaper: rustybuzz::Face<'static>,
    /// Made once: it costs more than what is shaped by it.
    plan: ShapePlan,
    pub font: Font,
}

impl Face {
    fn new(data: &'static [u8]) -> Option<Self> {
        let shaper = rustybuzz::Face::from_slice(data, 0)?;
        let plan = ShapePlan::new(&shaper, Direction::LeftToRight, Some(script::CYRILLIC), None, &[]);
        Some(Self { shaper, plan, font: Font::new(data.into(), 0)? })
    }

    /// The glyphs of a line, their measures in parts of its size.
    pub fn shape(&self, text: &str) -> Vec<KrillaGlyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::CYRILLIC);
        let shaped = rustybuzz::shape_with_plan(&self.shaper, &self.plan, buffer);
        let (infos, em) = (shaped.glyph_infos(), self.font.units_per_em());
        let glyph = |(place, (info, position)): (usize, (&rustybuzz::GlyphInfo, &rustybuzz::GlyphPosition))| {
            let part = |units: i32| units as f32 / em;
            // A cluster ends where the next begins.
            let next = infos.iter().skip(place + 1).find(|next| next.cluster > info.cluster);
            let end = next.map_or(text.len(), |next| next.cluster as usize);
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                part(position.x_advance),
                part(position.x_offset),
                part(position.y_offset),
                part(position.y_advance),
                info.cluster as usize..end,
                None,
            )
        };
        infos.iter().zip(shaped.glyph_positions()).enumerate().map(glyph).collect()
    }

    pub fn width(&self, text: &str, size: f32) -> f32 {
        self.shape(text).iter().map(|glyph| glyph.x_advance).sum::<f32>() * size
    }

    /// Lines no wider than `width`: broken between words, and inside of a word that is wider by itself.
    pub fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let (mut line, mut used) = (String::new(), 0.0);
        let space = self.width(" ", size);
        let blank = |char: char| char != '\u{a0}' && (char.is_whitespace() || char.is_control());
        for word in text.split(blank).filter(|word| !word.is_empty()) {
            let wide = self.width(word, size);
            if !line.is_empty() && used + space + wide <= width {
                line.push(' ');
                line.push_str(word);
                used += space + wide;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            if wide <= width {
                (line, used) = (word.to_owned(), wide);
                continue;
            }
            used = 0.0;
            for char in word.chars() {
                let wide = self.width(char.encode_utf8(&mut [0; 4]), size);
                if used + wide > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(char);
                used += wide;
            }
        }
        lines.push(line);
        lines
    }
}
