//! Elements, built as values.

use std::borrow::Cow;

use wasm_bindgen::{JsCast, UnwrapThrowExt};
use web_sys::{Element, Event};

use super::{View, follow, listen};

use crate::ground::document;

/// An element of the document.
#[derive(Clone, Debug)]
pub struct Tag(Element);

/// An element of HTML.
pub fn tag(name: &'static str) -> Tag {
    // Fails only for what is no name at all.
    Tag(document().create_element(name).unwrap_throw())
}

/// An element of SVG.
pub fn drawing(name: &'static str) -> Tag {
    // Fails only for what is no name at all.
    Tag(document().create_element_ns(Some("http://www.w3.org/2000/svg"), name).unwrap_throw())
}

/// What is written: the same for ever, or told anew whenever what it reads changes. `None` is nothing.
pub enum Text {
    /// The same for ever.
    Fixed(Words),
    /// Told anew whenever what it reads changes.
    Told(Box<dyn Fn() -> Option<Words>>),
}

/// Words.
pub type Words = Cow<'static, str>;

/// Where a text is written to.
type Write = Box<dyn Fn(Option<&str>)>;

impl Tag {
    /// Sets an attribute, or follows it; where there is nothing, there is no such attribute.
    pub fn attr(self, name: &'static str, text: impl Into<Text>) -> Self {
        self.set(name, text.into());
        self
    }

    /// Sets its classes, or follows them.
    pub fn class(self, classes: impl Into<Text>) -> Self {
        self.attr("class", classes)
    }

    /// Has this class while `when` holds, beside those that are set once.
    pub fn class_when(self, class: &'static str, when: impl Fn() -> bool + 'static) -> Self {
        self.toggle(class, Box::new(when));
        self
    }

    /// Does something with the element now, and again whenever what it reads changes.
    pub fn following(self, act: impl Fn(&Element) + 'static) -> Self {
        let element = self.0.clone();
        follow(move || act(&element));
        self
    }

    /// Calls back at an event.
    pub fn on<E: JsCast>(self, event: &'static str, told: impl Fn(E) + 'static) -> Self {
        listen(self.0.clone(), event, told);
        self
    }

    /// Calls back when it is clicked, or chosen by a key.
    pub fn click(self, told: impl Fn() + 'static) -> Self {
        self.on("click", move |_: Event| told())
    }

    /// Adds text behind what is in it already.
    pub fn text(self, text: impl Into<Text>) -> Self {
        self.add(text.into());
        self
    }

    /// Adds something behind what is in it already.
    pub fn child(self, child: impl Into<View>) -> Self {
        self.put(child.into().node());
        self
    }

    /// The element itself.
    pub fn element(&self) -> Element {
        self.0.clone()
    }

    // One of each for whatever it is given: the calls would otherwise hold them again and again.

    #[inline(never)]
    fn set(&self, name: &'static str, text: Text) {
        let element = self.0.clone();
        text.write(Box::new(move |words| {
            // Setting a well-formed attribute cannot fail.
            let _ = match words {
                Some(words) => element.set_attribute(name, words),
                None => element.remove_attribute(name),
            };
        }));
    }

    #[inline(never)]
    fn add(&self, text: Text) {
        let node = document().create_text_node("");
        self.put(&node);
        text.write(Box::new(move |words| node.set_data(words.unwrap_or_default())));
    }

    #[inline(never)]
    fn toggle(&self, class: &'static str, when: Box<dyn Fn() -> bool>) {
        let element = self.0.clone();
        follow(move || {
            // Fails only for what is no class at all.
            let _ = element.class_list().toggle_with_force(class, when());
        });
    }

    #[inline(never)]
    fn put(&self, node: &web_sys::Node) {
        // Fails only where a node would be within itself.
        let _ = self.0.append_child(node);
    }
}

impl Text {
    /// Writes it once, or whenever it differs.
    fn write(self, write: Write) {
        match self {
            Self::Fixed(words) => write(Some(&words)),
            Self::Told(tell) => {
                let mut written = None;
                follow(move || {
                    let words = tell();
                    if written.as_ref() != Some(&words) {
                        write(words.as_deref());
                        written = Some(words);
                    }
                });
            }
        }
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self::Fixed(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Fixed(text.into())
    }
}

impl<F: Fn() -> T + 'static, T: MaybeWords> From<F> for Text {
    fn from(tell: F) -> Self {
        Self::Told(Box::new(move || tell().words()))
    }
}

/// What a text may be told as.
pub trait MaybeWords {
    /// As words, or as nothing.
    fn words(self) -> Option<Words>;
}

impl MaybeWords for &'static str {
    fn words(self) -> Option<Words> {
        Some(self.into())
    }
}

impl MaybeWords for String {
    fn words(self) -> Option<Words> {
        Some(self.into())
    }
}

impl<T: MaybeWords> MaybeWords for Option<T> {
    fn words(self) -> Option<Words> {
        self?.words()
    }
}
