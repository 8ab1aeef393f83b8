import { describe, expect, it } from "vitest";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { cutsOf, outcomeOf } from "../../../fuzz/outcome.ts";
import { hexAt, metadataAt, openBytes, rulesOf, tensorAt } from "../../../support/fixture-reading.ts";
import * as build from "../../../support/flatbuffer-builder.ts";

// Built by hand from the schema: ONNX Runtime writes this format only through a session of its own.

const open = (bytes: Uint8Array) => openBytes(bytes, "m.ort");
const tensor = (
  name: string,
  dims: readonly bigint[],
  type: number,
  raw: Uint8Array,
  ...more: (build.Field | undefined)[]
) => build.table(build.text(name), undefined, build.longs(...dims), build.i32(type), build.packed(raw), ...more);
const texts = (...values: readonly string[]) =>
  build.tables(...values.map((text): build.Ref => ({ kind: "text", text })));
const graph = (initialisers: readonly build.Ref[], nodes: readonly build.Ref[]) => {
  const dim = (type: number, value: number, name: string) =>
    build.table(build.ref(build.table(build.u8(type), build.u64(value), build.text(name))));
  const shape = build.table(build.tables(dim(2, 0, "N"), dim(1, 3, "")));
  const type = build.table(undefined, build.u8(1), build.ref(build.table(build.i32(1), build.ref(shape))));
  const x = build.table(build.text("x"), undefined, build.ref(type));
  return build.table(
    build.tables(...initialisers),
    build.tables(x),
    build.tables(...nodes),
    undefined,
    undefined,
    texts("x"),
    texts("y"),
  );
};
const model = (initialisers: readonly build.Ref[], nodes: readonly build.Ref[] = []) =>
  build.flatbuffer(
    "ORTM",
    build.table(
      build.text("5"),
      build.ref(
        build.table(
          build.u64(8),
          build.tables(build.table(build.text(""), build.u64(17))),
          build.text("maker"),
          build.text("1.2"),
          undefined,
          build.u64(4),
          undefined,
          build.ref(graph(initialisers, nodes)),
          undefined,
          build.tables(build.table(build.text("key"), build.text("value"))),
        ),
      ),
    ),
  );
const attribute = (name: string, type: number, field: number, value: build.Field) =>
  build.table(
    ...Array.from({ length: field + 1 }, (_, index) =>
      index === 0 ? build.text(name) : index === 2 ? build.i32(type) : index === field ? value : undefined,
    ),
  );
const node = (op: string, ...attributes: readonly build.Ref[]) =>
  build.table(
    build.text("n"),
    undefined,
    build.text(""),
    build.i32(13),
    build.i32(0),
    build.text(op),
    undefined,
    undefined,
    texts("x", "w"),
    texts("y"),
    build.tables(...attributes),
  );
const w = tensor("w", [2n, 1n], 1, Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0x80));
const whole = model(
  [w, tensor("q", [3n], 22, Uint8Array.of(0xf1, 0x08)), tensor("h", [1n], 10, Uint8Array.of(1, 0x7e))],
  [
    node(
      "If",
      attribute("f", 1, 3, build.f32(0.5)),
      attribute("i", 2, 4, build.u64(7)),
      attribute("s", 3, 5, build.text("text")),
      attribute("t", 4, 6, build.ref(tensor("", [1n], 7, new Uint8Array(8)))),
      attribute("g", 5, 7, build.ref(graph([w], []))),
      attribute("fs", 6, 8, build.floats(1, 2)),
      attribute("is", 7, 9, build.longs(1n, -2n)),
      attribute("ss", 8, 10, texts("a", "b")),
    ),
  ],
);

describe("an ONNX Runtime model", () => {
  it("has initialisers by name, those of inner graphs and attributes too", async () => {
    const artifact = await open(whole);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["ort", true, []]);
    expect(artifact.parameters.map(({ path }) => path)).toEqual(["w", "q", "h", "n.t", "n.g/w"]);
    expect(await hexAt(artifact, "w")).toBe("0000803f00000080");
    expect([tensorAt(artifact, "q").dtype.name, await hexAt(artifact, "q")]).toEqual(["int4", "01fff8"]);
    expect([tensorAt(artifact, "h").dtype.name, await hexAt(artifact, "h")]).toEqual(["float16", "017e"]);
  });

  it("tells versions, inputs and outputs, nodes with their attributes", async () => {
    const artifact = await open(whole);
    expect(artifact.facts.map(({ value }) => value)).toEqual(
      expect.arrayContaining(["5", "8", "ai.onnx 17", "maker 1.2", "x: float32 [N, 3]", "y: ?"]),
    );
    expect(artifact.schema).toMatchObject({ outputs: ["y"] });
    expect(metadataAt(artifact, "key")).toBe("value");
    expect(metadataAt(artifact, "nodes")).toMatchObject({
      items: [
        {
          values: [
            "If",
            13n,
            "n",
            { items: ["x", "w"] },
            { items: ["y"] },
            {
              keys: ["f", "i", "s", "t", "g", "fs", "is", "ss"],
              values: [
                0.5,
                7n,
                "text",
                "<tensor n.t>",
                { items: [] },
                { items: [1, 2] },
                { items: [1n, -2n] },
                { items: ["a", "b"] },
              ],
            },
          ],
        },
      ],
    });
  });

  it("is a LoRA adapter too", async () => {
    const parameter = build.table(
      build.text("lora_a"),
      build.longs(1n, 2n),
      build.i32(1),
      build.packed(Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0x40)),
    );
    const artifact = await open(
      build.flatbuffer("TORT", build.table(build.i32(1), build.i32(2), build.i32(3), build.tables(parameter))),
    );
    expect([artifact.complete, tensorAt(artifact, "lora_a").shape]).toEqual([true, [1, 2]]);
    expect(await hexAt(artifact, "lora_a")).toBe("0000803f00000040");
  });
});

describe("a damaged ONNX Runtime file", () => {
  it.each<[string, Uint8Array, string]>([
    ["fewer bytes than the shape", model([tensor("w", [9n], 1, new Uint8Array(4))]), "integrity/corrupt"],
    ["a shape that cannot be", model([tensor("w", [-1n], 1, new Uint8Array(4))]), "integrity/corrupt"],
    ["an unknown type", model([tensor("w", [1n], 77, new Uint8Array(4))]), "integrity/not-read"],
    [
      "bytes in another file",
      model([tensor("w", [1n], 1, new Uint8Array(4), undefined, build.u64(64))]),
      "integrity/not-read",
    ],
    ["an unknown attribute", model([w], [node("Op", attribute("a", 99, 3, build.f32(1)))]), "integrity/not-read"],
  ])("with %s is shown with a finding", async (_what, bytes, rule) => {
    const artifact = await open(bytes);
    expect([rulesOf(artifact), artifact.complete]).toEqual([[rule], false]);
  });

  it("is shown in part or refused, cut at every 7th byte", async () => {
    expect(await cutsOf(whole, open)).toEqual(["partial", "refused"]);
  });

  it("does not follow graphs in graphs without end", async () => {
    let inner = graph([w], []);
    for (let depth = 0; depth < 60; depth++) inner = graph([], [node("If", attribute("g", 5, 7, build.ref(inner)))]);
    const artifact = await open(model([w], [node("If", attribute("g", 5, 7, build.ref(inner)))]));
    expect([rulesOf(artifact), artifact.complete]).toEqual([["integrity/limit"], false]);
  });

  it("opens, or says why not", async () => {
    const damaged = mutator([whole], 13);
    for (let i = 0; i < fuzzCount(200); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(open(damaged.next())));
  });
});
