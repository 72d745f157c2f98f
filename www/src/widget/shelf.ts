// The memories of a page. Elements with one key share one; so many are awake at once and no more, since each has a worker and
// on a graphics card a device. The others rest: what they learned is saved, and they go on when they are seen.
import { Session, type SessionOptions } from "../session";

/** How many memories of one page are awake at once. */
export const MOST_AWAKE = 4;

/** Whoever shows a memory. */
export interface Guest {
  /** Whether it is on screen. */
  readonly visible: boolean;
}

/** One memory of the page. Says "change" when it wakes, rests or waits. */
export class Holding extends EventTarget {
  readonly key: string;
  readonly options: SessionOptions;
  readonly guests = new Set<Guest>();
  /** null: it rests. */
  session: Session | null = null;
  /** Whether it is to wake as soon as there is room; "asked": a person said so. */
  wanted: false | "seen" | "asked" = false;
  /** When it was seen or used last, by the shelf's own clock. */
  touched = 0;

  constructor(key: string, options: SessionOptions) {
    super();
    this.key = key;
    this.options = options;
  }

  get visible(): boolean {
    return [...this.guests].some((guest) => guest.visible);
  }

  /** Whether nothing is lost by letting it rest: it is kept, nothing goes on, and nobody talks with a copy. */
  get mayRest(): boolean {
    const { session } = this;
    if (session?.phase === "failed") return true;
    return session !== null && session.canSay && session.mode === "lasting" && session.memory?.summary.storage !== "none";
  }
}

/** Every memory of the page, by key. */
export class Shelf {
  #held = new Map<string, Holding>();
  /** Sessions whose workers are on their way out. */
  #leaving = new Set<Session>();
  #clock = 0;
  #createSession: () => Session;

  /** Tests give other sessions here. */
  constructor(createSession: () => Session = () => new Session()) {
    this.#createSession = createSession;
  }

  /** The memory of a key. Whoever comes first says how it is opened. */
  take(key: string, options: SessionOptions, guest: Guest): Holding {
    const holding = this.#held.get(key) ?? new Holding(key, options);
    this.#held.set(key, holding);
    holding.guests.add(guest);
    return holding;
  }

  /** Gives a memory back. When nobody has it any more, its worker and its device are released. */
  leave(holding: Holding, guest: Guest): void {
    holding.guests.delete(guest);
    if (holding.guests.size > 0) return;
    this.#held.delete(holding.key);
    holding.wanted = false;
    this.#close(holding);
    this.#settle();
  }

  /** Wakes a memory, or has it wait until there is room. A person may send another one to rest that is on screen. */
  wake(holding: Holding, why: "seen" | "asked"): void {
    this.touch(holding);
    if (holding.session || holding.guests.size === 0) return;
    if (holding.wanted !== "asked") holding.wanted = why;
    this.#settle();
    holding.dispatchEvent(new Event("change"));
  }

  /** It has gone off screen: what only waited to be seen waits no more, and others may have its room. */
  unseen(holding: Holding): void {
    if (holding.visible) return;
    if (!holding.session) holding.wanted = false;
    this.#settle();
  }

  /** Notes that it was seen or used. */
  touch(holding: Holding): void {
    holding.touched = ++this.#clock;
  }

  /** Opens a memory again whose worker has failed. */
  restart(holding: Holding): void {
    this.#close(holding);
    this.wake(holding, "asked");
  }

  #settle(): void {
    const all = [...this.#held.values()];
    for (const next of all.filter((holding) => holding.wanted).sort((a, b) => a.touched - b.touched)) {
      const awake = all.filter((holding) => holding.session);
      if (awake.length + this.#leaving.size < MOST_AWAKE) this.#open(next);
      // One that leaves makes room for one that comes.
      else if (this.#leaving.size === 0) this.#rest(awake, next.wanted === "asked");
    }
  }

  /** Sends the one to rest that was off screen longest; if a person asked for room, even one that is on screen. */
  #rest(awake: Holding[], asked: boolean): void {
    const able = awake.filter((holding) => holding.mayRest).sort((a, b) => a.touched - b.touched);
    const chosen = able.find((holding) => !holding.visible) ?? (asked ? able[0] : undefined);
    if (!chosen) return;
    this.#close(chosen);
    chosen.dispatchEvent(new Event("change"));
  }

  #open(holding: Holding): void {
    const session = this.#createSession();
    holding.wanted = false;
    holding.session = session;
    session.addEventListener("change", () => {
      // Something is over: perhaps it may rest now.
      if (session.canSay && [...this.#held.values()].some(({ wanted }) => wanted)) this.#settle();
    });
    holding.dispatchEvent(new Event("change"));
    void session.open(holding.options);
  }

  #close(holding: Holding): void {
    const { session } = holding;
    holding.session = null;
    if (!session) return;
    this.#leaving.add(session);
    void session.close().finally(() => {
      this.#leaving.delete(session);
      this.#settle();
    });
  }
}

/** The shelf of this page. */
export const shelf = new Shelf();
