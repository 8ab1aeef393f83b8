import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build } from "../../src/build/build.mjs";
import { run } from "./command-line.ts";

const root = path.resolve(import.meta.dirname, "../..");
const samples = path.join(root, "test/workspace/credit-risk");
const expected = JSON.parse(readFileSync(path.join(root, "test/workspace/expected.json"), "utf8")) as Readonly<
  Record<string, { readonly coef_: readonly string[]; readonly intercept_: readonly string[] }>
>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "model-loupe-cli-"));
  cpSync(samples, folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const json = async (...args: readonly string[]) => {
  const result = await run(folder, ...args, "--json");
  return { ...result, document: JSON.parse(result.out) as Record<string, unknown> };
};

describe("inspect", () => {
  it("says what the contract says", async () => {
    const { code, document, note } = await json("inspect", "pipeline_v1.3.0.joblib");
    expect({ code, note }).toEqual({ code: 0, note: "" });
    expect(document).toMatchObject({
      schemaVersion: 1,
      format: "joblib",
      container: ["zlib"],
      framework: { name: "scikit-learn", version: "1.2.2", className: "Pipeline" },
      complete: true,
      schema: {
        classes: ["default", "good"],
        steps: [
          { name: "columns", className: "ColumnTransformer" },
          { name: "clf", className: "LogisticRegression" },
        ],
      },
    });
    expect(document["tensors"]).toContainEqual({
      path: "steps.clf.coef_",
      dtype: "float64",
      shape: [1, 13],
      byteLength: 104,
    });
  });

  it("tells a person the same", async () => {
    const { out } = await run(folder, "inspect", "lr_params_v1.2.2.joblib");
    expect(out).toContain("LogisticRegression, 12 features → 2 classes (bad, good)");
    expect(out).toContain("* C = 0.5");
  });

  it("lists arrays of texts, which are no parameters", async () => {
    const file = new URL("../fixtures/onnx/tensors.onnx", import.meta.url).pathname;
    const { document } = await json("inspect", file);
    expect(document["otherArrays"]).toEqual([{ path: "text", dtype: "object", shape: [2] }]);
    expect((await run(folder, "inspect", file)).out).toMatch(/^Arrays of texts and objects\n {2}text +object +\[2\]$/m);
  });

  it("gives a terminal nothing to obey: names of a file are shown, a row each", async () => {
    const header = JSON.stringify(
      Object.fromEntries(
        ["\u001b]0;title\u0007\u001b[2J", "report\u202egnp.exe", "two\nlines"].map((name, i) => [
          name,
          { dtype: "U8", shape: [1], data_offsets: [i, i + 1] },
        ]),
      ),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
    writeFileSync(
      path.join(folder, "names.safetensors"),
      Buffer.concat([length, Buffer.from(header), Buffer.from([1, 2, 3])]),
    );
    const lines: string[] = [];
    for (const command of [["inspect"], ["text"], ["check"]])
      lines.push(...(await run(folder, ...command, "names.safetensors")).out.split("\n"));
    expect(lines.filter((line) => /[\p{Cc}\u202e]/u.test(line.replaceAll("\t", "")))).toEqual([]);
    const { out } = await run(folder, "inspect", "names.safetensors");
    expect(out).toContain("  report<U+202E>gnp.exe");
    expect(out).toContain("  two<U+000A>lines");
    const { document } = await json("inspect", "names.safetensors");
    expect(document["tensors"]).toMatchObject([
      { path: expect.stringContaining("\u001b") as string },
      { path: expect.stringContaining("\u202e") as string },
      { path: expect.stringContaining("\n") as string },
    ]);
  });

  it("says that a pipe is not taken, instead of looking for a file called -", async () => {
    for (const args of [
      ["inspect", "-"],
      ["check", "-"],
      ["convert", "lr_params_v1.2.2.joblib", "-", "--to", "npz"],
    ]) {
      const { code, note } = await run(folder, ...args);
      expect(code).toBe(2);
      expect(note).toContain("standard input and output are not taken: name a file");
    }
    expect(existsSync(path.join(folder, "-"))).toBe(false);
  });
});

describe("show", () => {
  it("prints every digit as Python does, with names", async () => {
    const { out } = await run(folder, "show", "lr_params_v1.2.2.joblib", "coef_");
    const values = out
      .trim()
      .split("\n")
      .map((line) => line.split(/\s+/).at(-1));
    expect(values).toEqual(expected["lr_params_v1.2.2.joblib"]?.coef_);
    expect(out.split("\n")[0]).toContain("[good, utilisation]");
  });

  it.each([
    ["coef_[0, 2:5]", [3], [2, 3, 4]],
    ["coef_[0, -1]", [], [11]],
    ["coef_[:, ::4]", [1, 3], [0, 4, 8]],
    ["coef_[0:0]", [0, 12], []],
  ])("slices %s as numpy does", async (asked, shape, picked) => {
    const { document, out } = await json("show", "lr_params_v1.2.2.joblib", asked);
    expect(document["shape"]).toEqual(shape);
    const all = expected["lr_params_v1.2.2.joblib"]?.coef_ ?? [];
    // The text, not the parsed number: digits must not pass through anything.
    expect([...out.slice(out.indexOf('"values"')).matchAll(/-?\d+\.\d+(?:e[+-]\d+)?/g)].map(([text]) => text)).toEqual(
      picked.map((at) => all[at]),
    );
  });

  it("shows values that are not arrays, and names what is near a misspelling", async () => {
    expect((await run(folder, "show", "lr_params_v1.2.2.joblib", "solver")).out).toBe("'lbfgs'\n");
    expect((await json("show", "lr_params_v1.2.2.joblib", "classes_")).document["value"]).toBe("['bad', 'good']");
    const wrong = await run(folder, "show", "lr_params_v1.2.2.joblib", "coef");
    expect(wrong).toMatchObject({ code: 2, out: "" });
    expect(wrong.note).toContain("coef_");
    expect((await run(folder, "show", "lr_params_v1.2.2.joblib", "coef_[1, 0]")).code).toBe(2);
  });
});

describe("diff", () => {
  it("says rounded, not changed, and how it knows", async () => {
    const { code, document } = await json("diff", "lr_params_v1.2.2.joblib", "lr_params_v1.2.3.joblib");
    expect(code).toBe(0);
    const entries = document["entries"] as readonly Record<string, unknown>[];
    const coef = entries.find((entry) => entry["path"] === "coef_");
    expect(coef).toMatchObject({
      verdict: "rounded",
      detail: { dtype: "float32" },
      stats: { elements: 12, changed: 12 },
    });
    expect(entries.find((entry) => entry["path"] === "intercept_")).toMatchObject({ verdict: "identical" });
    expect(document["summary"]).toMatchObject({ rounded: 1 });
  });

  it("names swapped features and a renamed class, and fails on them", async () => {
    const { code, out } = await run(folder, "diff", "lr_params_v1.2.3.joblib", "lr_params_v1.3.0.joblib");
    expect(code).toBe(1);
    expect(out).toContain("Features income and age changed places.");
    expect(out).toContain("Class 'bad' is now 'default'.");
    expect(
      (await run(folder, "diff", "lr_params_v1.2.3.joblib", "lr_params_v1.3.0.joblib", "--fail-on", "never")).code,
    ).toBe(0);
  });

  it("--exit-code is 1 for differences only", async () => {
    expect((await run(folder, "diff", "--exit-code", "lr_params_v1.2.2.joblib", "lr_params_v1.2.2.joblib")).code).toBe(
      0,
    );
    expect((await run(folder, "diff", "--exit-code", "lr_params_v1.2.2.joblib", "lr_params_v1.2.3.joblib")).code).toBe(
      1,
    );
  });

  it("takes a tolerance for what it is", async () => {
    const { document } = await json("diff", "--tolerance", "0.5", "lr_params_v1.2.3.joblib", "lr_params_v1.3.0.joblib");
    const coef = (document["entries"] as readonly Record<string, unknown>[]).find((entry) => entry["path"] === "coef_");
    expect(coef?.["verdict"]).toBe("within-tolerance");
  });
});

describe("check", () => {
  it("flags the hostile pickle with exit 1 and the byte", async () => {
    const { code, document } = await json("check", "suspicious.pkl");
    expect(code).toBe(1);
    expect(document["findings"]).toMatchObject([
      { rule: "safety/dangerous-global", severity: "error", range: { offset: 118 } },
    ]);
  });

  it("honours the checked-in settings of the folder and above, and --config", async () => {
    writeFileSync(path.join(folder, ".model-loupe.json"), '{"rules": {"safety/dangerous-global": "off"}}');
    expect((await run(folder, "check", "suspicious.pkl")).code).toBe(0);
    rmSync(path.join(folder, ".model-loupe.json"));
    writeFileSync(path.join(folder, "strict.json"), '{"rules": {"precision/decimal-truncated": "error"}}');
    expect((await run(folder, "check", "params.json")).code).toBe(0);
    expect((await run(folder, "check", "params.json", "--config", "strict.json")).code).toBe(1);
    writeFileSync(path.join(folder, "wrong.json"), '{"rules": {"no/such-rule": "error"}}');
    expect((await run(folder, "check", "params.json", "--config", "wrong.json")).code).toBe(2);
  });

  it("finds what drifted against an older file", async () => {
    const { code, document } = await json("check", "pipeline_v1.3.0.joblib", "--against", "pipeline_v1.2.3.joblib");
    expect(code).toBe(1);
    expect((document["findings"] as readonly { rule: string }[]).map((each) => each.rule)).toEqual(
      expect.arrayContaining(["schema/feature-order", "schema/class-labels"]),
    );
  });

  it("prints SARIF that names rule, file and bytes", async () => {
    const { out } = await run(folder, "check", "--sarif", "suspicious.pkl");
    const log = JSON.parse(out) as { version: string; runs: readonly { results: readonly unknown[] }[] };
    expect(log.version).toBe("2.1.0");
    expect(log.runs[0]?.results).toMatchObject([
      {
        ruleId: "safety/dangerous-global",
        level: "error",
        locations: [{ physicalLocation: { artifactLocation: { uri: "suspicious.pkl" }, region: { byteOffset: 118 } } }],
      },
    ]);
  });
});

describe("convert", () => {
  it.each(["safetensors", "model", "npz", "json"])(
    "to %s: same fingerprint, an empty diff, nothing lost",
    async (target) => {
      const file = `converted.${target}`;
      const { code, document } = await json("convert", "pipeline_v1.2.3.joblib", file);
      expect(code).toBe(0);
      expect(document).toMatchObject({ target, losses: [] });
      const prints = (await json("fingerprint", "pipeline_v1.2.3.joblib", file)).document["files"] as readonly {
        fingerprint: string;
      }[];
      expect(prints[0]?.fingerprint).toBe(prints[1]?.fingerprint);
      expect(document["fingerprint"]).toBe(prints[0]?.fingerprint);
      const { document: compared } = await json("diff", "pipeline_v1.2.3.joblib", file);
      expect(compared).toMatchObject({ schema: [], hyperparameters: [], values: [], complete: true });
      const verdicts = (compared["entries"] as readonly { verdict: string }[]).map((entry) => entry.verdict);
      expect(new Set(verdicts)).toEqual(new Set(["identical"]));
      const before = (await run(folder, "inspect", "pipeline_v1.2.3.joblib")).out
        .split("\n")
        .filter((line) => /^[* ] /.test(line));
      const after = (await run(folder, "inspect", file)).out.split("\n").filter((line) => /^[* ] /.test(line));
      expect(after).toEqual(before);
    },
  );

  it("never overwrites unasked and leaves nothing behind", async () => {
    writeFileSync(path.join(folder, "mine.npz"), "a person's own file");
    const refused = await run(folder, "convert", "lr_params_v1.2.2.joblib", "mine.npz");
    expect(refused.code).toBe(4);
    expect(readFileSync(path.join(folder, "mine.npz"), "utf8")).toBe("a person's own file");
    expect(readdirSync(folder).filter((name) => name.includes("mine"))).toEqual(["mine.npz"]);
    expect((await run(folder, "convert", "--force", "lr_params_v1.2.2.joblib", "mine.npz")).code).toBe(0);
    expect((await run(folder, "inspect", "mine.npz")).out).toContain("LogisticRegression");
  });

  it("asks for the format when the name does not tell", async () => {
    expect((await run(folder, "convert", "lr_params_v1.2.2.joblib", "out.bin")).code).toBe(2);
    expect((await run(folder, "convert", "lr_params_v1.2.2.joblib", "out.bin", "--to", "npz")).code).toBe(0);
    expect((await run(folder, "convert", "lr_params_v1.2.2.joblib", "out.bin", "--to", "onnx")).code).toBe(2);
  });

  it("refuses to convert what was not read whole", async () => {
    writeFileSync(
      path.join(folder, "cut.joblib"),
      readFileSync(path.join(folder, "lr_params_v1.2.2.joblib")).subarray(0, 1500),
    );
    const { code, document } = await json("convert", "cut.joblib", "cut.model");
    expect(code).toBe(4);
    expect(document).toMatchObject({ error: { code: "refused" } });
    expect(existsSync(path.join(folder, "cut.model"))).toBe(false);
  });
});

describe("what cannot be read", () => {
  it("is exit 3 with a reason, a JSON document included", async () => {
    const missing = await run(folder, "inspect", "nothing.pkl");
    expect(missing).toMatchObject({ code: 3, out: "" });
    expect(missing.note).toContain("nothing.pkl");
    expect((await json("inspect", "README.md")).document).toMatchObject({ error: { code: "not-recognised" } });
    writeFileSync(path.join(folder, "empty.pkl"), "");
    expect((await run(folder, "inspect", "empty.pkl")).note).toMatch(/empty/);
    expect((await run(folder, "inspect", ".")).code).toBe(3);
  });

  it.each([
    [[]],
    [["frobnicate"]],
    [["inspect"]],
    [["inspect", "a", "b"]],
    [["inspect", "--force", "a"]],
    [["show", "a"]],
    [["diff", "--top", "x", "a", "b"]],
    [["diff", "--fail-on", "sometimes", "a", "b"]],
  ])("%j is wrong usage", async (args) => {
    const { code, note, out } = await run(folder, ...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(note).not.toBe("");
  });
});

describe("the program", () => {
  const cli = path.join(root, "dist/cli.cjs");
  beforeAll(async () => build(["cli"]), 60_000);

  it("runs as an npm package holds it", () => {
    const packed = JSON.parse(
      execFileSync("npm", ["pack", "--json", "--pack-destination", folder], { cwd: root, encoding: "utf8" }),
    ) as readonly {
      readonly filename: string;
      readonly files: readonly { readonly path: string }[];
    }[];
    const files = packed[0]?.files.map((each) => each.path) ?? [];
    expect(files.sort()).toEqual(["LICENSE", "README.md", "dist/cli.cjs", "package.json"]);
    const target = path.join(folder, "installed");
    execFileSync(
      "npm",
      [
        "install",
        "--prefix",
        target,
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        path.join(folder, packed[0]?.filename ?? ""),
      ],
      { encoding: "utf8" },
    );
    const bin = path.join(target, "node_modules/.bin/model-loupe");
    expect(execFileSync(bin, ["inspect", "lr_params_v1.2.2.joblib"], { cwd: folder, encoding: "utf8" })).toContain(
      "LogisticRegression",
    );
    expect(readdirSync(path.join(target, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "model-loupe",
    ]);
  });

  it("answers with the exit codes of the contract and ends quietly when nobody reads on", () => {
    const status = (...args: readonly string[]): number | null =>
      spawnSync(process.execPath, [cli, ...args], { cwd: folder }).status;
    expect([status("--version"), status("check", "suspicious.pkl"), status("show"), status("inspect", "none")]).toEqual(
      [0, 1, 2, 3],
    );
    const cut = spawnSync("sh", ["-c", `"${process.execPath}" "${cli}" text lr_params_v1.2.2.joblib | head -1`], {
      cwd: folder,
      encoding: "utf8",
    });
    expect({ out: cut.stdout, error: cut.stderr }).toEqual({ out: "format: joblib\n", error: "" });
  });

  it("is small enough to be started for every file of a repository", () => {
    expect(statSync(cli).size).toBeLessThan(3300 * 1024);
  });
});
