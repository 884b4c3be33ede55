//! Messages that leave the system: text messages to a phone.
//!
//! A use case calls [`send`] in its own transaction, so that a message exists exactly when what it tells does. It
//! leaves not before the instant given: what can be undone sends nothing until it cannot, and [`withdraw`] takes it
//! back. [`deliver_due`] hands what is due to a [`Sender`], outside any transaction, and marks it: at least once, with
//! the message's id as the key by which a provider drops a repetition.
//!
//! Recipient and text stand encrypted in table `message`. They never enter the journal, a sign-in code least of all.
//! What this crate must not know: what any message is about.

mod deliver;
mod message;
#[cfg(test)]
mod tests;

pub use deliver::{CommandSender, Delivered, DemoSender, NoSender, SendError, Sender, deliver_due};
/// What stands encrypted.
pub const ENCRYPTED: &[journal::EncryptedColumn] = &[
    journal::encrypted_column!("message" "id" "recipient", message::RECIPIENT),
    journal::encrypted_column!("message" "id" "body", message::BODY),
];

pub use message::{Channel, Message, Outgoing, outbox, send, withdraw};
