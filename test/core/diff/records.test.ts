import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { diffArtifacts } from "../../../src/core/diff/diff.ts";
import type { DiffReport } from "../../../src/core/diff/report.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { join, pickle, short } from "../../support/pickle-builder.ts";

const ROWS = 100_005;

type Row = readonly [key: string, loss: number];

const rows = (change: (rows: Row[]) => void = () => undefined): readonly Row[] => {
  const all = Array.from({ length: ROWS }, (_, at): Row => [`run${at}`, at / 8]);
  change(all);
  return all;
};

const LIST = pickle(short("n"), "EMPTY_LIST", "MARK", "BININT1 1", "BINFLOAT 2.5", "APPENDS");

function pickled(all: readonly Row[]): Uint8Array {
  const row = ([key, loss]: Row): Uint8Array[] => [
    short(key),
    pickle("EMPTY_DICT", "MARK", short("loss"), `BINFLOAT ${loss}`, short("tag"), short("a"), LIST, "SETITEMS"),
  ];
  return join([pickle("PROTO 4", "EMPTY_DICT", "MARK"), ...all.flatMap(row), pickle("SETITEMS", "STOP")]);
}

const json = (all: readonly Row[]): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify(Object.fromEntries(all.map(([key, loss]) => [key, { loss, tag: "a", n: [1, 2.5] }]))),
  );

async function compared(old: Uint8Array, next: Uint8Array, name = "b.pkl"): Promise<DiffReport> {
  const open = (bytes: Uint8Array, of: string): ReturnType<typeof openArtifact> =>
    openArtifact(fromBytes(bytes, of), nodeHost(), quietWork());
  return diffArtifacts(await open(old, "a.pkl"), await open(next, name), {}, nodeHost(), quietWork());
}

describe("rows of data without addresses of their own", () => {
  it("are the same where they are, in a pickle and in JSON", async () => {
    expect(await compared(pickled(rows()), pickled(rows()))).toMatchObject({ complete: true, values: [] });
    expect(await compared(pickled(rows()), json(rows()), "b.json")).toMatchObject({ complete: true, values: [] });
  });

  it("are told one by one where they differ, whatever their order", async () => {
    const next = rows((all) => {
      all[5] = ["run5", -1];
      all[7] = ["fresh", 1];
      all.reverse();
    });
    const { values, complete } = await compared(pickled(rows()), pickled(next));
    expect(complete).toBe(true);
    expect(values).toEqual([
      { path: "value.fresh", kind: "added", new: "{'loss': 1.0, 'tag': 'a', 'n': [1, 2.5]}" },
      {
        path: "value.run5",
        kind: "changed",
        old: "{'loss': 0.625, 'tag': 'a', 'n': [1, 2.5]}",
        new: "{'loss': -1.0, 'tag': 'a', 'n': [1, 2.5]}",
      },
      { path: "value.run7", kind: "removed", old: "{'loss': 0.875, 'tag': 'a', 'n': [1, 2.5]}" },
    ]);
  });

  it("are told as a whole, and the first thousand of them, where more differ", async () => {
    const next = rows((all) => {
      for (let at = 0; at < 2000; at++) all[at] = [`run${at}`, -at - 1];
    });
    const { values } = await compared(pickled(rows()), pickled(next));
    expect(values).toHaveLength(1001);
    expect(values[0]).toMatchObject({ path: "value", kind: "changed" });
    expect(values[1000]).toMatchObject({ path: "value.run999", kind: "changed" });
  });
});
