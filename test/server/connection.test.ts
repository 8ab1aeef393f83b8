import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CancellationTokenSource } from "vscode-languageserver/node";
import { LIMITS } from "../../src/core/limits.ts";
import { Session } from "./session.ts";

const samples = new URL("../workspace/credit-risk/", import.meta.url);
const sample = (name: string): string => new URL(name, samples).href;
const regression = sample("lr_params_v1.2.2.joblib");

let temporary = "";
beforeAll(async () => {
  temporary = await mkdtemp(path.join(os.tmpdir(), "model-loupe-server-"));
});
afterAll(() => rm(temporary, { recursive: true, force: true }));

let session: Session;
beforeEach(async () => {
  session = await Session.start();
});
afterEach(() => session.end());

const open = (uri: string) => session.ask("artifact/open", { uri, trusted: true });

describe("asking about a model", () => {
  it("opens, lists, finds, describes and reads it", async () => {
    const { artifact, model } = await open(regression);
    expect(model.format).toBe("joblib");
    expect(model.title.args["name"]).toBe("LogisticRegression");
    const rows = model.outline.filter(({ path: at }) => at === "coef_");
    expect(rows).toHaveLength(1);
    const { rows: roots, total } = await session.ask("artifact/children", { artifact, id: "", start: 0, count: 100 });
    expect(roots).toHaveLength(total);
    const found = await session.ask("artifact/find", { artifact, text: "INTERCEPT" });
    expect(found.rows.map(({ path: at }) => at)).toContain("intercept_");
    const located = await session.ask("artifact/locate", { artifact, path: "coef_" });
    expect(located?.id).toBe(rows[0]?.id);
    expect(await session.ask("artifact/locate", { artifact, path: "nowhere" })).toBe(null);
    const details = await session.ask("artifact/details", { artifact, id: rows[0]?.id ?? "" });
    expect(details.tensor).toMatchObject({ path: "coef_", dtype: "float64", shape: [1, 12] });
    const window = { leading: [], row: 0, rows: 10, column: 2, columns: 3 };
    const part = await session.ask("tensor/window", { artifact, path: "coef_", window });
    expect([part.rows, part.columns, part.texts.length]).toEqual([1, 3, 3]);
    const numbers = new Float64Array(part.numbers.slice().buffer);
    expect([...numbers].map(String)).toEqual(part.texts);
    const element = await session.ask("tensor/element", { artifact, path: "coef_", position: [0, 2] });
    expect(element.text).toBe(part.texts[0]);
    expect(element.hex).toMatch(/^0x[0-9a-f]{16}$/);
    expect(element.labels[1]).toBe("late_30d");
    const stats = await session.ask("tensor/stats", { artifact, path: "coef_" });
    expect(stats.elements).toBe(12);
    expect(await session.ask("artifact/close", { artifact })).toBe(null);
  });

  it("refuses what is not there with a typed error", async () => {
    const { artifact } = await open(regression);
    const wanted = { code: "not-found" };
    const window = { leading: [], row: 0, rows: 1, column: 0, columns: 1 };
    await expect(session.ask("tensor/window", { artifact, path: "nowhere", window })).rejects.toMatchObject({
      data: wanted,
    });
    await expect(session.ask("tensor/element", { artifact, path: "coef_", position: [0, 12] })).rejects.toMatchObject({
      data: wanted,
    });
    await expect(
      session.ask("tensor/window", { artifact, path: "coef_", window: { ...window, leading: [0] } }),
    ).rejects.toMatchObject({ data: wanted });
    await expect(session.ask("artifact/details", { artifact, id: "nowhere" })).rejects.toMatchObject({ data: wanted });
    await expect(session.ask("tensor/stats", { artifact: "m999", path: "coef_" })).rejects.toMatchObject({
      data: wanted,
    });
  });

  it("cuts a window to what is there", async () => {
    const { artifact } = await open(regression);
    const window = { leading: [], row: 5, rows: 1_000_000_000, column: 0, columns: 1_000_000_000 };
    const part = await session.ask("tensor/window", { artifact, path: "coef_", window });
    expect(part).toMatchObject({ rows: 0, texts: [] });
    const vector = await session.ask("tensor/window", {
      artifact,
      path: "intercept_",
      window: { ...window, row: 0 },
    });
    expect(vector).toMatchObject({ rows: 1, columns: 1 });
  });

  it("gives the text of a model", async () => {
    const { text } = await session.ask("artifact/text", { uri: regression });
    expect(text).toMatch(/coef_: float64 \[1, 12\]/);
    expect(session.context.store.size.open).toBe(0);
  });
});

describe("every request is answered", () => {
  it("refuses unknown methods and wrong parameters", async () => {
    await expect(session.client.sendRequest("artifact/run", {})).rejects.toMatchObject({ code: -32601 });
    await expect(session.client.sendRequest("__proto__", {})).rejects.toMatchObject({ code: -32601 });
    await expect(session.client.sendRequest("artifact/open", { uri: 5 })).rejects.toMatchObject({ code: -32602 });
    await expect(session.client.sendRequest("artifact/open")).rejects.toMatchObject({ code: -32602 });
    await expect(session.client.sendRequest("tensor/stats", ["m1", "coef_"])).rejects.toMatchObject({ code: -32602 });
    const [params, nothing] = [{ artifact: "m1", path: "coef_" }, undefined];
    await expect(session.client.sendRequest("tensor/stats", params, nothing)).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });

  it("says what a file is that is not a model, with its first and last bytes", async () => {
    const file = path.join(temporary, "pointer.pkl");
    await writeFile(file, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n");
    const answer = open(pathToFileURL(file).href);
    await expect(answer).rejects.toMatchObject({
      data: { code: "not-recognised", head: "76 65 72 73 69 6f 6e 20 68 74 74 70 73 3a 2f 2f" },
    });
    await expect(answer).rejects.toThrow(/Git LFS pointer/);
    expect(session.context.store.size.open).toBe(0);
  });

  it("says so when a file is not there, is a folder, or is empty", async () => {
    await expect(open(pathToFileURL(path.join(temporary, "gone.pkl")).href)).rejects.toMatchObject({
      data: { code: "not-found" },
    });
    await expect(open(pathToFileURL(temporary).href)).rejects.toMatchObject({ data: { code: "not-recognised" } });
    const file = path.join(temporary, "empty.npz");
    await writeFile(file, "");
    await expect(open(pathToFileURL(file).href)).rejects.toMatchObject({
      data: { code: "not-recognised", head: "", tail: "" },
    });
  });

  it("answers a request that is cancelled in the queue without running it", async () => {
    const source = new CancellationTokenSource();
    const answer = session.ask("artifact/open", { uri: regression, trusted: true }, source.token);
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: -32800 });
    expect(session.context.store.size.open).toBe(0);
  });

  it("answers a request that is cancelled while the client is still reading the file", async () => {
    session.end();
    let isAsked = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    session = await Session.start(
      {},
      {
        stat: () => ({ size: 10, modified: 0 }),
        read: () => {
          isAsked();
          return new Promise<Uint8Array>(() => undefined);
        },
      },
    );
    const source = new CancellationTokenSource();
    const answer = session.ask("artifact/open", { uri: "slow:/m.npy", trusted: true }, source.token);
    await asked;
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: -32800, data: { code: "cancelled" } });
    expect(session.context.store.size.open).toBe(0);
  });
});

describe("files that only the client can reach", () => {
  const folder = async (change: Partial<{ size: number; bytes: Uint8Array }> = {}) => {
    session.end();
    const bytes = change.bytes ?? new Uint8Array(await readFile(new URL(regression)));
    session = await Session.start(
      {},
      {
        stat: () => ({ size: change.size ?? bytes.length, modified: 1 }),
        read: () => bytes,
      },
    );
  };
  const revision = `git:/w/model.joblib?${encodeURIComponent('{"path":"/w/model.joblib","ref":"HEAD"}')}`;

  it("are fetched whole and named with their revision", async () => {
    await folder();
    const { model } = await open(revision);
    expect(model.name).toBe("model.joblib (HEAD)");
    expect(model.title.args["name"]).toBe("LogisticRegression");
    expect(session.asked).toEqual([`stat ${revision}`, `read ${revision}`]);
    expect([...session.problems.keys()]).toEqual([]);
  });

  it("are refused over the limit without being fetched", async () => {
    await folder({ size: LIMITS.fetchedBytes + 1 });
    await expect(open(revision)).rejects.toMatchObject({ data: { code: "limit" } });
    expect(session.asked.some((each) => each.startsWith("read"))).toBe(false);
  });

  it("that are LFS pointers say so", async () => {
    await folder({
      bytes: new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
    });
    await expect(open(revision)).rejects.toThrow(/model\.joblib \(HEAD\) is a Git LFS pointer/);
  });
});

describe("Problems", () => {
  const hostile = sample("suspicious.pkl");

  it("list what an open model was flagged for, and forget it when it is closed", async () => {
    const { artifact, model } = await open(hostile);
    expect(model.safety.state).toBe("dangerous");
    const [flag] = await session.untilProblems(hostile, (rules) => rules.includes("safety/dangerous-global"));
    expect(flag).toMatchObject({
      severity: 1,
      source: "Model Loupe",
      codeDescription: { href: "file:///rules/safety/dangerous-global.md" },
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    });
    await session.ask("artifact/close", { artifact });
    expect(await session.untilProblems(hostile, (rules) => rules.length === 0)).toEqual([]);
  });

  it("keep what a check found until the file is gone", async () => {
    const { findings } = await session.ask("artifact/check", { uri: hostile });
    expect(findings.map(({ rule }) => rule)).toContain("safety/dangerous-global");
    await session.untilProblems(hostile, (rules) => rules.length > 0);
    const deleted = { changes: [{ uri: hostile, type: 3 }] };
    await session.client.sendNotification("workspace/didChangeWatchedFiles", deleted);
    expect(await session.untilProblems(hostile, (rules) => rules.length === 0)).toEqual([]);
  });

  it("are looked for again in a checked file that changed", async () => {
    const file = path.join(temporary, "changing.pkl");
    const uri = pathToFileURL(file).href;
    await copyFile(new URL(hostile), file);
    await session.ask("artifact/check", { uri });
    await session.untilProblems(uri, (rules) => rules.includes("safety/dangerous-global"));
    await copyFile(new URL(regression), file);
    await session.client.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 2 }] });
    const left = await session.untilProblems(uri, (rules) => !rules.includes("safety/dangerous-global"));
    expect(left.filter(({ severity }) => severity === 1)).toEqual([]);
    // Replaced: gone and back, as two events.
    await copyFile(new URL(hostile), file);
    await session.client.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 3 }] });
    await session.client.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 1 }] });
    await session.untilProblems(uri, (rules) => rules.includes("safety/dangerous-global"));
  });

  it("have the severities of the settings, in the editor too", async () => {
    session.end();
    const rules = { "safety/dangerous-global": "info", "precision/*": "off" };
    session = await Session.start({ settings: { problems: "openFiles", files: [], rules } });
    const { model } = await open(hostile);
    const flag = model.findings.find(({ rule }) => rule === "safety/dangerous-global");
    expect(flag?.severity).toBe("info");
    const [shown] = await session.untilProblems(hostile, (found) => found.includes("safety/dangerous-global"));
    expect(shown?.severity).toBe(3);
    await session.client.sendNotification("workspace/didChangeConfiguration", {
      settings: { problems: "openFiles", files: [], rules: { "safety/dangerous-global": "off" } },
    });
    await session.untilProblems(hostile, (found) => !found.includes("safety/dangerous-global"));
  });

  it("mark the numbers of a JSON text that have too few digits, and follow the text", async () => {
    const uri = "file:///w/params.json";
    const text = await readFile(new URL("params.json", samples), "utf8");
    const textDocument = { uri, languageId: "json", version: 1, text };
    await session.client.sendNotification("textDocument/didOpen", { textDocument });
    const marked = await session.untilProblems(uri, (rules) => rules.length > 0);
    const lines = text.split("\n");
    const numbers = marked.map(({ range: { start, end } }) => lines[start.line]?.slice(start.character, end.character));
    expect(numbers).toContain("-1.69849");
    expect(new Set(marked.map(({ code }) => code))).toEqual(new Set(["precision/decimal-truncated"]));
    await session.client.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: '{"coef": [1.5, 2.5]}' }],
    });
    expect(await session.untilProblems(uri, (rules) => rules.length === 0)).toEqual([]);
  });
});

describe("the store", () => {
  it("reads a file once for all who have it open, and lets go with the last", async () => {
    const first = await open(regression);
    const second = await open(regression);
    expect(first.artifact).not.toBe(second.artifact);
    expect(session.context.store.size.open).toBe(1);
    await session.ask("artifact/close", { artifact: first.artifact });
    await session.ask("artifact/close", { artifact: first.artifact });
    expect(session.context.store.size.open).toBe(1);
    const stats = await session.ask("tensor/stats", { artifact: second.artifact, path: "coef_" });
    expect(stats.elements).toBe(12);
    await session.ask("artifact/close", { artifact: second.artifact });
    expect(session.context.store.size.open).toBe(0);
  });

  it("tells two versions of one file apart", async () => {
    const file = path.join(temporary, "versions.joblib");
    const uri = pathToFileURL(file).href;
    await copyFile(new URL(regression), file);
    const before = await open(uri);
    await copyFile(new URL(sample("lr_params_v1.3.0.joblib")), file);
    const after = await open(uri);
    expect(session.context.store.size.open).toBe(2);
    expect(JSON.stringify(before.model.signature)).toContain("bad");
    expect(JSON.stringify(after.model.signature)).toContain("default");
  });
});

describe("comparing", () => {
  const rounded = sample("lr_params_v1.2.3.joblib");
  const retrained = sample("lr_params_v1.3.0.joblib");

  it("gives a verdict for every parameter, and the elements of each", async () => {
    const { diff, model } = await session.ask("diff/open", { oldUri: regression, newUri: rounded, token: "t1" });
    const entry = model.entries.find(({ path: at }) => at === "coef_");
    expect(entry?.verdict).toBe("rounded");
    expect(entry?.axes[1]?.labels).toContain("late_90d");
    expect("top" in (entry ?? {})).toBe(false);
    const page = await session.ask("diff/elements", { diff, path: "coef_", sort: "change", start: 0, count: 3 });
    expect(page.rows).toHaveLength(3);
    const window = { leading: [], row: 0, rows: 1, column: 0, columns: 12 };
    const both = await session.ask("diff/windows", { diff, path: "coef_", window });
    expect(both.old?.texts).toHaveLength(12);
    expect(both.new?.texts).not.toEqual(both.old?.texts);
    const spread = await session.ask("diff/distribution", { diff, path: "coef_" });
    expect(spread).toMatchObject({ old: { elements: 12 }, changes: { unchanged: 0, fromZero: 0, notFinite: 0 } });
    expect(spread.changes?.relative?.counts.reduce((sum, one) => sum + one, 0)).toBe(12);
    const map = await session.ask("diff/heat", { diff, path: "coef_", leading: [] });
    expect(map).toMatchObject({ cellRows: 1, cellColumns: 12, changed: 12 });
    expect(map.deltas).toHaveLength(12 * 8);
    await expect(session.ask("diff/heat", { diff, path: "intercept_", leading: [] })).rejects.toMatchObject({
      data: { code: "refused" },
    });
    const { text } = await session.ask("diff/export", { diff, form: "markdown" });
    expect(text).toMatch(/coef_/);
    expect(JSON.parse((await session.ask("diff/export", { diff, form: "json" })).text)).toMatchObject({
      entries: expect.arrayContaining([expect.objectContaining({ path: "coef_", verdict: "rounded" })]) as unknown,
    });
    expect((await session.ask("diff/export", { diff, form: "html" })).text).toMatch(/^<!doctype html>.*coef_/s);
    await session.ask("diff/close", { diff });
    expect(session.context.store.size.open).toBe(0);
    await expect(
      session.ask("diff/elements", { diff, path: "coef_", sort: "change", start: 0, count: 3 }),
    ).rejects.toMatchObject({ data: { code: "not-found" } });
  });

  it("makes drift a Problem of the new file while the comparison is open", async () => {
    const { diff } = await session.ask("diff/open", { oldUri: rounded, newUri: retrained });
    await session.untilProblems(retrained, (rules) => rules.includes("schema/feature-order"));
    await session.ask("diff/close", { diff });
    expect(await session.untilProblems(retrained, (rules) => rules.length === 0)).toEqual([]);
  });

  it("checks a file against an older one", async () => {
    const { findings } = await session.ask("artifact/check", { uri: retrained, against: rounded });
    const rules = findings.map(({ rule }) => rule);
    expect(rules).toContain("schema/feature-order");
    expect(rules).toContain("schema/class-labels");
    expect(session.context.store.size.open).toBe(0);
  });

  it("lets go of the old side when the new one cannot be read", async () => {
    await expect(
      session.ask("diff/open", { oldUri: regression, newUri: pathToFileURL(path.join(temporary, "no")).href }),
    ).rejects.toMatchObject({ data: { code: "not-found" } });
    expect(session.context.store.size.open).toBe(0);
  });
});

describe("converting", () => {
  it.each(["model", "safetensors", "npz", "json"] as const)("plans and writes a verified .%s", async (target) => {
    const outputPath = path.join(temporary, `lr.${target}`);
    const plan = await session.ask("convert/plan", { uri: regression, target });
    expect(plan.target).toBe(target);
    const asked = { uri: regression, target, outputPath, overwrite: false, allowLoss: true };
    const result = await session.ask("convert/execute", asked);
    expect(result.byteLength).toBe((await readFile(outputPath)).length);
    expect(result.elementsCompared).toBeGreaterThanOrEqual(13);
    const { model } = await open(pathToFileURL(outputPath).href);
    expect(model.format).toBe(target);
    await expect(session.ask("convert/execute", asked)).rejects.toMatchObject({ data: { code: "refused" } });
    const again = await session.ask("convert/execute", { ...asked, overwrite: true });
    expect(again.fingerprint).toBe(result.fingerprint);
  });

  it("leaves nothing behind when it is refused or cancelled", async () => {
    const folder = await mkdtemp(path.join(temporary, "convert-"));
    const asked = {
      uri: sample("pipeline_v1.2.2.joblib"),
      target: "npz",
      outputPath: path.join(folder, "pipeline.npz"),
      overwrite: false,
      allowLoss: true,
    } as const;
    const source = new CancellationTokenSource();
    const answer = session.ask("convert/execute", { ...asked, token: "c1" }, source.token);
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: -32800 });
    await expect(
      session.ask("convert/execute", { ...asked, outputPath: path.join(folder, "no", "such", "folder.npz") }),
    ).rejects.toMatchObject({ data: { code: "not-found" } });
    expect(await readdir(folder)).toEqual([]);
  });
});
