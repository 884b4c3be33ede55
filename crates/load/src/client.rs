//! A client of the API: one kept connection, plain HTTP/1.1, loopback only.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// How long an answer may take before the client gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// One person's (or nobody's) connection.
pub struct Client {
    at: SocketAddr,
    token: Option<String>,
    language: &'static str,
    stream: Option<BufReader<TcpStream>>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Names in small letters, and values.
    pub headers: Vec<(String, String)>,
    /// The body; unreadable when it is compressed.
    pub body: String,
}

impl Reply {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl Client {
    /// A client of the server at `at`, signed in by `token` if any.
    pub fn new(at: SocketAddr, token: Option<&str>) -> Self {
        Self { at, token: token.map(str::to_owned), language: "zh-CN", stream: None }
    }

    /// The same in another language.
    #[must_use]
    pub fn speaking(mut self, tag: &'static str) -> Self {
        self.language = tag;
        self
    }

    /// Looks at a page or reads from the API.
    ///
    /// # Errors
    /// The connection broke: whether the request was carried out is unknown.
    pub fn get(&mut self, path: &str) -> io::Result<Reply> {
        self.send("GET", path, "", "")
    }

    /// Looks at a page as a browser does, which takes it compressed.
    ///
    /// # Errors
    /// The connection broke.
    pub fn get_compressed(&mut self, path: &str) -> io::Result<Reply> {
        self.send("GET", path, "", "accept-encoding: gzip\r\n")
    }

    /// Sends JSON under an idempotency key.
    ///
    /// # Errors
    /// The connection broke: whether the request was carried out is unknown; the same key finds out.
    pub fn post(&mut self, path: &str, key: &str, body: &serde_json::Value) -> io::Result<Reply> {
        let headers = format!("idempotency-key: {key}\r\ncontent-type: application/json\r\n");
        self.send("POST", path, &body.to_string(), &headers)
    }

    fn send(&mut self, method: &str, path: &str, body: &str, headers: &str) -> io::Result<Reply> {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\naccept-language: {}\r\n",
            self.at, self.language
        );
        if let Some(token) = &self.token {
            request.push_str(&format!("authorization: Bearer {token}\r\n"));
        }
        request.push_str(&format!("{headers}content-length: {}\r\n\r\n{body}", body.len()));
        let sent = self.exchange(&request);
        if sent.is_err() {
            self.stream = None;
        }
        sent
    }

    fn exchange(&mut self, request: &str) -> io::Result<Reply> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let fresh = TcpStream::connect_timeout(&self.at, PATIENCE)?;
                fresh.set_read_timeout(Some(PATIENCE))?;
                fresh.set_nodelay(true)?;
                none.insert(BufReader::new(fresh))
            }
        };
        stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let status =
            line.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(|| broken("no status"))?;
        let mut headers = Vec::new();
        loop {
            line.clear();
            if stream.read_line(&mut line)? == 0 {
                return Err(broken("the headers end early"));
            }
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut reply = Reply { status, headers, body: String::new() };
        let mut body = Vec::new();
        if reply.header("transfer-encoding") == Some("chunked") {
            while read_chunk(stream, &mut body)? > 0 {}
        } else {
            let length = reply.header("content-length").map_or(Ok(0), str::parse);
            read_exactly(stream, length.map_err(|_| broken("a wrong length"))?, &mut body)?;
        }
        reply.body = String::from_utf8_lossy(&body).into_owned();
        Ok(reply)
    }
}

fn broken(words: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words.to_owned())
}

fn read_exactly(stream: &mut BufReader<TcpStream>, length: usize, body: &mut Vec<u8>) -> io::Result<()> {
    let read = stream.take(length as u64).read_to_end(body)?;
    if read == length { Ok(()) } else { Err(broken("the body ends early")) }
}

/// Reads one chunk behind the body; gives its length, 0 for the last.
fn read_chunk(stream: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> io::Result<usize> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let length = usize::from_str_radix(line.trim_end(), 16).map_err(|_| broken("a wrong length"))?;
    read_exactly(stream, length, body)?;
    line.clear();
    stream.read_line(&mut line)?;
    Ok(length)
}
