import { LitElement, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Chat } from "../components/chat";
import "../components/chat";
import type { History } from "../components/history";
import "../components/history";
import type { LevelsPane } from "../components/levels-pane";
import { Pulses, pulseStyle } from "../components/pulses";
import { wiredLevels } from "../components/wired-levels";
import { download } from "../download";
import { language, Localised } from "../i18n";
import { t } from "../i18n/lessons";
import type { Failure, Level } from "../protocol";
import type { Session } from "../session";
import { prefersStillness } from "../settings";
import { shared } from "../styles/shared";
import "./contest-table";
import { findLesson, Missing, openLesson, type Found } from "./fetch";
import type { Action, Part, Step } from "./lesson";
import { actionsOf, Player } from "./player";
import type { StepRecord } from "./record";
import type { Recorded, Tape } from "./recording";
import { openRecorded, rehearse } from "./rehearse";
import "./spotlight";
import type { Spotlight, Target } from "./spotlight";
import { stageStyle } from "./stage-style";
import { sentences, tellObservation } from "./tell";
import "./text";

/** What takes the keys that would turn pages. */
const TAKES_KEYS = "input, textarea, select, button, summary, a, dialog, [contenteditable]";

/**
 * A lesson: its text beside the conversation and the levels that it plays on. Says "step" ({lesson, step, of}) when the reader
 * turned to another one, and "lessonerror" (a `Failure`) when there is no lesson to read.
 */
@customElement("nm-lesson-stage")
export class LessonStage extends LitElement {
  /** Which lesson: the id of one that comes with the page, or the address of one on this site. */
  @property() src = "";
  /** A lesson in a file instead. */
  @property({ attribute: false }) file: File | null = null;
  /** What it plays on. The host opens it, under a key of its own: a lesson begins with an empty memory. */
  @property({ attribute: false }) session: Session | null = null;
  /** Which step is shown, the first being 1. */
  @property({ type: Number }) step = 1;
  /** Moves when the session changed in place. */
  @property({ attribute: false }) revision = 0;
  /** What listens to the session's worker, if something does: then what is played can be had as a recording. */
  @property({ attribute: false }) tape: Tape | null = null;
  @state() private failure: Failure | null = null;
  @state() private player: Player | null = null;
  @state() private recordedSession: Session | null = null;
  @state() private rehearsed: readonly (StepRecord | null)[] = [];
  @state() private turn = 0;
  @query("nm-chat") private chat?: Chat;
  @query("nm-levels-pane") private pane?: LevelsPane;
  @query("nm-history") private timeline?: History;
  @query("nm-spotlight") private spotlight!: Spotlight;
  @query('[data-testid="lesson-go"]') private primary?: HTMLButtonElement;
  #pulses = new Pulses(this);
  #found: Found | null = null;
  #recorded: Recorded | null = null;
  /** What was asked for last: what comes late from before is dropped. */
  #wanted = "";
  #shown = -1;
  #opening = false;
  #heard: Session | null = null;

  constructor() {
    super();
    new Localised(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.#onKey);
    this.player?.stop();
    this.#listenTo(null);
    void this.recordedSession?.memory?.close();
    this.recordedSession = null;
  }

  /** The session that is shown: the live one as soon as it can be played on, else the recording. */
  get #active(): Session | null {
    return this.#live ? this.session : (this.recordedSession ?? this.session);
  }

  get #live(): boolean {
    return this.session?.phase === "ready" && !this.session.follows;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    this.#listenTo(this.session);
    const wanted = this.file ? `file:${this.file.name}:${this.file.lastModified}` : this.src && `${language(this)}:${this.src}`;
    if (wanted !== this.#wanted) void this.#load(wanted);
    if (changed.has("step") && this.player && this.player.at !== this.step - 1) this.player.show(this.step - 1);
    this.#attend();
  }

  /** Reads the lesson that is asked for. */
  async #load(wanted: string): Promise<void> {
    this.#wanted = wanted;
    this.player?.stop();
    this.player = null;
    this.failure = null;
    this.rehearsed = [];
    void this.recordedSession?.memory?.close();
    this.recordedSession = null;
    this.#found = null;
    if (!wanted) return;
    try {
      const found = await (this.file ? openLesson(this.file, this) : findLesson(this.src, this));
      if (wanted === this.#wanted) this.#begin(found);
    } catch (error) {
      if (wanted !== this.#wanted) return;
      if (!(error instanceof Missing)) throw error;
      this.failure = error.failure;
      this.dispatchEvent(new CustomEvent("lessonerror", { detail: this.failure, bubbles: true, composed: true }));
    }
  }

  #begin(found: Found): void {
    this.#found = found;
    const player = new Player(found.lesson);
    player.show(this.step - 1);
    this.#shown = player.at;
    player.addEventListener("begin", () => {
      if (player.session === this.session) this.tape?.begin();
      else this.#recorded?.begin();
    });
    player.addEventListener("change", () => {
      this.turn++;
      if (player === this.player) this.#announce(player);
    });
    this.player = player;
    if (found.trace) {
      void rehearse(found.lesson, found.trace).then((records) => {
        if (found === this.#found) this.rehearsed = records;
      });
    }
  }

  /** Tells the host that the reader turned to another step. */
  #announce(player: Player): void {
    if (player.at === this.#shown) return;
    this.#shown = player.at;
    this.step = player.at + 1;
    const detail = { lesson: player.lesson.id, step: this.step, of: player.lesson.steps.length };
    this.dispatchEvent(new CustomEvent("step", { detail, bubbles: true, composed: true }));
  }

  /** Gives the player what it can play on now. */
  #attend(): void {
    if (this.#live) {
      this.player?.use(this.session);
      return;
    }
    const trace = this.#found?.trace;
    if (trace && !this.recordedSession && !this.#opening) {
      this.#opening = true;
      void openRecorded(trace, { paced: !prefersStillness() }).then(({ session, recorded }) => {
        this.#opening = false;
        if (this.#found?.trace !== trace) return void session.memory?.close();
        this.#recorded = recorded;
        session.addEventListener("change", this.#redraw);
        this.recordedSession = session;
      });
    }
    this.player?.use(this.recordedSession);
  }

  #redraw = (): void => {
    this.turn++;
  };

  #listenTo(session: Session | null): void {
    if (session === this.#heard) return;
    this.#heard?.removeEventListener("change", this.#redraw);
    session?.addEventListener("change", this.#redraw);
    this.#heard = session;
  }

  override render() {
    const words = t(this).lessons;
    const { player, failure } = this;
    if (failure) return this.#renderFailure(failure);
    if (!player) return html`<p class="loading" role="status">${this.#wanted ? words.loading : nothing}</p>`;
    const { step } = player;
    return html`
      <div class="frame">
        <div class="stage ${contestOf(step) ? "contest" : ""}">
          <section class="reading">
            <div class="column" tabindex="0" role="region" aria-label=${words.stepsLabel}>
              <nm-lesson-text
                .lesson=${player.lesson}
                .at=${player.at}
                .records=${player.records}
                .recorded=${this.rehearsed}
                .revision=${this.turn}
                @show=${(event: CustomEvent<number>) => player.show(event.detail)}
                @look=${(event: CustomEvent<Part>) => this.#look(event.detail)}
              ></nm-lesson-text>
            </div>
            ${this.#renderControls(player)}
          </section>
          ${this.#renderScene(player)}
        </div>
      </div>
      <nm-spotlight></nm-spotlight>
      <p class="hidden-text" role="status" data-testid="lesson-spoken">${this.#spoken(player)}</p>
    `;
  }

  #renderFailure(failure: Failure) {
    const words = t(this);
    const { title } = sentences(failure.code, words);
    return html`<div class="failure" role="alert" data-testid="lesson-error" data-code=${failure.code}>
      <p><b>${title}</b></p>
      <p class="detail">${failure.message}</p>
      <dl>
        <dt>${words.failureKept}</dt><dd>${failure.kept}</dd>
        <dt>${words.failureAdvice}</dt><dd>${failure.advice}</dd>
      </dl>
    </div>`;
  }

  #renderControls(player: Player) {
    const words = t(this).lessons;
    const resting = player.state === "resting";
    const { failure } = player;
    return html`
      <footer class="controls">
        <p class="how" data-testid="lesson-mode" data-mode=${this.#mode()}>
          <span class="dot" aria-hidden="true"></span>
          ${this.#tellMode(player)}
          <span class="place numbers">${words.step(player.at + 1, player.lesson.steps.length)}</span>
        </p>
        ${failure ? html`<p class="problem" role="alert" data-testid="lesson-problem" data-code=${failure.code}>${this.#tellProblem(failure)}</p>` : nothing}
        <div class="buttons">
          <button
            class="primary"
            data-testid="lesson-go"
            data-state=${player.state}
            aria-keyshortcuts="Space"
            aria-disabled=${!resting || player.finished}
            @click=${this.#go}
          >
            ${this.#goLabel(player)} <kbd aria-hidden="true">${words.space}</kbd>
          </button>
          ${
            resting
              ? html`<button data-testid="lesson-back" aria-keyshortcuts="ArrowLeft" ?disabled=${player.at === 0} @click=${() => player.back()}>${words.back}</button>
                <button data-testid="lesson-restart" aria-keyshortcuts="Home" @click=${() => player.restart()}>${words.restart}</button>`
              : html`<button data-testid="lesson-stop" aria-keyshortcuts="Escape" @click=${this.#stop}>${words.stop}</button>`
          }
        </div>
        ${player.finished ? html`<p class="done" data-testid="lesson-finished"><b>${words.finished}</b> ${words.finishedMore}</p>` : nothing}
        <p class="keys">${words.keys}</p>
      </footer>
    `;
  }

  #renderScene(player: Player) {
    const words = t(this);
    const session = this.#active;
    const contest = contestOf(player.step);
    if (contest) {
      const done = player.record?.happenings.findLast((one) => one.kind === "contest")?.rounds ?? [];
      return html`<section class="comparison" aria-label=${words.lessons.stageLabel}>
        <h2>${words.lessons.contestTitle}</h2>
        <nm-contest-table .strategies=${contest.strategies} .rounds=${done.length ? done : player.rounds}></nm-contest-table>
      </section>`;
    }
    if (!session) return nothing;
    return html`
      <section class="scene" aria-label=${words.lessons.stageLabel} ?inert=${player.state !== "resting"}>
        <nm-chat
          .session=${session}
          .revision=${this.turn}
          @say=${(event: CustomEvent<string>) => session.say(event.detail)}
          @stop=${() => session.stop()}
          @replayed=${(event: CustomEvent<DOMRect>) => this.#pulses.run(event.detail)}
        ></nm-chat>
        <div class="side">
          ${
            player.step.highlight?.includes("history")
              ? html`<button class="history" data-testid="history" ?disabled=${!session.canSay} @click=${this.#history}>${words.history}</button>
                <nm-history .session=${session} .revision=${this.turn}></nm-history>`
              : nothing
          }
          ${wiredLevels(session, this.turn)}
        </div>
      </section>
    `;
  }

  /** What is played on: the model, a recording, or nothing. */
  #mode(): "live" | "recorded" | "waiting" | "reading" {
    if (this.#live) return "live";
    if (this.recordedSession) return "recorded";
    return this.session?.phase === "loading" ? "waiting" : "reading";
  }

  #tellMode(player: Player): string {
    const words = t(this).lessons;
    if (player.state === "catching-up") return words.catchingUp(player.caughtUp, player.at);
    const mode = this.#mode();
    return mode === "recorded" && this.session?.phase === "loading" ? words.recordedLoading : words[mode];
  }

  #goLabel(player: Player): string {
    const words = t(this).lessons;
    if (player.state !== "resting") return words.playing;
    if (player.playsNext) return words.play;
    return player.isLast ? words.finish : words.next;
  }

  #tellProblem(failure: Failure): string {
    const words = t(this);
    const { title, kept, advice } = sentences(failure.code, words);
    return [title, kept, advice].join(" ");
  }

  /** For whoever hears the page: which step it is, and what came of it. */
  #spoken(player: Player): string {
    const words = t(this);
    if (player.state !== "resting") return words.lessons.playing;
    const outcomes = player.record?.outcomes ?? [];
    const title = words.lessons.stepTitle(player.at + 1, player.step.title);
    const told = outcomes.map(
      ({ observation, right }) =>
        `${right ? words.lessons.right : words.lessons.wrong}: ${tellObservation(observation, words)}`,
    );
    return player.finished ? words.lessons.finished : [`${title}.`, ...told].join(" ");
  }

  #go = async (): Promise<void> => {
    const { player } = this;
    if (!player || player.state !== "resting" || player.finished) return;
    const plays = player.playsNext;
    await player.go();
    if (!plays) return;
    // What was played may have taken the focus, the button of the night for one. The reader goes on here.
    await this.updateComplete;
    await this.chat?.updateComplete;
    await new Promise((drawn) => requestAnimationFrame(drawn));
    if (this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement !== null)
      this.primary?.focus({ preventScroll: true });
  };

  #stop = (): void => {
    this.player?.stop();
    this.primary?.focus({ preventScroll: true });
  };

  #onKey = (event: KeyboardEvent): void => {
    const { player } = this;
    if (!player || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const path = event.composedPath().filter((node): node is Element => node instanceof Element);
    if (event.key === "Escape") {
      if (!path.some((node) => node.matches("dialog"))) player.stop();
      return;
    }
    if (path.some((node) => node.matches(TAKES_KEYS))) return;
    const work = { " ": () => void this.#go(), ArrowLeft: () => player.back(), Home: () => player.restart() }[event.key];
    if (!work) return;
    event.preventDefault();
    work();
  };

  #history = async (): Promise<void> => {
    await this.#active?.past.list();
    this.timeline?.show();
  };

  /** Gives what was played as a file. */
  saveRecording(): void {
    const { player, tape } = this;
    if (!player || !tape) return;
    const { id, language: tag } = player.lesson;
    download(new File([JSON.stringify(tape.trace())], `${id}.${tag}.trace.json`, { type: "application/json" }));
  }

  /** What happened in each step so far, for whoever compares it with a recording. */
  get records(): readonly (StepRecord | null)[] {
    return this.player?.records ?? [];
  }

  /** What happened in each step when the lesson was recorded. */
  get recordedRecords(): readonly (StepRecord | null)[] {
    return this.rehearsed;
  }

  override updated(): void {
    const { player } = this;
    if (!player || !this.spotlight) return;
    const parts = player.step.highlight ?? [];
    const targets = parts.flatMap((part): Target[] => this.#target(part));
    const same = (one: Target, other: Target | undefined) => one.element === other?.element && one.caption === other.caption;
    const { targets: before } = this.spotlight;
    if (targets.length !== before.length || !targets.every((target, index) => same(target, before[index]))) {
      this.spotlight.targets = targets;
    } else this.spotlight.place();
    this.#reveal(player);
    this.pane?.unfold();
    // The newest row of a comparison, and below it what it cost.
    const comparison = player.state === "playing" && this.renderRoot.querySelector(".comparison");
    if (comparison) comparison.scrollTop = comparison.scrollHeight;
  }

  /** Opens what the step speaks of, once: the reader may close it. */
  #reveal(player: Player): void {
    const part = (["probe", "evidence"] as const).find((one) => player.step.highlight?.includes(one)) ?? null;
    const moment = `${player.lesson.id} ${player.at} ${player.record !== null}`;
    if (moment === this.#moment || !this.chat?.hasUpdated || player.state !== "resting") return;
    this.#moment = moment;
    this.chat.reveal(part);
    for (const one of player.step.highlight ?? []) if (one.startsWith("level.")) this.#look(one);
  }

  #moment = "";

  #target(part: Part): Target[] {
    const caption = t(this).lessons.part[part]!;
    const [element, within] = this.#find(part);
    return element && within ? [{ element, within, caption }] : [];
  }

  /** Where a part is, and what cuts it off. */
  #find(part: Part): [Element | null, Element | null] {
    const { chat, pane } = this;
    if (part === "history") return [this.renderRoot.querySelector(".history"), this.renderRoot.querySelector(".side")];
    if (part === "contest") {
      const table = this.renderRoot.querySelector("nm-contest-table");
      return [table, this.renderRoot.querySelector(".comparison")];
    }
    if (part.startsWith("level.")) return [pane?.hasUpdated ? pane.bandOf(part.slice(6) as Level) : null, pane ?? null];
    if (!chat?.hasUpdated) return [null, null];
    return part === "chat" ? [chat, chat] : [chat.partOf(part as "composer"), chat];
  }

  #look(part: Part): void {
    this.#find(part)[0]?.scrollIntoView({ block: "nearest" });
    this.spotlight.place();
  }

  static override styles = [shared, pulseStyle, stageStyle];
}

function contestOf(step: Step): Extract<Action, { contest: unknown }>["contest"] | null {
  const action = actionsOf(step).findLast((one): one is Extract<Action, { contest: unknown }> => "contest" in one);
  return action?.contest ?? null;
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-lesson-stage": LessonStage;
  }
}
