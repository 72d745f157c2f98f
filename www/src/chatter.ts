// Ten conversations about nothing, for time to pass in a contest. Each line is small talk of a phrasing that training never saw
// (`Split::HeldOut` in crate/dialogue/src/split.rs), written as people type.

/** By language, ten conversations of three lines each. */
export const CHATTER: Record<"en" | "zh", readonly (readonly string[])[]> = {
  en: [
    ["So, hi.", "Well, many thanks.", "My friend, how are you?"],
    ["Oh, what are you?", "Oh, goodbye.", "Well, the sun is shining."],
    ["So, I'm happy.", "Oh, I'm tired.", "Honestly, tell me a joke."],
    ["Oh, let's talk.", "You know, you are smart.", "Hey, will you remember me?"],
    ["Well, I see.", "Well, hi there.", "Okay, thank you very much."],
    ["You know, how are you today?", "So, are you a human?", "Bye."],
    ["Well, it's cold today.", "Oh, I feel great.", "Hey, I feel sad."],
    ["My friend, make me laugh.", "Hm, what shall we talk about?", "I like you."],
    ["Hm, do you have a memory?", "Fine.", "Well, hello there."],
    ["Thanks for your help.", "Okay, how is it going?", "You know, are you real?"],
  ],
  zh: [
    ["哦，你好。", "哦，谢谢。", "对了，你好吗？"],
    ["话说，你是机器人吗？", "哎，拜拜。", "对了，下雨了。"],
    ["我很开心。", "我好累。", "对了，讲个笑话吧。"],
    ["嗯，我们聊聊吧。", "啊，你真棒。", "哦，你会记住我吗？"],
    ["那么，好的。", "好吧，您好。", "谢谢你。"],
    ["那么，你今天好吗？", "好吧，你是人吗？", "哦，回头见。"],
    ["哦，出太阳了。", "嘿，今天过得真好。", "我有点难过。"],
    ["啊，逗我笑一笑。", "哦，陪我聊会儿天吧。", "嗯，你真聪明。"],
    ["嗯，你能记住事情吗？", "那么，行。", "哈喽。"],
    ["多谢。", "那么，最近怎么样？", "哦，你是真人吗？"],
  ],
};
