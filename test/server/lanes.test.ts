import { describe, expect, it } from "vitest";
import { createLane } from "../../src/server/lanes.ts";

/** A promise that the test settles. */
function gate(): { readonly promise: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

const never = new AbortController().signal;

describe("createLane", () => {
  it("runs as many at once as it is wide, the rest in their order", async () => {
    const lane = createLane(2);
    const gates = [gate(), gate(), gate(), gate()];
    const started: number[] = [];
    const runs = gates.map(({ promise }, index) =>
      lane.run(never, async () => {
        started.push(index);
        await promise;
        return index;
      }),
    );
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    expect(await runs[1]).toBe(1);
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2]);
    for (const each of gates) each.open();
    expect(await Promise.all(runs)).toEqual([0, 1, 2, 3]);
  });

  it("answers a waiting one that is cancelled, without running it or losing its place for others", async () => {
    const lane = createLane(1);
    const first = gate();
    const running = lane.run(never, () => first.promise);
    const abort = new AbortController();
    let ran = false;
    const waiting = lane.run(abort.signal, () => {
      ran = true;
      return Promise.resolve();
    });
    const after = lane.run(never, () => Promise.resolve("after"));
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
    first.open();
    await running;
    expect(await after).toBe("after");
    expect(ran).toBe(false);
  });

  it("does not start what was cancelled before", async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(createLane(1).run(abort.signal, () => Promise.resolve(1))).rejects.toMatchObject({
      code: "cancelled",
    });
  });

  it("goes on after a failure", async () => {
    const lane = createLane(1);
    await expect(lane.run(never, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await lane.run(never, () => Promise.resolve(2))).toBe(2);
  });
});
