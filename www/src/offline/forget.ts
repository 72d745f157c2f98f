/** What every cache of ours is called before its build. */
export const CACHE = "nested-memory";

/** Where the service worker is, beside the page. */
export const SERVICE_WORKER = "service-worker.js";

/** Forgets every file that was kept for times without a network. Other programs of this origin keep theirs. */
export async function forgetFiles(): Promise<void> {
  const ours = new URL(SERVICE_WORKER, document.baseURI).href;
  for (const registration of (await registrations()) ?? []) {
    const worker = registration.active ?? registration.waiting ?? registration.installing;
    if (worker?.scriptURL === ours) await registration.unregister();
  }
  for (const name of (await globalThis.caches?.keys()) ?? []) if (name.startsWith(CACHE)) await caches.delete(name);
}

/** None where there can be none: an opaque origin, plain http. */
async function registrations(): Promise<readonly ServiceWorkerRegistration[]> {
  try {
    return (await navigator.serviceWorker?.getRegistrations()) ?? [];
  } catch {
    return [];
  }
}
