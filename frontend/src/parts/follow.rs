//! What follows from signals.

use std::{any::Any, marker::PhantomData, sync::Arc};

use super::{at_end, keep};

use crate::ground::*;

/// Does something now, and again whenever what it reads changes.
pub fn follow(act: impl FnMut() + 'static) {
    let act: Box<dyn FnMut()> = Box::new(act);
    boxed_follow(act);
}

/// Does something when what is being shown stands in the document, and again whenever what it reads changes.
pub fn effect(act: impl FnMut() + 'static) {
    let act: Box<dyn FnMut()> = Box::new(act);
    boxed_effect(act);
}

/// What follows from what it reads; whoever reads it is told only when it differs.
pub fn memo<T: PartialEq + Send + Sync + 'static>(
    follow: impl Fn() -> T + Send + Sync + 'static,
) -> Followed<T> {
    Followed { memo: opaque_memo(follow), of: PhantomData }
}

/// What follows from something else. A handle.
pub struct Followed<T> {
    memo: Memo<Opaque>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Followed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Followed<T> {}

impl<T: Clone + 'static> Followed<T> {
    /// What it is now; whoever asks is told when it differs.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// What it is now.
    pub fn get_untracked(self) -> T {
        read(&self.memo.get_untracked(), T::clone)
    }
}

impl<T: 'static> Followed<T> {
    /// Reads what it is now; whoever reads is told when it differs.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        read(&self.memo.get(), look)
    }
}

/// A value whose type only its reader knows, so that all of them share one memo's code.
#[derive(Clone)]
pub(super) struct Opaque(Arc<dyn Same + Send + Sync>);

trait Same {
    fn same(&self, other: &dyn Same) -> bool;
    fn any(&self) -> &dyn Any;
}

impl<T: PartialEq + 'static> Same for T {
    fn same(&self, other: &dyn Same) -> bool {
        other.any().downcast_ref() == Some(self)
    }

    fn any(&self) -> &dyn Any {
        self
    }
}

impl PartialEq for Opaque {
    fn eq(&self, other: &Self) -> bool {
        self.0.same(&*other.0)
    }
}

/// Reads a value as what it was made as.
pub(super) fn read<T: 'static, R>(value: &Opaque, look: impl FnOnce(&T) -> R) -> R {
    match value.0.any().downcast_ref() {
        Some(value) => look(value),
        None => unreachable!("a value is read as what it was made as"),
    }
}

/// As [`memo`].
pub(super) fn opaque_memo<T: PartialEq + Send + Sync + 'static>(
    follow: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<Opaque> {
    boxed_memo(Box::new(move || Opaque(Arc::new(follow()))))
}

#[inline(never)]
fn boxed_memo(follow: Box<dyn Fn() -> Opaque + Send + Sync>) -> Memo<Opaque> {
    let memo = ArcMemo::new(move |_| follow());
    forget(memo.to_any_subscriber());
    memo.into()
}

#[inline(never)]
fn boxed_follow(mut act: Box<dyn FnMut()>) {
    let effect = RenderEffect::new(move |_: Option<()>| act());
    forget(effect.to_any_subscriber());
    keep(effect);
}

#[inline(never)]
fn boxed_effect(mut act: Box<dyn FnMut()>) {
    forget(Effect::new(move |_: Option<()>| act()).to_any_subscriber());
}

/// Has what it follows forget it when the owner ends. By itself a signal remembers, for as long as it does not change, whoever
/// ever followed it: each message ever shown would stay in the memory of the language, which hardly ever changes.
fn forget(follower: AnySubscriber) {
    at_end(move || follower.clear_sources(&follower));
}
