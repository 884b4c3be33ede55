use std::sync::Mutex;

use kernel::{Actor, District, Id, Minutes};
use testkit::{World, on_both};
use vault::Phone;

use crate::{
    Channel, CommandSender, Delivered, DemoSender, Message, NoSender, Outgoing, SendError, Sender,
    deliver_due,
};

/// Remembers what it was given, and refuses while it is told to.
#[derive(Default)]
struct Notebook {
    got: Mutex<Vec<(Id<Message>, String, String)>>,
    refuse: bool,
}

impl Sender for Notebook {
    fn send(&self, message: &Outgoing) -> Result<(), SendError> {
        if self.refuse {
            return Err(SendError::Failed("busy".to_owned()));
        }
        self.got.lock().unwrap().push((message.id, message.phone.as_str().to_owned(), message.text.clone()));
        Ok(())
    }
}

fn put(world: &World, district: u32, text: &'static str, minutes: i64) -> Id<Message> {
    let district = District::new(district).unwrap();
    world
        .write("test_send", &Actor::system(), move |tx, call| {
            let phone = Phone::parse("19900000001").unwrap();
            let not_before = call.now + Minutes(minutes);
            crate::send(tx, call, district, Channel::Sms, &phone, "offer", text, not_before)
        })
        .unwrap()
}

#[test]
fn a_message_leaves_once_and_not_before_its_time() {
    on_both(|world| {
        let now = put(world, 420_103, "now", 0);
        let later = put(world, 420_106, "later", 1);
        let sender = Notebook::default();
        let deliver = || deliver_due(&world.db, &world.kit, &sender).unwrap();
        assert_eq!(deliver(), Delivered { sent: 1, kept: 0 });
        assert_eq!(deliver(), Delivered::default());
        world.pass_minutes(1);
        assert_eq!(deliver(), Delivered { sent: 1, kept: 0 });
        let phone = "19900000001".to_owned();
        let expected = vec![(now, phone.clone(), "now".to_owned()), (later, phone, "later".to_owned())];
        assert_eq!(*sender.got.lock().unwrap(), expected);
        let gone = world.write("test_withdraw", &Actor::system(), move |tx, _| crate::withdraw(tx, now));
        assert_eq!(gone, Ok(false), "what left cannot be taken back");
    });
}

#[test]
fn what_is_withdrawn_never_leaves() {
    on_both(|world| {
        let id = put(world, 420_103, "taken back", 1);
        let taken = world.write("test_withdraw", &Actor::system(), move |tx, _| crate::withdraw(tx, id));
        assert_eq!(taken, Ok(true));
        world.pass_minutes(2);
        assert_eq!(deliver_due(&world.db, &world.kit, &DemoSender), Ok(Delivered::default()));
    });
}

#[test]
fn what_could_not_leave_is_kept_and_tried_again() {
    on_both(|world| {
        put(world, 420_103, "patience", 0);
        let refusing = Notebook { refuse: true, ..Notebook::default() };
        assert_eq!(deliver_due(&world.db, &world.kit, &refusing), Ok(Delivered { sent: 0, kept: 1 }));
        assert_eq!(deliver_due(&world.db, &world.kit, &refusing), Ok(Delivered::default()), "it rests");
        world.pass_minutes(1);
        let nobody = NoSender::default();
        assert_eq!(deliver_due(&world.db, &world.kit, &nobody), Ok(Delivered { sent: 0, kept: 1 }));
        world.pass_minutes(1);
        assert_eq!(deliver_due(&world.db, &world.kit, &DemoSender), Ok(Delivered { sent: 1, kept: 0 }));
    });
}

#[test]
fn the_outbox_shows_the_newest_first_and_the_table_shows_nothing() {
    on_both(|world| {
        put(world, 420_103, "first", 0);
        world.pass_minutes(1);
        put(world, 420_106, "second", 0);
        put(world, 420_106, "not yet", 1);
        let shown =
            world.read("test_outbox", &Actor::system(), |tx, call| crate::outbox(tx, call, 10)).unwrap();
        let texts: Vec<&str> = shown.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(texts, ["second", "first"]);
        assert!(!format!("{shown:?}").contains("first"), "no text in a log");
        let mut bytes: Vec<u8> = Vec::new();
        let rows: Vec<(Vec<u8>, Vec<u8>)> = world
            .db
            .read_now("testkit_rows", |tx| {
                tx.query::<(Vec<u8>, Vec<u8>)>(
                    "SELECT recipient, body FROM message WHERE district = $1",
                    db::params![420_106_i64],
                )
            })
            .unwrap();
        rows.iter().for_each(|(recipient, body)| bytes.extend(recipient.iter().chain(body)));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!bytes.is_empty() && !text.contains("second") && !text.contains("19900000001"));
    });
}

#[test]
fn a_program_of_the_operators_gets_each_message_once() {
    on_both(|world| {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (program, kept) = (folder.path().join("send"), folder.path().join("kept"));
        let script = |exit: u8| {
            let text = format!("#!/bin/sh\ncat >> {}\nexit {exit}\n", kept.display());
            // A new file each time: one that runs cannot be written.
            let new = folder.path().join("new");
            std::fs::write(&new, text).unwrap();
            std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o700)).unwrap();
            std::fs::rename(&new, &program).unwrap();
        };
        let id = put(world, 420_103, "您的验证码", 0);
        let sender = CommandSender::new(program.clone());
        let deliver = || deliver_due(&world.db, &world.kit, &sender).unwrap();
        assert_eq!(deliver(), Delivered { sent: 0, kept: 1 }, "there is no such program");
        world.pass_minutes(1);
        script(1);
        assert_eq!(deliver(), Delivered { sent: 0, kept: 1 }, "it says no");
        std::fs::remove_file(&kept).unwrap();
        world.pass_minutes(1);
        script(0);
        assert_eq!(deliver(), Delivered { sent: 1, kept: 0 });
        assert_eq!(deliver(), Delivered::default());
        let line = std::fs::read_to_string(&kept).unwrap();
        assert_eq!(line.lines().count(), 1);
        for part in [id.to_string().as_str(), "\"19900000001\"", "\"sms\"", "\"offer\"", "您的验证码"] {
            assert!(line.contains(part), "{part}: {line}");
        }
    });
}
