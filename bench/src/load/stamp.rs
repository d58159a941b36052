//! When what a socket received came in, by the kernel's stamps: however late it is read.

use std::{
    io::{self, IoSliceMut, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::fd::{AsFd, AsRawFd},
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, ensure};
use nix::{
    cmsg_space,
    sys::{
        socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt::ReceiveTimestampns},
        time::TimeSpec,
    },
};

/// How long the kernel may take to begin with stamps.
const BEGINNING: Duration = Duration::from_secs(5);
/// How far the clocks may come apart before a stamp says nothing any more.
const APART: Duration = Duration::from_micros(100);
/// How often both clocks are read, to have them close together once.
const READINGS: usize = 16;

/// Has the kernel stamp what this socket receives, or no longer.
pub(super) fn set(socket: &impl AsFd, stamped: bool) -> io::Result<()> {
    Ok(setsockopt(socket, ReceiveTimestampns, &stamped)?)
}

/// Receives as `read` does, and says when the last of it came in, if that is stamped.
pub(super) fn receive(socket: &impl AsRawFd, buffer: &mut [u8]) -> io::Result<(usize, Option<SystemTime>)> {
    let mut space = cmsg_space!(TimeSpec);
    let mut parts = [IoSliceMut::new(buffer)];
    let received = recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut space), MsgFlags::empty())?;
    let stamp = received.cmsgs()?.find_map(|message| match message {
        ControlMessageOwned::ScmTimestampns(time) => Some(SystemTime::UNIX_EPOCH + Duration::from(time)),
        _ => None,
    });
    Ok((received.bytes, stamp))
}

/// Waits until the kernel stamps what arrives: it begins some time after the first socket wishes for it.
///
/// # Errors
/// When it does not within five seconds.
pub(super) fn await_first() -> Result<()> {
    let (mut sender, receiver) = pair()?;
    set(&receiver, true)?;
    let start = Instant::now();
    loop {
        sender.write_all(b"?")?;
        if receive(&receiver, &mut [0])?.1.is_some() {
            return Ok(());
        }
        ensure!(start.elapsed() < BEGINNING, "the kernel does not stamp what arrives");
    }
}

fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let sender = TcpStream::connect(listener.local_addr()?)?;
    sender.set_nodelay(true)?;
    Ok((sender, listener.accept()?.0))
}

/// The load's clock, and that of the stamps at the same instant. Both are slewed alike; only the latter can be set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clocks {
    own: Instant,
    wall: SystemTime,
}

impl Clocks {
    /// Reads both.
    pub(super) fn read() -> Self {
        let (mut closest, mut clocks) = Self::read_once();
        for _ in 1..READINGS {
            let (gap, again) = Self::read_once();
            if gap < closest {
                (closest, clocks) = (gap, again);
            }
        }
        clocks
    }

    #[expect(clippy::disallowed_methods, reason = "the clock of the stamps: `Stamps` is the server's")]
    fn read_once() -> (Duration, Self) {
        let before = Instant::now();
        let wall = SystemTime::now();
        let gap = before.elapsed();
        (gap, Self { own: before + gap / 2, wall })
    }

    /// The time by the load's clock of a stamp that was put on since they were read.
    ///
    /// # Errors
    /// When there is no stamp, or it is of an earlier time.
    pub(super) fn own(&self, stamp: Option<SystemTime>) -> Result<Instant> {
        let stamp = stamp.context("it has no stamp of when it came")?;
        let since = stamp.duration_since(self.wall).context("the clock was set back")?;
        Ok(self.own + since)
    }

    /// Checks that the clocks still go together.
    ///
    /// # Errors
    /// When one of them was set since they were read.
    pub(super) fn check(&self) -> Result<()> {
        let now = Self::read();
        let own = self.own(Some(now.wall))?;
        let apart = own.max(now.own) - own.min(now.own);
        ensure!(apart < APART, "the clock was set by {apart:?} while it was needed");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets more time pass than the clocks may be apart.
    fn pass() {
        let start = Instant::now();
        while start.elapsed() < 4 * APART {
            std::hint::spin_loop();
        }
    }

    /// Two ends of a line, of which the second has stamps, and the clocks to read them by.
    fn stamped() -> (TcpStream, TcpStream, Clocks) {
        let (sender, receiver) = pair().unwrap();
        set(&receiver, true).unwrap();
        await_first().unwrap();
        (sender, receiver, Clocks::read())
    }

    #[test]
    fn a_stamp_is_of_the_sending_however_late_it_is_read() {
        let (mut sender, receiver, clocks) = stamped();
        let mut buffer = [0; 16];
        let before = Instant::now();
        sender.write_all(b"now").unwrap();
        let sent = Instant::now();
        pass();
        let (length, stamp) = receive(&receiver, &mut buffer).unwrap();
        assert_eq!(&buffer[..length], b"now");
        let arrival = clocks.own(stamp).unwrap();
        assert!(before - APART < arrival && arrival < sent + APART, "{before:?} {arrival:?} {sent:?}");
        clocks.check().unwrap();
    }

    #[test]
    fn what_came_together_has_the_stamp_of_the_last_of_it() {
        let (mut sender, receiver, clocks) = stamped();
        let mut buffer = [0; 16];
        sender.write_all(b"one").unwrap();
        pass();
        let before = Instant::now();
        sender.write_all(b"two").unwrap();
        let (length, stamp) = receive(&receiver, &mut buffer).unwrap();
        assert_eq!(&buffer[..length], b"onetwo");
        assert!(before - APART < clocks.own(stamp).unwrap());
    }

    #[test]
    fn without_a_stamp_nothing_is_known_of_an_arrival() {
        let (mut sender, receiver) = pair().unwrap();
        sender.write_all(b"now").unwrap();
        let (_, stamp) = receive(&receiver, &mut [0; 16]).unwrap();
        assert!(Clocks::read().own(stamp).is_err());
    }

    #[test]
    fn a_clock_that_was_set_is_found_out() {
        let clocks = Clocks::read();
        clocks.check().unwrap();
        let (little, much) = (2 * APART, Duration::from_secs(3600));
        for wall in [clocks.wall - little, clocks.wall - much, clocks.wall + much] {
            assert!(Clocks { wall, ..clocks }.check().is_err());
        }
    }
}
