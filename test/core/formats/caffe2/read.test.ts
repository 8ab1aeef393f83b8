import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { fingerprint } from "../../../../src/core/model/fingerprint.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { pb } from "../../../support/protobuf-builder.ts";
import { damagedCopies, elementsHex, openBytes, readBytes, rulesOf, tensorAt } from "../../../support/read-format.ts";

// Caffe2 has no package that can be installed any more: files are built from its specification.

const ints = (name: string, ...values: number[]): Uint8Array =>
  pb.bytes(5, pb.text(1, name), ...values.map((value) => pb.int(6, value)));
const fill = (output: string, type: string, ...args: Uint8Array[]): Uint8Array =>
  pb.bytes(2, pb.text(2, output), pb.text(4, type), ...args);
const net = concat(
  pb.text(1, "net_init"),
  fill(
    "w",
    "GivenTensorFill",
    ints("shape", 2, 2),
    pb.bytes(5, pb.text(1, "values"), ...[1, -0, 0.1, 4].map((v) => pb.float(5, v))),
  ),
  fill("packed", "GivenTensorFill", ints("shape", 3), pb.bytes(5, pb.text(1, "values"), pb.bytes(5, pb.f32(1, 2, 3)))),
  fill("n", "GivenTensorInt64Fill", ints("shape", 2), ints("values", -1, 300)),
  fill(
    "q",
    "Int8GivenTensorFill",
    ints("shape", 3),
    pb.bytes(5, pb.text(1, "values"), pb.bytes(4, Uint8Array.of(0, 128, 255))),
    pb.bytes(5, pb.text(1, "Y_scale"), pb.float(2, 0.5)),
    pb.bytes(5, pb.text(1, "Y_zero_point"), pb.int(3, 128)),
  ),
  fill("words", "GivenTensorStringFill", ints("shape", 1), pb.bytes(5, pb.text(1, "values"), pb.text(7, "é"))),
  fill("data", "ConstantFill", ints("shape", 1)),
  pb.bytes(
    2,
    pb.text(1, "data"),
    pb.text(1, "w"),
    pb.text(2, "y"),
    pb.text(3, "fc"),
    pb.text(4, "FC"),
    pb.bytes(5, pb.text(1, "order"), pb.text(4, "NCHW")),
  ),
  pb.text(7, "data"),
  pb.text(8, "y"),
);
const asText = `name: "net_init"
op { output: "w" type: "GivenTensorFill" arg { name: "shape" ints: 2 ints: 2 } arg { name: "values" floats: 1 floats: -0 floats: 0.1 floats: 4 } }
op { output: "packed" type: "GivenTensorFill" arg { name: "shape" ints: 3 } arg { name: "values" floats: [1, 2, 3] } }
op { output: "n" type: "GivenTensorInt64Fill" arg { name: "shape" ints: 2 } arg { name: "values" ints: -1 ints: 300 } }
op { output: "q" type: "Int8GivenTensorFill" arg { name: "shape" ints: 3 } arg { name: "values" s: "\\000\\200\\377" } arg { name: "Y_scale" f: 0.5 } arg { name: "Y_zero_point" i: 128 } }
op { output: "words" type: "GivenTensorStringFill" arg { name: "shape" ints: 1 } arg { name: "values" strings: "\\303\\251" } }
op { output: "data" type: "ConstantFill" arg { name: "shape" ints: 1 } }
op { input: "data" input: "w" output: "y" name: "fc" type: "FC" arg { name: "order" s: "NCHW" } device_option { device_type: 0 } }
external_input: "data"
external_output: "y"
`;

describe("a Caffe2 net", () => {
  it("has what its operators fill, by the name of their output", async () => {
    const artifact = await openBytes(net, "init_net.pb");
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["caffe2", true, []]);
    expect(artifact.parameters.map(({ path }) => path)).toEqual(["w", "packed", "n", "q.values", "q.scale"]);
    expect(await elementsHex(tensorAt(artifact, "w"))).toEqual(["0000803f", "00000080", "cdcccc3d", "00008040"]);
    expect(await elementsHex(tensorAt(artifact, "packed"))).toEqual(["0000803f", "00000040", "00004040"]);
    expect(await elementsHex(tensorAt(artifact, "n"))).toEqual(["ffffffffffffffff", "2c01000000000000"]);
    expect(await elementsHex(tensorAt(artifact, "q", "values"))).toEqual(["00", "80", "ff"]);
    expect([artifact.schema.outputs, artifact.facts.map(({ value }) => value)]).toEqual([
      ["y"],
      ["net_init", "data", "7"],
    ]);
  });

  it("is the same as text", async () => {
    const [binary, artifact] = [
      await openBytes(net, "n.pb"),
      await openBytes(new TextEncoder().encode(asText), "n.pbtxt"),
    ];
    expect([artifact.format, artifact.complete]).toEqual(["caffe2", true]);
    const prints = [artifact, binary].map(({ parameters }) => fingerprint(parameters, nodeHost(), quietWork()));
    const [print, binaryPrint] = await Promise.all(prints);
    expect(print).toBe(binaryPrint);
  });

  it("says which values do not fit", async () => {
    const wrong = fill(
      "w",
      "GivenTensorFill",
      ints("shape", 3),
      pb.bytes(5, pb.text(1, "values"), pb.bytes(5, pb.f32(1))),
    );
    const large = fill("n", "GivenTensorIntFill", ints("values", 2 ** 40));
    const artifact = await openBytes(concat(pb.text(1, "n"), wrong, large), "init_net.pb");
    expect([artifact.complete, artifact.findings.map(({ message }) => message)]).toEqual([
      false,
      [
        "The values of w are not read: 1 values for the shape [3].",
        "The values of n are not read: 1 numbers do not fit into int32.",
      ],
    ]);
  });

  it("is shown up to where it is cut, or refused in words", async () => {
    const { shown, refused } = await readCuts(net, (bytes) => readBytes(bytes, "init_net.pb"));
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length).toBeGreaterThan(20);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([net, new TextEncoder().encode(asText)], 47, 300)).toEqual([]);
  });
});
