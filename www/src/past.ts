import type { NestedMemory } from "./nested-memory";
import type { Compared, LedgerCheck, Turn, Version } from "./protocol";

/** Whoever has the memory that this is the past of. */
export interface Host {
  /** Works with the memory, if it is free, and tells the page. */
  work(task: (memory: NestedMemory) => Promise<void>): Promise<void>;
  /** The memory is another one now. */
  replaced(memory: NestedMemory, turns: readonly Turn[], why: "rewound" | "forgotten"): Promise<void>;
  /** What two versions are asked when they are compared. */
  probes(): string[];
}

/** What the memory was at other times: to look at, to mark, to compare, to go back to, to take a turn out of. */
export class Past {
  /** As it was asked last, the newest first. */
  versions: Version[] = [];
  /** Two versions, the earlier one first, and what is different in them. */
  compared: { versions: [Version, Version]; result: Compared } | null = null;
  /** What came of the last check of the ledger. */
  verified: LedgerCheck | null = null;
  /** How far forgetting has come. */
  again: { done: number; of: number } | null = null;
  #stop: AbortController | null = null;

  constructor(private host: Host) {}

  async list(): Promise<void> {
    this.compared = null;
    this.verified = null;
    await this.host.work(async (memory) => {
      this.versions = await memory.versions();
    });
  }

  async rewind(version: number): Promise<void> {
    await this.host.work(async (memory) => {
      await this.host.replaced(memory, await memory.rewind(version), "rewound");
      this.versions = await memory.versions();
    });
  }

  async mark(version: number, mark: { name: string | null; pinned: boolean }): Promise<void> {
    await this.host.work(async (memory) => {
      this.versions = await memory.mark(version, mark);
    });
  }

  /** Compares a version with the memory of now. */
  async compare(version: Version): Promise<void> {
    await this.host.work(async (memory) => {
      const now = this.versions.find((other) => other.current);
      if (!now) return;
      const versions: [Version, Version] = version.id < now.id ? [version, now] : [now, version];
      const result = await memory.compare(versions[0].id, versions[1].id, this.host.probes());
      this.compared = { versions, result };
    });
  }

  /** Forgets a turn, exactly. */
  async forget(version: number): Promise<void> {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    await this.host.work(async (memory) => {
      const turns = await memory.forgetTurn(version, { signal });
      await this.host.replaced(memory, turns, "forgotten");
    });
    this.#stop = null;
    this.again = null;
  }

  /** Stops forgetting: then nothing was changed. */
  stop(): void {
    this.#stop?.abort();
  }

  /** The ledger as a file; null when it failed. */
  ledger(): Promise<File | null> {
    return this.#file((memory) => memory.ledger());
  }

  /** Whether the ledger is to be believed. */
  async verify(): Promise<void> {
    await this.host.work(async (memory) => {
      this.verified = await memory.verifyLedger();
    });
  }

  /** What is kept of a version as a file; null when it failed. */
  kept(version: number): Promise<File | null> {
    return this.#file((memory) => memory.kept(version));
  }

  async #file(ask: (memory: NestedMemory) => Promise<File>): Promise<File | null> {
    let file: File | null = null;
    await this.host.work(async (memory) => {
      file = await ask(memory);
    });
    return file;
  }
}
