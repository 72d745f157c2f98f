import type { Failure, Message, PaletteOf, Panel, Piece, Progress, RequestBody, Results, StateNotice } from "./protocol";

/** An error that the worker reported: what happened, what was kept, what the user can do. */
export class MemoryError extends Error {
  readonly code: string;
  readonly kept: string;
  readonly advice: string;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = "MemoryError";
    this.code = failure.code;
    this.kept = failure.kept;
    this.advice = failure.advice;
  }
}

/** As much of `Worker` as the client needs, so that tests can give it something else. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror?: ((event: ErrorEvent) => void) | null;
  onmessageerror?: ((event: MessageEvent) => void) | null;
}

export interface Listeners {
  onProgress?: (progress: Progress) => void;
  onNotice?: (notice: StateNotice) => void;
  /** A failure that belongs to no request. The worker is gone after it. */
  onCrash?: (error: MemoryError) => void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  onPiece?: (piece: Piece) => void;
}

type Kind = RequestBody["type"];
type BodyOf<K extends Kind> = Extract<RequestBody, { type: K }>;

/** Gives each request an id and pairs it with its answer. */
export class WorkerClient {
  #port: Port;
  #listeners: Listeners;
  #nextId = 1;
  #waiting = new Map<number, Waiting>();
  #dead: MemoryError | null = null;

  constructor(port: Port, listeners: Listeners = {}) {
    this.#port = port;
    this.#listeners = listeners;
    port.onmessage = (event) => this.#receive(event.data as Message);
    port.onerror = (event) => {
      event.preventDefault?.();
      this.#crash({ code: "panic", message: event.message || "The worker stopped.", kept: "", advice: "" });
    };
    port.onmessageerror = () =>
      this.#crash({ code: "panic", message: "A message from the worker could not be read.", kept: "", advice: "" });
  }

  /** Sends a request. The returned id can be used to abort it. */
  send<K extends Kind>(
    body: BodyOf<K>,
    options: { onPiece?: (piece: Piece) => void; transfer?: Transferable[] } = {},
  ): { id: number; result: Promise<Results[K]> } {
    const id = this.#nextId++;
    if (this.#dead) return { id, result: Promise.reject(this.#dead) };
    const result = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, ...(options.onPiece && { onPiece: options.onPiece }) });
    });
    this.#port.postMessage({ ...body, id }, options.transfer ?? []);
    return { id, result: result as Promise<Results[K]> };
  }

  request<K extends Kind>(body: BodyOf<K>, transfer?: Transferable[]): Promise<Results[K]> {
    return this.send<K>(body, transfer ? { transfer } : {}).result;
  }

  /** Sends what has no answer. */
  post(message: Panel | PaletteOf, transfer: Transferable[]): void {
    if (!this.#dead) this.#port.postMessage(message, transfer);
  }

  /** Stops the worker. Whatever waits is refused with "closed". */
  terminate(): void {
    this.#port.terminate();
    this.#refuseAll(
      new MemoryError({
        code: "closed",
        message: "The memory was closed.",
        kept: "What was saved stays.",
        advice: "Open it again.",
      }),
    );
  }

  #receive(message: Message): void {
    switch (message.type) {
      case "progress":
        this.#listeners.onProgress?.(message);
        break;
      case "piece":
        this.#waiting.get(message.request)?.onPiece?.(message);
        break;
      case "done": {
        this.#take(message.id)?.resolve(message.result);
        break;
      }
      case "error": {
        if (message.id === null) this.#crash(message.error);
        else this.#take(message.id)?.reject(new MemoryError(message.error));
        break;
      }
      default:
        this.#listeners.onNotice?.(message);
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #crash(failure: Failure): void {
    if (this.#dead) return;
    const error = new MemoryError(failure);
    this.#port.terminate();
    this.#refuseAll(error);
    this.#listeners.onCrash?.(error);
  }

  #refuseAll(error: MemoryError): void {
    this.#dead = error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
