//! A server for the built page: files of one folder, to this machine only, with the headers that the page is made for.

use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::UNIX_EPOCH;

use anyhow::{Result, anyhow, bail};
use clap::Args;
use tiny_http::{Header, Method, Request, Response, StatusCode};

use crate::house::House;

/// Where the page is served unless somebody says otherwise.
pub(crate) const PORT: u16 = 8080;
/// How many ports above the wanted one are tried before the system chooses.
const PORTS_TRIED: u16 = 20;

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
    http: Arc<tiny_http::Server>,
    folder: Arc<Path>,
}

impl Server {
    /// Takes `port`, or the next free one.
    pub(crate) fn bind(folder: PathBuf, port: u16) -> Result<Self> {
        if !["index.html", "bench.html"].iter().any(|page| folder.join(page).is_file()) {
            bail!("There is no page in {} yet: run `cargo xtask build` first.", folder.display());
        }
        let http = (port..=port.saturating_add(PORTS_TRIED))
            .chain([0])
            .find_map(|port| tiny_http::Server::http(("127.0.0.1", port)).ok())
            .ok_or_else(|| {
                anyhow!("No port of 127.0.0.1 can be opened, so the page cannot be served from here.")
            })?;
        Ok(Self { http: Arc::new(http), folder: folder.into() })
    }

    /// What to type into a browser.
    pub(crate) fn address(&self) -> String {
        format!("http://{}/", self.http.server_addr())
    }

    /// Answers for as long as the program lives.
    pub(crate) fn run(&self) {
        drop(self.spawn().join());
    }

    /// Answers from threads of its own, one for each request: whoever is slow to read an answer keeps nobody waiting.
    pub(crate) fn spawn(&self) -> thread::JoinHandle<()> {
        let (http, folder) = (Arc::clone(&self.http), Arc::clone(&self.folder));
        thread::spawn(move || {
            for request in http.incoming_requests() {
                let folder = Arc::clone(&folder);
                thread::spawn(move || answer(request, &folder));
            }
        })
    }
}

fn answer(request: Request, folder: &Path) {
    // Whoever asked may have gone away; that is no error of the server's.
    let _ = match (request.method(), find(folder, request.url())) {
        (Method::Get | Method::Head, Some(path)) => answer_with_file(request, folder, &path),
        (Method::Get | Method::Head, None) => request.respond(plain(404, "There is no such file.")),
        _ => request.respond(plain(405, "Only GET and HEAD are answered here.")),
    };
}

fn answer_with_file(request: Request, folder: &Path, path: &Path) -> std::io::Result<()> {
    let (file, metadata) =
        match File::open(path).and_then(|file| file.metadata().map(|metadata| (file, metadata))) {
            Ok(opened) => opened,
            Err(error) => return request.respond(plain(500, &format!("The file cannot be read: {error}"))),
        };
    let tag = entity_tag(&metadata);
    let known =
        request.headers().iter().any(|header| header.field.equiv("If-None-Match") && header.value == tag);
    let mut headers = common_headers();
    headers.push(header("Content-Type", mime(path)));
    headers.push(header("Cache-Control", cache_control(path.strip_prefix(folder).unwrap_or(path))));
    headers.push(header("ETag", &tag));
    if known {
        let unchanged = Response::empty(304);
        return request.respond(headers.into_iter().fold(unchanged, Response::with_header));
    }
    request.respond(headers.into_iter().fold(Response::from_file(file), Response::with_header))
}

fn plain(status: u16, text: &str) -> Response<std::io::Cursor<Vec<u8>>> {
    let response = Response::from_string(text).with_status_code(StatusCode(status));
    common_headers().into_iter().fold(response, Response::with_header)
}

fn common_headers() -> Vec<Header> {
    vec![
        // Nothing here is anybody's secret, and a frame in a sandbox is a stranger even to its own server.
        header("Access-Control-Allow-Origin", "*"),
        header("Content-Security-Policy", CONTENT_SECURITY_POLICY),
        header("Cross-Origin-Resource-Policy", "cross-origin"),
        header("Referrer-Policy", "no-referrer"),
        header("X-Content-Type-Options", "nosniff"),
    ]
}

/// # Panics
/// If the name or the value is not ASCII; both are this file's own.
fn header(name: &'static str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("a header in ASCII")
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
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    fn site(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("nm-xtask-serve-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("assets")).unwrap();
        fs::write(folder.join("index.html"), "<title>hello</title>").unwrap();
        fs::write(folder.join("assets/model-1a2b.wasm"), b"\0asm").unwrap();
        folder
    }

    fn ask(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect(server.http.server_addr().to_ip().unwrap()).unwrap();
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
        let mut stream = TcpStream::connect(server.http.server_addr().to_ip().unwrap()).unwrap();
        write!(stream, "GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: {tag}\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 304"), "{answer}");
    }

    #[test]
    fn taken_port_is_left_to_its_owner() {
        let first = Server::bind(site("port"), 0).unwrap();
        let taken = first.http.server_addr().to_ip().unwrap().port();
        let second = Server::bind(site("port"), taken).unwrap();
        assert_ne!(second.http.server_addr().to_ip().unwrap().port(), taken);
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
