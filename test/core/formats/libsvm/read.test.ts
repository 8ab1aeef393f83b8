import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";

interface Values {
  readonly total_sv: number;
  readonly nr_class: number;
  readonly gamma: string;
  readonly coef0: string;
  readonly degree: number;
  readonly rho: string[];
  readonly probA: string[] | null;
  readonly probB: string[] | null;
  readonly label: number[] | null;
  readonly nr_sv: number[] | null;
  readonly sv_coef: string[][];
  readonly SV: [number, string][][];
}

const NAMES = ["c_svc_rbf", "c_svc_poly_prob", "nu_svr_sigmoid", "one_class", "c_svc_sparse"];
const ZERO = "0000000000000000";
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const small = (lines = "0.5 1:1 2:-2\n-1 2:3\n", header = ""): Uint8Array =>
  text(`svm_type c_svc\nkernel_type linear\nnr_class 2\ntotal_sv 2\nrho 0.25\n${header}SV\n${lines}`);
const int64 = (value: number): string => Buffer.from(BigInt64Array.of(BigInt(value)).buffer).toString("hex");

describe("a LIBSVM model", () => {
  it.each(NAMES)("%s has the numbers that the library reads from it", async (name) => {
    const artifact = await readBytes(fixture(`svm/${name}.model`));
    const values = fixtureJson(`svm/${name}.json`) as Values;
    expect(artifact).toMatchObject({ format: "libsvm", complete: true, findings: [] });
    expect(valueAt(artifact, "total_sv")).toBe(BigInt(values.total_sv));
    expect(await elementsHex(tensorAt(artifact, "rho"))).toEqual(values.rho);
    const hexOf = (key: string): Promise<string[]> | null =>
      valueAt(artifact, key) === undefined ? null : elementsHex(tensorAt(artifact, key));
    for (const key of ["probA", "probB"] as const) expect(await hexOf(key)).toEqual(values[key]);
    for (const key of ["label", "nr_sv"] as const) expect(await hexOf(key)).toEqual(values[key]?.map(int64) ?? null);
    const coefficients = tensorAt(artifact, "sv_coef");
    expect(coefficients.shape).toEqual([values.nr_class - 1, values.total_sv]);
    expect(await elementsHex(coefficients)).toEqual(values.sv_coef.flat());
  });

  it("tells its settings as hyper-parameters", async () => {
    const { values } = await openBytes(fixture("svm/c_svc_poly_prob.model"));
    const settings = values.filter(({ role }) => role === "hyperparameter").map(({ path }) => path);
    expect(settings).toEqual(["svm_type", "kernel_type", "degree", "gamma", "coef0"]);
  });

  it("tells no features where the kernel is precomputed: vectors are then numbers of rows", async () => {
    const written = "svm_type c_svc\nkernel_type precomputed\nnr_class 2\ntotal_sv 2\nrho 0.25\nSV\n1 0:1 \n-1 0:3 \n";
    const artifact = await openBytes(text(written));
    expect(artifact).toMatchObject({ format: "libsvm", complete: true, findings: [], schema: {} });
    expect(artifact.schema.featureCount).toBeUndefined();
    expect(tensorAt(artifact, "SV").shape).toEqual([2, 1]);
  });

  it.each(NAMES.slice(0, 4))("%s has its support vectors as a matrix", async (name) => {
    const artifact = await readBytes(fixture(`svm/${name}.model`));
    const values = fixtureJson(`svm/${name}.json`) as Values;
    const matrix = tensorAt(artifact, "SV");
    expect(matrix.shape).toEqual([values.total_sv, 4]);
    const expected = values.SV.flatMap((row) => [1, 2, 3, 4].map((k) => row.find(([at]) => at === k)?.[1] ?? ZERO));
    expect(await elementsHex(matrix)).toEqual(expected);
  });

  it("keeps sparse support vectors as three arrays", async () => {
    const artifact = await readBytes(fixture("svm/c_svc_sparse.model"));
    const { SV } = fixtureJson("svm/c_svc_sparse.json") as Values;
    const pairs = SV.flat();
    expect(await elementsHex(tensorAt(artifact, "SV", "data"))).toEqual(pairs.map(([, value]) => value));
    expect(await elementsHex(tensorAt(artifact, "SV", "indices"))).toEqual(pairs.map(([at]) => int64(at)));
    const starts = SV.reduce<number[]>((all, row) => [...all, (all.at(-1) ?? 0) + row.length], [0]);
    expect(await elementsHex(tensorAt(artifact, "SV", "indptr"))).toEqual(starts.map(int64));
  });

  it("says what runs along its dimensions, and keeps the digits", async () => {
    const { parameters, schema, framework } = await openBytes(fixture("svm/c_svc_rbf.model"));
    expect(framework).toEqual({ name: "libsvm", className: "c_svc" });
    expect(schema).toMatchObject({ classes: ["-1", "1", "3"], featureCount: 4 });
    const labels = (path: string): unknown => parameters.find((each) => each.path === path)?.axes.map((a) => a?.labels);
    expect(labels("rho")).toEqual([["-1 / 1", "-1 / 3", "1 / 3"]]);
    expect(labels("nr_sv")).toEqual([["-1", "1", "3"]]);
    expect(labels("SV")).toEqual([undefined, ["1", "2", "3", "4"]]);
    expect(valueAt({ root: (await readBytes(small("", "gamma 5e-1\n"))).root }, "gamma")).toMatchObject({
      kind: "decimal",
      text: "5e-1",
    });
  });

  it("keeps what printf writes for numbers that are not finite", async () => {
    const artifact = await readBytes(small("nan 1:-inf 2:1.50\n-1 2:3\n"));
    const matrix = tensorAt(artifact, "SV");
    expect((await elementsHex(matrix)).slice(0, 2)).toEqual(["000000000000f0ff", "000000000000f83f"]);
    expect([0, 1, 2].map((k) => matrix.texts?.text(k))).toEqual(["-inf", "1.50", "0"]);
    expect([0, 1, 2].map((k) => matrix.texts?.digits(k))).toEqual([0, 3, 1]);
    expect((await elementsHex(tensorAt(artifact, "sv_coef")))[0]).toBe("000000000000f87f");
  });

  it("counts from 0 where the indices do", async () => {
    const artifact = await openBytes(small("1 0:1 1:2\n-1 0:3 1:4\n"));
    expect(artifact.parameters.find(({ path }) => path === "SV")?.axes[1]?.labels).toEqual(["0", "1"]);
  });

  it("without a newline at its end is whole, and says so", async () => {
    const artifact = await readBytes(small("0.5 1:1 2:-2\n-1 2:3"));
    expect(artifact.complete).toBe(true);
    expect(artifact.findings).toMatchObject([{ rule: "integrity/truncated", severity: "info" }]);
  });
});

describe("a damaged LIBSVM model", () => {
  it("gives a view with a finding, or an error that says where, cut at every 7th byte", async () => {
    const { shown, refused } = await readCuts(fixture("svm/c_svc_rbf.model"), readBytes);
    for (const { length, artifact } of shown) expect(rulesOf(artifact).length, `${length}`).toBeGreaterThan(0);
    expect(shown.filter(({ artifact }) => artifact.complete).length).toBeLessThan(12);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length).toBeGreaterThan(100);
  });

  it.each<[string, Uint8Array, string]>([
    ["fewer vectors than told", small("0.5 1:1\n"), "integrity/truncated"],
    ["more vectors than told", small("1 1:1\n1 1:1\n1 1:1\n"), "integrity/trailing-bytes"],
    ["a word in place of a number", small("0.5 1:x\n1 1:1\n"), "integrity/corrupt"],
    ["no coefficient", small("1:1\n1 1:1\n"), "integrity/corrupt"],
    ["indices that do not ascend", small("1 2:1 2:2\n1 1:1\n"), "integrity/corrupt"],
    ["an index over a C int", small("1 2147483648:1\n1 1:1\n"), "integrity/limit"],
    ["a negative index", small("1 -1:1\n1 1:1\n"), "integrity/corrupt"],
    ["an unknown setting", small(undefined, "colour red\n"), "integrity/corrupt"],
    ["a setting told twice", small(undefined, "rho 1\n"), "integrity/corrupt"],
    ["a setting that is no number", small(undefined, "gamma x\n"), "integrity/corrupt"],
    ["no counts", text("svm_type c_svc\nkernel_type linear\nSV\n1 1:1\n"), "integrity/corrupt"],
    [
      "vectors without end",
      text("svm_type c_svc\nnr_class 999999999\ntotal_sv 999999999\nSV\n1\n"),
      "integrity/corrupt",
    ],
  ])("with %s is shown with a finding", async (_what, bytes, rule) => {
    const artifact = await readBytes(bytes);
    expect(rulesOf(artifact)).toEqual([rule]);
    expect(artifact.complete).toBe(rule === "integrity/trailing-bytes");
  });

  it("of one far feature takes no more memory than its bytes", async () => {
    const artifact = await readBytes(small("1 2147483647:1\n1 1:1\n"));
    expect(tensorAt(artifact, "SV", "indices").shape).toEqual([2]);
  });

  it("never stops anything else", { timeout: 60_000 }, async () => {
    const files = ["c_svc_poly_prob", "c_svc_sparse"].map((name) => fixture(`svm/${name}.model`));
    expect(await damagedCopies(files, 11)).toEqual([]);
  });
});

describe("text that only begins alike", () => {
  it.each(["svm_type is a setting of LIBSVM\n", "svm_typed c_svc\nkernel_type rbf\n", "svm_type c_svc"])(
    "%j is no LIBSVM model",
    async (content) => {
      await expect(readBytes(text(content), "notes.txt")).rejects.toMatchObject({ code: "not-recognised" });
    },
  );
});
