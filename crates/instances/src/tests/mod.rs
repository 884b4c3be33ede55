//! Real files in a folder of their own: what is read, what is refused and in which words, what is left behind.

mod explains;
mod files;
mod promises;
mod proofs;
mod refusals;

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{PlanFiles, PlanReport, Refused, Sources, Unwatched, VerifyFiles, VerifyReport};

const VOLUNTEERS: &str = "x_dm,y_dm,skill_mask,slot_mask,max_shifts\n0,0,1,3,2\n1000,0,3,1,1\n-50,20,2,2,1\n";
const NEEDS: &str = "x_dm,y_dm,skill,slot,headcount,urgency\n0,100,0,0,2,3\n500,500,1,1,1,1\n0,0,0,1,1,5\n";
const PAIRS: &str = "need,volunteer,dist_m\n0,0,10\n0,1,100\n1,2,70\n2,0,0\n";

/// Three tables in a folder.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn of(volunteers: &str, needs: &str, pairs: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in [("volunteers.csv", volunteers), ("needs.csv", needs), ("pairs.csv", pairs)] {
            folder.write(name, text);
        }
        folder
    }

    pub(crate) fn small() -> Self {
        Self::of(VOLUNTEERS, NEEDS, PAIRS)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Names of everything in it.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn sources(&self) -> Sources {
        Sources {
            volunteers: self.path("volunteers.csv"),
            needs: self.path("needs.csv"),
            pairs: Some(self.path("pairs.csv")),
            keep: self.path("keep.csv").exists().then(|| self.path("keep.csv")),
        }
    }

    pub(crate) fn plan_files(&self) -> PlanFiles {
        PlanFiles {
            sources: self.sources(),
            plan: self.path("plan.csv"),
            proof: Some(self.path("proof.bin")),
            threads: 2,
        }
    }

    pub(crate) fn plan(&self) -> Result<PlanReport, Refused> {
        crate::plan(&self.plan_files(), &Unwatched)
    }

    pub(crate) fn verify(&self) -> Result<VerifyReport, Refused> {
        let files = VerifyFiles {
            sources: self.sources(),
            plan: self.path("plan.csv"),
            proof: Some(self.path("proof.bin")),
            threads: 2,
        };
        crate::verify(&files, &Unwatched)
    }

    /// The words of a refusal, the folder left out.
    pub(crate) fn words(&self, refused: &Refused) -> String {
        refused.to_string().replace(&format!("{}/", self.0.path().display()), "")
    }
}

/// What `plan` says when one table of the small instance is this text.
pub(crate) fn refused_with(name: &str, text: impl AsRef<[u8]>) -> String {
    let folder = Folder::small();
    folder.write(name, text);
    let refused = folder.plan().unwrap_err();
    assert!(!Path::new(&folder.path("plan.csv")).exists(), "a refused plan leaves no file");
    assert_eq!(folder.names(), ["needs.csv", "pairs.csv", "volunteers.csv"]);
    folder.words(&refused)
}
