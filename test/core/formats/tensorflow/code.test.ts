import { describe, expect, it } from "vitest";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { openBeside } from "../../../support/open-beside.ts";
import { pb } from "../../../support/protobuf-builder.ts";
import { openBytes } from "../../../support/read-format.ts";

// TensorFlow itself is not installed where these tests are made: the messages are built from its specification.

const node = (name: string, operator: string): Uint8Array => concat(pb.text(1, name), pb.text(2, operator));
/** A GraphDef: nodes of its own, and those of one function in its library. */
const graphOf = (operators: readonly string[], inFunction: readonly string[] = []): Uint8Array =>
  concat(
    ...operators.map((operator, i) => pb.bytes(1, node(`n${i}`, operator))),
    pb.bytes(
      2,
      pb.bytes(
        1,
        pb.bytes(1, pb.text(1, "f")),
        ...inFunction.map((operator, i) => pb.bytes(3, node(`m${i}`, operator))),
      ),
    ),
  );
const savedModel = (graph: Uint8Array): Uint8Array =>
  concat(pb.int(1, 1), pb.bytes(2, pb.bytes(1, pb.text(4, "serve"), pb.text(5, "2.14.0")), pb.bytes(2, graph)));

const warnings = ({ findings }: Artifact): string[] =>
  findings
    .filter(({ rule }) => rule === "safety/unusual-global")
    .map(({ severity, message }) => `${severity}: ${message}`);
const reaching = (operator: string): string =>
  `warning: The graph has the operator ${operator}, which reads or writes files or calls Python when the model is run. Nothing of it is run here.`;

const OPERATORS = ["ReadFile", "WriteFile", "MatchingFiles", "PyFunc", "PyFuncStateless", "EagerPyFunc"];

describe("a SavedModel whose graph reaches out", () => {
  it.each(OPERATORS)("by %s is a warning, with the place of the operator", async (operator) => {
    const bytes = savedModel(graphOf(["Placeholder", operator, operator]));
    const artifact = await openBytes(bytes, "saved_model.pb");
    expect(warnings(artifact)).toEqual([reaching(operator)]);
    const range = artifact.findings.find(({ rule }) => rule === "safety/unusual-global")?.range;
    const from = range?.offset ?? 0;
    expect(new TextDecoder("latin1").decode(bytes.subarray(from, from + 40))).toContain(operator);
  });

  it("in a function of its library is one as well, each operator once", async () => {
    const artifact = await openBytes(savedModel(graphOf(["ReadFile"], ["ReadFile", "WriteFile"])), "saved_model.pb");
    expect(warnings(artifact).sort()).toEqual([reaching("ReadFile"), reaching("WriteFile")]);
  });

  it("in a frozen graph and in text is one as well", async () => {
    expect(warnings(await openBytes(graphOf(["MatMul", "ReadFile"]), "frozen.pb"))).toEqual([reaching("ReadFile")]);
    const text = 'node { name: "a" op: "Placeholder" }\nnode { name: "b" op: "WriteFile" input: "a" }\n';
    const artifact = await openBytes(new TextEncoder().encode(text), "graph.pbtxt");
    expect(warnings(artifact)).toEqual([reaching("WriteFile")]);
  });

  it("is none for operators that only sound like it", async () => {
    const artifact = await openBytes(
      savedModel(graphOf(["RestoreV2", "SaveV2", "ReadVariableOp", "MatMul"])),
      "saved_model.pb",
    );
    expect(warnings(artifact)).toEqual([]);
  });
});

const layer = (className: string, config: Record<string, unknown>): Uint8Array =>
  pb.bytes(
    1,
    pb.int(2, 1),
    pb.text(3, "root.layer-0"),
    pb.text(4, "_tf_keras_layer"),
    pb.text(5, JSON.stringify({ class_name: className, config })),
  );

describe("a SavedModel of Keras, by the metadata beside it", () => {
  const open = (...layers: Uint8Array[]): Promise<Artifact> =>
    openBeside("saved_model.pb", {
      "saved_model.pb": savedModel(graphOf(["MatMul"])),
      "keras_metadata.pb": concat(...layers),
    });

  it("says which layer holds Python code", async () => {
    const code = {
      name: "sneaky",
      function_type: "lambda",
      function: { class_name: "__tuple__", items: ["4wE=", null] },
    };
    const found = await open(layer("Dense", { name: "fine" }), layer("Lambda", code));
    expect(warnings(found)).toEqual([expect.stringContaining("The layer sneaky holds compiled Python code")]);
    expect(found.findings.find(({ rule }) => rule === "safety/unusual-global")?.path).toBe("sneaky");
  });

  it("says which layer calls a function by its name", async () => {
    const named = { name: "named", function_type: "function", function: "halved", module: "own" };
    expect(warnings(await open(layer("Lambda", named)))).toEqual([
      expect.stringContaining("The layer named is a Lambda"),
    ]);
  });

  it("has nothing to say of other layers and of what is no layer", async () => {
    const network = pb.bytes(1, pb.text(4, "_tf_keras_network"), pb.text(5, JSON.stringify({ class_name: "Lambda" })));
    expect(warnings(await open(layer("Dense", { name: "fine" }), network))).toEqual([]);
  });

  it("says that the metadata was not read where it is damaged", async () => {
    const found = await openBeside("saved_model.pb", {
      "saved_model.pb": savedModel(graphOf(["MatMul"])),
      "keras_metadata.pb": Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
    });
    expect(found.findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^keras_metadata\.pb was not read/),
    );
    expect(warnings(found)).toEqual([]);
    const noText = pb.bytes(1, pb.text(3, "root.a"), pb.text(4, "_tf_keras_layer"), pb.text(5, "{"));
    expect((await open(noText)).findings.map(({ message }) => message)).toContain(
      "keras_metadata.pb was not read: the metadata of root.a are no JSON.",
    );
  });
});
