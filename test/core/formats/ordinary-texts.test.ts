import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";

/** What lies beside models and is none, though it begins like one. */
const TEXTS: readonly (readonly [string, string])[] = [
  ["README.md", "---\nlicense: mit\ntags:\n- text\n---\n\n# Title\n\n| a | b |\n| - | - |\n"],
  ["notes.md", "# Tags\n\n- item: !!python/object/apply:os.system [ls]\n"],
  ["network.cfg", "[net]\nname=eth0\n[section]\na=b\n"],
  ["graph.txt", "3 2\n1 2 3\n4 5 6\n7 8 9\n"],
  ["plan.xml", '<?xml version="1.0"?>\n<net name="x"><place/></net>\n'],
];

const open = (name: string, text: string) =>
  openArtifact(fromBytes(new TextEncoder().encode(text), name), nodeHost(), quietWork(), { name });

describe("ordinary texts", () => {
  it.each(TEXTS)("%s is not taken for a model", async (name, text) => {
    await expect(open(name, text)).rejects.toMatchObject({ code: "not-recognised" });
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
