import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { BytesBuilder } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { surprises } from "../../../support/damaged.ts";
import * as build from "../../../support/pickle-builder.ts";
import { forgeZip } from "../../../support/zip-builder.ts";

const open = (bytes: Uint8Array, name = "model.tar"): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, name), nodeHost(), quietWork());
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const small = build.pickle("PROTO 4", "EMPTY_DICT", build.short("a"), "BININT1 1", "SETITEM", "STOP");
const hostile = build.pickle(
  "PROTO 4",
  build.stackGlobal("os", "system"),
  build.short("id"),
  "TUPLE1",
  "REDUCE",
  "STOP",
);

interface Member {
  readonly name: string;
  readonly content?: Uint8Array;
  readonly type?: string;
  readonly size?: string;
  readonly link?: string;
  readonly prefix?: string;
}

/** One ustar member. */
function member({ name, content = new Uint8Array(0), type = "0", size, link = "", prefix = "" }: Member): Uint8Array {
  const field = (value: string, length: number): Uint8Array => {
    const out = new Uint8Array(length);
    out.set(text(value).subarray(0, length));
    return out;
  };
  const header = new BytesBuilder()
    .raw(field(name, 100))
    .raw(field("0000644\0".repeat(3), 24))
    .raw(field(size ?? `${content.length.toString(8).padStart(11, "0")}\0`, 12))
    .raw(field("00000000000\0", 12))
    .text("        ")
    .raw(field(type, 1))
    .raw(field(link, 100))
    .raw(field("ustar\u000000", 8))
    .raw(field("", 80))
    .raw(field(prefix, 155))
    .zeros(12)
    .bytes();
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.set(text(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return new BytesBuilder()
    .raw(header)
    .raw(content)
    .zeros((512 - (content.length % 512)) % 512)
    .bytes();
}

const tar = (...members: readonly Member[]): Uint8Array =>
  members
    .reduce((builder, each) => builder.raw(member(each)), new BytesBuilder())
    .zeros(1024)
    .bytes();
const rules = ({ findings }: Artifact): string[] => findings.map(({ rule }) => rule);

describe("an archive with a model in it", () => {
  it("is a folder of its members: models read, the others listed", async () => {
    const bytes = tar(
      { name: "./", type: "5" },
      { name: "./model.pkl", content: small },
      { name: "code/inference.py", content: text("print(1)\n") },
      { name: "notes.bin", content: text("hello there, no model\n") },
    );
    for (const [packed, container] of [
      [bytes, ["tar"]],
      [new Uint8Array(gzipSync(bytes)), ["gzip", "tar"]],
    ] as const) {
      const artifact = await open(packed, "model.tar.gz");
      expect(artifact).toMatchObject({ format: "bundle", container, complete: true });
      expect(artifact.findings.map(({ rule, path }) => [rule, path])).toEqual([
        ["safety/unusual-global", "code/inference.py"],
      ]);
      expect(artifact.root).toMatchObject({
        keys: ["model.pkl", "code/inference.py", "notes.bin"],
        values: [{ keys: ["a"], values: [1n] }, { values: [9n] }, { values: [22n] }],
      });
    }
  });

  it("may be a program too, as a llamafile is, which is not run", async () => {
    const prefix = text(`MZqFpD='\\n${"x".repeat(300)}`);
    const bytes = forgeZip([{ name: "model.pkl", content: small }], { prefix });
    const artifact = await open(bytes, "m.llamafile");
    expect(artifact).toMatchObject({ format: "bundle", complete: true, findings: [] });
    expect(artifact.root).toMatchObject({ keys: ["model.pkl"], values: [{ keys: ["a"] }] });
    await expect(open(bytes.subarray(0, 310), "m.llamafile")).rejects.toThrow("is a llamafile");
  });

  it("may be a zip archive", async () => {
    const artifact = await open(forgeZip([{ name: "m/model.pkl", content: small, method: 8 }]), "model.zip");
    expect(artifact).toMatchObject({ format: "bundle", container: ["zip"], complete: true });
    expect(artifact.root).toMatchObject({ keys: ["m/model.pkl"] });
  });

  it("keeps the safety findings of its pickles, in tar and in zip", async () => {
    for (const bytes of [tar({ name: "m.pkl", content: hostile }), forgeZip([{ name: "m.bin", content: hostile }])])
      expect(rules(await open(bytes))).toContain("safety/dangerous-global");
  });

  it("has long names: of pax, of GNU, of ustar's prefix", async () => {
    const long = `${"d/".repeat(70)}m.pkl`;
    const record = `path=${long}\n`;
    const length = record.length + 4;
    for (const bytes of [
      tar({ name: "x", type: "x", content: text(`${length} ${record}`) }, { name: "short", content: small }),
      tar({ name: "././@LongLink", type: "L", content: text(`${long}\0`) }, { name: "short", content: small }),
      tar({ name: "m.pkl", prefix: "d/".repeat(70).slice(0, -1), content: small }),
    ])
      expect((await open(bytes)).root).toMatchObject({ keys: [long] });
  });

  it("names what leads out of the folder, links, devices, duplicates", async () => {
    const artifact = await open(
      tar(
        { name: "../../m.pkl", content: small },
        { name: "m.pkl", content: hostile },
        { name: "m.pkl", content: small },
        { name: "link.pkl", type: "2", link: "/etc/passwd" },
        { name: "tty", type: "3" },
        { name: "sparse", type: "S", content: new Uint8Array(600) },
      ),
    );
    expect(artifact.complete).toBe(false);
    expect(rules(artifact)).toEqual([
      "integrity/corrupt",
      "integrity/duplicate-name",
      "integrity/not-read",
      "integrity/not-read",
      "integrity/not-read",
    ]);
  });

  it("is refused when nothing in it is a model, and shown when a pickle in it is damaged", async () => {
    await expect(open(tar({ name: "a.txt", content: text("hello\n") }))).rejects.toMatchObject({
      code: "not-recognised",
    });
    const damaged = await open(
      tar({ name: "a.pkl", content: small.subarray(0, 0) }, { name: "b.pkl", content: small }),
    );
    expect([damaged.complete, rules(damaged)]).toEqual([false, ["integrity/not-read"]]);
  });

  it("has sizes that lie found out", async () => {
    for (const size of ["77777777777\0", "9\0", "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"])
      await expect(
        open(tar({ name: "m.pkl", content: small, size })).then(({ complete }) => {
          if (complete) throw new Error("complete");
          throw new ArtifactError("corrupt", "shown in part");
        }),
      ).rejects.toBeInstanceOf(ArtifactError);
  });
});

describe("a damaged archive", () => {
  const whole = tar({ name: "model.pkl", content: small }, { name: "other.pkl", content: small });

  it("gives a view with a finding, or an error that says why, cut at every 7th byte", async () => {
    const { shown, refused } = await readCuts(whole.subarray(0, 2048), open);
    for (const { length, artifact } of shown) expect([length, artifact.complete]).toEqual([length, false]);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
  });

  it("never does anything but open or refuse, whatever is changed in it", async () => {
    expect(await surprises([whole], open, { seed: 5 })).toEqual([]);
  });
});

describe("archives within an archive that does not compress them", () => {
  it("lend it none of their names", async () => {
    const inner = forgeZip([
      { name: "model/data.pkl", content: small },
      { name: "model/version", content: text("3\n") },
    ]);
    const artifact = await open(
      forgeZip([
        { name: "model.pt", content: inner },
        { name: "notes.md", content: text("x") },
      ]),
      "m.mar",
    );
    expect([artifact.format, artifact.complete]).toEqual(["bundle", true]);
    expect(artifact.facts.filter(({ label }) => label === "Read").map(({ value }) => value)).toEqual([
      "model.pt: torch, zip",
    ]);
  });
});

describe("members that pack into nothing", () => {
  it("are read up to a limit all together", async () => {
    const content = text(`[${'"a",'.repeat(1_000_000)}"a"]`);
    const spaced = text(`["a"${" ".repeat(30_000_000)}]`);
    const artifact = await open(
      forgeZip([
        ...Array.from({ length: 3 }, (_, k) => ({ name: `a${k}/params.json`, content: spaced, method: 8 })),
        { name: "b/params.json", content, method: 8 },
      ]),
      "m.zip",
    );
    expect([artifact.format, artifact.complete, artifact.findings.length]).toEqual(["bundle", false, 2]);
    expect(artifact.findings[0]).toMatchObject({ rule: "integrity/not-read", path: "a2/params.json" });
    expect(artifact.findings[0]?.message).toContain("pack into nothing");
  });
});
