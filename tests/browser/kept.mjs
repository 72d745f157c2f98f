// What a browser has kept of a memory, and whether what was acknowledged is in it. A deed is one thing that was done to a
// memory: it makes one version, `{ reason, said }`; `said` is what the person and the model said in it, null for words
// that the test does not know.

/** What is kept, as a page that has just opened finds it. */
export function kept(talk) {
  return talk.memory(async (memory) => {
    const versions = (await memory.versions()).reverse();
    return {
      storage: memory.summary.storage,
      notices: document.querySelector("nm-app").session.notices.map(({ code }) => code),
      tokens: memory.summary.tokens,
      turns: memory.transcript.map(({ role, text }) => `${role}: ${text}`),
      versions: versions.map(({ id, reason, tokens, bytes, name, current }) => ({ id, reason, tokens, bytes, name, current })),
    };
  });
}

/** The number of versions at the beginning that are in both. */
function common(before, after) {
  const same = (version, place) => ["id", "reason", "tokens"].every((field) => version[field] === after.versions[place]?.[field]);
  const end = before.versions.findIndex((version, place) => !same(version, place));
  return end < 0 ? before.versions.length : end;
}

/** How much of what was acknowledged is gone: versions, or turns if these are more. */
export function lost(before, after, deeds, acknowledged) {
  const versions = before.versions.length + acknowledged;
  if (after.storage !== "indexeddb") return versions;
  const whole = common(before, after);
  const there = whole < before.versions.length ? whole : after.versions.length;
  const turns = [...before.turns, ...deeds.slice(0, acknowledged).flatMap(({ said }) => said ?? [])];
  const missing = turns.filter((turn, place) => (turn ?? after.turns[place]) !== after.turns[place] || place >= after.turns.length);
  return Math.max(0, versions - there, missing.length);
}

/**
 * What is wrong with what is kept: sentences, none if all is well. `before` was kept; since then `deeds` were to be
 * done in this order, of which the page has acknowledged the first ones.
 */
export function wrongs(before, after, deeds, acknowledged) {
  const wrong = [];
  const check = (right, sentence) => right || wrong.push(sentence);
  const text = (value) => JSON.stringify(value);
  check(after.storage === "indexeddb" && after.notices.length === 0, `it opened with ${after.storage}, ${after.notices}`);
  const gone = lost(before, after, deeds, acknowledged);
  check(gone === 0, `${gone} of what was acknowledged are gone`);

  const made = after.versions.slice(before.versions.length);
  const done = deeds.slice(0, made.length);
  const planned = done.map(({ reason }) => reason);
  check(text(made.map(({ reason }) => reason)) === text(planned), `new versions are ${text(made)}, not the first of ${text(deeds)}`);
  const turns = [...before.turns, ...done.flatMap(({ said }) => said ?? [])];
  const right = turns.every((turn, place) => turn === null || turn === after.turns[place]);
  check(right && turns.length === after.turns.length, `it was said ${text(after.turns)}, not ${text(turns)}`);

  const newest = after.versions.at(-1);
  const current = after.versions.filter((version) => version.current);
  check(text(current) === text(newest ? [newest] : []), `${text(current)} is the head of ${text(after.versions)}`);
  check(after.tokens === (newest?.tokens ?? 0), `the memory has ${after.tokens} tokens, its version ${newest?.tokens}`);
  return wrong;
}

/** Whether nothing at all is kept. */
export function isEmpty({ storage, tokens, turns, versions }) {
  return storage === "indexeddb" && tokens === 0 && turns.length === 0 && versions.length === 0;
}
