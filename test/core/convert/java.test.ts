import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { executeConversion } from "../../../src/core/convert/execute.ts";
import { planConversion } from "../../../src/core/convert/plan-conversion.ts";
import { verifyConversion } from "../../../src/core/convert/verify.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { MemorySink } from "../../support/memory-sink.ts";
import { concat } from "../../support/bytes-builder.ts";
import { classDescription, field, javaHead, object } from "../../support/java-builder.ts";
import { fixture } from "../../support/read-format.ts";

const [host, work] = [nodeHost(), quietWork()];
const GADGET = "org.apache.commons.collections.functors.InvokerTransformer";

describe("models of Java's libraries, converted", () => {
  it.each<[string, Uint8Array]>([
    ["an object", fixture("java/model.ser")],
    ["Java's collections", fixture("java/library.ser")],
    ["trees of Weka", fixture("weka/random-forest.model")],
    ["a model of Tribuo that holds a serialised one", fixture("tribuo/liblinear.pb")],
    ["a model of OpenNLP", fixture("opennlp/tagger.bin")],
    ["a model of Vowpal Wabbit", fixture("vowpalwabbit/cover.model")],
    ["an attack", concat(javaHead, object(classDescription(GADGET, [field("D", "d")]), new Uint8Array(8)))],
  ])("(%s) are the same when they are read back, what is said of their classes included", async (_name, bytes) => {
    const artifact = await openArtifact(fromBytes(bytes, "m.model"), host, work);
    for (const target of ["model", "safetensors"] as const) {
      const plan = await planConversion(artifact, target, host, work);
      const sink = new MemorySink();
      await executeConversion(artifact, plan, sink, host, work);
      const copy = fromBytes(sink.bytes(), `copy.${target}`);
      await expect(verifyConversion(artifact, plan, copy, host, work)).resolves.toBeDefined();
      const rules = (await openArtifact(copy, host, work)).findings.map(({ rule }) => rule);
      expect(rules.includes("safety/dangerous-global")).toBe(
        artifact.findings.some(({ rule }) => rule === "safety/dangerous-global"),
      );
    }
  });
});
