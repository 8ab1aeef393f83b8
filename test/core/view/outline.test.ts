import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { english } from "../../../src/core/model/sentence.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { nodeDetails } from "../../../src/core/view/details.ts";
import { createOutline, type Outline } from "../../../src/core/view/outline.ts";
import { safetyOf, viewerModel } from "../../../src/core/view/viewer.ts";
import { createWork, quietWork, type Work } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { artifactOf, dictOf } from "../../support/artifacts.ts";
import { pickleOf } from "../../support/python-bytes.ts";
import { safetensors } from "../../support/safetensors-builder.ts";

const workspace = path.resolve(import.meta.dirname, "../../workspace/credit-risk");

async function open(name: string): Promise<Artifact> {
  return openArtifact(fromBytes(readFileSync(path.join(workspace, name)), name), nodeHost(), quietWork());
}

const openPickle = (bytes: Uint8Array): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, "x.pkl"), nodeHost(), quietWork());

describe("the outline of a scorecard", () => {
  it("shows meaning first, parameters opened, raw structure last", async () => {
    const rows = createOutline(await open("lr_params_v1.2.2.joblib")).first();
    expect(rows.filter((row) => row.depth === 0).map((row) => row.label)).toEqual([
      "Parameters",
      "Hyper-parameters",
      "Fitted state",
      "Schema",
      "Environment",
      "Imports",
      "Structure",
    ]);
    expect(rows.filter((row) => row.parent === "parameters").map((row) => row.label)).toContain("coef_");
    expect(rows.find((row) => row.label === "coef_")?.detail).toBe("[1, 12] float64");
  });

  it("gives the same rows by position as by address", async () => {
    const outline = createOutline(await open("pipeline_v1.2.2.joblib"));
    const located = outline.locate("steps.clf.coef_");
    expect(located?.rows.map((row) => row.label)).toEqual(["Parameters", "steps", "clf", "coef_"]);
    const last = located?.rows.at(-1);
    const parent = outline.children(last?.parent ?? "", 0, 100);
    expect(parent.rows[last?.index ?? -1]?.id).toBe(located?.id);
    expect(createOutline(await open("pipeline_v1.2.2.joblib")).item(located?.id ?? "")?.path).toBe("steps.clf.coef_");
  });

  it("finds by name and by dtype, ancestors before what was found", async () => {
    const outline = createOutline(await open("pipeline_v1.2.2.joblib"));
    const { rows } = await outline.find("COEF", quietWork());
    expect(rows.map((row) => row.label)).toEqual(["Parameters", "steps", "clf", "coef_"]);
    expect((await outline.find("int32", quietWork())).rows.at(-1)?.label).toBe("n_iter_");
    expect((await outline.find("no such thing", quietWork())).rows).toEqual([]);
  });

  it("marks hyper-parameters that are not the default and parameters with a finding", async () => {
    const outline = createOutline(await open("lr_params_v1.2.3.joblib"));
    expect(outline.children("hyperparameters", 0, 100).rows.find((row) => row.label === "C")?.badges).toEqual([
      "non-default",
    ]);
    expect(outline.children("parameters", 0, 100).rows.find((row) => row.label === "coef_")?.badges).toEqual([
      "warning",
    ]);
  });

  it("answers for rows that do not exist", async () => {
    const outline = createOutline(await open("lr_params_v1.2.2.joblib"));
    for (const id of [
      "nothing",
      "parameters/nothing",
      "structure\u001f9",
      "structure\u001f0/99999",
      "structure\u001f0/x",
      "values\u001f-1",
    ])
      expect(outline.children(id, 0, 10)).toEqual({ rows: [], total: 0 });
  });
});

describe("hostile structure", () => {
  it("marks a value inside itself and stops there", async () => {
    // x = []; x.append(x), protocol 2
    const outline = createOutline(await openPickle(pickleOf("]q\x00h\x00a.")));
    const [root] = outline.children("structure", 0, 1).rows;
    const [inner] = outline.children(root?.id ?? "", 0, 1).rows;
    expect(inner?.badges).toEqual(["cycle"]);
    expect(inner?.children).toBe(0);
  });

  it("opens a hundred thousand nested lists a few levels at a time", async () => {
    const depth = 100_000;
    const outline = createOutline(await openPickle(pickleOf(`${"]".repeat(depth)}${"a".repeat(depth - 1)}.`)));
    expect(outline.first().length).toBeLessThan(20);
  });
});

describe("what the header says", () => {
  it("names what loading the hostile pickle would run, and never calls anything safe", async () => {
    const hostile = await open("suspicious.pkl");
    expect(safetyOf(hostile).state).toBe("dangerous");
    expect(english(safetyOf(hostile).sentence)).toBe("Loading this file would run os.system");
    const ordinary = await open("lr_params_v1.2.2.joblib");
    expect(english(safetyOf(ordinary).sentence)).toBe("6 imports, ordinary here");
    expect(safetyOf({ ...ordinary, complete: false }).state).toBe("unread");
  });

  it("is one line of facts", async () => {
    const artifact = await open("pipeline_v1.2.2.joblib");
    const model = viewerModel(artifact, createOutline(artifact));
    expect(english(model.title)).toBe("Pipeline (2 steps)");
    expect(model.signature && english(model.signature)).toBe("8 features → 2 classes (bad, good)");
    expect(model.facts.map((fact) => fact.value)).toEqual(["scikit-learn 1.2.2", "joblib, zlib", "4"]);
  });
});

describe("details", () => {
  it("lists every import once, with the places", async () => {
    const artifact = await open("suspicious.pkl");
    const item = createOutline(artifact).item("imports");
    const details = item && (await nodeDetails(artifact, item, quietWork()));
    expect(details?.table?.rows).toEqual([
      { cells: ["os.system", "dangerous", "call", "1", "118"], mark: "dangerous" },
    ]);
  });

  it("shows the first bytes of a value of bytes, and how many there are", async () => {
    const data = fromBytes(
      Uint8Array.from({ length: 20_000 }, (_, i) => i & 0xff),
      "data",
    );
    const artifact = await artifactOf(dictOf({ blob: { kind: "bytes", type: "bytes", data } }));
    const item = createOutline(artifact).item("values/blob");
    const details = item && (await nodeDetails(artifact, item, quietWork()));
    const lines = details?.text?.value.split("\n") ?? [];
    expect(lines.slice(0, 1)).toEqual(["00000000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ................"]);
    expect(lines[4]).toBe("00000040  40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f  @ABCDEFGHIJKLMNO");
    expect(lines.slice(1024)).toEqual(["… (20,000 bytes in all)"]);
    expect(details?.facts).toContainEqual({ id: "bytes", label: "Bytes", value: "20,000" });
  });

  it("shows text arrays as what they hold", async () => {
    const artifact = await open("lr_params_v1.2.2.joblib");
    const outline = createOutline(artifact);
    const id = outline.locate("classes_")?.id ?? "";
    const item = outline.item(id);
    const details = item && (await nodeDetails(artifact, item, quietWork()));
    expect(details?.table?.rows.map((row) => row.cells)).toEqual([
      ["0", "'bad'"],
      ["1", "'good'"],
    ]);
  });
});

describe("an outline that is made beforehand", () => {
  const many = async (): Promise<Artifact> => {
    const entries = Array.from({ length: 3_000 }, (_, at) => [
      `layers.${Math.floor(at / 20)}.block${at % 20}.weight`,
      { shape: [1], values: [at] },
    ]);
    const bytes = safetensors(Object.fromEntries(entries));
    return openArtifact(fromBytes(bytes, "many.safetensors"), nodeHost(), quietWork());
  };

  it("has the rows that one has that is not, and lets others have their turn meanwhile", async () => {
    const [prepared, plain] = [createOutline(await many()), createOutline(await many())];
    let turns = 0;
    await prepared.prepare({ ...quietWork(), isDue: () => true, checkpoint: async () => void (turns += 1) });
    expect(turns).toBeGreaterThan(20);
    expect(prepared.first()).toEqual(plain.first());
    const last = "layers.149.block19.weight";
    expect(prepared.locate(last)?.rows.length).toBeGreaterThan(2);
    expect(prepared.locate(last)).toEqual(plain.locate(last));
    const found = await plain.find("block7", quietWork());
    expect(await prepared.find("block7", quietWork())).toEqual(found);
  });

  it("can be given up on, and made later", async () => {
    const outline = createOutline(await many());
    const abort = new AbortController();
    abort.abort();
    const work = { ...createWork({ signal: abort.signal }), isDue: () => true };
    await expect(outline.prepare(work)).rejects.toMatchObject({ code: "cancelled" });
    await outline.prepare(quietWork());
    expect(outline.children("parameters", 0, 10)).toEqual(createOutline(await many()).children("parameters", 0, 10));
  });
});

describe("a search of many rows", () => {
  const ROWS = 200_000;
  const outlineOf = async (): Promise<Outline> => {
    const values = Array.from({ length: ROWS }, (_, at) => ({ path: `v${at}`, role: "value" as const, value: at }));
    const artifact = await artifactOf(dictOf({}));
    const outline = createOutline({ ...artifact, values });
    await outline.prepare(quietWork());
    return outline;
  };

  it("lets others have their turn at every row that is due, and finds the same", async () => {
    const outline = await outlineOf();
    let asked = 0;
    let turns = 0;
    const isDue = (): boolean => {
      asked += 1;
      return asked % 1000 === 0;
    };
    const work: Work = { ...quietWork(), isDue, checkpoint: async () => void (turns += 1) };
    const { rows, isCut } = await outline.find("v199999", work);
    expect(rows.map(({ label }) => label)).toEqual(["Values", "v199999"]);
    expect(isCut).toBe(false);
    expect(asked).toBeGreaterThan(ROWS);
    expect(turns).toBe(Math.floor(asked / 1000));
  });

  it("ends at the first turn after something else was typed", async () => {
    const outline = await outlineOf();
    const abort = new AbortController();
    let asked = 0;
    const isDue = (): boolean => {
      asked += 1;
      if (asked === 500) abort.abort();
      return asked % 100 === 0;
    };
    const work: Work = { ...createWork({ signal: abort.signal }), isDue };
    await expect(outline.find("no such row", work)).rejects.toMatchObject({ code: "cancelled" });
    expect(asked).toBe(500);
  });
});
