// Loaded once the memory is open, so that nobody waits for it.
import { SERVICE_WORKER } from "./forget";

/** Keeps what this visitor has loaded, and nothing else, for times without a network. Does nothing where it is not possible. */
export async function keepForOffline(fetched: readonly string[]): Promise<void> {
  // An opaque origin (a frame in a sandbox) has no service workers.
  if (!isSecureContext || self.origin === "null" || !navigator.serviceWorker) return;
  try {
    const registration = await navigator.serviceWorker.register(new URL(SERVICE_WORKER, document.baseURI));
    const urlsToCache = loaded(fetched);
    // The one that answers this page, and the one that will answer the next.
    for (const worker of await lastingWorkers(registration)) {
      worker.postMessage({ type: "CACHE_URLS", payload: { urlsToCache } });
    }
  } catch {
    // A browser that keeps nothing for this page; the page is told so by the worker that wanted to keep the memory.
  }
}

/** The document, and every file of this origin that it and its worker have loaded. */
function loaded(fetched: readonly string[]): string[] {
  const seen = performance.getEntriesByType("resource").map((entry) => entry.name);
  const urls = [location.href, ...seen, ...fetched].filter((url) => new URL(url).origin === location.origin);
  return [...new Set(urls)];
}

/** The service workers that answer or will answer; waits for a first one. */
async function lastingWorkers(registration: ServiceWorkerRegistration): Promise<ServiceWorker[]> {
  const { active, waiting, installing } = registration;
  const there = [active, waiting, installing].filter((worker) => worker !== null);
  return active ? there : [(await navigator.serviceWorker.ready).active!];
}
