import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ArgumentKind, OPCODES } from "../../../../src/core/formats/pickle/opcodes.ts";
import { attributesOf, classNameOf, dictGet, type ObjectNode } from "../../../../src/core/model/value.ts";
import { describeValue } from "../../../support/described-value.ts";
import { asNode, readPickle } from "../../../support/read-pickle.ts";

interface Fixture {
  readonly cases: readonly {
    readonly name: string;
    readonly expected: unknown;
    readonly protocols: Readonly<Record<string, string>>;
  }[];
  readonly objects: Readonly<Record<string, string>>;
}

const folder = new URL("../../../fixtures/pickle/", import.meta.url);
const load = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const decode = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

describe("opcodes", () => {
  it("are those of Python's pickletools, with their codes and protocols", () => {
    const wanted = load("opcodes.json") as { name: string; code: number; protocol: number }[];
    const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
    expect(OPCODES.map(({ name, code, protocol }) => ({ name, code, protocol })).sort(byName)).toEqual(
      wanted.map(({ name, code, protocol }) => ({ name, code, protocol })).sort(byName),
    );
  });

  it("have arguments as pickletools describes them", () => {
    const wanted = new Map(
      (load("opcodes.json") as { name: string; argument: string | null }[]).map((row) => [row.name, row.argument]),
    );
    const names: Readonly<Record<ArgumentKind, RegExp>> = {
      none: /^null$/,
      u1: /^uint1$/,
      u2: /^uint2$/,
      i4: /^int4$/,
      u4: /^uint4$/,
      u8: /^uint8$/,
      f8: /^float8$/,
      line: /^(decimalnl_(short|long)|floatnl|stringnl|stringnl_noescape|unicodestringnl)$/,
      lines2: /^stringnl_noescape_pair$/,
      bytes1: /^(string|bytes|unicodestring|long)1$/,
      bytes4: /^(bytes|unicodestring)4$/,
      bytes4signed: /^(string|long)4$/,
      bytes8: /^(bytes|bytearray|unicodestring)8$/,
    };
    for (const { name, argument } of OPCODES) expect(`${wanted.get(name)}`).toMatch(names[argument]);
  });
});

describe.each(["new", "old"])("values that Python wrote, %s numpy", (generation) => {
  const { cases } = load(`${generation}.json`) as Fixture;
  const rows = cases.flatMap(({ name, expected, protocols }) =>
    Object.entries(protocols).map(([protocol, text]) => ({ name, protocol, expected, text })),
  );

  it.each(rows)("$name, protocol $protocol", async ({ protocol, expected, text }) => {
    const artifact = await readPickle(decode(text));
    expect(await describeValue(artifact.root)).toEqual(expected);
    expect(artifact.findings).toEqual([]);
    expect(artifact.complete).toBe(true);
    expect(artifact.facts[0]?.value).toBe(protocol);
    expect(artifact.imports?.filter((use) => use.class !== "ordinary")).toEqual([]);
  });
});

describe("objects that Python wrote", () => {
  const { objects } = load("new.json") as Fixture;
  const protocols = Object.entries(objects);
  const from = (first: number) => protocols.filter(([protocol]) => Number(protocol) >= first);
  const reader = async (text: string): Promise<(name: string) => ObjectNode> => {
    const { root, complete, findings } = await readPickle(decode(text));
    expect(findings).toEqual([]);
    expect(complete).toBe(true);
    return (name) => asNode(dictGet(asNode(root, "dict"), name), "object");
  };

  it.each(protocols)("protocol %s keeps class, arguments and state", async (_protocol, text) => {
    const at = await reader(text);
    const point = attributesOf(at("point"));
    expect(point?.keys).toEqual(["x", "y"]);
    expect(point?.values[0]).toBe(1.5);
    expect(attributesOf(asNode(asNode(point?.values[1], "list").items[0], "object"))?.values).toEqual([null, "y"]);
    expect(attributesOf(at("kept"))?.values).toEqual(["state"]);
    expect(attributesOf(at("named"))?.values).toEqual(["state"]);
    expect(classNameOf(at("ordered"))).toBe("collections.OrderedDict");
    expect(asNode(at("default").args[0], "global").name).toBe("list");
    expect(at("default").entries?.keys).toEqual(["k"]);
    expect(classNameOf(at("date"))).toBe("datetime.date");
    expect(at("decimal").args).toEqual(["1.10"]);
  });

  it.each(protocols)("protocol %s refers to a class by its name", async (_protocol, text) => {
    const { root, imports } = await readPickle(decode(text));
    const type = asNode(dictGet(asNode(root, "dict"), "class"), "global");
    expect([type.module, type.name]).toEqual(["fixtures", "Point"]);
    expect(imports?.some((use) => use.name === "Point" && use.class === "unusual")).toBe(true);
  });

  it.each(from(2))("protocol %s keeps items of subclasses, slots and order", async (_protocol, text) => {
    const at = await reader(text);
    expect(asNode(at("slotted").state, "list").type).toBe("tuple");
    expect(attributesOf(at("slotted"))?.keys).toEqual(["a", "b"]);
    expect(at("kept").entries?.keys).toEqual(["a"]);
    expect(at("named").items).toEqual([1n, 2n]);
    expect(classNameOf(at("kept"))).toBe("fixtures.Kept");
    expect(at("ordered").entries?.keys).toEqual(["z", "a"]);
  });

  it.each(from(4))("protocol %s keeps keyword arguments", async (_protocol, text) => {
    const { how, args, kwargs } = (await reader(text))("arguments");
    expect(how).toBe("new");
    expect(args).toEqual([1n, "two"]);
    expect(kwargs?.keys).toEqual(["three"]);
    expect(kwargs?.values).toEqual([3]);
  });
});
