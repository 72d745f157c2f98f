// Every sentence of the page, in English. Another language is one more file beside this one, named after its code and of the
// same shape; TypeScript and a test see that nothing is missing.

const plural = (n: number, one: string, many: string) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
const tokens = (n: number) => plural(n, "token", "tokens");

export interface FailureText {
  title: string;
  kept: string;
  advice: string;
}

export const en = {
  /** The tag of the language, for the attribute `lang`, and how dates are told in it. */
  tag: "en",
  locale: "en",

  title: "Nested Memory",
  tagline: "A small language model that remembers you in its weights.",
  skipToChat: "Skip to the message field",

  level: { fast: "Fast", mid: "Mid", slow: "Slow" },
  levelPeriod: {
    fast: () => "every turn",
    mid: (period: number | null) => `every ${period ?? 64} tokens`,
    slow: () => "at the end",
  },
  levelSentence: {
    fast: "Keeps up with what is being said. Wiped when the conversation ends.",
    mid: "Gathers a few sentences at a time. Stays when the conversation ends.",
    slow: "Learns once, when the conversation ends. Holds what should last.",
  },
  levelsTitle: "Memory in three levels",
  levelsIntro: "A token is a piece of a word. What you say is written into weights, at three paces.",
  block: (n: number) => `block ${n}`,
  size: "Size",
  lastChange: "Last change",
  nextUpdate: "Next update",
  never: "none yet",
  inTokens: (n: number) => `in ${tokens(n)}`,
  atTheEnd: "at the end of the conversation",
  dialEnd: "end",
  dialLabel: (level: string, n: number) => `${level} level: next update in ${tokens(n)}`,
  dialLabelEnd: (level: string) => `${level} level: next update when the conversation ends`,
  dialLabelUnknown: (level: string) => `${level} level: not started yet`,
  heatMapLabel: (level: string, block: number) => `Weights of the ${level} level, block ${block}`,
  heatMapEmpty: "all zero",
  heatMapBroken: "has values that are not numbers",
  heatMapCell: (unit: number, channel: number, value: string) => `unit ${unit}, channel ${channel}: ${value}`,
  heatMapHint: "Arrow keys read single weights.",
  legendScale: (value: string) => `Colour scale from −${value} to +${value}`,
  traceLabel: (level: string, n: number) => `${level} level: ${plural(n, "update", "updates")} since this page was opened`,
  traceHelp: (span: number) =>
    `Traces: the last ${span.toLocaleString("en")} tokens. Spike: an update, as high as the weights moved. Soft band: the level's size. Yellow: just changed.`,
  showTable: "Show as table",
  hideTable: "Hide table",
  tableCaption: "The three levels in numbers",
  tableLevel: "Level",
  tableBlock: "Block",
  expand: (level: string) => `Show the weights of the ${level} level`,
  collapse: (level: string) => `Hide the weights of the ${level} level`,

  levelsSwitch: "Levels",
  levelsOn: "on",
  levelsOff: "off",
  levelsOffNote: "Levels are off: the bare base answers, and nothing is written.",
  modeTag: { bare: "levels off", temporary: "temporary" },
  temporary: "Temporary",
  temporaryTitle: "Talk with a copy of the memory: it learns as always, and is thrown away afterwards",
  temporaryNote: "Temporary: it learns in a copy, and nothing of it will be kept. Press again to go back to the memory.",

  chatTitle: "Conversation",
  you: "You",
  model: "Model",
  composerLabel: "Your message",
  composerPlaceholder: "Tell it something…",
  composerLoading: "Type now; it is sent when ready.",
  send: "Send",
  stop: "Stop",
  stopHint: "Esc stops the reply",
  replying: "The model is answering",
  queued: "Waiting for the model…",
  stopped: "stopped",
  truncatedInput: "Only the first 2,000 characters were taken.",
  reloaded:
    "This page starts a new input: nothing of the earlier text is fed; what it knows is in the weights of the three levels.",
  reloadedPending: (n: number) =>
    `That conversation is still open: its mixer state and ${tokens(n)} that were not yet learned were kept with the memory.`,
  end: "End conversation",
  ending: "Ending…",
  endWipes: "Wipes the mixer and the fast level.",
  endKeeps: "Keeps mid and slow.",
  ended: (n: number) => `Conversation ${n} ended`,
  endedGeneric: "Conversation ended",
  endedDetail: (wiped: string, kept: string) =>
    `Wiped: ${wiped}. Kept: ${kept}. From here on nothing above is fed to the model.`,
  sleep: "Sleep",
  sleepTitle: "End the conversation and consolidate it",
  sleeping: "Sleeping…",
  slept: "Slept",
  nightPhase: {
    weighing: "Looking for what matters",
    testing: "Testing what is known",
    replaying: "Reading again what is not known yet",
  },
  nightRound: (n: number) => `round ${n}`,
  nightKnown: (known: number, of: number) => `known ${known} of ${of}`,
  nightKnownNow: (known: number, of: number) => `${known} of ${of}`,
  nightLines: "What was said in the conversation",
  nightMatters: (known: number, of: number) => `${known} of ${of} known`,
  nightChatter: "small talk",
  nightReplays: (n: number) => (n === 1 ? "read again" : `read again ${n} times`),
  nightLegend: "Underlined: the words that matter, because a model without your memory could not have guessed them.",
  nightBroken: (n: number) =>
    n === 1 ? "This sleep has cost an answer that you pinned:" : `This sleep has cost ${n} answers that you pinned:`,
  nightUndo: "Undo this sleep",
  wakeUp: "Wake up",
  waking: "Waking…",
  nightClose: "Back to the conversation",
  sleptEnding: {
    nothing: () => "Slept: nothing in this conversation had to be learned by heart.",
    known: (known: number, of: number, before: number, turns: number) =>
      turns === 0
        ? `Slept: all ${of} word pieces that matter were known already. Nothing had to be read again.`
        : `Slept: ${known} of ${of} word pieces that matter are known now, ${before} before. Read again: ${plural(turns, "turn", "turns")}.`,
    spent: (known: number, of: number, before: number, turns: number) =>
      `Slept: ${known} of ${of} word pieces that matter are known now, ${before} before. Read again: ${plural(turns, "turn", "turns")}; the night had no room for more.`,
    stopped: (known: number, of: number, before: number, turns: number) =>
      `Woken early: ${known} of ${of} word pieces that matter are known now, ${before} before. Read again: ${plural(turns, "turn", "turns")}; what was reached is kept.`,
    rejected: (_known: number, _of: number, _before: number, turns: number) =>
      `Slept, but kept nothing of it: after reading ${plural(turns, "turn", "turns")} again it would have lost an answer. The memory is as it was when the conversation ended.`,
  },
  sleptPart: "Only a part of the conversation is still at hand as text; that part was slept over.",
  sleptPartNothing:
    "The earlier text of this conversation is no longer at hand, so only what was said since could be slept over.",

  probe: "What does it remember?",
  probeIntro: "The same question goes to four copies of the memory. Nothing is kept of them.",
  probeLabel: "A question",
  probeAsk: "Ask level by level",
  probeAsking: "Asking…",
  probeRows: { all: "all levels", slow: "without slow", mid: "without mid", neither: "neither" } as Record<string, string>,
  probeReply: "Answer",
  probeSigns: { own: "its answer", same: "same", different: "different", unknown: "does not know" },
  probeSure: (share: string) => `${share} sure`,
  probeSureLong: "how sure it is of the answer’s first piece",
  probeHelp: "Where the answer disappears, there the fact lives.",
  probeLives: {
    unknown: "It does not know this.",
    slow: "Without slow the answer is gone: the fact lives in the slow level.",
    mid: "Without mid the answer is gone: the fact lives in the mid level.",
    both: "Without slow or without mid the answer is gone: the two hold the fact together.",
    either: "Slow alone and mid alone both answer; without either it is gone: the fact lives in both.",
    elsewhere: "The answer stays without slow and mid: it does not live there.",
  },
  probeOpen:
    "This conversation is still open: its mixer and the fast level may answer too. End it to ask the lasting levels alone.",

  forgotten: "A turn was forgotten. What came after it was said again without it, and answered anew.",
  followed: "Another tab has changed this memory; this is how it is now.",
  forget: "Forget",
  forgetLabel: (text: string) => `Forget this: ${text}`,
  forgetTitle: "Forget this turn?",
  forgetText:
    "The memory goes back to before it and hears everything that came after again, without it: it becomes a memory that never heard this. The versions that did hear it are erased, and cannot be gone back to.",
  forgetConfirm: "Forget it",
  forgetting: "Learning again what came after",
  rewound: "The memory was taken back. What is marked above is not in it; go forward again in History.",
  lost: "not in memory",
  imported: "A memory was imported. The text above belongs to the one before.",
  part: { mixer: "mixer", fast: "fast level", mid: "mid level", slow: "slow level" } as Record<string, string>,
  listJoin: " and ",

  frozen: "frozen",
  freeze: (level: string) => `Freeze the ${level} level`,
  freezeTitle: "A frozen level is read as always, and does not change",

  questionsTitle: "Asked again after every sleep",
  questionsExpect: "The answer must say",
  questionsPin: "Ask this after every sleep",
  questionsCheck: "Ask them now",
  questionsUnpin: (question: string) => `Do not ask any more: ${question}`,
  questionsSigns: { right: "right", wrong: "wrong", unasked: "not asked yet" },

  wordHint: "Under each of your words: how much it wrote into each level. The model’s own words write nothing.",
  wordKeys: "Arrow keys move from word to word.",
  surprise: "surprise",
  nats: (value: string) => `${value} nats`,

  hintTitle: "Teach it something, then see if it lasts",
  hintTell: "Tell it one thing.",
  hintEnd: "End the conversation. The text is gone; only weights stay.",
  hintAsk: "Ask. The answer can only come from the weights.",
  hintTellButton: (text: string) => `Tell: ${text}`,
  hintAskButton: (text: string) => `Ask: ${text}`,
  hintExamples: [
    { tell: "My parrot is called Zephyr Malin.", ask: "What is my parrot called?" },
    { tell: "My brother is allergic to walnuts.", ask: "What is my brother allergic to?" },
    { tell: "My favourite tea is called Amber Quill.", ask: "What is my favourite tea called?" },
  ],

  evidence: "What goes into the model",
  evidenceSummary: (fed: number, earlier: number) => `${tokens(fed)} in, ${earlier} waiting`,
  evidenceFed: (n: number) => `Fed with the last message (${n}): your message and the reply, as it was spoken.`,
  evidenceContext: (n: number) =>
    n === 0
      ? "No tokens were waiting from before."
      : `Waiting from before, not yet learned (${n}). They are learned with the next chunk and then dropped.`,
  evidenceNone: "Nothing has been fed yet. After each message, the exact token numbers are listed here.",

  device: { webgpu: "GPU", cpu: "CPU" },
  deviceUnknown: "starting",
  deviceTitle: "Where the model runs",
  deviceReason: {
    "real-adapter": "This browser offers a graphics processor, so the model runs on it.",
    "no-webgpu": "This browser offers no WebGPU, so the model runs on the processor.",
    "software-adapter": "WebGPU is only emulated in software here; the processor is faster.",
    forced: "Chosen in the address of this page.",
    "device-failed": "The graphics processor failed, so the model runs on the processor.",
  } as Record<string, string>,
  deviceAdapter: "Adapter",
  deviceBase: "Base",
  deviceParameters: (n: string) => `${n} parameters`,
  devicePrivacy: "Everything happens in this tab. What you say does not leave it.",

  memoryMenu: "Memory",
  saving: "Not saved yet",
  savedNow: (size: string) => `Saved just now, ${size}`,
  savedAgo: (ago: string, size: string) => `Saved ${ago}, ${size}`,
  savedNowhere: "Not saved: no storage here",
  savedElsewhere: "Kept by another tab",
  persisted: "The browser has promised to keep them.",
  notPersisted: "The browser may clear them when room is short; export what matters.",
  export: "Export",
  exported: (name: string) => `Exported as ${name}.`,
  import: "Import",
  importTitle: "Import this memory?",
  importRefusedTitle: "This file cannot be imported",
  importReplaces: "It replaces the memory you have now. Export that first if you want to keep it.",
  importUnchanged: "Nothing was changed.",
  importFile: "File",
  importHolds: "Holds",
  importHoldsText: (n: number, c: number) => `${tokens(n)}, ${plural(c, "conversation", "conversations")}`,
  importSize: "Size",
  importLevels: "Levels",
  importNewKey: "Or keep both, this one under the name",
  importAs: "Import as another",
  emptyOne: "Or empty one level:",
  verifyLedger: "Verify it",
  ledgerWhole: (n: number) => `${plural(n, "line", "lines")}, each sealed by the next; the last is the memory of now.`,
  ledgerDoubt: "The ledger is not to be believed:",
  importConfirm: "Replace my memory",
  cancel: "Cancel",
  close: "Close",
  ok: "OK",
  history: "History",
  historyTitle: "What this memory was",
  historyIntro:
    "Every change makes a version. Go back to any of them: that makes a new version, so you can go forward again. The bars show how much each level holds.",
  historyEmpty: "Nothing has been kept yet.",
  historySize: (n: number, size: string) => `${plural(n, "version", "versions")} kept, ${size} of 67.1 MB`,
  justNow: "just now",
  versionReason: {
    turn: "You said something",
    "conversation-ended": "A conversation ended",
    sleep: "It slept",
    import: "A memory was imported",
    rewind: "The memory was taken back",
    "reset-fast": "The fast level was emptied",
    "reset-mid": "The mid level was emptied",
    "reset-slow": "The slow level was emptied",
    "freeze-fast": "The fast level was frozen",
    "freeze-mid": "The mid level was frozen",
    "freeze-slow": "The slow level was frozen",
    "thaw-fast": "The fast level thawed",
    "thaw-mid": "The mid level thawed",
    "thaw-slow": "The slow level thawed",
    recovered: "Taken up again, as a later version was damaged",
    "forget-turn": "A turn was forgotten",
  } as Record<string, string>,
  compare: "Compare",
  compareHint: "What is different in the memory of now",
  compareTitle: "What is different",
  compareBack: "Back to the versions",
  compareChange: (size: string) => `changed by ${size}`,
  compareSame: "the same",
  compareAnswers: (different: number, n: number) => `${different} of ${plural(n, "answer", "answers")} different`,
  compareNoQuestions: "Ask or pin questions to see what this difference means for answers.",
  versionNow: "now",
  versionTokens: (n: number) => `${tokens(n)} learned`,
  versionLeft: "not in the memory of now",
  versionGone: "too old to go back to",
  versionForgotten: "forgotten",
  versionDamaged: "damaged, set aside",
  versionDownload: "Download",
  versionNorms: (norms: string) => `Size of the levels: ${norms}`,
  versionName: "Name of this version",
  nameVersion: "Name…",
  pin: "Pin",
  pinned: "Pinned",
  pinHint: "A pinned version is kept whatever comes.",
  rewind: "Go back",
  rewindLabel: (what: string, when: string) => `Go back to: ${what}, ${when}`,
  ledger: "Download the ledger",
  ledgerHint: "One line for each version, each sealed with the hash of the one before: proof of how this memory came about.",
  startOver: "Start over",
  startOverTitle: "Start over?",
  startOverText:
    "This empties all three levels, the mixer and the earlier text on this page. It cannot be undone unless you export first.",
  startOverConfirm: "Empty the memory",
  eraseText: "“Delete everything” also deletes the memories under other keys, your settings and what was cached.",
  erase: "Delete everything",
  erased: "Everything that this page kept here is deleted.",

  switchToDark: "Dark theme",
  switchToLight: "Light theme",
  /** What is written on the button that changes to this language. */
  switchToThis: "EN",
  switchToThisLabel: "Switch to English",

  loadingTitle: "Getting the model",
  loadingStage: {
    runtime: "Runtime",
    base: "Base",
    tokenizer: "Tokenizer",
    device: "Device",
    memory: "Memory",
  },
  loadingOf: (loaded: string, total: string) => `${loaded} of ${total}`,
  loadingDone: "ready",
  loadingWaiting: "waiting",
  loadingBusy: "working",

  notices: {
    "no-storage":
      "This browser keeps no data for this page (a private window, perhaps). The memory lives until you close the tab; export it to keep it.",
    quota: "The browser's storage is full. The memory goes on but is not saved; export it to keep it.",
    "device-lost": "The graphics processor was lost. The memory was rebuilt from what was saved.",
    "stepped-down":
      "The graphics processor failed, so the model goes on, on the processor. The memory is as of the last turn; send again what was not answered.",
    "cpu-fallback": "The model runs on the processor; replies come more slowly.",
    "second-tab":
      "This memory is open in another tab, which keeps it. This tab follows it, and takes over when the other one is closed. Temporary talks with a copy meanwhile.",
    "took-over": "The other tab is gone. This one goes on with the memory, and keeps it.",
    "not-restored":
      "The stored memory could not be read. It stays in this browser untouched, and can be downloaded in History; what is said now is not saved until you import a memory or start over.",
    partitioned:
      "Inside another site's page, this browser keeps a memory for that site alone: what it learns here is known only here.",
    recovered:
      "The newest version of this memory was damaged. The one before it was taken up; the damaged one is set aside, and can be downloaded in History.",
    "not-followed": "What the other tab has written could not be read. Reload this tab; nothing is written from here.",
    blocked:
      "Another tab with an older version of this page holds the memory. Close that tab, or reload it; then this one goes on.",
    emptied:
      "What this page had kept in this browser is gone: site data was cleared, or the browser needed room. The memory in this tab goes on and is kept anew; Start over forgets it too.",
    pruned: "The browser’s storage was full, so earlier versions can no longer be gone back to. The memory itself is saved.",
    unsaved: "The last change could not be saved. Export the memory to be safe.",
  } as Record<string, string>,
  dismiss: "Dismiss",

  failureKept: "Kept",
  failureAdvice: "What to do",
  failures: {
    "bad-input": {
      title: "This message cannot be read.",
      kept: "Nothing was changed.",
      advice: "Write a few words and send again.",
    },
    "snapshot-foreign": {
      title: "This file is not a memory of this project.",
      kept: "Your memory is as it was.",
      advice: "Choose a file that was exported here.",
    },
    "snapshot-damaged": {
      title: "This file is damaged.",
      kept: "Your memory is as it was.",
      advice: "Export it again where it came from.",
    },
    "snapshot-newer": {
      title: "This file was made by a newer version.",
      kept: "Your memory is as it was.",
      advice: "Reload the page to get the newest version.",
    },
    "snapshot-other-base": {
      title: "This memory belongs to another base.",
      kept: "Your memory is as it was.",
      advice: "Open it where that base runs.",
    },
    "base-damaged": { title: "The base arrived damaged.", kept: "Your memory is as it was.", advice: "Reload the page." },
    "base-missing": {
      title: "The base could not be fetched.",
      kept: "Your memory is as it was.",
      advice: "Check the connection and reload the page.",
    },
    "no-device": {
      title: "No device here can run the model.",
      kept: "Your memory is as it was.",
      advice: "Try another browser.",
    },
    "device-lost": { title: "The graphics processor was lost.", kept: "What was saved is safe.", advice: "Reload the page." },
    storage: {
      title: "The browser's storage failed.",
      kept: "The memory in this tab goes on.",
      advice: "Export it to keep it.",
    },
    quota: {
      title: "The browser's storage is full.",
      kept: "The memory in this tab goes on.",
      advice: "Export it to keep it.",
    },
    "second-tab": {
      title: "Another tab keeps this memory.",
      kept: "Nothing was changed.",
      advice: "Talk there, or close the other tab: then this one takes over.",
    },
    "cannot-forget": {
      title: "This turn cannot be forgotten by itself.",
      kept: "Nothing was changed.",
      advice: "Go back to before it in History.",
    },
    "key-taken": {
      title: "There is a memory of that name already.",
      kept: "Nothing was changed.",
      advice: "Choose another name.",
    },
    attribute: {
      title: "A setting of this element is not known.",
      kept: "Everything else is as it was asked for.",
      advice: "Whoever made this page can correct it.",
    },
    offline: {
      title: "There is no network, and what is needed was never loaded in this browser.",
      kept: "Your memory is as it was.",
      advice: "Reload the page when there is a network again.",
    },
    missing: {
      title: "A file of this program could not be fetched.",
      kept: "Your memory is as it was.",
      advice: "Reload the page. If it stays so, whoever made this page has to put the whole folder on the server.",
    },
    stopped: { title: "It was stopped.", kept: "Nothing was changed.", advice: "Begin again when you like." },
    busy: { title: "The model is still busy.", kept: "Nothing was changed.", advice: "Wait for the reply, or stop it." },
    closed: { title: "This memory was closed.", kept: "What was saved is safe.", advice: "Reload the page." },
    panic: {
      title: "The model stopped because of a mistake of ours.",
      kept: "What was saved is safe.",
      advice: "Reload the page to go on from there.",
    },
    runtime: {
      title: "The runtime could not be started.",
      kept: "Your memory is as it was.",
      advice: "Reload the page, or try another browser.",
    },
  } as Record<string, FailureText>,
  failureUnknown: {
    title: "Something went wrong.",
    kept: "What was saved is safe.",
    advice: "Reload the page.",
  } as FailureText,
  reload: "Reload the page",

  widget: {
    start: "Start",
    opening: "Loading…",
    resting: "This memory rests. What it learned is saved.",
    crowded: (n: number) => `${n} memories are awake on this page already, so this one rests.`,
    wake: "Go on with this one",
    attribute: (name: string, value: string, used: string, known: string) =>
      `${name}="${value}" is not known, so “${used}” is used. Known: ${known}.`,
    shared: (names: string) =>
      `Another element of this page has opened this memory already. It is shared as it is; of this element's own settings these do not count: ${names}.`,
    lessonAddress: (value: string) => `lesson="${value}" is neither the name of a lesson nor an address of this site.`,
  },
  share: {
    open: "Share this view",
    intro: "What you said, and what the memory has learned of it, is in none of these.",
    parts: "What is shown",
    part: {
      bar: "Bar on top",
      chat: "Conversation",
      levels: "Levels",
      tools: "End, sleep, temporary",
      probe: "What does it remember?",
      evidence: "What goes into the model",
    },
    nothing: "Choose the conversation or the levels.",
    key: (key: string) => `The memory called “${key}”, as it is in the browser of whoever opens it`,
    link: "A link",
    iframe: "A frame, for any page",
    element: "An element, for pages of this site",
    copy: "Copy",
    copied: (what: string) => `Copied: ${what}`,
    notCopied: "This browser does not let pages copy. The text is selected: press Ctrl+C.",
  },
};

type Shape<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { [K in keyof T]: Shape<T[K]> };

export type Messages = Shape<typeof en>;
