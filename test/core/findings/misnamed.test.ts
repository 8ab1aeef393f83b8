import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { testPath } from "../../support/open-file.ts";
import { pickle } from "../../support/pickle-builder.ts";

const PICKLE = pickle("PROTO 4", "EMPTY_DICT", "STOP");

async function messages(bytes: Uint8Array, name: string): Promise<string[]> {
  const { findings } = await openArtifact(fromBytes(bytes, name), nodeHost(), quietWork());
  return findings.filter(({ rule }) => rule === "safety/misnamed").map(({ message }) => message);
}

describe("what can run code under the name of what brings none", () => {
  it.each(["weights.safetensors", "model.ONNX", "array.npy", "config.json.gz", "model.gguf (a1b2c3)"])(
    "a pickle called %s",
    async (name) => {
      const [message] = await messages(PICKLE, name);
      expect(message).toContain(`${name} holds a pickle, which can run code when it is loaded`);
    },
  );

  it.each(["model.pkl", "model.model", "model.bin", "model.h5", "model", "onnx", "safetensors.pickle"])(
    "none for a pickle called %s",
    async (name) => expect(await messages(PICKLE, name)).toEqual([]),
  );

  it("nor for one harmless format under the name of another", async () => {
    const gguf = new Uint8Array(await readFile(testPath("fixtures/gguf/blocks.gguf")));
    expect(await messages(gguf, "model.onnx")).toEqual([]);
  });
});
