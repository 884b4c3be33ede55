//! Looking on while a plan is made, and stopping it.

/// Bids, or places a path looked at, after which the caller is asked again: well below a millisecond of work.
const ASK_EVERY: u64 = 4_096;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Seats bid for volunteers: `done` of the seats have somebody, and may lose them again.
    Bidding,
    /// The plan is brought to the optimum: `done` of the paths to go are gone.
    Proving,
}

/// How far a plan has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// How much of it is done.
    pub done: u64,
    /// How much there is.
    pub of: u64,
}

/// Asks the caller now and then whether to go on.
pub(super) struct Watch<'a> {
    go_on: &'a mut dyn FnMut(Progress) -> bool,
    stage: Stage,
    of: u64,
    work: u64,
    /// Work after which the caller is asked.
    every: u64,
    is_stopped: bool,
}

impl<'a> Watch<'a> {
    pub(super) fn new(go_on: &'a mut dyn FnMut(Progress) -> bool) -> Self {
        Self { go_on, stage: Stage::Bidding, of: 0, work: 0, every: ASK_EVERY, is_stopped: false }
    }

    /// Asks at every single step.
    #[cfg(test)]
    pub(super) fn closely(go_on: &'a mut dyn FnMut(Progress) -> bool) -> Self {
        Self { every: 0, ..Self::new(go_on) }
    }

    /// Another stage, with so much to do.
    pub(super) fn begin(&mut self, stage: Stage, of: u64) {
        (self.stage, self.of) = (stage, of);
        self.ask(0);
    }

    /// Whether to go on, after so much more work; `done` of the stage is done.
    pub(super) fn go_on(&mut self, work: u64, done: u64) -> bool {
        self.work += work;
        if self.work >= self.every {
            self.ask(done);
        }
        !self.is_stopped
    }

    fn ask(&mut self, done: u64) {
        self.work = 0;
        // Who said stop once is not asked again.
        self.is_stopped = self.is_stopped || !(self.go_on)(Progress { stage: self.stage, done, of: self.of });
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped
    }
}
