//! A file that is made while the browser keeps it, so that its length costs no memory.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    response::Response,
};
use http_body::Frame;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::download;

/// Pieces that wait for a slow reader at most.
const WAITING_MAX: usize = 4;

/// A piece of the file; an error breaks the answer off, so that nobody takes half a file for a whole one.
pub type Piece = Result<Bytes, std::io::Error>;

struct Pieces(Receiver<Piece>);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

/// As [`download`], and where the pieces go.
pub fn streamed(name: &str, media_type: &'static str) -> (Response, Sender<Piece>) {
    let (sender, receiver) = channel(WAITING_MAX);
    let (mut parts, _) = download(name, media_type, Vec::new()).into_parts();
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    (Response::from_parts(parts, Body::new(Pieces(receiver))), sender)
}
