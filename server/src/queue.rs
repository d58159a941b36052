//! A queue that is empty most of the time, and has one thing in it most of the rest.

use std::collections::VecDeque;

/// A queue that allocates nothing for the first thing in it, and keeps nothing when it is empty. Thousands of connections have
/// some each: with a `VecDeque` in their place, an event took an allocation for each of its listeners (a thirtieth of all that it
/// cost, measured), or an idle connection kept the room of a busy hour.
#[derive(Debug, PartialEq, Eq)]
pub struct Queue<T> {
    first: Option<T>,
    /// What is behind the first; never empty.
    #[expect(clippy::box_collection, reason = "8 bytes and not 32, for each that has none")]
    rest: Option<Box<VecDeque<T>>>,
}

impl<T> Queue<T> {
    /// Puts something in, behind all else.
    pub fn push(&mut self, it: T) {
        if self.first.is_none() {
            self.first = Some(it);
        } else {
            self.rest.get_or_insert_default().push_back(it);
        }
    }

    /// Takes out the first.
    pub fn pop(&mut self) -> Option<T> {
        let first = self.first.take();
        if let Some(rest) = &mut self.rest {
            self.first = rest.pop_front();
            if rest.is_empty() {
                self.rest = None;
            }
        }
        first
    }

    /// The first.
    pub fn first(&self) -> Option<&T> {
        self.first.as_ref()
    }

    /// The first, to be changed.
    pub fn first_mut(&mut self) -> Option<&mut T> {
        self.first.as_mut()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.first.iter().chain(self.rest.iter().flat_map(|rest| rest.iter()))
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { first: None, rest: None }
    }
}

#[cfg(test)]
impl<T> Iterator for Queue<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.pop()
    }
}

#[cfg(test)]
impl<T> FromIterator<T> for Queue<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        let mut queue = Self::default();
        all.into_iter().for_each(|it| queue.push(it));
        queue
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_as_any_other_queue(steps in prop::collection::vec(prop::option::weighted(0.6, 0..100u8), 0..50)) {
            let (mut queue, mut other) = (Queue::default(), VecDeque::new());
            for step in steps {
                match step {
                    Some(it) => {
                        queue.push(it);
                        other.push_back(it);
                    }
                    None => prop_assert_eq!(queue.pop(), other.pop_front()),
                }
                prop_assert_eq!(queue.first(), other.front());
                prop_assert_eq!(queue.is_empty(), other.is_empty());
                prop_assert!(queue.iter().eq(&other));
                prop_assert_eq!(queue.rest.is_some(), other.len() > 1, "it keeps nothing");
            }
        }
    }
}
