//! One room, one sender, and more and more listeners.

use std::time::Duration;

use anyhow::Result;

use super::{Laps, Scale, Stand, fan_out};
use crate::{
    load::pace::{Lap, Pace, closed_loop},
    peers::{Crowd, Ground, Peer},
};

/// The two paces of the fan-out row that wait for everybody, each with its name.
pub(crate) const PACES: [(&str, Pace); 2] = [fan_out::PACES[1], fan_out::PACES[2]];

/// One room with so many listeners.
#[derive(Debug)]
pub(crate) struct Crowded {
    pub(crate) listeners: usize,
    /// By pace, as in [`PACES`].
    pub(crate) paces: Vec<(&'static str, Laps<Lap>)>,
}

impl Crowded {
    /// So many listeners, if they are those of the fan-out row and both paces were measured there.
    pub(crate) fn among(listeners: usize, fan_out: &[(&'static str, Laps<Lap>)]) -> Option<Self> {
        let at = |(name, _)| fan_out.iter().find(|(pace, _)| *pace == name).cloned();
        let paces = PACES.map(at).into_iter().collect::<Option<Vec<_>>>()?;
        Some(Self { listeners, paces })
    }

    /// What was measured at this pace.
    pub(crate) fn at(&self, pace: &str) -> Option<&Laps<Lap>> {
        self.paces.iter().find(|(name, _)| *name == pace).map(|(_, laps)| laps)
    }
}

/// The first of so many members sends, everybody listens. A process may not have enough files open for all the servers'
/// listeners at once, so that in each round each server in turn is started and everybody is connected to it.
pub(crate) fn measure(peers: &[Peer], ground: &Ground, scale: Scale, listeners: usize) -> Result<Crowded> {
    let crowd = |peer: &Peer| Crowd::in_lobby(*peer, ground, listeners);
    let crowds = peers.iter().map(crowd).collect::<Result<Vec<_>>>()?;
    let nothing: Laps<Lap> = peers.iter().map(|peer| (*peer, Vec::new())).collect();
    let mut paces = PACES.map(|(name, _)| (name, nothing.clone()));
    for round in 1..=scale.wide_rounds {
        eprintln!("  {listeners} listeners, a server at a time, round {round} ...");
        for (turn, crowd) in crowds.iter().enumerate() {
            let mut stand = Stand::of(crowd, ground, listeners, 1, listeners)?;
            let mut lap = |pace, length: Duration| stand.lap(|fleet| closed_loop(fleet, &[0], pace, length));
            // All are warmed up by one round.
            lap(Pace::Rounds(16), Duration::from_millis(1))?;
            for ((_, laps), (_, pace)) in paces.iter_mut().zip(PACES) {
                laps[turn].1.push(lap(pace, scale.wide_lap)?);
            }
        }
    }
    Ok(Crowded { listeners, paces: paces.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_fan_out_row_measured_is_taken_when_it_has_both_paces() {
        let [(one, _), (sixteen, _)] = PACES;
        let laps: Laps<Lap> = vec![(Peer::Maru, Vec::new())];
        let fan_out = fan_out::PACES.map(|(name, _)| (name, laps.clone()));
        let crowded = Crowded::among(7, &fan_out).unwrap();
        assert_eq!((crowded.listeners, crowded.paces.len()), (7, 2));
        assert!(crowded.at(one).is_some() && crowded.at(sixteen).is_some());
        assert!(Crowded::among(7, &fan_out[..2]).is_none());
    }
}
