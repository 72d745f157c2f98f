// Somebody else's web server: folders under names of their own, a strict policy, and nothing of ours in it.
import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** What a careful host allows: its own files, and wasm. */
export const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; frame-src *; base-uri 'none'";

/**
 * Serves `pages` (path → HTML, or `{ body, policy }`) and `folders` (prefix → folder on disk) until it is closed. `policy` is sent
 * with every page that has none of its own; `cors` lets strangers load the files, as a frame in a sandbox has to.
 */
export async function serveHost({ pages = {}, folders = {}, policy = STRICT, cors = true }) {
  const asked = [];
  const host = { pages, folders, asked, down: false };
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    asked.push(path);
    if (host.down) return request.socket.destroy();
    const headers = { "cache-control": "no-cache", "x-content-type-options": "nosniff", ...(cors && { "access-control-allow-origin": "*" }) };
    // Browsers ask for it whoever the host is.
    if (path === "/favicon.ico") return response.writeHead(204, headers).end();
    const page = host.pages[path];
    if (page !== undefined) {
      const { body, policy: own } = typeof page === "string" ? { body: page } : page;
      response.writeHead(200, { ...headers, "content-type": TYPES[".html"], "content-security-policy": own ?? policy });
      return response.end(body);
    }
    const prefix = Object.keys(host.folders).filter((prefix) => path.startsWith(prefix)).sort((a, b) => b.length - a.length)[0];
    const file = prefix && join(host.folders[prefix], normalize(`/${path.slice(prefix.length)}`));
    const found = file && (await stat(file).then((entry) => entry.isFile(), () => false));
    if (!found) {
      response.writeHead(404, headers);
      return response.end("There is no such file.");
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    // Names with a hash in them never change what they name.
    const cache = path.includes("/assets/") && { "cache-control": "public, max-age=31536000, immutable" };
    response.writeHead(200, { ...headers, ...cache, "content-type": type, ...(extname(file) === ".html" && { "content-security-policy": framePolicy(policy) }) });
    response.end(await readFile(file));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  return Object.assign(host, {
    url: `http://127.0.0.1:${port}/`,
    /** The same server under another name: for the browser another site. */
    elsewhere: `http://localhost:${port}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  });
}

/** A page for frames starts its worker from a text of its own where it is of no origin. */
const framePolicy = (policy) => policy.replace("worker-src 'self'", "worker-src 'self' blob:");

/** A whole page around some HTML. */
export const page = (body, head = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;
