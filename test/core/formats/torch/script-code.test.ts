import { describe, expect, it } from "vitest";
import { fixture, openBytes } from "../../../support/read-format.ts";
import { dictOf, torchZip } from "../../../support/torch-builder.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const empty = dictOf({});

/** What is said of an archive with such members, by the operator. */
async function operatorsIn(members: Readonly<Record<string, string>>): Promise<(string | undefined)[]> {
  const more = Object.entries(members).map(([name, content]) => ({ name: `m/${name}`, content: text(content) }));
  const { findings } = await openBytes(torchZip(empty, {}, more), "m.pt");
  return findings
    .filter(({ rule, severity }) => rule === "safety/unusual-global" && severity === "warning")
    .map(({ evidence }) => evidence?.["operator"]);
}

describe("the program of a TorchScript archive", () => {
  it("is a warning where it opens files, as code or bytecode", async () => {
    expect(await operatorsIn({ "code/__torch__.py": 'def forward(self):\n  torch.save(x, "/tmp/a")\n' })).toEqual([
      "aten::save",
    ]);
    expect(await operatorsIn({ "code/__torch__/a/b.py": "ops . aten .\\\n from_file(name, True, 9)" })).toEqual([
      "aten::from_file",
    ]);
    expect(await operatorsIn({ "bytecode.pkl": "\x80\x02X\n\0\0\0aten::save." })).toEqual(["aten::save"]);
  });

  it("is one warning for each operator, and of members of one name all are looked into", async () => {
    const code = "torch.save(x, y); torch.save(x, z); torch.from_file(y)";
    const [first, second] = [code, "pass"].map((each) => ({ name: "m/code/a.py", content: text(each) }));
    if (first === undefined || second === undefined) throw new Error("two members");
    const { findings } = await openBytes(torchZip(empty, {}, [first, second]), "m.pt");
    expect(findings.map(({ evidence }) => evidence?.["operator"]).filter(Boolean)).toEqual([
      "aten::save",
      "aten::from_file",
    ]);
  });

  it("is none where it does not", async () => {
    expect(await operatorsIn({ "code/a.py": "x = torch.saved(y)\nz = self.save(x)\nw = mytorch.save(x)" })).toEqual([]);
    expect(await operatorsIn({ "extra/readme.txt": "torch.save(x)" })).toEqual([]);
    // The Python that it was made of: errors quote it.
    expect(await operatorsIn({ "code/a.py.debug_pkl": "raise Error('torch.save(x)')" })).toEqual([]);
    for (const name of ["new-script.pt", "old-script.pt"]) {
      const { findings } = await openBytes(fixture(`torch/${name}`), name);
      expect(findings.filter(({ evidence }) => evidence?.["operator"] !== undefined)).toEqual([]);
    }
  });
});
