// A lesson's recording: what the worker was asked while the lesson was played, and what it answered. It is played by a port
// in the worker's place, so that everything on the page draws it as it draws what happens now.
import type { Failure, Message, Opened, Request } from "../protocol";
import type { Port } from "../worker-client";

interface Exchange {
  /** Without its number. */
  request: Record<string, unknown> & { type: string };
  /** Everything that the worker said until it was done. Their number is that of the request. */
  messages: Message[];
}

export interface Trace {
  version: 1;
  /** The base that answered, by the hash of its file. */
  base: string;
  exchanges: Exchange[];
}

/** Asked by the page whenever it likes, and no part of what happened. */
const IDLE = new Set(["weights", "panel", "palette", "questions", "versions", "close"]);
/** Said whenever it likes; weights are large, and nobody reads them in a recording. */
const UNHEARD = new Set(["weights", "progress", "notice"]);
/** Six digits of a number are more than the page shows. */
const DIGITS = 6;

/** Listens to a port and keeps what was asked and answered. */
export class Tape {
  #exchanges: (Exchange & { id: number })[] = [];

  /** The port of a worker, listened to. */
  listen(worker: Port): Port {
    this.#exchanges = [];
    const port: Port = {
      onmessage: null,
      postMessage: (message, transfer) => {
        this.#ask(message as Request);
        worker.postMessage(message, transfer);
      },
      terminate: () => worker.terminate(),
    };
    worker.onmessage = (event) => {
      this.#hear(event.data as Message);
      port.onmessage?.(event);
    };
    worker.onerror = (event) => port.onerror?.(event);
    worker.onmessageerror = (event) => port.onmessageerror?.(event);
    return port;
  }

  /** Begins anew: what was heard since the memory was opened is no part of the lesson. */
  begin(): void {
    this.#exchanges = this.#exchanges.slice(0, 1);
  }

  /** What happened since the lesson began. */
  trace(): Trace {
    const opened = this.#exchanges[0]?.messages.at(-1) as { result?: Opened } | undefined;
    return plain({
      version: 1,
      base: opened?.result?.base.sha256 ?? "",
      exchanges: this.#exchanges.map(({ request, messages }) => ({ request, messages })),
    });
  }

  #ask(request: Request): void {
    if (!("id" in request) || (IDLE.has(request.type) && request.type !== "versions")) return;
    const { id, ...rest } = request;
    this.#exchanges.push({ id, request: rest, messages: [] });
  }

  #hear(message: Message): void {
    if (UNHEARD.has(message.type)) return;
    const id = message.type === "done" || message.type === "error" ? message.id : message.request;
    const exchange = this.#exchanges.findLast((one) => id === null || one.id === id);
    exchange?.messages.push(message);
  }
}

/** Without times, without needless digits. */
function plain(trace: Trace): Trace {
  const text = JSON.stringify(trace, (key, value: unknown) => {
    if (key === "at") return 0;
    return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value;
  });
  return JSON.parse(text) as Trace;
}

/** How long a piece of an answer takes, and any other word of the worker, in milliseconds. */
const PACE = { piece: 24, other: 6 };

/** Answers as it was recorded, and only what was. */
export class Recorded implements Port {
  onmessage: ((event: MessageEvent) => void) | null = null;
  #trace: Trace;
  /** Whether words come one after the other, as they did. */
  #paced: boolean;
  /** Which exchange comes next. */
  #next = 0;
  #line: Promise<void> = Promise.resolve();
  #over = false;

  constructor(trace: Trace, { paced = true } = {}) {
    this.#trace = trace;
    this.#paced = paced;
  }

  postMessage(message: unknown): void {
    const request = message as Request;
    if (!("id" in request)) return;
    this.#line = this.#line.then(() => this.#answer(request));
  }

  terminate(): void {
    this.#over = true;
  }

  /** Begins anew: the opening is over, and what the lesson does first comes next. */
  begin(): void {
    this.#line = this.#line.then(() => {
      this.#next = 1;
    });
  }

  async #answer(request: Request): Promise<void> {
    const exchange = this.#find(request);
    if (!exchange) {
      this.#say(idle(request) ?? { type: "error", id: request.id, error: notRecorded() });
      return;
    }
    for (const message of exchange.messages) {
      if (this.#paced) await pause(message.type === "piece" ? PACE.piece : PACE.other);
      this.#say(readdress(message, request.id));
    }
  }

  #find({ id: _, ...request }: Request): Exchange | undefined {
    const { exchanges } = this.#trace;
    let at = this.#next;
    for (let exchange = exchanges[at]; exchange; exchange = exchanges[++at]) {
      if (same(exchange.request, request)) {
        this.#next = at + 1;
        return exchange;
      }
      // Somebody looked at the history while it was recorded.
      if (!IDLE.has(exchange.request.type)) return undefined;
    }
    return undefined;
  }

  #say(message: Message): void {
    if (!this.#over) this.onmessage?.({ data: message } as MessageEvent);
  }
}

/** Whether two requests ask the same. Where the memory is, and on which device, does not matter. */
function same(recorded: Record<string, unknown>, asked: Record<string, unknown>): boolean {
  if (recorded.type === "open") return asked.type === "open";
  return JSON.stringify(recorded) === JSON.stringify(asked);
}

/** The same words as an answer to another request. Nothing of a recording is kept in this browser. */
function readdress(message: Message, id: number): Message {
  const unkept = <T>(of: T): T => (of && typeof of === "object" && "storage" in of ? { ...of, storage: "none" } : of);
  if (message.type === "done") {
    const result = message.result as { summary?: unknown } | null;
    return { ...message, id, result: result?.summary ? { ...result, summary: unkept(result.summary) } : unkept(result) };
  }
  if (message.type === "error") return { ...message, id };
  return { ...message, request: message.request === null ? null : id } as Message;
}

/** An answer to what the page asks by itself; null to everything else. */
function idle({ type, id }: Request): Message | null {
  if (!IDLE.has(type)) return null;
  return { type: "done", id, result: type === "questions" || type === "versions" ? [] : {} };
}

function notRecorded(): Failure {
  return { code: "not-recorded", message: "This is a recording: it answers only what was said in it.", kept: "", advice: "" };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
