// IndexedDB that can be broken on purpose. The page's worker gets a script before its own, through which every call of
// IndexedDB passes: it is counted, and one of them can be told to fail in the ways in which browsers fail.

const WORKER = /\/assets\/worker-[^/]*\.js$/;

/** The ways in which a call of this name can fail. `slow` succeeds, but only when the test says so. */
export const FAULTS = {
  open: ["refused", "slow"],
  transaction: ["closed", "throws"],
  objectStore: ["throws"],
  index: ["throws"],
  get: ["unreadable", "aborted", "throws", "slow"],
  getAll: ["unreadable", "aborted", "throws", "slow"],
  getAllKeys: ["unreadable", "aborted", "throws", "slow"],
  put: ["full", "aborted", "throws", "slow"],
  delete: ["aborted", "full", "throws", "slow"],
  commit: ["full", "aborted", "closed", "slow"],
};

/** No service worker from now on: what it keeps comes past the routes that a test lays. */
export function keepNothingForOffline(context) {
  return context.addInitScript(() => delete Navigator.prototype.serviceWorker);
}

/** Puts the script before every worker's own from now on; gives what decides about the storage of the next workers. */
export async function makeBreakable(context) {
  const next = { order: null };
  await keepNothingForOffline(context);
  await context.route(WORKER, async (route) => {
    const response = await route.fetch();
    const script = `(${breakable})(${JSON.stringify(next.order)});\n${await response.text()}`;
    await route.fulfill({ response, body: script });
  });
  return next;
}

/**
 * Runs in the worker before everything else. `order`: `{ site, nth, times, fault }`, which call from now on is to fail and
 * how; a site is what is called on what, `nth` counts from 0, and `times` is once unless it says otherwise.
 */
function breakable(order) {
  const storage = { calls: [], hits: 0, order, database: null };
  storage.arm = (next) => Object.assign(storage, { calls: [], hits: 0, order: next });
  // A slow call is held until it is released.
  storage.held = new Promise((resolve) => (storage.holding = resolve));
  storage.released = new Promise((resolve) => (storage.release = resolve));
  self.storage = storage;

  const error = (name) => new DOMException(`${name}, on purpose`, name);

  /** A request that fails, and its transaction with it, with this error; null: an abort without a reason. */
  const failing = (request, name) => {
    const { transaction } = request;
    if (name) for (const failed of [request, transaction]) Object.defineProperty(failed, "error", { value: error(name) });
    transaction.abort();
    return request;
  };

  /** A request whose success is heard later. Meanwhile its transaction is kept busy, or it would commit without it. */
  const slow = (request) => {
    let listener = null;
    let released = false;
    const { transaction } = request;
    const spin = (event) => {
      if (released) return listener?.call(request, event);
      if (!transaction) return void storage.released.then(() => listener?.call(request, event));
      const idle = transaction.objectStore(transaction.objectStoreNames[0]);
      real.get.call(idle, "nothing").addEventListener("success", () => spin(event));
    };
    storage.released.then(() => (released = true));
    request.addEventListener("success", (event) => (storage.holding(), spin(event)));
    Object.defineProperty(request, "onsuccess", { set: (next) => (listener = next) });
    return request;
  };

  const ways = {
    throws: () => {
      throw error("UnknownError");
    },
    // What a connection that the browser has ended does by itself.
    closed: (call, object) => (object.close?.(), call()),
    // A version that is older than what is there is refused, whatever is asked for.
    refused: (_, factory) => {
      const request = real.open.call(factory, "nested-memory", 1);
      Object.defineProperty(request, "error", { value: error("UnknownError") });
      return request;
    },
    unreadable: (call) => failing(call(), "UnknownError"),
    full: (call) => failing(call(), "QuotaExceededError"),
    aborted: (call) => failing(call(), null),
    slow: (call) => slow(call()),
  };

  /** Counts a call, and does it or fails as it was told. */
  const pass = (site, call, object, fail = ways) => {
    const nth = storage.calls.filter((other) => other === site).length;
    storage.calls.push(site);
    const { order } = storage;
    if (order?.site !== site || nth < order.nth || nth >= order.nth + (order.times ?? 1)) return call();
    storage.hits++;
    return fail[order.fault](call, object);
  };

  const real = {};
  const wrap = (kind, method, name) => {
    real[method] ??= kind.prototype[method];
    const original = kind.prototype[method];
    kind.prototype[method] = function (...given) {
      return pass(`${method} ${name(this, ...given)}`.trim(), () => original.apply(this, given), this);
    };
  };
  wrap(IDBFactory, "open", () => "");
  // Whether another page does not let go of the database.
  const { open } = IDBFactory.prototype;
  storage.blocked = new Promise((resolve) => {
    IDBFactory.prototype.open = function (...given) {
      const request = open.apply(this, given);
      request.addEventListener("blocked", resolve);
      return request;
    };
  });
  wrap(IDBDatabase, "transaction", (database, _stores, mode) => ((storage.database = database), mode ?? "readonly"));
  wrap(IDBTransaction, "objectStore", (_, name) => name);
  for (const method of ["get", "put", "delete", "getAll", "getAllKeys"]) wrap(IDBObjectStore, method, (store) => store.name);
  wrap(IDBObjectStore, "index", (store) => store.name);
  for (const method of ["get", "getAll", "getAllKeys"]) wrap(IDBIndex, method, (index) => index.objectStore.name);

  // Whoever listens for the end of a transaction has asked for its last request: now it commits.
  const { set } = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, "oncomplete");
  const fail = {
    full: (listen, transaction) => (listen(), failing({ transaction }, "QuotaExceededError")),
    aborted: (listen, transaction) => (listen(), transaction.abort()),
    closed: (listen, transaction) => (listen(), transaction.db.close()),
  };
  Object.defineProperty(IDBTransaction.prototype, "oncomplete", {
    set(listener) {
      const listen = (heard) => set.call(this, heard);
      const later = () => listen((event) => (storage.holding(), void storage.released.then(() => listener.call(this, event))));
      pass(`commit ${this.mode}`, () => listen(listener), this, { ...fail, full: (_, it) => fail.full(() => listen(listener), it), slow: later });
    },
  });
}
