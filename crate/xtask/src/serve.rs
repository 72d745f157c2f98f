//! A server for the built page: files of one folder, to this machine only, with the headers that the page is made for.
//!
//! By hand, because the small library that was here (`tiny_http`) hands connections to a pool that can leave one waiting when
//! several come at once, as those of a browser do; those that do not are ten times as large as this file.

use std::fmt::Write as _;
use std::fs::{self, File, Metadata};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::UNIX_EPOCH;

use anyhow::{Result, anyhow, bail};
use clap::Args;

use crate::house::House;

/// Where the page is served unless somebody says otherwise.
pub(crate) const PORT: u16 = 8080;
/// How many ports above the wanted one are tried before the system chooses.
const PORTS_TRIED: u16 = 20;
/// The longest head of a request that is read.
const LONGEST_HEAD: u64 = 64 * 1024;

/// Nothing but the page's own files, no code from text, and no way out for what is said to the model. A frame in a sandbox
/// has no origin, so its worker comes from a `blob:` that imports one of these files; the page itself forbids that again.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; \
    connect-src 'self'; img-src 'self' data:; style-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors *";

/// Options of `cargo xtask serve`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The port to serve at; the next free one if it is taken.
    #[arg(long, default_value_t = PORT)]
    port: u16,
}

/// Serves `www/dist` until it is stopped.
pub(crate) fn run(house: &House, options: &Options) -> Result<()> {
    let server = Server::bind(house.dist(), options.port)?;
    println!("Serving {} at {}\nPress Ctrl+C to stop.", house.dist().display(), server.address());
    server.run();
    Ok(())
}

/// A server that holds its port but may not answer yet.
pub(crate) struct Server {
    listener: Arc<TcpListener>,
    address: SocketAddr,
    folder: Arc<Path>,
}

impl Server {
    /// Takes `port`, or the next free one.
    pub(crate) fn bind(folder: PathBuf, port: u16) -> Result<Self> {
        if !["index.html", "bench.html"].iter().any(|page| folder.join(page).is_file()) {
            bail!("There is no page in {} yet: run `cargo xtask build` first.", folder.display());
        }
        let (listener, address) = (port..=port.saturating_add(PORTS_TRIED))
            .chain([0])
            .find_map(|port| {
                let listener = TcpListener::bind(("127.0.0.1", port)).ok()?;
                let address = listener.local_addr().ok()?;
                Some((listener, address))
            })
            .ok_or_else(|| {
                anyhow!("No port of 127.0.0.1 can be opened, so the page cannot be served from here.")
            })?;
        Ok(Self { listener: Arc::new(listener), address, folder: folder.into() })
    }

    /// What to type into a browser.
    pub(crate) fn address(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Answers for as long as the program lives.
    pub(crate) fn run(&self) {
        drop(self.spawn().join());
    }

    /// Answers from threads of its own, one for each connection: a browser opens several at once and keeps them, and none
    /// may wait for another.
    pub(crate) fn spawn(&self) -> thread::JoinHandle<()> {
        let (listener, folder) = (Arc::clone(&self.listener), Arc::clone(&self.folder));
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let folder = Arc::clone(&folder);
                // Whoever asked may have gone away; that is no error of the server's.
                thread::spawn(move || drop(converse(&connection, &folder)));
            }
        })
    }
}

/// What is looked at of a request.
struct Request {
    method: String,
    url: String,
    /// The entity tag that the browser has already.
    known: Option<String>,
    /// Whether the browser asks for the end of the connection.
    last: bool,
}

/// Answers the requests of one connection, one after the other.
fn converse(connection: &TcpStream, folder: &Path) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection);
    while let Some(request) = read_request(&mut reader)? {
        answer(connection, &request, folder)?;
        if request.last {
            break;
        }
    }
    Ok(())
}

/// The next request; none where the connection has ended or what comes is no request.
fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut head = reader.take(LONGEST_HEAD).lines();
    let Some(first) = head.next().transpose()? else { return Ok(None) };
    let mut words = first.split_whitespace().map(str::to_owned);
    let (Some(method), Some(url)) = (words.next(), words.next()) else { return Ok(None) };
    let mut request = Request { method, url, known: None, last: false };
    for line in head {
        let line = line?;
        if line.is_empty() {
            return Ok(Some(request));
        }
        let Some((name, value)) = line.split_once(':') else { return Ok(None) };
        match name.to_ascii_lowercase().as_str() {
            "if-none-match" => request.known = Some(value.trim().to_owned()),
            "connection" => request.last = value.trim().eq_ignore_ascii_case("close"),
            // Nobody has anything to send here; what follows such a head would be taken for the next request.
            "content-length" | "transfer-encoding" => request.last = true,
            _ => {}
        }
    }
    Ok(None)
}

fn answer(connection: &TcpStream, request: &Request, folder: &Path) -> io::Result<()> {
    let with_body = request.method == "GET";
    if !with_body && request.method != "HEAD" {
        return send_text(connection, "405 Method Not Allowed", "Only GET and HEAD are answered here.", true);
    }
    let Some(path) = find(folder, &request.url) else {
        return send_text(connection, "404 Not Found", "There is no such file.", with_body);
    };
    let opened = File::open(&path).and_then(|file| file.metadata().map(|metadata| (file, metadata)));
    let (file, metadata) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let text = format!("The file cannot be read: {error}");
            return send_text(connection, "500 Internal Server Error", &text, with_body);
        }
    };
    let tag = entity_tag(&metadata);
    let known = request.known.as_deref() == Some(tag.as_str());
    let headers = [
        ("Content-Type", mime(&path)),
        ("Cache-Control", cache_control(path.strip_prefix(folder).unwrap_or(&path))),
        ("ETag", tag.as_str()),
    ];
    let status = if known { "304 Not Modified" } else { "200 OK" };
    let length = if known { 0 } else { metadata.len() };
    let mut connection = connection;
    connection.write_all(head(status, length, &headers).as_bytes())?;
    if with_body && !known {
        // A file that grows meanwhile must not run into the next answer.
        io::copy(&mut file.take(length), &mut connection)?;
    }
    Ok(())
}

fn send_text(mut connection: &TcpStream, status: &str, text: &str, with_body: bool) -> io::Result<()> {
    let head = head(status, text.len() as u64, &[("Content-Type", "text/plain; charset=utf-8")]);
    connection.write_all(head.as_bytes())?;
    if with_body { connection.write_all(text.as_bytes()) } else { Ok(()) }
}

/// The head of an answer, with what every answer says.
fn head(status: &str, length: u64, headers: &[(&str, &str)]) -> String {
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n");
    let common = [
        // Nothing here is anybody's secret, and a frame in a sandbox is a stranger even to its own server.
        ("Access-Control-Allow-Origin", "*"),
        ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    ];
    for (name, value) in common.iter().chain(headers) {
        write!(head, "{name}: {value}\r\n").expect("writing into memory does not fail");
    }
    head + "\r\n"
}

/// The file that a request's path names, if it lies in the folder.
fn find(folder: &Path, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let mut found = folder.to_path_buf();
    for part in percent_decode(path)?.split('/').filter(|part| !part.is_empty()) {
        // A part that is more than one name (`..`, `a\b`, `c:`) leads out of the folder on some system.
        if part.starts_with('.') || part.contains(['\\', ':', '\0']) {
            return None;
        }
        found.push(part);
    }
    if path.ends_with('/') {
        found.push("index.html");
    }
    // A link could still lead out.
    let inside = fs::canonicalize(&found).ok()?.starts_with(fs::canonicalize(folder).ok()?);
    (inside && found.is_file()).then_some(found)
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first == b'%' {
            let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &rest[2..];
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Browsers refuse scripts, styles and streamed wasm that come under another type.
fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "md" | "txt" | "wgsl" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Vite puts a hash of the content into the names under `assets`, so those never change. Everything else may.
fn cache_control(path: &Path) -> &'static str {
    if path.starts_with("assets") { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn entity_tag(metadata: &Metadata) -> String {
    let changed =
        metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    format!("\"{:x}-{:x}\"", metadata.len(), changed.as_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("nm-xtask-serve-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("assets")).unwrap();
        fs::write(folder.join("index.html"), "<title>hello</title>").unwrap();
        fs::write(folder.join("assets/model-1a2b.wasm"), b"\0asm").unwrap();
        folder
    }

    fn ask(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn page_and_assets_come_with_their_types_and_headers() {
        let server = Server::bind(site("types"), 0).unwrap();
        server.spawn();
        let page = ask(&server, "GET /?device=cpu");
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        assert!(
            page.contains("Content-Type: text/html") && page.contains("Cache-Control: no-cache"),
            "{page}"
        );
        assert!(page.contains("connect-src 'self'") && page.ends_with("<title>hello</title>"), "{page}");
        assert!(!page.contains("Cross-Origin-Embedder-Policy"), "the page must not need isolation: {page}");
        let wasm = ask(&server, "GET /assets/model-1a2b.wasm");
        assert!(wasm.contains("Content-Type: application/wasm") && wasm.contains("immutable"), "{wasm}");
        assert!(ask(&server, "GET /nothing.js").starts_with("HTTP/1.1 404"));
        assert!(ask(&server, "POST /").starts_with("HTTP/1.1 405"));
    }

    #[test]
    fn unchanged_file_is_not_sent_again() {
        let server = Server::bind(site("tags"), 0).unwrap();
        server.spawn();
        let first = ask(&server, "GET /");
        let tag = first.lines().find_map(|line| line.strip_prefix("ETag: ")).unwrap();
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: {tag}\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 304"), "{answer}");
    }

    #[test]
    fn no_connection_waits_for_another() {
        let server = Server::bind(site("many"), 0).unwrap();
        server.spawn();
        // As a browser does: some are opened for later and say nothing yet.
        let idle: Vec<_> = (0..16).map(|_| TcpStream::connect(server.address).unwrap()).collect();
        let page = ask(&server, "GET /");
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        drop(idle);
    }

    #[test]
    fn one_connection_asks_for_several_files() {
        let server = Server::bind(site("several"), 0).unwrap();
        server.spawn();
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        write!(stream, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let answers: Vec<_> = answer.matches("HTTP/1.1 ").collect();
        assert_eq!(answers.len(), 3, "{answer}");
        assert_eq!(answer.matches("<title>hello</title>").count(), 1, "HEAD has no body: {answer}");
    }

    #[test]
    fn taken_port_is_left_to_its_owner() {
        let first = Server::bind(site("port"), 0).unwrap();
        let taken = first.address.port();
        let second = Server::bind(site("port"), taken).unwrap();
        assert_ne!(second.address.port(), taken);
    }

    #[test]
    fn nothing_outside_the_folder_is_found() {
        let folder = site("outside");
        assert!(find(&folder, "/assets/model-1a2b.wasm?x=1").is_some());
        assert!(find(&folder, "/index%2Ehtml").is_some());
        for url in [
            "/../secret",
            "/assets/../../secret",
            "/%2e%2e/secret",
            "/..%2fsecret",
            "/.git/config",
            "/a%5cb",
            "/%zz",
            "/assets",
        ] {
            assert_eq!(find(&folder, url), None, "{url}");
        }
        #[cfg(unix)]
        {
            let _ = std::os::unix::fs::symlink("/etc/passwd", folder.join("link"));
            assert_eq!(find(&folder, "/link"), None, "a link leads out");
        }
    }

    #[test]
    fn folder_without_a_page_is_refused_with_the_next_step() {
        let error = Server::bind(PathBuf::from("/no/such/folder"), 0).err().unwrap();
        assert!(error.to_string().contains("cargo xtask build"));
    }
}
