//! How a request becomes a call of a use case, and its outcome a page or an answer of the API.
//!
//! A handler reads its input ([`Ask`], [`Fields`], [`Body`]), calls a use case through [`App::read`] or
//! [`App::command`], and shows the result with [`html`] or [`json`]. The actor is found in the same
//! transaction as the use case runs in. Every route is declared through [`Routes`] with who may use it, so
//! the list of routes is complete by construction.
//!
//! What this crate must not know: any feature, any rule.

mod app;
mod ask;
pub mod assets;
mod download;
mod failed;
mod fields;
mod foreign;
mod limits;
mod look;
mod page;
mod routes;
mod site;
mod streamed;
mod text;
mod typed;
mod when;

pub use app::{Answer, App, Entered, Place, Sessions, secretly};
pub use ask::{Ask, SESSION_COOKIE, cookie};
pub use download::download;
pub use failed::{Failed, OrFailed, Problem, ProblemField, status_of};
pub use fields::{BODY_BYTES_MAX, Body, Fields};
pub use foreign::in_our_words;
pub use limits::Limits;
pub use look::{Bars, Choice, NavItem, bars, category_icon, per_cent};
pub use page::{FieldError, Page, Shown, html, json};
pub use routes::{Access, Kind, Route, Routes};
pub use site::{Browser, PublicUrl, Site, local_path, set_cookie};
pub use streamed::{Piece, streamed};
pub use text::{Language, Said, Text};
pub use typed::{Typed, beside};
pub use when::clock;

/// Sentences of the shell and of the refusals that belong to no area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));
