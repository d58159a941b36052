//! What was in a list before, to be found again by what is in it now.

/// Things by their keys, which are looked for in the order in which they were: it seldom changes.
pub struct Before<K, T> {
    things: Vec<Option<(K, T)>>,
    next: usize,
}

impl<K: PartialEq, T> Before<K, T> {
    /// These, in their order.
    pub fn new(things: impl IntoIterator<Item = (K, T)>) -> Self {
        Self { things: things.into_iter().map(Some).collect(), next: 0 }
    }

    /// Takes out the thing of this key, if it is there.
    pub fn take(&mut self, key: &K) -> Option<T> {
        let (passed, ahead) = self.things.split_at(self.next);
        let found =
            ahead.iter().chain(passed).position(|thing| thing.as_ref().is_some_and(|(own, _)| own == key))?;
        let place = (self.next + found) % self.things.len();
        self.next = place + 1;
        self.things[place].take().map(|(_, thing)| thing)
    }

    /// What nobody has taken.
    pub fn rest(self) -> impl Iterator<Item = T> {
        self.things.into_iter().flatten().map(|(_, thing)| thing)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_is_found_once_in_whatever_order_and_the_rest_is_left(
            before in proptest::collection::hash_set(0u8..30, 0..20),
            asked in proptest::collection::vec(0u8..30, 0..40),
        ) {
            let mut left: Vec<u8> = before.iter().copied().collect();
            let mut things = Before::new(left.iter().map(|key| (*key, u32::from(*key) * 10)));
            for key in asked {
                let known = left.iter().position(|own| *own == key).map(|place| left.remove(place));
                prop_assert_eq!(things.take(&key), known.map(|key| u32::from(key) * 10));
            }
            prop_assert!(things.rest().eq(left.iter().map(|key| u32::from(*key) * 10)));
        }
    }
}
