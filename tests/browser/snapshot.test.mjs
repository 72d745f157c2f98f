// A file from anywhere: it is refused with a reason before anything is changed, or it is taken whole.
import assert from "node:assert/strict";
import { promise } from "./promise.mjs";
import { read, withData, withHeader, withLabel } from "./snapshot.mjs";

const FACT = "My parrot is called Zephyr Malin.";
const firstTensor = (header) => Object.keys(header).find((name) => name !== "__metadata__");

/** What may come, by the code that it is refused with. */
function hostile(good) {
  const flipped = Buffer.from(good);
  flipped[flipped.length - 5] ^= 0x40;
  const hugeHeader = Buffer.from(good);
  hugeHeader.writeBigUInt64LE(2n ** 62n);
  return {
    "snapshot-foreign": {
      "nothing at all": Buffer.alloc(0),
      "a JSON file": Buffer.from('{"memory": [1, 2, 3]}'),
      "a picture": Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
      "safetensors of something else": withHeader(good, (header) => delete header.__metadata__),
    },
    "snapshot-damaged": {
      "cut in the middle": good.subarray(0, good.length >> 1),
      "without its last byte": good.subarray(0, good.length - 1),
      "with a byte too many": Buffer.concat([good, Buffer.from([0])]),
      "with a flipped bit": flipped,
      "with a number that is none": withData(good, (data) => data.writeFloatLE(Number.NaN, 0)),
      "with an infinite number": withData(good, (data) => data.writeFloatLE(Number.POSITIVE_INFINITY, 0)),
      "with a header that ends nowhere": hugeHeader,
      "with a tensor missing": withHeader(good, (header) => delete header[firstTensor(header)]),
      "with another shape": withHeader(good, (header) => header[firstTensor(header)].shape.reverse().push(1)),
      "with offsets outside": withHeader(good, (header) => (header[firstTensor(header)].data_offsets = [0, 2 ** 40])),
      "with another type": withHeader(good, (header) => (header[firstTensor(header)].dtype = "I32")),
    },
    "snapshot-newer": {
      "of a later format": withLabel(good, (label) => (label.format += 1)),
    },
    "snapshot-other-base": {
      "of another base": withLabel(good, (label) => (label.base = "0".repeat(64))),
    },
  };
}

promise("hostile snapshots are refused for the right reason and change nothing", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell(FACT);
  await talk.endConversation();
  const good = await talk.export();
  const wrong = [];
  for (const [code, files] of Object.entries(hostile(good))) {
    for (const [what, bytes] of Object.entries(files)) {
      const refusal = await talk.refusal("import", bytes);
      if (!isRefusal(refusal, code)) wrong.push(`a file ${what}: ${refusal ?? "was taken"}, not ${code}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(read(await talk.export()).data, read(good).data, "the memory is as it was");
  assert.equal(await talk.refusal("import", good), null, "the good one is still taken");
});

/** Damage may make a file look foreign: what counts is that it is refused. Age and base must be told apart. */
function isRefusal(refusal, code) {
  const unreadable = ["snapshot-damaged", "snapshot-foreign"];
  return unreadable.includes(code) ? unreadable.includes(refusal) : refusal === code;
}

promise("the page previews a file, says why it refuses one, and takes no for an answer", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell(FACT);
  await talk.endConversation();
  const good = await talk.export();

  await talk.chooseFile(Buffer.from("not a memory"), "holiday.jpg");
  assert.ok((await talk.get("import-reason").innerText()).length > 20);
  assert.equal(await talk.get("import-confirm").count(), 0, "there is nothing to confirm");
  await talk.get("import-cancel").click();
  await talk.get("import-cancel").waitFor({ state: "hidden" });

  await talk.chooseFile(good);
  assert.equal(await talk.get("import-confirm").count(), 1);
  await talk.get("import-cancel").click();
  assert.deepEqual(read(await talk.export()).data, read(good).data, "cancelling changes nothing");
});

promise("a memory of 64 MB is refused without being taken apart", {}, async ({ talk }) => {
  await talk.open();
  const refusal = await talk.memory(async (memory) => {
    const bytes = new Uint8Array(64 << 20).fill(0x20);
    return memory.import(new Blob([bytes])).then(() => null, (error) => error.code);
  });
  assert.match(refusal ?? "was taken", /^snapshot-(foreign|damaged)$/);
});

promise("a file can become another memory, under a name that is free", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.endConversation();
  const bytes = await talk.export();
  await talk.tell("I live in Tolvane.");
  const mine = await talk.transcript();
  await talk.chooseFile(bytes);
  assert.match(await talk.get("import-levels").innerText(), /Fast 0 · Mid [\d.]+ · Slow [\d.]+/);
  await talk.get("import-key").fill("my other self");
  await talk.get("import-as").press("Enter");
  await talk.page.waitForURL(/key=my\+other\+self/);
  await talk.ready();
  assert.deepEqual(read(await talk.export()).data, read(bytes).data);
  assert.ok((await talk.tell("What is my parrot called?")).reply.includes("Zephyr Malin"));

  await talk.open();
  assert.deepEqual(await talk.transcript(), mine, "the memory of before is what it was");
  await talk.chooseFile(bytes);
  await talk.get("import-key").fill("my other self");
  await talk.get("import-as").press("Enter");
  await talk.page.locator('[data-testid="alert"][data-code="key-taken"]').waitFor();
});
