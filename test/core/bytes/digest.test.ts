import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { digest } from "../../../src/core/bytes/digest.ts";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { createWork, type Progress } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { noise } from "../../support/bytes-builder.ts";

describe("digest", () => {
  it("is the SHA-256 of all bytes, and tells how far it is", async () => {
    const bytes = noise(9_000_000);
    const seen: Progress[] = [];
    const work = createWork({ onProgress: (progress) => seen.push(progress) });
    expect(await digest(fromBytes(bytes), nodeHost(), work)).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(seen.at(-1)).toMatchObject({ done: 9_000_000, total: 9_000_000, unit: "bytes" });
    expect(seen.length).toBeGreaterThan(1);
  });
});
