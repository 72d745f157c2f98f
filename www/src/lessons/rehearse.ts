import { Session } from "../session";
import type { Lesson } from "./lesson";
import { Player } from "./player";
import { Recorded, type Trace } from "./recording";
import type { StepRecord } from "./record";

/** A session that only knows what was recorded, and what answers it. */
export async function openRecorded(trace: Trace, { paced = true } = {}): Promise<{ session: Session; recorded: Recorded }> {
  const session = new Session();
  const recorded = new Recorded(trace, { paced });
  await session.open({ createWorker: () => recorded });
  return { session, recorded };
}

/** Plays a recording through at once, and gives what happened in each step: for paper. */
export async function rehearse(lesson: Lesson, trace: Trace): Promise<(StepRecord | null)[]> {
  const { session, recorded } = await openRecorded(trace, { paced: false });
  const player = new Player(lesson);
  player.addEventListener("begin", () => recorded.begin());
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
