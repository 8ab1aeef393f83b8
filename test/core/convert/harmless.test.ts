import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { executeConversion } from "../../../src/core/convert/execute.ts";
import { planConversion } from "../../../src/core/convert/plan-conversion.ts";
import { verifyConversion } from "../../../src/core/convert/verify.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { MemorySink } from "../../support/memory-sink.ts";

const [host, work] = [nodeHost(), quietWork()];
/** Written by the libraries themselves (test/generate/safety_fixtures.py). */
const cases = JSON.parse(
  readFileSync(new URL("../../fixtures/pickle/harmless.json", import.meta.url), "utf8"),
) as Record<string, string>;

/** What dill evaluates is judged by its text, which a copy does not see: the copy errs on the safe side. */
const GRAVER = "dill: range, weakref, protocol 4";

describe("a copy of what is harmless to load", () => {
  it.each(Object.entries(cases).filter(([name]) => name !== GRAVER))("is no error either: %s", async (_name, text) => {
    const artifact = await openArtifact(fromBytes(new Uint8Array(Buffer.from(text, "base64")), "a.pkl", 0), host, work);
    const plan = await planConversion(artifact, "model", host, work);
    const sink = new MemorySink();
    await executeConversion(artifact, plan, sink, host, work);
    const copy = fromBytes(sink.bytes(), "copy.model");
    await verifyConversion(artifact, plan, copy, host, work);
    const { imports } = await openArtifact(copy, host, work);
    expect(imports.filter((use) => use.class === "dangerous")).toEqual([]);
  });
});
