import { describe, expect, it } from "vitest";
import { cancelled } from "../../../src/core/errors.ts";
import { describeOrKeep } from "../../../src/core/meaning/describe-or-keep.ts";
import type { RawArtifact } from "../../../src/core/model/artifact.ts";
import type { DictNode, Value } from "../../../src/core/model/value.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { readArtifact } from "../../../src/core/open.ts";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { fixture } from "../../support/read-format.ts";

const SOURCE = { name: "m.pkl", size: 1, identity: "1" };

/** A value that cannot be looked at. */
function defeating(error: Error): Value {
  const dict: DictNode = { kind: "dict", keys: [], values: [] };
  return Object.defineProperty(dict, "keys", {
    get(): never {
      throw error;
    },
  });
}

async function read(): Promise<RawArtifact> {
  return readArtifact(
    fromBytes(fixture("../workspace/credit-risk/suspicious.pkl"), "suspicious.pkl", 0),
    nodeHost(),
    quietWork(),
  );
}

describe("a file that defeats making sense of it", () => {
  it("tells what it would import all the same, and is not complete", async () => {
    const raw = await read();
    const whole = await describeOrKeep(raw, SOURCE, quietWork());
    const kept = await describeOrKeep(
      { ...raw, root: defeating(new RangeError("Maximum call stack size exceeded")) },
      SOURCE,
      quietWork(),
    );
    expect(kept.imports).toEqual(whole.imports);
    expect(kept.imports.length).toBeGreaterThan(0);
    expect(kept.findings.map(({ rule }) => rule)).toEqual([...raw.findings.map(({ rule }) => rule), "integrity/limit"]);
    expect(kept.findings.at(-1)?.message).toContain("Maximum call stack size exceeded");
    expect(kept).toMatchObject({ complete: false, parameters: [], root: undefined });
  });

  it("is refused where somebody cancelled", async () => {
    const raw = { ...(await read()), root: defeating(cancelled()) };
    await expect(describeOrKeep(raw, SOURCE, quietWork())).rejects.toMatchObject({ code: "cancelled" });
  });
});
