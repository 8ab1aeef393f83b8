import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { fromHex } from "../../support/bytes-builder.ts";

/** What lies beside models and is none, though it begins like one. */
const TEXTS: readonly (readonly [string, string])[] = [
  ["README.md", "---\nlicense: mit\ntags:\n- text\n---\n\n# Title\n\n| a | b |\n| - | - |\n"],
  ["notes.md", "# Tags\n\n- item: !!python/object/apply:os.system [ls]\n"],
  ["network.cfg", "[net]\nname=eth0\n[section]\na=b\n"],
  ["graph.txt", "3 2\n1 2 3\n4 5 6\n7 8 9\n"],
  ["plan.xml", '<?xml version="1.0"?>\n<net name="x"><place/></net>\n'],
  ["RelNotes.txt", "Git v2.21.3 Release Notes\n=========================\n\nThis release fixes a.\n"],
  ["gc.expected", "gc__start\ngc__done\n.\nall\n"],
  ["RECORD", "crcmod-1.7/INSTALLER,sha256=zu,4\ncrcmod-1.7/METADATA,sha256=a,5\n../../x,,\n"],
  ["RECORD", Array.from({ length: 40 }, (_, k) => `PIL/Image${k}.py,sha256=a${k},${k}\n`).join("")],
  ["METADATA", "Metadata-Version: 2.1\nName: x\nVersion: 1.0\n"],
  ["copyright", "Format: https://x\nUpstream-Name: x\n\nFiles: *\nCopyright: 2020 x\n"],
  ["fivethirtyeight.mplstyle", "lines.linewidth: 4\naxes.prop_cycle: cycler('color', ['a'])\naxes.x: a: b\n"],
];

/** Binaries whose first letters could be opcodes of a pickle. */
const BINARIES: readonly (readonly [string, string])[] = [
  ["zone", "545a69663200000000000000000000000000000000000000"],
  ["code.bc", "4243c0de35140000050000006230242c"],
  ["sound.voc", "4372656174697665"],
  ["cursor", "5863757210000000000001000400000002"],
];

const open = (name: string, text: string) =>
  openArtifact(fromBytes(new TextEncoder().encode(text), name), nodeHost(), quietWork(), { name });

describe("ordinary texts", () => {
  it.each(TEXTS)("%s is not taken for a model", async (name, text) => {
    await expect(open(name, text)).rejects.toMatchObject({ code: "not-recognised" });
  });

  it.each(BINARIES)("%s is not taken for a pickle that is cut off", async (name, hex) => {
    const bytes = fromHex(hex);
    const opened = openArtifact(fromBytes(bytes, name), nodeHost(), quietWork(), { name });
    await expect(opened).rejects.toMatchObject({ code: "not-recognised" });
  });

  it("of word vectors are known by their name where all words are numbers", async () => {
    const { format, parameters } = await open("numbers.vec", "2 2\n1 2 3\n4 5 6\n");
    expect([format, parameters.map(({ tensor }) => tensor.shape)]).toEqual(["word2vec", [[2, 2]]]);
  });

  it("of YAML whose first line is longer than what is looked at are YAML", async () => {
    const { format } = await open("long.yaml", `values: [${"1, ".repeat(60_000)}1]\n`);
    expect(format).toBe("yaml");
  });
});
