//! Pages of A4 that are written on from top to bottom. Measures are points: 72 to the inch, 2.83 to the millimetre.

use krilla::Document;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;

use super::face::{Face, Faces};

const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
/// 20 mm, for the holes of a folder.
pub(super) const LEFT: f32 = 56.7;
/// Between the margins.
pub(super) const BREADTH: f32 = WIDTH - LEFT - 42.5;
const TOP: f32 = 42.5;
const BOTTOM: f32 = HEIGHT - 48.0;
const FOOT: f32 = HEIGHT - 28.0;
/// Between a frame and its text.
pub(super) const PAD: f32 = 4.0;
const HAIR: f32 = 0.5;

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub size: f32,
    pub bold: bool,
    pub grey: bool,
}

pub(super) const PLAIN: Look = Look { size: 9.5, bold: false, grey: false };
pub(super) const BOLD: Look = Look { bold: true, ..PLAIN };
pub(super) const PALE: Look = Look { grey: true, ..PLAIN };
pub(super) const SMALL: Look = Look { size: 7.5, grey: true, ..PLAIN };
pub(super) const HEADING: Look = Look { size: 14.0, ..BOLD };

impl Look {
    /// From one line to the next.
    pub fn leading(self) -> f32 {
        self.size * 1.32
    }
}

enum Mark {
    Text { x: f32, base: f32, look: Look, text: String },
    Rule(Rect),
}

/// What is written so far.
pub(super) struct Sheet {
    faces: Faces,
    pages: Vec<Vec<Mark>>,
    /// Where the next block begins.
    pub y: f32,
}

impl Sheet {
    pub fn new(faces: Faces) -> Self {
        Self { faces, pages: vec![Vec::new()], y: TOP }
    }

    pub fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Whether a block of this height fits below; on a fresh page everything has to.
    pub fn fits(&self, height: f32) -> bool {
        self.y + height <= BOTTOM || self.y <= TOP
    }

    fn face(&self, look: Look) -> &Face {
        if look.bold { &self.faces.bold } else { &self.faces.regular }
    }

    pub fn width(&self, look: Look, text: &str) -> f32 {
        self.face(look).width(text, look.size)
    }

    pub fn wrap(&self, look: Look, text: &str, width: f32) -> Vec<String> {
        self.face(look).wrap(text, look.size, width)
    }

    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Writes a line whose upper edge is `y`.
    pub fn line(&mut self, x: f32, y: f32, look: Look, text: String) {
        self.put(Mark::Text { x, base: y + look.size, look, text });
    }

    /// Writes a line that ends at `x`.
    pub fn line_before(&mut self, x: f32, y: f32, look: Look, text: String) {
        let width = self.width(look, &text);
        self.line(x - width, y, look, text);
    }

    /// Writes lines below each other; where they end.
    pub fn lines(&mut self, x: f32, y: f32, look: Look, lines: Vec<String>) -> f32 {
        let mut y = y;
        for line in lines {
            self.line(x, y, look, line);
            y += look.leading();
        }
        y
    }

    pub fn rule(&mut self, x: f32, y: f32, width: f32) {
        self.put_rule(Rect::from_xywh(x, y - HAIR / 2.0, width, HAIR));
    }

    /// A frame around a cell.
    pub fn frame(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.rule(x, y, width);
        self.rule(x, y + height, width);
        for x in [x, x + width] {
            self.put_rule(Rect::from_xywh(x - HAIR / 2.0, y, HAIR, height));
        }
    }

    fn put_rule(&mut self, rect: Option<Rect>) {
        if let Some(rect) = rect {
            self.put(Mark::Rule(rect));
        }
    }

    pub fn count(&self) -> usize {
        self.pages.len()
    }

    /// How far down the lowest mark of all pages reaches.
    #[cfg(test)]
    pub fn lowest(&self) -> f32 {
        let reach = |mark: &Mark| match mark {
            Mark::Text { base, .. } => *base,
            Mark::Rule(rect) => rect.bottom(),
        };
        self.pages.iter().flatten().map(reach).fold(0.0, f32::max)
    }

    /// What is read first.
    #[cfg(test)]
    pub fn first(&self) -> Option<&str> {
        self.pages.iter().flatten().find_map(|mark| match mark {
            Mark::Text { text, .. } => Some(text.as_str()),
            Mark::Rule(_) => None,
        })
    }

    /// Draws it all; where there are several pages, each says which it is.
    pub fn draw(mut self, document: &mut Document, name: &str) {
        let count = self.count();
        if count > 1 {
            for (page, place) in self.pages.iter_mut().zip(1..) {
                let text = format!("{name}, страница {place} из {count}");
                page.push(Mark::Text { x: LEFT, base: FOOT, look: SMALL, text });
            }
        }
        for marks in &self.pages {
            let Some(settings) = PageSettings::from_wh(WIDTH, HEIGHT) else { continue };
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            for mark in marks {
                self.mark(&mut surface, mark);
            }
            surface.finish();
            page.finish();
        }
    }

    fn mark(&self, surface: &mut Surface<'_>, mark: &Mark) {
        match mark {
            Mark::Text { x, base, look, text } => {
                let face = self.face(*look);
                surface.set_fill(Some(ink(if look.grey { 96 } else { 0 })));
                surface.draw_glyphs(
                    Point::from_xy(*x, *base),
                    &face.shape(text),
                    face.font.clone(),
                    text,
                    look.size,
                    false,
                );
            }
            Mark::Rule(rect) => {
                let mut path = PathBuilder::new();
                path.push_rect(*rect);
                if let Some(path) = path.finish() {
                    surface.set_fill(Some(ink(96)));
                    surface.draw_path(&path);
                }
            }
        }
    }
}

fn ink(lightness: u8) -> Fill {
    Fill { paint: luma::Color::new(lightness).into(), ..Fill::default() }
}
