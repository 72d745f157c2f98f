import type { NestedMemory } from "./nested-memory";
import type { Checked, Question } from "./protocol";

/** Whoever has the memory that is asked. */
export interface Host {
  work(task: (memory: NestedMemory) => Promise<void>): Promise<void>;
}

/** Questions with the answers that the person expects: asked again after every sleep. */
export class Questions {
  asked: Question[] = [];
  /** What came of them when they were asked last; by question. */
  checked = new Map<string, Checked>();

  constructor(private host: Host) {}

  async load(memory: NestedMemory): Promise<void> {
    this.asked = await memory.questions();
    this.checked.clear();
  }

  /** Asks a question from now on after every sleep. The same question is asked once. */
  pin(question: Question): Promise<void> {
    return this.#keep([...this.asked.filter((other) => other.question !== question.question), question]);
  }

  unpin(question: Question): Promise<void> {
    return this.#keep(this.asked.filter((other) => other.question !== question.question));
  }

  /** Asks them now. */
  async check(): Promise<void> {
    await this.host.work(async (memory) => this.#took(await memory.checkQuestions()));
  }

  async #keep(questions: Question[]): Promise<void> {
    await this.host.work(async (memory) => {
      this.asked = await memory.keepQuestions(questions);
      this.#took(await memory.checkQuestions());
    });
  }

  #took(checked: Checked[]): void {
    this.checked = new Map(checked.map((one) => [one.question, one]));
  }
}
