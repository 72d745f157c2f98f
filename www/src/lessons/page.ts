import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../components/preferences";
import { language, Localised } from "../i18n";
import { t } from "../i18n/lessons";
import { logo } from "../icons";
import type { OpenOptions } from "../nested-memory";
import { Session } from "../session";
import { theme } from "../settings";
import { startWorker } from "../start-worker";
import { field, shared } from "../styles/shared";
import { listLessons } from "./fetch";
import type { Listed } from "./lesson";
import { pageStyle } from "./page-style";
import { readPlace, writePlace } from "./place";
import { Tape, type Trace } from "./recording";
import "./stage";
import type { LessonStage } from "./stage";

/** The page of lessons: the list of them, or one. */
@customElement("nm-lesson-page")
export class LessonPage extends LitElement {
  /** How to open the memory of a lesson; its key is the lesson's own. */
  @property({ attribute: false }) options: OpenOptions = {};
  @state() private lessons: readonly Listed[] = [];
  @state() private place = readPlace(location.hash);
  @state() private file: File | null = null;
  @state() private session: Session | null = null;
  @state() private revision = 0;
  @query("nm-lesson-stage") private stage?: LessonStage;
  #tape = new Tape();
  /** The key of the memory that is open. */
  #open: string | null = null;

  constructor() {
    super();
    new Localised(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", this.#turn);
    for (const moment of ["beforeprint", "afterprint"]) window.addEventListener(moment, this.#paper);
    // Without the list a lesson can still be opened by its address.
    listLessons().then(
      (lessons) => (this.lessons = lessons),
      () => {},
    );
    this.#attend();
  }

  /** What was heard of the worker: for whoever records the lessons. */
  trace(): Trace {
    return this.#tape.trace();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.#turn);
    for (const moment of ["beforeprint", "afterprint"]) window.removeEventListener(moment, this.#paper);
    this.#close();
  }

  /** Paper is white, whatever the theme. */
  #paper = (event: Event): void => {
    document.documentElement.dataset.theme = event.type === "beforeprint" ? "light" : theme();
  };

  #turn = (): void => {
    const next = readPlace(location.hash);
    if (next.lesson !== this.place.lesson) this.file = null;
    this.place = next;
    this.#attend();
  };

  /** Opens the memory that belongs to what is shown. */
  #attend(): void {
    const { lesson } = this.place;
    const shipped = lesson !== null && /^[a-z0-9-]+$/.test(lesson);
    const key = this.file || (lesson && !shipped) ? "lesson-own" : lesson && `lesson-${lesson}`;
    if (key === this.#open) return;
    this.#close();
    if (!key) return;
    this.#open = key;
    const session = new Session();
    session.addEventListener("change", () => {
      this.revision++;
      this.dataset.ready = String(session.phase === "ready");
    });
    this.session = session;
    void session.open({ ...this.options, key, createWorker: () => this.#tape.listen(startWorker()) });
  }

  #close(): void {
    void this.session?.close();
    this.session = null;
    this.#open = null;
    this.dataset.ready = "false";
  }

  override render() {
    const words = t(this);
    const { place, file } = this;
    const inside = place.lesson !== null || file !== null;
    return html`
      <header>
        <a class=${inside ? "home inside" : "home"} aria-label=${words.title} href=${`./${location.search}`}>
          ${logo}
          ${words.title}
        </a>
        <nav aria-label=${words.lessons.title}>
          ${inside ? html`<a class="button" data-testid="all-lessons" href="#" @click=${this.#toList}>${words.lessons.all}</a>` : nothing}
          <a class="button wide" href=${`./${location.search}`}>${words.lessons.toPage}</a>
          ${
            inside
              ? html`<button class="wide" data-testid="print" @click=${() => window.print()}>${words.lessons.print}</button>
                <button class="wide" data-testid="recording" title=${words.lessons.recordingHint} ?disabled=${this.session?.phase !== "ready"} @click=${() => this.stage?.saveRecording()}>
                  ${words.lessons.recording}
                </button>`
              : nothing
          }
        </nav>
        <nm-preferences></nm-preferences>
      </header>
      <main class=${inside ? "lesson" : "list"}>
        ${
          inside
            ? html`<nm-lesson-stage
                .src=${file ? "" : (place.lesson ?? "")}
                .file=${file}
                .step=${place.step}
                .session=${this.session}
                .revision=${this.revision}
                .tape=${this.#tape}
                @step=${(event: CustomEvent<{ step: number }>) => this.#stepped(event.detail.step)}
              ></nm-lesson-stage>`
            : this.#renderList()
        }
      </main>
    `;
  }

  #renderList() {
    const words = t(this).lessons;
    const spoken = language(this);
    const of = (texts: Record<string, string>) => texts[spoken] ?? texts.en ?? "";
    return html`
      <h1>${words.title}</h1>
      <p class="tagline">${words.tagline}</p>
      <ol data-testid="lessons">
        ${this.lessons.map(
          ({ id, minutes, title, summary }, index) => html`<li>
            <a href="#lesson=${id}" data-testid="lesson-${id}">
              <span class="number numbers" aria-hidden="true">${index + 1}</span>
              <span class="what"><b>${of(title)}</b><span>${of(summary)}</span></span>
              <span class="minutes numbers">${words.minutes(minutes)}</span>
            </a>
          </li>`,
        )}
      </ol>
      <section class="own" aria-labelledby="own-title">
        <h2 id="own-title">${words.own}</h2>
        <p>${words.ownIntro} <a href="./lessons/lesson.schema.json">${words.ownSchema}</a></p>
        <div class="ways">
          <label class="button">
            ${words.ownFile}
            <input type="file" accept=".json,application/json" data-testid="lesson-file" @change=${this.#choose} />
          </label>
          <form @submit=${this.#openAddress}>
            <input data-testid="lesson-address" aria-label=${words.ownAddress} placeholder="lessons/my-lesson.json" autocomplete="off" />
            <button data-testid="lesson-open">${words.ownOpen}</button>
          </form>
        </div>
      </section>
    `;
  }

  #choose(event: Event): void {
    const input = event.target as HTMLInputElement;
    this.file = input.files?.[0] ?? null;
    input.value = "";
    this.place = { lesson: null, step: 1 };
    this.#attend();
  }

  #openAddress(event: SubmitEvent): void {
    event.preventDefault();
    const address = (event.target as HTMLFormElement).querySelector("input")!.value.trim();
    if (address) location.hash = writePlace({ lesson: address, step: 1 });
  }

  #toList(event: Event): void {
    event.preventDefault();
    this.file = null;
    // The address without its end; a reload stays here.
    history.pushState(null, "", location.pathname + location.search);
    this.#turn();
  }

  /** The address follows the reader, so that it can be kept and sent; a file has none. */
  #stepped(step: number): void {
    this.place = { ...this.place, step };
    if (!this.file) history.replaceState(null, "", writePlace(this.place));
  }

  override updated(): void {
    const words = t(this);
    const name = this.lessons.find(({ id }) => id === this.place.lesson)?.title[language(this)];
    document.title = name ? words.lessons.pageTitle(name) : `${words.lessons.title}: ${words.title}`;
  }

  static override styles = [shared, field, pageStyle];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-lesson-page": LessonPage;
  }
}
