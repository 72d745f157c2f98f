// Every sentence of the bench page, in both languages.
import type { Language } from "../../i18n";
import type { DeviceKind, Work } from "../requests";
import type { Name } from "../result";

export interface Words {
  title: string;
  intro: string[];
  start: string;
  stop: string;
  idle: string;
  done: string;
  stopped: string;
  step: (done: number, of: number, device: string, name: string, work: string) => string;
  device: Record<DeviceKind, string>;
  name: Record<Name, string>;
  work: Record<Work["kind"], string>;
  columns: string[];
  streamColumns: string[];
  tableTitle: string;
  chartTitle: string;
  streamTitle: string;
  refused: (why: string) => string;
  answerBars: (device: string) => string;
  learnBars: (device: string) => string;
  perSecond: (count: string, unit: "token" | "chunk") => string;
}

const name: Record<Name, string> = {
  ours: "Nested Memory",
  plain: "Nested Memory, plain Burn",
  jax: "jax-js",
  tfjs: "TensorFlow.js",
};

export const en: Words = {
  title: "The benchmark",
  intro: [
    "Four programs of the same model, with the same weights, do the same work on the same device of this browser, one after the other: they answer, token by token, and they learn a chunk of 32 tokens with the inner pass (forward, backward, writes, shield, updates that are due).",
    "Plain Burn is our own code without fused operations; there a token of an answer costs a forward of the whole chunk. jax-js runs under jit, TensorFlow.js in tidy; both carry the recurrent state from token to token, and both take a chunk's keys out of the shield all at once instead of one by one, which is the same and suits them better.",
    "Whoever does not say the very tokens that ours says, or whose memory differs afterwards by more than 0.2 %, is not reported. Times are medians, or of one run where it takes more than ten seconds; what the first use costs more, mostly compiling, stands apart.",
  ],
  start: "Start",
  stop: "Stop",
  idle: "Nothing runs yet. It takes some minutes, and longer without a graphics card.",
  done: "Done.",
  stopped: "Stopped. What was found until then is below.",
  step: (done, of, device, who, work) => `${done} of ${of}: ${who} on ${device}, ${work}`,
  device: { cpu: "CPU", webgpu: "WebGPU" },
  name,
  work: { encode: "reading", answer: "answering", learn: "learning", stream: "an endless conversation (tokens)" },
  columns: [
    "Device",
    "Program",
    "Tokens/s",
    "Time ÷ ours",
    "Dispatches a token",
    "Chunk (ms)",
    "Time ÷ ours",
    "Dispatches a chunk",
    "Submits a chunk",
    "First use (s)",
    "Apart",
  ],
  streamColumns: ["Device", "Tokens", "Seconds per 1,000", "Module's memory (MB)"],
  tableTitle: "Answering and learning",
  chartTitle: "The same as bars: longer is faster",
  streamTitle: "An endless conversation with Nested Memory: what 1,000 tokens cost as it goes on",
  refused: (why) => `not reported: ${why}`,
  answerBars: (device) => `Answering on ${device}, tokens a second`,
  learnBars: (device) => `Learning on ${device}, chunks of 32 tokens a second`,
  perSecond: (count, unit) => `${count} ${unit}s a second`,
};

export const zh: Words = {
  title: "基准测试",
  intro: [
    "同一个模型、同一份权重的四个程序，在本浏览器的同一设备上依次做同样的工作：逐个词元作答，并用内部学习过程学习一段 32 个词元的文本（前向、反向、写入、护盾、到期的更新）。",
    "“纯 Burn”是我们自己的代码，但不使用融合算子；它每答一个词元都要对整段做一次前向。jax-js 在 jit 中运行，TensorFlow.js 在 tidy 中运行；两者都把循环状态带到下一个词元，并且一次性（而不是逐个）把一段文本的键从护盾中去掉：结果相同，而且更适合它们。",
    "若某个程序说出的词元与我们的不完全相同，或其记忆之后相差超过 0.2 %，就不报告它的时间。时间取中位数（单次超过十秒者只取一次）；首次使用多花的时间（主要是编译）单独列出。",
  ],
  start: "开始",
  stop: "停止",
  idle: "尚未运行。需要几分钟；没有显卡时更久。",
  done: "完成。",
  stopped: "已停止。下面是此前得到的结果。",
  step: (done, of, device, who, work) => `第 ${done} 项，共 ${of} 项：${who}，${device}，${work}`,
  device: { cpu: "CPU", webgpu: "WebGPU" },
  name: { ...name, plain: "Nested Memory（纯 Burn）" },
  work: { encode: "读取", answer: "作答", learn: "学习", stream: "无尽的对话（词元数）" },
  columns: [
    "设备",
    "程序",
    "词元/秒",
    "用时 ÷ 我们",
    "每词元调度数",
    "每段（毫秒）",
    "用时 ÷ 我们",
    "每段调度数",
    "每段提交数",
    "首次使用（秒）",
    "差异",
  ],
  streamColumns: ["设备", "词元", "每 1,000 个的秒数", "模块内存（MB）"],
  tableTitle: "作答与学习",
  chartTitle: "同样的结果，以条形表示：越长越快",
  streamTitle: "与 Nested Memory 的无尽对话：随着对话进行，每 1,000 个词元的开销",
  refused: (why) => `不报告：${why}`,
  answerBars: (device) => `${device} 上作答，词元/秒`,
  learnBars: (device) => `${device} 上学习，每秒 32 词元的段数`,
  perSecond: (count, unit) => `每秒 ${count} ${unit === "token" ? "个词元" : "段"}`,
};

export function wordsOf(language: Language): Words {
  return language === "zh" ? zh : en;
}
