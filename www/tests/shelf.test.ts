import { describe, expect, it } from "vitest";
import type { Session } from "../src/session";
import { MOST_AWAKE, Shelf, type Guest, type Holding } from "../src/widget/shelf";

/** A session without a worker. */
class Fake extends EventTarget {
  static awake = 0;
  phase = "ready";
  mode = "lasting";
  canSay = true;
  memory = { summary: { storage: "indexeddb" } };

  async open(): Promise<void> {
    Fake.awake++;
  }

  async close(): Promise<void> {
    Fake.awake--;
  }
}

function shelfOf(count: number) {
  Fake.awake = 0;
  const shelf = new Shelf(() => new Fake() as unknown as Session);
  const guests: (Guest & { visible: boolean })[] = Array.from({ length: count }, () => ({ visible: false }));
  const held = guests.map((guest, at) => shelf.take(`k${at}`, {}, guest));
  return { shelf, guests, held };
}

const settled = () => new Promise((done) => setTimeout(done));
const awake = (held: Holding[]) => held.filter(({ session }) => session).map(({ key }) => key);

describe("the shelf", () => {
  it("gives one session to all who have the same key, and releases it with the last of them", async () => {
    const { shelf, guests, held } = shelfOf(1);
    const second: Guest = { visible: true };
    expect(shelf.take("k0", { device: "cpu" }, second)).toBe(held[0]);
    shelf.wake(held[0]!, "seen");
    shelf.leave(held[0]!, guests[0]!);
    expect(Fake.awake).toBe(1);
    shelf.leave(held[0]!, second);
    await settled();
    expect(Fake.awake).toBe(0);
  });

  it("lets the one rest that was off screen longest", async () => {
    const { shelf, held } = shelfOf(6);
    for (const holding of held) {
      shelf.wake(holding, "seen");
      await settled();
      expect(Fake.awake).toBeLessThanOrEqual(MOST_AWAKE);
    }
    expect(awake(held)).toEqual(["k2", "k3", "k4", "k5"]);
    shelf.wake(held[0]!, "seen");
    await settled();
    expect(awake(held)).toEqual(["k0", "k3", "k4", "k5"]);
  });

  it("lets nobody rest who is seen, unless a person asks for room", async () => {
    const { shelf, guests, held } = shelfOf(5);
    guests.forEach((guest) => (guest.visible = true));
    for (const holding of held) shelf.wake(holding, "seen");
    await settled();
    expect(awake(held)).toEqual(["k0", "k1", "k2", "k3"]);
    shelf.wake(held[4]!, "asked");
    await settled();
    expect(awake(held)).toEqual(["k1", "k2", "k3", "k4"]);
  });

  it("lets nothing rest that would be lost, and takes the next as soon as it may", async () => {
    const { shelf, held } = shelfOf(5);
    for (const holding of held.slice(0, 4)) shelf.wake(holding, "seen");
    const sessions = held.slice(0, 4).map(({ session }) => session as unknown as Fake);
    sessions[0]!.memory.summary.storage = "none";
    sessions[1]!.mode = "temporary";
    sessions[2]!.canSay = sessions[3]!.canSay = false;
    shelf.wake(held[4]!, "asked");
    await settled();
    expect(awake(held)).toEqual(["k0", "k1", "k2", "k3"]);
    sessions[3]!.canSay = true;
    sessions[3]!.dispatchEvent(new Event("change"));
    await settled();
    expect(awake(held)).toEqual(["k0", "k1", "k2", "k4"]);
  });
});
