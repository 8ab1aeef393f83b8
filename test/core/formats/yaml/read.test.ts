import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { readYaml } from "../../../../src/core/formats/yaml/read.ts";
import type { Artifact, RawArtifact } from "../../../../src/core/model/artifact.ts";
import { isNode, type Value } from "../../../../src/core/model/value.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { readCuts } from "../../../support/cuts.ts";
import { inWords } from "../../../support/described-text.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  rulesOf,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";
import { cpuMilliseconds } from "../../../support/cpu-time.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const open = (text: string, name = "params.yaml"): Promise<Artifact> => openBytes(bytesOf(text), name);
const read = (text: string): Promise<RawArtifact> =>
  readYaml(fromBytes(bytesOf(text), "a.yaml", 0), { work: quietWork() });
const words = async (text: string): Promise<unknown> => inWords((await read(text)).root);
const expected = fixtureJson("yaml/expected.json") as Record<string, unknown>;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const items = sorted(inner);
      return [key, key === "d" && Array.isArray(items) ? items.map((item) => JSON.stringify(item)).sort() : items];
    }),
  );
}

describe("values", () => {
  it.each(Object.keys(expected))("%s holds what ruamel.yaml or PyYAML reads from it", async (name) => {
    const artifact = await openBytes(fixture(`yaml/${name}`), name);
    expect(artifact).toMatchObject({ format: "yaml", complete: true });
    expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    // A date is text here; nothing says that it is one.
    const said = JSON.stringify(await inWords(artifact.root)).replace('{"s":"2001-12-14"}', '{"time":true}');
    // Readers differ in the order that merging leaves: PyYAML, as we do, has what is merged first.
    const order = name === "anchors.yaml" ? sorted : (value: unknown) => value;
    expect(order(JSON.parse(said))).toEqual(order(expected[name]));
  });

  it("keeps the text of numbers", async () => {
    const artifact = await read("a: 1e-3\nb: +.50\nc: 0.10\nd: [1.0, 2.50, 0x10, .inf, -.inf, .nan]\n");
    expect(["a", "b", "c"].map((key) => valueAt(artifact, key))).toMatchObject([
      { kind: "decimal", text: "1e-3", nearest: 0.001 },
      { text: "0.50" },
      { text: "0.10" },
    ]);
    const { texts, dtype, shape } = tensorAt(artifact, "d");
    expect([dtype.name, shape]).toEqual(["float64", [6]]);
    expect([0, 1, 2, 3, 4, 5].map((k) => texts?.text(k))).toEqual([
      "1.0",
      "2.50",
      "16",
      "Infinity",
      "-Infinity",
      "NaN",
    ]);
    expect([0, 1, 2, 3].map((k) => texts?.digits(k))).toEqual([1, 3, 2, 0]);
    expect(texts?.offset?.(1)).toBe("a: 1e-3\nb: +.50\nc: 0.10\nd: [1.0, ".length);
  });

  it.each<[string, unknown]>([
    [
      "[9223372036854775807, -9223372036854775808]",
      { l: [{ i: "9223372036854775807" }, { i: "-9223372036854775808" }] },
    ],
    ["- [1, 2]\n- [3, x]\n", { l: [{ l: [{ i: "1" }, { i: "2" }] }, { l: [{ i: "3" }, { s: "x" }] }] }],
    [
      "- [1, 2]\n- [3, 4.5]\n- a\n",
      { l: [{ l: [{ i: "1" }, { i: "2" }] }, { l: [{ i: "3" }, { f: "4012000000000000" }] }, { s: "a" }] },
    ],
    [
      "{a, b: }",
      {
        d: [
          [{ s: "a" }, null],
          [{ s: "b" }, null],
        ],
      },
    ],
    [
      "[a: 1, ? b : 2, 'c':3, : 4]",
      {
        l: ["a", "b", "c"]
          .map((key, k) => ({ d: [[{ s: key }, { i: String(k + 1) }]] }))
          .concat([{ d: [[null as never, { i: "4" }]] }]),
      },
    ],
    [
      "? a\n: b\n? c\n",
      {
        d: [
          [{ s: "a" }, { s: "b" }],
          [{ s: "c" }, null],
        ],
      },
    ],
    ["? - a\n  - b\n: - c\n", { d: [[{ l: [{ s: "a" }, { s: "b" }] }, { l: [{ s: "c" }] }]] }],
    ["? {a: 1}\n: x\n", { d: [[{ d: [[{ s: "a" }, { i: "1" }]] }, { s: "x" }]] }],
    [": a\n", { d: [[null, { s: "a" }]] }],
    [
      "a: &x\nb: *x\n",
      {
        d: [
          [{ s: "a" }, null],
          [{ s: "b" }, null],
        ],
      },
    ],
    [
      "a: !!str\nb: !!null x\n",
      {
        d: [
          [{ s: "a" }, { s: "" }],
          [{ s: "b" }, { s: "x" }],
        ],
      },
    ],
    [
      "&m\n&k a: 1\n*k : 2\n",
      {
        d: [
          [{ s: "a" }, { i: "1" }],
          [{ s: "a" }, { i: "2" }],
        ],
      },
    ],
    ["--- |\n a\n b\n...\n", { s: "a\nb\n" }],
    ["--- >-\n a\n b\n", { s: "a b" }],
    [
      "\ufeffa: 1\r\nb: 2\r\n",
      {
        d: [
          [{ s: "a" }, { i: "1" }],
          [{ s: "b" }, { i: "2" }],
        ],
      },
    ],
    ['a: "\\x41\\u00e9\\U0001F600\\\n  b\\"\\/"\n', { d: [[{ s: "a" }, { s: 'Aé😀b"/' }]] }],
    ['"<<": 1\n', { d: [[{ s: "<<" }, { i: "1" }]] }],
    ["<<: 1\n", { d: [[{ s: "<<" }, { i: "1" }]] }],
    ["%TAG !e! tag:yaml.org,2002:\n---\n!e!str 12\n", { s: "12" }],
    ["!<tag:yaml.org,2002:str> 12", { s: "12" }],
    ["! 12", { s: "12" }],
    ["a: # c\n  - x # d\n# e\n  - y\n", { d: [[{ s: "a" }, { l: [{ s: "x" }, { s: "y" }] }]] }],
    ["# nothing\n", { l: [] }],
    ["---\n---\n- 1\n", { l: [null, { l: [{ i: "1" }] }] }],
  ])("reads %j", async (text, value) => {
    expect(await words(text)).toEqual(value);
  });

  it("says which plain texts an older reader takes for something else", async () => {
    const { facts } = await read("a: yes\nb: 012\nc: 1_000\nd: 1e3\ne: 1.5\nf: '012'\n");
    expect(facts).toContainEqual(
      expect.objectContaining({ id: "yaml.otherwise", value: '4, the first "yes" at byte 3' }),
    );
  });

  it("shares what an alias refers to, and lets it refer to what it is in", async () => {
    const artifact = await read("a: &l [1, [x, *l]]\nb: *l\nc: &m {self: *m}\n");
    const list = valueAt(artifact, "a");
    expect(valueAt(artifact, "b")).toBe(list);
    expect(isNode(list) && list.kind === "list" && isNode(list.items[1]) && list.items[1].kind === "list").toBe(true);
    const inner = (list as { items: Value[] }).items[1] as { items: Value[] };
    expect(inner.items[1]).toBe(list);
    expect((await open("c: &m\n  self: *m\n")).complete).toBe(true);
  });
});

describe("safety", () => {
  it.each([
    ["!!python/object/apply:os.system ['id']", "os", "system", "safety/dangerous-global"],
    ["a: [1, !!python/object/new:subprocess.Popen {args: [id]}]", "subprocess", "Popen", "safety/dangerous-global"],
    ["!!python/name:os.system ''", "os", "system", "safety/dangerous-global"],
    ["!!python/module:os ''", "os", "(module)", "safety/dangerous-global"],
    ["!!python/object:__main__.Thing {a: 1}", "__main__", "Thing", "safety/unusual-global"],
    ["%TAG ! tag:yaml.org,2002:python/object/apply:\n---\n!os.system [id]", "os", "system", "safety/dangerous-global"],
    ["!!python%2Fobject%2Fapply:os.system [id]", "os", "system", "safety/dangerous-global"],
    ["!!javax.script.ScriptEngineManager [1]", "javax.script", "ScriptEngineManager", "safety/dangerous-global"],
  ])("%s is described, classed and never made", async (text, module, name, rule) => {
    const artifact = await open(`${text}\n`);
    expect(artifact.imports).toMatchObject([{ module, name }]);
    expect(rulesOf(artifact)).toContain(rule);
  });

  it("describes objects with arguments and state", async () => {
    const { root } = await read(
      "!!python/object/new:m.C\nargs: [1]\nkwds: {k: 2}\nstate: {s: 3}\nlistitems: [a]\ndictitems: {d: 4}\n",
    );
    expect(root).toMatchObject({
      kind: "object",
      how: "new",
      callable: { module: "m", name: "C" },
      kwargs: { keys: ["k"] },
      state: { keys: ["s"] },
      items: ["a"],
      entries: { keys: ["d"] },
    });
    expect((await read("!!python/tuple [a, b]")).root).toMatchObject({
      kind: "list",
      type: "tuple",
      items: ["a", "b"],
    });
    expect((await read("!mine {a: 1}")).facts).toContainEqual(
      expect.objectContaining({ id: "yaml.tags", value: "!mine" }),
    );
  });

  it("numpy's numbers and arrays as PyYAML writes them are values", async () => {
    const artifact = await openBytes(fixture("yaml/numpy.yaml"), "numpy.yaml");
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    for (const [key, wanted] of Object.entries(
      fixtureJson("yaml/numpy.json") as Record<string, { dtype: string; shape: number[]; hex: string }>,
    )) {
      const tensor = tensorAt(artifact, key);
      expect([key, tensor.dtype.name, tensor.shape]).toEqual([key, wanted.dtype, wanted.shape]);
      expect([key, (await elementsHex(tensor)).join("")]).toEqual([key, wanted.hex]);
    }
    expect(valueAt(artifact, "again")).toBe(valueAt(artifact, "array"));
    expect(valueAt(artifact, "tuple")).toMatchObject({ kind: "list", type: "tuple", items: [1n, 2n] });
  });

  it("what is no number of numpy stays the call that it is", async () => {
    const scalar = "!!python/object/apply:numpy.core.multiarray.scalar";
    const dtype = "!!python/object/apply:numpy.dtype {args: [f8, false, true]}";
    for (const args of [`[${dtype}, !!binary AAA=]`, "[f8, !!binary AAAAAAAAAAA=]", `[${dtype}, 1]`, "[]"])
      expect((await read(`${scalar} ${args}`)).root).toMatchObject({ kind: "object", how: "call" });
    const array = "!!python/object/apply:numpy.core.multiarray._reconstruct";
    for (const state of ["1", `[1, [3], ${dtype}, false, !!binary AAAA]`, `[1, x, ${dtype}, false, !!binary AAAA]`])
      expect((await read(`${array} {args: [], state: !!python/tuple ${state}}`)).root).toMatchObject({
        kind: "object",
      });
  });

  it("an alias bomb stays as small as it is written", async () => {
    const levels = Array.from(
      { length: 30 },
      (_, k) => `l${k + 1}: &l${k + 1} [${Array(10).fill(`*l${k}`).join(", ")}]`,
    );
    const artifact = await open(`l0: &l0 [lol, lol]\n${levels.join("\n")}\n`);
    expect(artifact.format).toBe("yaml");
    expect(artifact.values.length).toBeLessThan(300_000);
  });

  it("a bomb of merged maps is stopped", async () => {
    const keys = Array.from({ length: 3000 }, (_, k) => `k${k}: 1`).join(", ");
    const maps = Array.from({ length: 3000 }, (_, k) => `m${k}: {<<: *b}`).join("\n");
    const artifact = await read(`b: &b {${keys}}\n${maps}\n`);
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/limit"]]);
  });

  it("nesting without end is stopped", async () => {
    for (const text of [
      "[".repeat(100_000),
      "a: [x]\nb: " + "- ".repeat(100_000),
      "x: 1\ny:\n" + Array.from({ length: 2000 }, (_, k) => `${" ".repeat(k + 1)}a:`).join("\n"),
    ]) {
      const error = await read(text).then(rulesOf, (reason: unknown) => (reason as ArtifactError).code);
      expect(["limit", ["integrity/limit"], ["integrity/corrupt"]]).toContainEqual(error);
    }
  });

  it("takes time in proportion to the text", async () => {
    const start = cpuMilliseconds();
    await read(Array.from({ length: 50_000 }, (_, k) => `key${k}: ${k}.5`).join("\n"));
    // All in one line.
    await read(`[${"!!str a, ".repeat(30_000)}]`);
    await read(`[${"!<x> a, ".repeat(30_000)}]`);
    expect(cpuMilliseconds() - start).toBeLessThan(10_000);
  });
});

describe("what is wrong", () => {
  it("names keys that occur twice", async () => {
    const artifact = await read("a: 1\nb: {x: 1, x: 2}\na: 3\n");
    expect(rulesOf(artifact)).toEqual(["integrity/duplicate-name", "integrity/duplicate-name"]);
    expect(artifact.findings.map(({ range }) => range?.offset)).toEqual([15, 21]);
  });

  it.each([
    ["a: 1\nb: [1, 2\n", "integrity/truncated"],
    ['a: 1\nb: "x\n', "integrity/truncated"],
    ["a: 1\n  b: 2\n", "integrity/corrupt"],
    ["a: 1\nb: c: d\n", "integrity/corrupt"],
    ["a: 1\nb: *nobody\n", "integrity/corrupt"],
    ["a: 1\nb: [1 2] x\n", "integrity/corrupt"],
    ["a: 1\nb: {x: '1' 'z'}\n", "integrity/corrupt"],
    ['a: 1\nb: "\\q"\n', "integrity/corrupt"],
    ['a: 1\nb: "\\ud8"\n', "integrity/corrupt"],
    ["a: 1\nb: |x\n", "integrity/corrupt"],
    ["a: 1\nb:\n\t- x\n", "integrity/corrupt"],
    ["a: 1\nb: &x *y\n", "integrity/corrupt"],
    ["a: 1\nb: @x\n", "integrity/corrupt"],
    ["a: 1\nkey", "integrity/truncated"],
    ["a: 1\n- b\n", "integrity/corrupt"],
    ["a: 1\nb: !!binary '*'\n", "integrity/corrupt"],
    ["- a\nb: 1\n", "integrity/corrupt"],
  ])("%j shows what stands before, and why reading stopped", async (text, rule) => {
    const artifact = await read(text);
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, [rule]]);
  });

  it("UTF-16 and text that is no YAML are refused", async () => {
    await expect(openBytes(Uint8Array.of(0xff, 0xfe, 0x61, 0), "a.yaml")).rejects.toMatchObject({
      code: "not-recognised",
    });
    await expect(
      readYaml(fromBytes(Uint8Array.of(0xff, 0xfe, 0x61, 0), "a.yaml"), { work: quietWork() }),
    ).rejects.toMatchObject({ code: "unsupported" });
    await expect(openBytes(bytesOf("hello world, this is no model\n"), "a.txt")).rejects.toMatchObject({
      code: "not-recognised",
    });
  });

  it("a cut at any byte is read up to there, or refused with a reason", async () => {
    for (const name of ["params.yaml", "blocks.yaml", "tags.yaml", "anchors.yaml", "dumped-flow.yaml"]) {
      const { refused, shown } = await readCuts(fixture(`yaml/${name}`), (bytes) =>
        readYaml(fromBytes(bytes, name), { work: quietWork() }),
      );
      for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
      for (const { artifact } of shown) expect(artifact.complete).toBe(artifact.findings.length === 0);
    }
  });

  it("damaged copies open or are refused, soon", async () => {
    const files = Object.keys(expected).map((name) => fixture(`yaml/${name}`));
    expect(await damagedCopies(files, 4711)).toEqual([]);
  });
});

describe("blanks at the end of a line", () => {
  it("are taken off in one pass, however many stand within it", async () => {
    const { root } = await read(`b: 1\na: "x${" ".repeat(1_000_000)}y  \n z"\n`);
    expect(isNode(root) && root.kind === "dict" && root.values[1]).toBe(`x${" ".repeat(1_000_000)}y z`);
  });
});
