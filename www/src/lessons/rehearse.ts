import { Session } from "../session";
import type { Lesson } from "./lesson";
import { Player } from "./player";
import { Recorded, type Trace } from "./recording";
import type { StepRecord } from "./record";

/** A session that only knows what was recorded. */
export async function openRecorded(trace: Trace, { paced = true } = {}): Promise<Session> {
  const session = new Session();
  await session.open({ createWorker: () => new Recorded(trace, { paced }) });
  return session;
}

/** Plays a recording through at once, and gives what happened in each step: for paper. */
export async function rehearse(lesson: Lesson, trace: Trace): Promise<(StepRecord | null)[]> {
  const session = await openRecorded(trace, { paced: false });
  const player = new Player(lesson);
  player.use(session);
  const records: (StepRecord | null)[] = [];
  for (let at = 0; at < lesson.steps.length && !player.failure; at++) {
    player.show(at);
    await player.play();
    records.push(player.record);
  }
  await session.memory?.close();
  return records;
}
