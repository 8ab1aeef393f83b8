import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { cancelled } from "../../../../src/core/errors.ts";
import { isNode } from "../../../../src/core/model/value.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { createWork, type Work } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";

/** `{"a": 1, "x": ["000000", ...]}` of protocol 2. */
function listOfTexts(count: number): Uint8Array {
  const text = (content: string): number[] => [0x8c, content.length, ...new TextEncoder().encode(content)];
  const before = [0x80, 4, 0x7d, 0x28, ...text("a"), 0x4b, 1, ...text("x"), 0x5d, 0x28];
  const size = 8 + 2;
  const bytes = new Uint8Array(before.length + count * size + 3);
  bytes.set(before);
  for (let k = 0; k < count; k++) bytes.set(text(String(k).padStart(8, "0")), before.length + k * size);
  bytes.set([0x65, 0x75, 0x2e], before.length + count * size);
  return bytes;
}

describe("a large container that waits in a pickle", () => {
  it("is taken apart with pauses while a file is opened, each of which can cancel", async () => {
    const bytes = listOfTexts(400_000);
    const whole = createWork();
    let pauses = 0;
    let least = Number.POSITIVE_INFINITY;
    const work = (most: number): Work => ({
      ...whole,
      isDue: () => true,
      report: ({ done, total = 0 }) => {
        // The container begins behind the file's first bytes: its size is less than that of the file.
        if (total < bytes.length) pauses += 1;
        least = Math.min(least, total - done);
      },
      checkpoint: () => (pauses >= most ? Promise.reject(cancelled()) : Promise.resolve()),
    });
    const artifact = await openArtifact(fromBytes(bytes, "a.pkl"), nodeHost(), work(Number.POSITIVE_INFINITY));
    expect([artifact.complete, pauses > 4, least >= 0]).toEqual([true, true, true]);
    const list = isNode(artifact.root) && artifact.root.kind === "dict" ? artifact.root.values[1] : undefined;
    const items = isNode(list) && list.kind === "list" ? list.items : [];
    expect([items.length, items[0], items.at(-1)]).toEqual([400_000, "00000000", "00399999"]);
    pauses = 0;
    const opening = openArtifact(fromBytes(bytes, "a.pkl"), nodeHost(), work(2));
    await expect(opening).rejects.toMatchObject({ code: "cancelled" });
  });
});
