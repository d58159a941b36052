//! Who has something to be written: connections ring, and the loop that writes to them hears all who rang at once.

use std::{
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The bell of one loop. To ring it costs a lock that hardly anybody else wants; the loop is woken once for all who rang.
pub struct Bell {
    rung: Mutex<Rung>,
    wake: Box<dyn Fn() + Send + Sync>,
}

/// One connection's rope: where it is in its loop.
#[derive(Clone, Debug)]
pub struct Rope {
    bell: Arc<Bell>,
    place: usize,
}

#[derive(Default)]
struct Rung {
    by: Vec<usize>,
    /// Whether the loop was woken, and has not looked since.
    woken: bool,
}

impl Bell {
    /// A bell by which a loop is woken so.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { rung: Mutex::default(), wake: Box::new(wake) })
    }

    /// Wakes the loop if somebody rang.
    pub fn wake(&self) {
        let mut rung = self.lock();
        if rung.by.is_empty() || mem::replace(&mut rung.woken, true) {
            return;
        }
        drop(rung);
        (self.wake)();
    }

    /// Takes the places of all who rang since; `by` is empty, and its room is used for those who ring next.
    pub fn answer(&self, by: &mut Vec<usize>) {
        let mut rung = self.lock();
        rung.woken = false;
        mem::swap(&mut rung.by, by);
    }

    fn lock(&self) -> MutexGuard<'_, Rung> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rope {
    /// The rope of the connection at this place.
    pub fn new(bell: Arc<Bell>, place: usize) -> Self {
        Self { bell, place }
    }

    /// Rings. The loop hears of it when it is woken next: see [`Rope::wake`].
    pub fn ring(&self) {
        self.bell.lock().by.push(self.place);
    }

    /// Wakes the loop.
    pub fn wake(&self) {
        self.bell.wake();
    }
}

impl fmt::Debug for Bell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bell")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_loop_is_woken_once_for_all_who_ring_until_it_looks() {
        let woken = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&woken);
        let bell = Bell::new(move || _ = counted.fetch_add(1, Ordering::Relaxed));
        let woken = || woken.load(Ordering::Relaxed);
        let (one, other) = (Rope::new(Arc::clone(&bell), 1), Rope::new(Arc::clone(&bell), 2));
        bell.wake();
        assert_eq!(woken(), 0, "nobody rang");
        one.ring();
        other.ring();
        assert_eq!(woken(), 0, "nobody said that it was all");
        one.wake();
        other.wake();
        assert_eq!(woken(), 1);
        let mut by = Vec::new();
        bell.answer(&mut by);
        assert_eq!(by, [1, 2]);
        other.ring();
        other.wake();
        assert_eq!(woken(), 2, "who rings after that is heard, too");
    }
}
