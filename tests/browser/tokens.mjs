// Which tokens went into the model, and which of them spell something. The tests encode nothing themselves: they line up
// the ids that were fed with the texts of what was learned, both told by the runtime about the same stream.
import assert from "node:assert/strict";

/** Every token of a conversation that has ended: `{ id, text, role, turn }`. */
export function lineUp(fedTokenIds, writes) {
  const learned = writes.flatMap((write) => write.tokens.map(({ text, turn, role }) => ({ text, turn, role: role ?? write.role })));
  // Ending the conversation may feed a mark of its own; nothing but marks may come without an id.
  const marks = learned.slice(fedTokenIds.length);
  assert.ok(fedTokenIds.length <= learned.length, `${fedTokenIds.length} tokens were fed but ${learned.length} learned`);
  assert.ok(marks.every(({ turn }) => turn === -1), "text was learned that no request fed");
  return fedTokenIds.map((id, index) => ({ id, ...learned[index] }));
}

/** The ids that spell `value` in a stream. */
export function idsOf(value, stream) {
  const text = stream.map((token) => token.text).join("");
  const start = text.indexOf(value);
  assert.notEqual(start, -1, `"${value}" is not in what was learned: ${text}`);
  let position = 0;
  const covered = stream.filter(({ text }) => {
    const [from, to] = [position, (position += text.length)];
    return to > start && from < start + value.length;
  });
  return covered.map(({ id }) => id);
}

/** Whether a sequence of ids appears in another, side by side. */
export function contains(ids, sequence) {
  return ids.some((_, start) => sequence.every((id, index) => ids[start + index] === id));
}
