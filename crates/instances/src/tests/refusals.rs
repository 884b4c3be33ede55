use super::{Folder, refused_with};
use crate::Refused;

#[test]
fn a_wrong_table_is_refused_with_its_place() {
    let cases: &[(&str, &[u8], &str)] = &[
        (
            "needs.csv",
            b"",
            "needs.csv: is empty; its first line must be `x_dm,y_dm,skill,slot,headcount,urgency`",
        ),
        (
            "pairs.csv",
            b"need,volunteer\n0,0\n",
            "pairs.csv, line 1: the columns must be `need,volunteer,dist_m`, here they are `need,volunteer`; the column `dist_m` is missing",
        ),
        (
            "pairs.csv",
            b"volunteer,need,dist_m\n0,0,1\n",
            "pairs.csv, line 1: the columns must be `need,volunteer,dist_m`, here they are `volunteer,need,dist_m`",
        ),
        ("pairs.csv", b"\xFF\xFEn\0e\0", "pairs.csv: is UTF-16; save it as UTF-8"),
        (
            "pairs.csv",
            b"need,volunteer,dist_m\n0,0,10\n0,x1,100\n",
            "pairs.csv, line 3, column 3: `volunteer` must be a row of the volunteers, counted from 0: a whole number from 0 to 2; here is `x1`",
        ),
        (
            "pairs.csv",
            b"need,volunteer,dist_m\n3,0,10\n",
            "pairs.csv, line 2, column 1: `need` must be a row of the needs, counted from 0: a whole number from 0 to 2; here is `3`",
        ),
        (
            "pairs.csv",
            b"need,volunteer,dist_m\n0,0,4294967296\n",
            "pairs.csv, line 2, column 5: `dist_m` must be metres: a whole number from 0 to 4294967295; here is `4294967296`",
        ),
        (
            "pairs.csv",
            b"need,volunteer,dist_m\n0,0,99999999999999999999999999\n",
            "pairs.csv, line 2, column 5: `dist_m` must be metres: a whole number from 0 to 4294967295; here is `99999999999999999999999999`",
        ),
        (
            "pairs.csv",
            b"need,volunteer,dist_m\n0,0,-1\n",
            "pairs.csv, line 2, column 5: `dist_m` must be metres: a whole number from 0 to 4294967295; here is `-1`",
        ),
        (
            "pairs.csv",
            b"need,volunteer,dist_m\n0,0,1.5\n",
            "pairs.csv, line 2, column 5: `dist_m` must be metres: a whole number from 0 to 4294967295; here is `1.5`",
        ),
        (
            "pairs.csv",
            b"need,volunteer,dist_m\n0,,1\n",
            "pairs.csv, line 2, column 3: `volunteer` must be a row of the volunteers, counted from 0: a whole number from 0 to 2; here is nothing",
        ),
        (
            "pairs.csv",
            b"need,volunteer,dist_m\n0,0\n",
            "pairs.csv, line 2, column 5: the row ends after 2 of 3 numbers; `dist_m` is missing",
        ),
        (
            "pairs.csv",
            b"need,volunteer,dist_m\n0,0,1,7\n",
            "pairs.csv, line 2, column 7: the row goes on after its 3 numbers",
        ),
        (
            "pairs.csv",
            b"need,volunteer,dist_m\n0,0,1\n\n0,1,1\n",
            "pairs.csv, line 3: is empty; rows are counted, so none may be left out",
        ),
        (
            "pairs.csv",
            b"need,volunteer,dist_m\n0,0,1\n1,2,5\n0,1,1\n0,0,1\n",
            "pairs.csv, line 5: need 0 and volunteer 0 stand together in line 2 already",
        ),
        (
            "volunteers.csv",
            b"x_dm,y_dm,skill_mask,slot_mask,max_shifts\n0,0,4294967296,1,1\n",
            "volunteers.csv, line 2, column 5: `skill_mask` must be a bit for each skill: a whole number from 0 to 4294967295; here is `4294967296`",
        ),
        (
            "needs.csv",
            b"x_dm,y_dm,skill,slot,headcount,urgency\n0,0,0,0,10001,1\n",
            "needs.csv, line 2, column 9: `headcount` must be the people asked for: a whole number from 0 to 10000; here is `10001`",
        ),
        (
            "needs.csv",
            "x_dm,y_dm,skill,slot,headcount,urgency\n0,0,0,0,一,1\n".as_bytes(),
            "needs.csv, line 2, column 9: `headcount` must be the people asked for: a whole number from 0 to 10000; here is `一`",
        ),
        (
            "needs.csv",
            b"x_dm,y_dm,skill,slot,headcount,urgency\n0,0,0,\x1b[31m,1,1\n",
            "needs.csv, line 2, column 7: `slot` must be a bit of slot_mask: a whole number from 0 to 62; here is `\\u{1b}[31m`",
        ),
    ];
    for (name, text, words) in cases {
        assert_eq!(refused_with(name, text), *words);
    }
}

#[test]
fn who_is_named_where_nobody_is() {
    let folder = Folder::small();
    folder.write("volunteers.csv", "x_dm,y_dm,skill_mask,slot_mask,max_shifts\n");
    assert_eq!(
        folder.words(&folder.plan().unwrap_err()),
        "pairs.csv, line 2, column 3: `volunteer` must be a row of the volunteers, counted from 0, and there is none; here is `0`"
    );
}

#[test]
fn a_line_without_end_is_refused_before_it_fills_the_memory() {
    let words = refused_with("pairs.csv", vec![b'7'; 600_000]);
    assert_eq!(words, "pairs.csv, line 1: is longer than 262144 characters; is this a table?");
}

#[test]
fn a_file_that_is_not_there_and_a_folder_are_told_apart() {
    let folder = Folder::small();
    std::fs::remove_file(folder.path("needs.csv")).unwrap();
    assert!(folder.words(&folder.plan().unwrap_err()).starts_with("needs.csv: cannot be read: "));
    std::fs::create_dir(folder.path("needs.csv")).unwrap();
    assert_eq!(folder.words(&folder.plan().unwrap_err()), "needs.csv: is a folder; name a file in it");
}

#[test]
fn sums_beyond_every_integer_are_refused_in_words() {
    let whole = u32::MAX;
    let mut needs = String::from("x_dm,y_dm,skill,slot,headcount,urgency\n");
    let mut volunteers = String::from("x_dm,y_dm,skill_mask,slot_mask,max_shifts\n");
    let mut pairs = String::from("need,volunteer,dist_m\n");
    for row in 0..50 {
        needs.push_str(&format!("{},{},0,0,10000,{whole}\n", i32::MIN, i32::MAX));
        volunteers.push_str(&format!("{},{},1,1,{whole}\n", i32::MAX, i32::MIN));
        pairs.push_str(&format!("{row},{row},{whole}\n"));
    }
    let folder = Folder::of(&volunteers, &needs, &pairs);
    match folder.plan() {
        Ok(report) => assert!(report.proved && folder.verify().unwrap().proved),
        Err(refused) => assert!(matches!(refused, Refused::Asked(_)), "{refused}"),
    }
}
