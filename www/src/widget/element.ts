import { adoptStyles, html, nothing, render } from "lit";
import { pickLanguage, speak, t } from "../i18n";
import { NestedMemory } from "../nested-memory";
import type { Failure } from "../protocol";
import type { Session } from "../session";
import { themeChanges } from "../settings";
import { shared } from "../styles/shared";
import { ATTRIBUTE_NAMES, isLesson, keyOf, readAttributes, type AttributeName, type Wishes } from "./attributes";
import { inForeignFrame } from "./frame";
import { posterStyles, renderPoster } from "./poster";
import type { Guest, Holding } from "./shelf";
import { widgetStyles } from "./styles";

/** What happens inside and is told outside, as an event of the same name. */
const TOLD = ["progress", "reply", "update", "write", "saved", "conversationended", "slept", "notice"] as const;
/** What a memory is opened with: another value is another memory. */
const OPENING = ["key", "device", "base", "transcript", "lesson", "temperature", "seed"] as const satisfies AttributeName[];
/** Properties that are numbers, and what they are where nobody has set them. */
const NUMBERS: Partial<Record<AttributeName, number>> = { step: 1, seed: 0, temperature: 0 };

/**
 * A memory to talk with, inside any page. Each attribute is a property too; `EMBED.md` lists them, the events and the slots.
 * Nothing heavy is loaded before it is needed.
 */
export class NestedMemoryElement extends HTMLElement implements Guest {
  static readonly observedAttributes: readonly string[] = ATTRIBUTE_NAMES;

  declare key: string;
  declare device: string;
  declare theme: string;
  declare loading: string;
  declare reveal: string;
  declare panels: string;
  declare lesson: string;
  declare step: number;
  declare temperature: number;
  declare seed: number;
  declare base: string;
  declare transcript: string;
  declare label: string;

  /** Whether it is on screen. */
  visible = false;
  #near = false;
  #started = false;
  #wishes!: Wishes;
  #inside: typeof import("./inside") | null = null;
  #opening = false;
  #holding: Holding | null = null;
  #session: Session | null = null;
  /** Ends the listening to what it shows now. */
  #deaf = new AbortController();
  #failures: { failure: Failure; sentence: string }[] = [];
  #revision = 0;
  #scheduled = false;
  #watches: IntersectionObserver[] = [];

  constructor() {
    super();
    adoptStyles(this.attachShadow({ mode: "open" }), [shared, ...posterStyles, widgetStyles]);
    this.shadowRoot!.addEventListener("reload", (event) => this.#restart(event));
    this.shadowRoot!.addEventListener("openkey", (event) => {
      event.stopPropagation();
      this.key = (event as CustomEvent<string>).detail;
    });
  }

  /** The open memory; null before `ready`, and while it rests. */
  get memory(): NestedMemory | null {
    return this.#session?.phase === "ready" ? this.#session.memory : null;
  }

  connectedCallback(): void {
    // What was set before the element was defined hides the accessors.
    for (const name of ATTRIBUTE_NAMES) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      Reflect.deleteProperty(this, name);
      (this[name] as unknown) = value;
    }
    this.#read();
    this.#watch();
    this.#consider();
  }

  disconnectedCallback(): void {
    this.#watches.forEach((watch) => watch.disconnect());
    // Moved to another place of the page, it is back before this runs.
    queueMicrotask(() => {
      if (!this.isConnected) this.#leave();
    });
  }

  attributeChangedCallback(name: AttributeName, before: string | null, now: string | null): void {
    if (before === now || !this.isConnected || !this.#wishes) return;
    if ((OPENING as readonly string[]).includes(name)) this.#leave();
    if (name === "theme") queueMicrotask(() => themeChanges.dispatchEvent(new Event("change")));
    this.#read();
    this.#consider();
  }

  /** Opens it, whatever it waits for. */
  start(): void {
    this.#started = true;
    void this.#open("asked");
  }

  #read(): void {
    const { wishes, complaints } = readAttributes((name) => this.getAttribute(name));
    this.#wishes = wishes;
    const spoken = this.parentElement?.closest("[lang]")?.getAttribute("lang") ?? null;
    speak(this, wishes.language ?? pickLanguage(spoken, navigator.languages));
    this.#failures = this.#failures.filter(({ failure }) => failure.code !== "attribute");
    const words = t(this).widget;
    for (const { name, value, used, known } of complaints) this.#complain(words.attribute(name, value, used, known));
    if (wishes.lesson && !isLesson(wishes.lesson, document.baseURI)) {
      this.#complain(words.lessonAddress(wishes.lesson));
      wishes.lesson = null;
    }
  }

  #watch(): void {
    const watch = (rootMargin: string, tell: (inside: boolean) => void) =>
      new IntersectionObserver((entries) => tell(entries.at(-1)!.isIntersecting), { rootMargin });
    this.#watches = [watch("0px", (inside) => this.#seen(inside)), watch("100% 0px", (near) => this.#neared(near))];
    this.#watches.forEach((watch) => watch.observe(this));
  }

  #neared(near: boolean): void {
    this.#near = near;
    if (near) this.#consider();
  }

  #seen(visible: boolean): void {
    if (visible === this.visible) return;
    this.visible = visible;
    this.#tell(visible ? "onscreen" : "offscreen", null);
    if (!this.#holding) return;
    if (visible) this.#consider();
    else this.#inside?.shelf.unseen(this.#holding);
  }

  /** Opens it, if it is time. */
  #consider(): void {
    const { reveal, loading } = this.#wishes;
    const time = this.#started || (reveal === "auto" && (loading === "eager" || this.#near));
    if (time) void this.#open("seen");
    this.#update();
  }

  async #open(why: "seen" | "asked"): Promise<void> {
    if (!this.#inside || this.#wishes.lesson) {
      this.#opening = true;
      this.#update();
      const inside = await this.#load();
      this.#opening = false;
      this.#inside = inside;
      this.#update();
      if (!inside || !this.isConnected) return;
    }
    const { shelf } = this.#inside!;
    if (!this.#holding) this.#take();
    shelf.wake(this.#holding!, why);
  }

  async #load(): Promise<typeof import("./inside") | null> {
    try {
      if (this.#wishes.lesson) await import("../lessons/stage");
      return await import("./inside");
    } catch (error) {
      const code = navigator.onLine === false ? "offline" : "missing";
      this.#fail(code, error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  #take(): void {
    const { device, base, keepTranscript, draw } = this.#wishes;
    const options = { device, base: base ?? NestedMemory.base, keepTranscript, ...(draw && { draw }) };
    const key = keyOf(this.#wishes);
    const holding = this.#inside!.shelf.take(key, { ...options, key }, this);
    this.#holding = holding;
    const different = (Object.keys(options) as (keyof typeof options)[]).filter(
      (name) => JSON.stringify(options[name]) !== JSON.stringify(holding.options[name]),
    );
    if (different.length > 0) this.#complain(t(this).widget.shared(different.join(", ")));
    holding.addEventListener("change", this.#turn);
    this.#turn();
  }

  #leave(): void {
    const holding = this.#holding;
    if (!holding) return;
    this.#holding = null;
    holding.removeEventListener("change", this.#turn);
    this.#turn();
    this.#inside!.shelf.leave(holding, this);
  }

  /** Listens to the session that there is now, if there is one. */
  #turn = (): void => {
    const session = this.#holding?.session ?? null;
    this.#update();
    if (session === this.#session) return;
    this.#deaf.abort();
    this.#deaf = new AbortController();
    this.#session = session;
    if (!session) return;
    const { signal } = this.#deaf;
    for (const name of TOLD) {
      session.addEventListener(name, (event) => this.#tell(name, (event as CustomEvent).detail), { signal });
    }
    session.addEventListener("failure", (event) => this.#tell("error", (event as CustomEvent).detail), { signal });
    session.addEventListener("ready", () => this.#ready(session), { signal });
    session.addEventListener("change", () => this.#moved(session), { signal });
    // Another element has opened it before.
    if (session.phase === "ready") queueMicrotask(() => this.#tell("ready", { memory: this.memory }));
  };

  #ready(session: Session): void {
    this.#tell("ready", { memory: this.memory });
    if (session.memory?.summary.storage === "indexeddb" && inForeignFrame()) session.notify("partitioned", "");
  }

  /** What nobody sees is not drawn. It is drawn when it is seen again. */
  #moved(session: Session): void {
    this.#revision++;
    if (session.busy === "saying") this.#inside?.shelf.touch(this.#holding!);
    if (this.visible || session.phase !== "ready") this.#update();
  }

  #restart(event: Event): void {
    event.preventDefault();
    event.stopPropagation();
    if (this.#holding) this.#inside!.shelf.restart(this.#holding);
  }

  #tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #complain(sentence: string): void {
    this.#fail("attribute", sentence);
  }

  /** Says what went wrong before there is a memory that could say it; to the page once, after it could listen. */
  #fail(code: string, message: string): void {
    const { title, kept, advice } = t(this).failures[code]!;
    const failure: Failure = { code, message, kept, advice };
    this.#failures = [
      ...this.#failures.filter((other) => other.failure.message !== message),
      { failure, sentence: code === "attribute" ? message : `${title} ${kept} ${advice}` },
    ];
    queueMicrotask(() => this.#tell("error", failure));
    this.#update();
  }

  #update(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#render();
    });
  }

  #render(): void {
    const { label } = this.#wishes;
    const loading = this.#opening || this.#session?.phase === "loading";
    render(
      html`<div class="frame" part="frame" role="region" aria-label=${label ?? t(this).title}>
        ${this.#failures.map(
          ({ failure, sentence }) => html`<div
            class=${failure.code === "attribute" ? "said" : "said error"}
            part="message"
            role=${failure.code === "attribute" ? "status" : "alert"}
            data-testid="widget-message"
            data-code=${failure.code}
          >
            <p>${sentence}</p>
          </div>`,
        )}
        ${loading ? html`<slot name="progress"></slot>` : nothing} ${this.#session ? this.#renderInside(this.#session) : this.#renderPoster()}
      </div>`,
      this.shadowRoot!,
      { host: this },
    );
  }

  #renderPoster() {
    const words = t(this);
    const rests = this.#holding !== null;
    const waits = !this.#opening && (rests || (this.#wishes.reveal === "interaction" && !this.#started));
    const title = this.#wishes.label ?? words.title;
    const text = rests ? this.#whyItRests() : this.#opening ? words.widget.opening : words.tagline;
    return renderPoster({ title, text, button: waits ? (rests ? words.widget.wake : words.widget.start) : null }, () =>
      this.start(),
    );
  }

  #whyItRests(): string {
    const { widget } = t(this);
    return this.#holding!.wanted ? widget.crowded(this.#inside!.MOST_AWAKE) : widget.resting;
  }

  #renderInside(session: Session) {
    const { parts, lesson, step } = this.#wishes;
    const revision = this.#revision;
    if (lesson) {
      return html`<nm-lesson-stage
        class="inside"
        part="stage"
        .src=${lesson}
        .session=${session}
        .step=${step}
        .revision=${revision}
        @step=${(event: CustomEvent) => this.#pass(event)}
        @lessonerror=${(event: CustomEvent<Failure>) => this.#tell("error", event.detail)}
      ></nm-lesson-stage>`;
    }
    return html`
      ${parts.has("bar") ? html`<nm-top-bar part="bar" guest .session=${session} .revision=${revision}></nm-top-bar>` : nothing}
      ${
        parts.has("chat") || (!session.failure && !session.notices.length)
          ? nothing
          : html`<nm-alerts
            .failure=${session.failure}
            ?final=${session.phase === "failed"}
            .notices=${session.notices}
            @dismissfailure=${() => session.dismissFailure()}
            @dismissnotice=${(event: CustomEvent) => session.dismissNotice(event.detail)}
          ></nm-alerts>`
      }
      <nm-stage class="inside" part="stage" .session=${session} .revision=${revision} .parts=${parts}></nm-stage>
    `;
  }

  /** Hands on an event of the lesson as one of the element. */
  #pass(event: CustomEvent): void {
    event.stopPropagation();
    this.#tell(event.type, event.detail);
  }
}

for (const name of ATTRIBUTE_NAMES) {
  // `lang` is every element's.
  if (name === "lang") continue;
  const fallback = NUMBERS[name];
  Object.defineProperty(NestedMemoryElement.prototype, name, {
    configurable: true,
    enumerable: true,
    get(this: Element) {
      const text = this.getAttribute(name);
      return fallback === undefined ? (text ?? "") : text ? Number(text) : fallback;
    },
    set(this: Element, value: unknown) {
      if (value === null || value === undefined) this.removeAttribute(name);
      else this.setAttribute(name, String(value));
    },
  });
}
