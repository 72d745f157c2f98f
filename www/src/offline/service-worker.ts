// Answers without a network what was loaded with one. The page tells what it has loaded (CACHE_URLS, which workbox-routing
// understands): so a visitor without a GPU never downloads what drives one.
//
// Every build has a cache of its own. A new build waits until no page of the old one is open, as service workers do unless
// somebody hurries them; then it takes over and the old cache goes.
import { registerRoute } from "workbox-routing";
import { CacheFirst, NetworkFirst } from "workbox-strategies";

declare const self: ServiceWorkerGlobalScope & typeof globalThis;
interface ServiceWorkerGlobalScope {
  registration: { scope: string };
  addEventListener(type: "activate", listener: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
}

/** As in `forget.ts`: this must be one file, without a piece that others share. */
const CACHE = "nested-memory";
const { scope } = self.registration;
/** The program may lie in several folders of one origin. */
const OURS = `${CACHE} ${scope} `;
/** Vite puts the hash of all files here. */
const CURRENT = `${OURS}__BUILD__`;

/** What asks for the same page with other settings is the same file. */
const oneForAll = { cacheKeyWillBeUsed: async ({ request }: { request: Request }) => request.url.replace(/[?#].*$/, "") };

// Their names change with their content.
registerRoute(({ url }) => url.href.startsWith(`${scope}assets/`), new CacheFirst({ cacheName: CURRENT }));
// The page, the module, the base, lessons. What is not named here is none of ours, and goes its way.
registerRoute(
  ({ url }) => url.href.startsWith(scope) && /(\/|\.(html|js|css|json|safetensors|svg))$/.test(url.pathname),
  new NetworkFirst({ cacheName: CURRENT, plugins: [oneForAll] }),
);

self.addEventListener("activate", (event) => event.waitUntil(forgetOldBuilds()));

async function forgetOldBuilds(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(OURS) && name !== CURRENT) await caches.delete(name);
  }
}
