import { describe, expect, it } from "vitest";
import * as build from "../../support/pickle-builder.ts";
import { numpyFixture } from "../../support/numpy-fixtures.ts";
import { openBytes } from "../../support/read-format.ts";
import { dictOf } from "../../support/torch-builder.ts";
import { type ForgedMember, forgeZip } from "../../support/zip-builder.ts";

const harmful = build.pickle(
  ["PROTO 4", build.short("os"), build.short("system"), "STACK_GLOBAL"],
  [build.short("id"), "TUPLE1", "REDUCE", "STOP"],
);
const harmless = dictOf({});
const array = numpyFixture("new", "c-order.npy");
const version = { name: "m/version", content: new TextEncoder().encode("3\n") };

/** Ways to write a member that scanners stop at and loaders do not. */
const forged: Readonly<Record<string, (member: ForgedMember) => readonly ForgedMember[]>> = {
  "a wrong checksum": (member) => [{ ...member, says: { crc32: 1 } }],
  "a flag of encryption": (member) => [{ ...member, flags: 1 }],
  "another name in its own header": (member) => [{ ...member, localName: "m/readme.txt" }],
  "a name that occurs twice, last": (member) => [{ ...member, content: harmless }, member],
  "a name that occurs twice, first": (member) => [member, { ...member, content: harmless }],
  "compression and a wrong checksum": (member) => [{ ...member, method: 8, says: { crc32: 1 } }],
  compression: (member) => [{ ...member, method: 8 }],
};

/** Archives that a loader goes through, and the pickle of each. */
const archives: Readonly<Record<string, (write: (member: ForgedMember) => readonly ForgedMember[]) => Uint8Array>> = {
  "model.pt": (write) => forgeZip([...write({ name: "m/data.pkl", content: harmful }), version]),
  "other.pt": (write) =>
    forgeZip([{ name: "m/data.pkl", content: harmless }, version, ...write({ name: "m/more.bin", content: harmful })]),
  "arrays.npz": (write) => forgeZip([{ name: "a.npy", content: array }, ...write({ name: "b.pkl", content: harmful })]),
};

describe("a pickle in an archive that is written to mislead", () => {
  const rows = Object.keys(archives).flatMap((file) => Object.keys(forged).map((way) => [file, way] as const));
  it.each(rows)("is judged: %s, %s", async (file, way) => {
    const write = forged[way];
    const bytes = write && archives[file]?.(write);
    if (bytes === undefined) throw new Error("a row");
    const { imports } = await openBytes(bytes, file);
    expect(imports).toMatchObject([{ module: "os", name: "system", class: "dangerous", role: "call" }]);
  });

  it("is told of where it cannot be opened, whatever its name is", async () => {
    const member = { name: "m/more.bin", content: harmful, method: 8, flags: 1 };
    const bytes = forgeZip([{ name: "m/data.pkl", content: harmless }, version, member]);
    const { complete, findings } = await openBytes(bytes, "other.pt");
    expect(complete).toBe(false);
    expect(findings).toMatchObject([{ rule: "integrity/not-read", evidence: { member: "m/more.bin" } }]);
  });
});
