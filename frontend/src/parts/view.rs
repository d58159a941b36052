//! What is seen, and how it changes: parts that come and go, and lists.

use std::{mem, rc::Rc};

use web_sys::{Comment, Element, Node};

use super::{
    Before, Tag, follow,
    follow::{Opaque, opaque_memo, read},
};
use crate::ground::{Get, Memo, Owner, document, untrack};

/// Something to be seen: an element, a text, or several of them in a row. It is put into the document once.
#[derive(Clone, Debug)]
pub struct View(Node);

impl View {
    /// Nothing at all.
    pub fn nothing() -> Self {
        Self(document().create_document_fragment().into())
    }

    pub(super) const fn node(&self) -> &Node {
        &self.0
    }
}

impl From<Tag> for View {
    fn from(tag: Tag) -> Self {
        Self(tag.element().into())
    }
}

impl From<&str> for View {
    fn from(text: &str) -> Self {
        Self(document().create_text_node(text).into())
    }
}

impl FromIterator<View> for View {
    fn from_iter<I: IntoIterator<Item = View>>(views: I) -> Self {
        let row = Self::nothing();
        for view in views {
            put(&row.0, &view.0, None);
        }
        row
    }
}

impl<const N: usize> From<[View; N]> for View {
    fn from(views: [View; N]) -> Self {
        views.into_iter().collect()
    }
}

/// Shows the whole page.
pub fn show(page: &View) {
    if let Some(body) = document().body() {
        show_in(&body, page);
    }
}

/// Shows something in an element that is there already, behind what is in it.
pub fn show_in(element: &Element, view: &View) {
    put(element, &view.0, None);
}

/// A part that is shown anew when what it follows differs. What is read while it is built is not followed.
pub fn part<T: Clone + PartialEq + Send + Sync + 'static, V: Into<View>>(
    what: impl Fn() -> T + Send + Sync + 'static,
    show: impl Fn(T) -> V + 'static,
) -> View {
    boxed_part(opaque_memo(what), Box::new(move |what| show(read(what, T::clone)).into()))
}

/// A part that is there while `when` holds.
pub fn part_when<V: Into<View>>(
    when: impl Fn() -> bool + Send + Sync + 'static,
    show: impl Fn() -> V + 'static,
) -> View {
    part(when, move |when| if when { show().into() } else { View::nothing() })
}

/// What tells the things of a list apart: which kind of thing, and which of its kind.
pub type Key = (u8, [u8; 16]);

/// A list: what has the same key is the same element for as long as it is listed.
pub fn each<T: 'static>(
    list: impl Fn() -> Vec<T> + 'static,
    key: impl Fn(&T) -> Key + 'static,
    show: impl Fn(T) -> Tag + 'static,
) -> View {
    let show = Rc::new(show);
    boxed_each(Box::new(move || {
        let listed = list().into_iter().map(|one| {
            let (key, show) = (key(&one), Rc::clone(&show));
            let show: Show = Box::new(move || show(one));
            (key, show)
        });
        listed.collect()
    }))
}

#[inline(never)]
fn boxed_part(what: Memo<Opaque>, show: Box<dyn Fn(&Opaque) -> View>) -> View {
    let (start, end) = (mark(), mark());
    let whole = View::from([View(start.clone().into()), View(end.clone().into())]);
    follow(move || {
        let what = what.get();
        let shown = untrack(|| show(&what));
        let Some(parent) = end.parent_node() else { return };
        while let Some(old) = start.next_sibling().filter(|old| !end.is_same_node(Some(old))) {
            take_out(&old);
        }
        put(&parent, &shown.0, Some(&end));
    });
    whole
}

type Show = Box<dyn FnOnce() -> Tag>;

/// One thing of a list, in the document. What it follows ends with it.
struct Listed {
    owner: Owner,
    element: Element,
}

#[inline(never)]
fn boxed_each(mut list: Box<dyn FnMut() -> Vec<(Key, Show)>>) -> View {
    let end = mark();
    let whole = View::from([View(end.clone().into())]);
    let owner = Owner::current().unwrap_or_default();
    let mut shown: Vec<(Key, Listed)> = Vec::new();
    // An owner remembers each child it ever had: those that are done with are used again.
    let mut spare: Vec<Owner> = Vec::new();
    follow(move || {
        let mut before = Before::new(mem::take(&mut shown));
        for (key, show) in list() {
            let listed = before.take(&key).unwrap_or_else(|| {
                let owner = spare.pop().unwrap_or_else(|| owner.child());
                let element = untrack(|| owner.with(|| show().element()));
                Listed { owner, element }
            });
            shown.push((key, listed));
        }
        for gone in before.rest() {
            gone.owner.cleanup();
            take_out(&gone.element);
            spare.push(gone.owner);
        }
        if let Some(parent) = end.parent_node() {
            arrange(&parent, &shown, &end);
        }
    });
    whole
}

/// Brings the elements into their order. Those that are in it are not touched, and never the one in which the focus is: an
/// element that is moved loses it. So the others are put before and behind that one.
fn arrange(parent: &Node, shown: &[(Key, Listed)], end: &Node) {
    let focus = document().active_element().filter(|focus| parent.contains(Some(focus)));
    let has_focus = |(_, listed): &(Key, Listed)| listed.element.contains(focus.as_deref());
    let pivot = focus.as_ref().and_then(|_| shown.iter().position(has_focus)).unwrap_or(shown.len());
    let (above, below) = shown.split_at(pivot);
    let mut behind = below.first().map_or(end, |(_, pivot)| &pivot.element);
    for (_, Listed { element, .. }) in above.iter().rev() {
        if element.next_sibling().is_none_or(|next| !behind.is_same_node(Some(&next))) {
            put(parent, element, Some(behind));
        }
        behind = element;
    }
    for [(_, before), (_, Listed { element, .. })] in below.array_windows() {
        let next = before.element.next_sibling();
        if next.as_ref().is_none_or(|next| !element.is_same_node(Some(next))) {
            put(parent, element, next.as_ref());
        }
    }
}

/// A place in the document that nobody sees.
fn mark() -> Comment {
    document().create_comment("")
}

#[inline(never)]
fn put(parent: &Node, node: &Node, before: Option<&Node>) {
    // Fails only where a node would be within itself, or before one that is elsewhere.
    let _ = parent.insert_before(node, before);
}

#[inline(never)]
fn take_out(node: &Node) {
    if let Some(parent) = node.parent_node() {
        // Fails only for a node that is elsewhere.
        let _ = parent.remove_child(node);
    }
}
