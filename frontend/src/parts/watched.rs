//! Values that are watched.

use std::{any::Any, cell::RefCell, marker::PhantomData, rc::Rc};

use crate::ground::*;

/// A value that is watched: whoever reads it is told when it changes. A handle, which outlives its owner: then there is
/// nothing to change any more, and nothing to read.
pub struct Watched<T> {
    held: RwSignal<Held, LocalStorage>,
    of: PhantomData<fn() -> T>,
}

/// A value whose type only its handle knows, so that all of them share one signal's code.
#[derive(Clone)]
struct Held(Rc<dyn Any>);

impl<T> Clone for Watched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Watched<T> {}

impl<T: 'static> Watched<T> {
    /// Begins with this value.
    pub fn new(value: T) -> Self {
        Self { held: signal(Held(Rc::new(RefCell::new(value)))), of: PhantomData }
    }

    /// Reads what it is now; whoever reads is told when it changes.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.held.get().cell().borrow())
    }

    /// Reads what it is now.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.held.get_untracked().cell().borrow())
    }

    /// Sets it, and tells everybody.
    pub fn set(self, value: T) {
        let _ = self.try_update(|old| *old = value);
    }

    /// Sets it, and tells everybody if it differs.
    pub fn bring_to(self, value: T)
    where
        T: PartialEq,
    {
        if self.try_update_untracked(|old| *old != value) == Some(true) {
            self.set(value);
        }
    }

    /// Changes it, and tells everybody. `None` when its owner is no more.
    pub fn try_update<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let changed = self.try_update_untracked(change)?;
        self.notify();
        Some(changed)
    }

    /// Changes it, and tells nobody. `None` when its owner is no more.
    pub fn try_update_untracked<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        Some(change(&mut self.held.try_get_untracked()?.cell().borrow_mut()))
    }

    /// Tells everybody.
    pub fn notify(self) {
        self.held.notify();
    }
}

impl<T: Clone + 'static> Watched<T> {
    /// What it is now; whoever asks is told when it changes.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// What it is now.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

// One for whatever it is given.
#[inline(never)]
fn signal(held: Held) -> RwSignal<Held, LocalStorage> {
    RwSignal::new_local(held)
}

impl Held {
    fn cell<T: 'static>(&self) -> &RefCell<T> {
        match self.0.downcast_ref() {
            Some(cell) => cell,
            None => unreachable!("a value is read as what it was made as"),
        }
    }
}
