import { describe, expect, it } from "vitest";
import { BytesBuilder } from "../../support/bytes-builder.ts";
import { openBeside } from "../../support/open-beside.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const weights = new Uint8Array(64).map((_, k) => (k * 37 + 200) % 256);

/** The file, what lies beside it, and the words that say what it is. */
const NAMED: readonly (readonly [string, Uint8Array, Readonly<Record<string, string>>, string])[] = [
  [
    "age.bin",
    weights,
    { "age-weights_manifest.json": '[{"weights":[],"paths":["age.bin"]}]' },
    "age-weights_manifest.json",
  ],
  ["net.bin", weights, { "net.json": '{"format":"x","weightsManifest":[{"paths":["net.bin"]}]}' }, "net.json"],
  ["group.bin", weights, { "weights_manifest.json": '[{"weights":[],"paths":["group.bin"]}]' }, "TensorFlow.js"],
  ["v.xml.bin", weights, { "v.xml.xml": '<?xml version="1.0"?><net name="a"></net>' }, "OpenVINO"],
  ["model.ckpt.data-00000-of-00002", weights, {}, ".index"],
  ["weight.bin", new BytesBuilder().u32(1).u32(2).zeros(56).u32(0xdeadbeef).zeros(60).bytes(), {}, "Core ML"],
  ["mobile.ptl", new BytesBuilder().u32(44).text("PTMF").zeros(40).bytes(), {}, "PyTorch module for mobile"],
  ["detector.dat", new BytesBuilder().raw([1, 1, 1, 10]).text("loss_mmod_").raw([1, 1, 1]).bytes(), {}, "dlib"],
  ["shape_predictor_5_face_landmarks.dat", Uint8Array.of(1, 1, 0x81, 0x88, 0x81, 1, 3), {}, "dlib"],
];

describe("files that hold values without their names", () => {
  it.each(NAMED)("%s is named for what it is", async (name, bytes, beside, words) => {
    const files = Object.fromEntries(Object.entries(beside).map(([other, text]) => [other, utf8(text)]));
    const opened = openBeside(name, { ...files, [name]: bytes });
    await expect(opened).rejects.toMatchObject({ code: "not-recognised", message: expect.stringContaining(words) });
  });

  it("are not named after a JSON file that names no weights", async () => {
    const opened = openBeside("x.bin", { "x.bin": weights, "x.json": utf8('{"a": 1}') });
    await expect(opened).rejects.toMatchObject({ message: expect.stringContaining("first bytes") });
  });
});
