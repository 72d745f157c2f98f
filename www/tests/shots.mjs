// Screenshots of the fake page: `npm run fake && npm run shots [-- name…]`. They land in www/shots, which git does not keep.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch, serve } from "./browser.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const LAPTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const ready = (page) => page.waitForSelector('nm-app[data-ready="true"]');
async function say(page, text) {
  await page.getByTestId("composer").fill(text);
  await page.getByTestId("composer").press("Enter");
  await page.getByTestId("stop").waitFor();
  await page.getByTestId("send").waitFor();
}
async function talk(page) {
  await ready(page);
  await say(page, "My parrot is called Zephyr Malin.");
  await say(page, "He eats walnuts every morning and talks to the neighbours until they laugh.");
  await say(page, "My sister lives in Tolvane. She has a small workshop where she repairs old clocks and radios.");
}

const SHOTS = {
  empty: { act: ready },
  talk: { act: talk },
  speaking: {
    act: async (page) => {
      await talk(page);
      await page.getByTestId("composer").fill("Do you like music? I play the cello on Sundays with three friends.");
      await page.getByTestId("composer").press("Enter");
      await page.waitForTimeout(420);
    },
  },
  ended: {
    act: async (page) => {
      await talk(page);
      await page.getByTestId("end-conversation").click();
      await page.getByTestId("divider-ended").waitFor();
      await page.waitForTimeout(3000);
      await say(page, "What is my parrot called?");
    },
  },
  sleeping: {
    act: async (page) => {
      await talk(page);
      await page.getByTestId("sleep").click();
      await page.getByText("Reading again what").or(page.getByText("重读还不知道")).waitFor();
      await page.waitForTimeout(450);
    },
  },
  slept: {
    act: async (page) => {
      await talk(page);
      await page.getByTestId("sleep").click();
      await page.getByTestId("slept").waitFor();
      await page.waitForTimeout(2500);
    },
  },
  probe: {
    act: async (page) => {
      await talk(page);
      await page.getByTestId("end-conversation").click();
      await page.getByTestId("probe").locator("summary").click();
      await page.getByTestId("probe-question").fill("What is my parrot called?");
      await page.getByTestId("probe-ask").click();
      await page.getByTestId("probe-lives").waitFor();
    },
  },
  loading: { query: "key=never-loading", act: (page) => page.waitForTimeout(900) },
  returning: { query: "key=returning", act: ready },
  error: { query: "key=base-missing", act: (page) => page.getByTestId("alert").waitFor() },
  panic: {
    query: "key=panic",
    act: async (page) => {
      await ready(page);
      await page.getByTestId("composer").fill("Hello there.");
      await page.getByTestId("composer").press("Enter");
      await page.getByTestId("alert").waitFor();
    },
  },
  notices: { query: "key=notices", act: ready },
  nan: { query: "key=nan", act: talk },
  off: {
    act: async (page) => {
      await talk(page);
      await page.getByTestId("levels-switch").click();
      await say(page, "What is my parrot called?");
    },
  },
  word: {
    act: async (page) => {
      await talk(page);
      await page.waitForTimeout(2700);
      await page.locator("nm-message .w", { hasText: "walnuts" }).hover();
      await page.waitForTimeout(100);
    },
  },
  over: {
    act: async (page) => {
      await talk(page);
      if (await page.getByTestId("memory-menu").isVisible()) await page.getByTestId("memory-menu").click();
      await page.getByTestId("start-over").click();
    },
  },
  import: {
    act: async (page) => {
      await ready(page);
      await page
        .getByTestId("import-file")
        .setInputFiles({ name: "course-7.safetensors", mimeType: "", buffer: Buffer.from("fake snapshot") });
      await page.getByTestId("import-confirm").waitFor();
    },
  },
  refused: {
    act: async (page) => {
      await ready(page);
      await page.getByTestId("import-file").setInputFiles({ name: "holiday.jpg", mimeType: "", buffer: Buffer.from("JFIF") });
      await page.getByTestId("import-cancel").waitFor();
    },
  },
  badge: {
    act: async (page) => {
      await ready(page);
      await page.getByTestId("device-badge").click();
    },
  },
  expanded: {
    act: async (page) => {
      await talk(page);
      const expand = page.getByTestId("level-mid").locator("button.expand");
      if (await expand.isVisible()) await expand.click();
      const evidence = page.getByTestId("evidence").locator("summary");
      await evidence.click();
      await page.waitForTimeout(200);
    },
  },
};

const [names, kinds] = [process.argv[2]?.split(","), process.argv[3]?.split(",") ?? ["laptop-light", "phone-light"]];
await mkdir(here("../shots"), { recursive: true });
const server = await serve(here("../dist-fake"));
const browser = await launch();
for (const [name, shot] of Object.entries(SHOTS)) {
  if (names && !names.includes(name)) continue;
  for (const kind of kinds) {
    const [size, scheme, lang = "en"] = kind.split("-");
    const phone = size === "phone";
    const context = await browser.newContext({
      viewport: phone ? PHONE : LAPTOP,
      colorScheme: scheme,
      hasTouch: phone,
      deviceScaleFactor: phone ? 2 : 1,
    });
    const page = await context.newPage();
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && console.log(name, kind, message.text()));
    page.on("pageerror", (error) => console.log(name, kind, String(error)));
    await page.goto(`${server.url}/fake.html?lang=${lang}&${shot.query ?? ""}`);
    try {
      await shot.act(page);
    } catch (error) {
      console.log(name, kind, String(error).split("\n")[0]);
    }
    await page.screenshot({ path: here(`../shots/${name}-${kind}.png`) });
    await context.close();
  }
}
await browser.close();
server.close();
