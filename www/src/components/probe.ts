import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { percent } from "../format";
import { languageOf, Localised, t } from "../i18n";
import type { ProbedAnswer } from "../protocol";
import { disclosure, field, shared, table } from "../styles/shared";

type Sign = "own" | "same" | "different" | "unknown";
const ICONS: Record<Sign, string> = { own: "●", same: "✓", different: "≠", unknown: "–" };
/** The rows, as the worker answers them. */
const ROWS = ["all", "slow", "mid", "neither"] as const;

/** The same question for copies of the memory without some levels: where the answer disappears, there the fact lives. */
@customElement("nm-probe")
export class Probe extends LitElement {
  /** The person's last question: what is asked unless they write another. */
  @property() suggestion = "";
  @property({ attribute: false }) probed: { question: string; answers: readonly ProbedAnswer[] } | null = null;
  @property({ type: Boolean }) locked = false;
  @property({ type: Boolean }) asking = false;
  /** Whether a conversation goes on, in which more than the lasting levels can answer. */
  @property({ type: Boolean }) during = false;
  /** What the person wrote; null: nothing yet. */
  @state() private typed: string | null = null;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const { probed } = this;
    return html`
      <details data-testid="probe">
        <summary>${words.probe}</summary>
        <div class="inside">
          <p>${words.probeIntro}</p>
          <form @submit=${this.#ask}>
            <input
              data-testid="probe-question"
              aria-label=${words.probeLabel}
              placeholder=${words.probeLabel}
              maxlength="4000"
              autocomplete="off"
              .value=${this.#question}
              @input=${(event: Event) => (this.typed = (event.target as HTMLInputElement).value)}
            />
            <button data-testid="probe-ask" ?disabled=${this.locked || !this.#question.trim()}>
              ${this.asking ? words.probeAsking : words.probeAsk}
            </button>
          </form>
          ${this.during ? html`<p class="during" data-testid="probe-open">${words.probeOpen}</p>` : nothing}
          ${probed ? this.#renderAnswers(probed.question, probed.answers) : nothing}
          <p class="lives" role="status">${probed ? html`<b data-testid="probe-lives">${words.probeLives[lives(probed.answers)]}</b> ` : nothing}${words.probeHelp}</p>
          <slot></slot>
        </div>
      </details>
    `;
  }

  get #question(): string {
    return this.typed ?? this.suggestion;
  }

  #renderAnswers(question: string, answers: readonly ProbedAnswer[]) {
    const words = t(this);
    return html`<table>
      <caption class="hidden-text" lang=${languageOf(question)}>${question}</caption>
      <tbody>
        ${answers.map((answer, index) => {
          const sign = signOf(answers, index);
          return html`<tr data-testid="probe-${ROWS[index]}" data-sign=${sign} class=${sign}>
            <th scope="row">${words.probeRows[ROWS[index]!]}</th>
            <td class="reply"><span lang=${languageOf(answer.reply)}>${answer.reply}</span></td>
            <td class="sign"><span aria-hidden="true">${ICONS[sign]}</span> ${words.probeSigns[sign]}</td>
            <td class="sure numbers" title=${words.probeSureLong}>${answer.sure === null ? "" : words.probeSure(percent(answer.sure))}</td>
          </tr>`;
        })}
      </tbody>
    </table>`;
  }

  #ask(event: Event): void {
    event.preventDefault();
    if (this.locked || !this.#question.trim()) return;
    this.dispatchEvent(new CustomEvent("probe", { detail: this.#question }));
  }

  static override styles = [
    shared,
    disclosure,
    field,
    table,
    css`
      :host {
        font-size: var(--text-xs);
        color: var(--muted);
      }
      .inside {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-2);
        max-height: 44dvh;
        padding: var(--space-1);
        margin-inline: calc(-1 * var(--space-1));
        overflow-y: auto;
      }
      p {
        line-height: 1.45;
        text-wrap: pretty;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      input {
        flex: 1 1 9em;
        min-width: 0;
      }
      .during {
        padding-left: var(--space-3);
        border-left: 3px solid var(--fast);
      }
      table {
        line-height: 1.4;
      }
      td:last-child {
        padding-right: 0;
      }
      th,
      .sign,
      .sure {
        white-space: nowrap;
      }
      .reply {
        width: 100%;
        color: var(--ink);
        overflow-wrap: anywhere;
      }
      .reply span {
        display: inline-block;
      }
      .reply span::first-letter {
        text-transform: uppercase;
      }
      .own .reply,
      .same .reply {
        font-weight: 600;
      }
      .unknown .reply {
        color: var(--faint);
      }
      .sign {
        font-size: var(--text-xs);
        color: var(--ink);
      }
      .sure {
        font-size: var(--text-xs);
        text-align: right;
      }
      .lives b {
        font-weight: 600;
        color: var(--ink);
      }
      @media (max-width: 600px) {
        input {
          min-height: 40px;
        }
        .inside {
          max-height: 36dvh;
        }
        .sure {
          display: none;
        }
      }
    `,
  ];
}

function signOf(answers: readonly ProbedAnswer[], index: number): Sign {
  if (answers[index]!.unknown) return "unknown";
  if (index === 0) return "own";
  return alike(answers[index]!.reply, answers[0]!.reply) ? "same" : "different";
}

/** Where the fact lives, by where the answer stays. */
export function lives(answers: readonly ProbedAnswer[]): "unknown" | "slow" | "mid" | "both" | "either" | "elsewhere" {
  if (answers[0]?.unknown ?? true) return "unknown";
  const [, noSlow, noMid, neither] = answers.map((_, index) => signOf(answers, index) === "same");
  if (neither) return "elsewhere";
  if (noSlow && noMid) return "either";
  if (noMid) return "slow";
  if (noSlow) return "mid";
  return "both";
}

function alike(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
