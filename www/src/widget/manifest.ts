// Read by the page and by the build: no imports.

/** An attribute of the element, with its property of the same name. */
interface Attribute {
  /** What it means, for the manifest. */
  readonly about: string;
  /** Its only values, the first of them unless somebody says otherwise; none: any text. */
  readonly values?: readonly string[];
}

/** Every attribute. Each is a property too, of the same name and always a text. */
export const ATTRIBUTES = {
  key: { about: "Which memory of this browser. Elements of one page with the same key share it." },
  lang: { about: "The language inside: en or zh. By itself the page's." },
  device: { about: "What computes.", values: ["auto", "webgpu", "cpu"] },
  theme: { about: "Light or dark.", values: ["auto", "light", "dark"] },
  loading: { about: "lazy: opens when it is about to be seen. eager: at once.", values: ["lazy", "eager"] },
  reveal: { about: "interaction: opens when somebody presses Start.", values: ["auto", "interaction"] },
  panels: { about: "What is shown, by name: bar, chat, levels, tools, probe, evidence. By itself all but the bar." },
  lesson: { about: "The id of a shipped lesson, or the address of one on the same site." },
  step: { about: "At which step of the lesson it begins, 1 for the first." },
  temperature: { about: "Above 0, words are drawn instead of the likeliest taken." },
  seed: { about: "Where the drawing of words begins: the same seed, the same words. Without temperature it means nothing." },
  base: { about: "The folder of the base. By itself the one beside the module." },
  transcript: { about: "off: what was said is not kept in the browser.", values: ["on", "off"] },
  label: { about: "What the element is called for whoever does not see it." },
} as const satisfies Record<string, Attribute>;
