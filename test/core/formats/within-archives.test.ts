import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { utf8Bytes } from "../../../src/core/model/utf8.ts";
import { global, pickle, short } from "../../support/pickle-builder.ts";
import { openBytes } from "../../support/read-format.ts";
import { type ForgedMember, forgeZip } from "../../support/zip-builder.ts";

const EVIL = pickle("PROTO 2", global("os", "system"), short("id"), "TUPLE1", "REDUCE", "STOP");
const GOOD = pickle("PROTO 2", "EMPTY_DICT", "STOP");
const SEVEN = Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4, ...new Uint8Array(24));
const RAR = utf8Bytes("Rar!\u001a\u0007\u0001\u0000 and more");
const HEADER = "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }";
const ARRAY: ForgedMember = {
  name: "a.npy",
  content: Uint8Array.of(0x93, ...utf8Bytes("NUMPY"), 1, 0, 118, 0, ...utf8Bytes(`${HEADER.padEnd(117)}\n`), 7),
};

const torch = (object: Uint8Array, more: readonly ForgedMember[] = [], method = 0): Uint8Array =>
  forgeZip([
    { name: "m/data.pkl", content: object, method },
    { name: "m/version", content: utf8Bytes("3\n"), method },
    ...more,
  ]);
const dangerous = ({ findings }: Artifact): boolean =>
  findings.some(({ rule, message }) => rule === "safety/dangerous-global" && message.includes("os.system"));

describe("what lies in an archive in an archive", () => {
  const inner: readonly (readonly [string, Uint8Array])[] = [
    ["m.pt", torch(EVIL)],
    ["m.pt", torch(EVIL, [], 8)],
    ["x.zip", forgeZip([{ name: "m.pkl", content: EVIL }])],
    ["m.pkl.gz", new Uint8Array(gzipSync(EVIL))],
  ];

  it.each(inner)("%s is judged in an .npz, a checkpoint and a plain archive", async (name, content) => {
    const member = { name, content };
    expect(dangerous(await openBytes(forgeZip([ARRAY, member]), "a.npz"))).toBe(true);
    expect(dangerous(await openBytes(torch(GOOD, [{ ...member, name: `m/${name}` }]), "a.pt"))).toBe(true);
    expect(dangerous(await openBytes(torch(GOOD, [{ name: "m/data/0", content }]), "a.pt"))).toBe(true);
    expect(dangerous(await openBytes(forgeZip([{ name: "g.pkl", content: GOOD }, member]), "a.zip"))).toBe(true);
  });

  it.each([
    ["m.7z", SEVEN],
    ["m.rar", RAR],
  ])("%s is not read, and the file is not complete", async (name, content) => {
    for (const [file, as] of [
      [forgeZip([ARRAY, { name, content }]), "a.npz"],
      [torch(GOOD, [{ name: `m/${name}`, content }]), "a.pt"],
      [
        forgeZip([
          { name: "g.pkl", content: GOOD },
          { name, content },
        ]),
        "a.zip",
      ],
    ] as const) {
      const { complete, findings } = await openBytes(file, as);
      expect(complete).toBe(false);
      expect(findings.map(({ rule }) => rule)).toEqual(["integrity/not-read"]);
    }
  });

  it("is judged under the name of an array, and behind a member that cannot be read", async () => {
    expect(dangerous(await openBytes(forgeZip([ARRAY, { name: "x.npy", content: EVIL }]), "a.npz"))).toBe(true);
    const keras = forgeZip([
      {
        name: "config.json",
        content: utf8Bytes('{"module":"keras","class_name":"Sequential","config":{"layers":[]}}'),
      },
      { name: "metadata.json", content: utf8Bytes('{"keras_version":"3.8.0"}') },
      { name: "broken.pkl", content: GOOD, method: 8, says: { compressedSize: 2 } },
      { name: "assets/x.pkl", content: EVIL },
    ]);
    expect(dangerous(await openBytes(keras, "m.keras"))).toBe(true);
  });

  it("is complete where it is harmless", async () => {
    const { complete, findings } = await openBytes(torch(GOOD, [{ name: "m/in.pt", content: torch(GOOD) }]), "a.pt");
    expect([complete, findings]).toEqual([true, []]);
  });
});

describe("programs in an archive", () => {
  const told = async (members: readonly ForgedMember[]): Promise<string[]> =>
    (await openBytes(forgeZip([{ name: "m.pkl", content: GOOD }, ...members]), "a.mar")).findings.map(
      ({ severity, path }) => `${severity} ${path}`,
    );
  const program = (name: string): ForgedMember => ({ name, content: utf8Bytes("import os\n") });

  it.each(["handler.py", "code/inference.py", "custom_handler.py", "custom_code/x.so", "score.py"])(
    "%s is one that a server runs",
    async (name) => {
      expect(await told([program(name), program("other.py")])).toEqual([`warning ${name}`]);
    },
  );

  it("are told of, as the one that the manifest names", async () => {
    const manifest = (handler: string): ForgedMember => ({
      name: "MAR-INF/MANIFEST.json",
      content: utf8Bytes(JSON.stringify({ runtime: "python", model: { modelName: "m", handler } })),
    });
    expect(await told([manifest("run_it.py"), program("run_it.py")])).toEqual(["warning run_it.py"]);
    expect(await told([manifest("image_classifier"), program("run_it.py")])).toEqual(["info run_it.py"]);
    expect(await told([manifest("image_classifier")])).toEqual([]);
  });
});
