use matching::plan::Proof;
use proptest::prelude::*;

use super::Folder;
use crate::{PROOF_VERSION, Replacement, read_proof, write_proof};

fn written(folder: &Folder, proof: &Proof) {
    let mut file = Replacement::of(&folder.path("proof.bin")).unwrap();
    write_proof(proof, &mut file).unwrap();
    file.finish().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_proof_is_read_as_it_was_written(
        needs in prop::collection::vec(any::<i128>(), 0..20),
        volunteers in prop::collection::vec(0..300_i128, 0..20),
        slots in prop::collection::vec((any::<u32>(), any::<u16>(), any::<i128>()), 0..20),
    ) {
        let folder = Folder::small();
        let proof = Proof { needs, volunteers, slots };
        written(&folder, &proof);
        prop_assert_eq!(read_proof(&folder.path("proof.bin")).unwrap(), proof);
    }
}

#[test]
fn every_changed_byte_and_every_cut_is_found() {
    let folder = Folder::small();
    folder.plan().unwrap();
    let whole = folder.read("proof.bin");
    let refused = |bytes: &[u8]| {
        folder.write("proof.bin", bytes);
        folder.words(&read_proof(&folder.path("proof.bin")).unwrap_err().into())
    };
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        let words = refused(&changed);
        let expected = match at {
            0..8 => "is no proof that",
            8 => "is a proof of version",
            _ => "is damaged or cut off",
        };
        assert!(words.starts_with(&format!("proof.bin: {expected}")), "{at}: {words}");
        refused(&whole[..at]);
    }
    let mut newer = whole;
    newer[8] = PROOF_VERSION + 1;
    assert_eq!(refused(&newer), "proof.bin: is a proof of version 2; this program reads version 1");
}

#[test]
fn counts_that_promise_too_much_take_no_memory() {
    use sha2::{Digest, Sha256};
    let folder = Folder::small();
    let mut bytes = b"LINLIPRF\x01".to_vec();
    bytes.extend([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0]);
    let digest = Sha256::digest(&bytes);
    bytes.extend(digest);
    folder.write("proof.bin", &bytes);
    let words = folder.words(&read_proof(&folder.path("proof.bin")).unwrap_err().into());
    assert!(words.starts_with("proof.bin: is damaged"), "{words}");
}

#[test]
fn a_plan_that_is_wrong_is_told_in_words() {
    let folder = Folder::small();
    folder.plan().unwrap();
    let fault = |rows: &str| {
        folder.write("plan.csv", format!("need,volunteer,dist_m\n{rows}"));
        let verdict = folder.verify().unwrap();
        assert!(!verdict.proved);
        let fault = verdict.fault.unwrap();
        (verdict.allowed, folder.words(&crate::Refused::Asked(fault)))
    };
    let wrong = |words: &str| (false, words.to_owned());
    assert_eq!(fault("0,2,10\n"), wrong("plan.csv, line 2: volunteer 2 is no candidate for need 0"));
    assert_eq!(fault("0,0,11\n"), wrong("plan.csv, line 2: need 0 and volunteer 0 are 10 m apart, not 11"));
    assert_eq!(fault("0,0,10\n1,2,70\n0,0,10\n"), wrong("plan.csv, line 4: stands in line 2 already"));
    let (allowed, words) = fault("0,0,10\n0,1,100\n1,2,70\n");
    assert!(allowed && words.starts_with("the plan is not proved to be the best: "), "{words}");

    folder.write(
        "needs.csv",
        "x_dm,y_dm,skill,slot,headcount,urgency\n0,100,0,0,1,3\n500,500,1,1,1,1\n0,0,0,1,1,5\n",
    );
    assert_eq!(fault("0,0,10\n0,1,100\n"), wrong("need 0 asks for 1 people and gets 2"));
    folder.write(
        "needs.csv",
        "x_dm,y_dm,skill,slot,headcount,urgency\n0,100,0,1,2,3\n500,500,1,1,1,1\n0,0,0,1,1,5\n",
    );
    assert_eq!(fault("0,0,10\n2,0,0\n"), wrong("volunteer 0 is sent to needs 0 and 2 in one slot, 1"));
    folder.write(
        "volunteers.csv",
        "x_dm,y_dm,skill_mask,slot_mask,max_shifts\n0,0,1,3,1\n1000,0,3,1,1\n-50,20,2,2,1\n",
    );
    folder.write("needs.csv", super::NEEDS);
    assert_eq!(fault("0,0,10\n2,0,0\n"), wrong("volunteer 0 serves 1 needs at most and is sent to 2"));
    folder.write(
        "volunteers.csv",
        "x_dm,y_dm,skill_mask,slot_mask,max_shifts\n0,0,1,3,1\n1000,0,3,1,1\n-50,20,2,2,1\n0,0,0,0,0\n",
    );
    let (allowed, words) = fault("0,0,10\n");
    assert!(allowed && words.starts_with("the proof is of other files"), "{words}");
}
