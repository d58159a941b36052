//! Elements that never change once they are built. (`parts` has those that follow signals, which are the most of what it
//! weighs.)

use wasm_bindgen::UnwrapThrowExt;
use web_sys::Element;

use crate::ground::document;

/// An element.
pub(super) struct Node(Element);

impl Node {
    /// One that is there already.
    pub(super) const fn of(element: Element) -> Self {
        Self(element)
    }

    /// Adds an element, with these classes if there are any.
    pub(super) fn add(&self, name: &'static str, classes: &str) -> Self {
        // Fails only for what is no name at all.
        let element = document().create_element(name).unwrap_throw();
        // Fails only where a node would be within itself.
        let _ = self.0.append_child(&element);
        let added = Self(element);
        if !classes.is_empty() {
            added.set("class", classes);
        }
        added
    }

    /// Adds text.
    pub(super) fn text(&self, text: &str) {
        // Fails only where a node would be within itself.
        let _ = self.0.append_child(&document().create_text_node(text));
    }

    /// Sets an attribute.
    pub(super) fn set(&self, name: &'static str, value: &str) {
        // Setting a well-formed attribute cannot fail.
        let _ = self.0.set_attribute(name, value);
    }

    /// Has a class or does not.
    pub(super) fn set_class(&self, class: &'static str, has: bool) {
        // Fails only for what is no class at all.
        let _ = self.0.class_list().toggle_with_force(class, has);
    }

    /// Takes everything out of it.
    pub(super) fn empty(&self) {
        self.0.set_text_content(None);
    }

    /// The element itself.
    pub(super) fn element(&self) -> Element {
        self.0.clone()
    }
}
