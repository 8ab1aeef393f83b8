import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { canonicalText } from "../../../../src/core/view/canonical-text.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { dictGet, isNode, type ObjectNode, type Value } from "../../../../src/core/model/value.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { classDescription, field, javaHead, object, reference, text, u32 } from "../../../support/java-builder.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  valueAt,
} from "../../../support/read-format.ts";

// test/generate/java/SerialFixtures.java wrote them.
const model = fixture("java/model.ser");
const library = fixture("java/library.ser");
const custom = fixture("java/custom.ser");

function stateOf(value: Value | undefined): ReadonlyMap<string, Value> {
  if (!isNode(value) || value.kind !== "object" || !isNode(value.state) || value.state.kind !== "dict")
    throw new Error("no object");
  const { keys, values } = value.state;
  return new Map(keys.map((key, i) => [typeof key === "string" ? key : `#${i}`, values[i] ?? null]));
}
const itemsOf = (value: Value | undefined): readonly Value[] =>
  isNode(value) && value.kind === "list" ? value.items : [];
const objectAt = (items: readonly Value[], index: number): ObjectNode => items[index] as ObjectNode;

describe("an object that Java wrote", () => {
  it("has the fields of its class and of its super class, each with its type's value", async () => {
    const artifact = await readBytes(model, "model.ser");
    expect(artifact).toMatchObject({ format: "java", complete: true, findings: [] });
    expect(artifact.root).toMatchObject({ callable: { module: "", name: "SerialFixtures$Model" } });
    const state = stateOf(artifact.root);
    expect(Object.fromEntries([...state].filter(([, value]) => !isNode(value)))).toEqual({
      count: 41n,
      "SerialFixtures$Base.count": -3n,
      name: "base",
      flag: true,
      small: -128n,
      letter: "é",
      medium: -300n,
      large: -(2n ** 63n),
      number: -0,
      text: "a\0b\u{1f600}",
      nothing: null,
      odd: Number.NaN,
      letters: "xy",
    });
    expect(state.get("self")).toBe(artifact.root);
    expect(itemsOf(state.get("colours"))).toMatchObject([{ name: "SerialFixtures$Colour.RED" }, { kind: "global" }]);
    expect(state.get("type")).toMatchObject({ kind: "global", name: "double[]" });
    expect(artifact.metadata).toMatchObject({
      values: [{ keys: expect.arrayContaining(["SerialFixtures$Base"]), values: expect.arrayContaining([7n, -2n]) }],
    });
  });

  it("has its arrays where they lie, rows of one length as one array", async () => {
    const { parameters } = await openBytes(model, "model.ser");
    const found = new Map(parameters.map(({ path, tensor }) => [path, tensor]));
    const shown = async (path: string): Promise<unknown> => {
      const tensor = found.get(path);
      if (tensor === undefined) throw new Error(`no ${path}`);
      return [tensor.dtype.name, tensor.shape, (await elementsHex(tensor)).join(" ")];
    };
    expect(await shown("weights")).toEqual([
      ">f8",
      [4],
      "3ff8000000000000 8000000000000000 7ff8000000000000 0000000000000001",
    ]);
    expect(await shown("matrix")).toEqual([
      ">f8",
      [2, 3],
      "3ff0000000000000 4000000000000000 4008000000000000 4010000000000000 4014000000000000 4018000000000000",
    ]);
    const twelve = Array.from({ length: 12 }, (_, i) => (i + 1).toString(16).padStart(8, "0")).join(" ");
    expect(await shown("cube")).toEqual([">i4", [3, 2, 2], twelve]);
    expect(await shown("longs")).toEqual([">i8", [2], "7fffffffffffffff ffffffffffffffff"]);
    expect(await shown("flags")).toEqual(["bool", [2], "01 00"]);
    expect(await shown("bytes")).toEqual(["int8", [3], "ff 00 01"]);
    expect(await shown("single")).toEqual([">f4", [], "3dcccccd"]);
    expect(await shown("ragged[1]")).toEqual([">f8", [2], "4000000000000000 4008000000000000"]);
    expect([found.get("matrix")?.data.size, found.get("matrix")?.strides]).toEqual([model.length, [34, 8]]);
    expect(found.has("twice")).toBe(false);
    expect(found.has("twice[0]")).toBe(true);
  });

  it("keeps the bits of a number that is none", async () => {
    const bits = Uint8Array.of(0x7f, 0xf8, 0, 0, 0, 0, 0, 1);
    const { root } = await readBytes(concat(javaHead, object(classDescription("N", [field("D", "d")]), bits)));
    expect(stateOf(root).get("d")).toEqual({ kind: "float", bits: 0x7ff8000000000001n });
  });

  it("is what Java's own collections and boxes stand for", async () => {
    const artifact = await readBytes(library);
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, []]);
    const at = (name: string): Value | undefined => valueAt(artifact, name);
    expect(itemsOf(at("ArrayList"))).toEqual(["a", 1n, 2.5]);
    for (const [name, items] of [
      ["LinkedList", ["b"]],
      ["ArrayDeque", ["c"]],
      ["CopyOnWriteArrayList", ["d"]],
      ["HashSet", ["e"]],
      ["LinkedHashSet", ["f", "g"]],
      ["Vector", ["s"]],
      ["Stack", ["t"]],
      ["asList", ["v", "w"]],
      ["List.of", ["x", "y"]],
    ] as const)
      expect([name, itemsOf(at(name))]).toEqual([name, items]);
    expect(at("HashSet")).toMatchObject({ type: "set" });
    for (const [name, key, value] of [
      ["HashMap", "k", 1n],
      ["Hashtable", "n", "o"],
      ["IdentityHashMap", "p", true],
      ["Map.of", "z", "1"],
    ] as const) {
      const dict = at(name);
      expect([name, isNode(dict) && dict.kind === "dict" ? dictGet(dict, key) : undefined]).toEqual([name, value]);
    }
    expect(at("TreeMap")).toMatchObject({
      state: { keys: ["comparator"], values: [null] },
      entries: { keys: ["l", "m"], values: [2n, 3n] },
    });
    expect(at("TreeSet")).toMatchObject({ items: ["h", "i"] });
    expect(at("PriorityQueue")).toMatchObject({ state: { keys: ["comparator"] }, items: ["u"] });
    expect(at("ConcurrentHashMap")).toMatchObject({ state: { keys: [] }, entries: { keys: ["q"] } });
    expect(at("EnumMap")).toMatchObject({ entries: { keys: [{ name: "SerialFixtures$Colour.RED" }], values: ["r"] } });
    expect(itemsOf(at("EnumSet"))).toMatchObject([{ name: "SerialFixtures$Colour.GREEN" }]);
    expect(at("Properties")).toMatchObject({ state: { keys: ["defaults"] }, entries: { values: ["value"] } });
    expect([at("Date"), at("BigInteger"), at("zero")]).toEqual([
      "2009-02-13T23:31:30.123Z",
      -123456789012345678901234567890n,
      0n,
    ]);
    expect(at("BigDecimal")).toMatchObject({ kind: "decimal", text: "-12345678901234567890.0123456789" });
    expect(stateOf(at("Random")).get("seed")).toBe(25214903912n);
  });

  it("has times as Java prints them", async () => {
    const { root } = await readBytes(fixture("java/times.ser"));
    const dict = root as { readonly keys: readonly string[]; readonly values: readonly Value[] };
    expect(Object.fromEntries(dict.keys.map((key, i) => [key, dict.values[i]]))).toEqual(
      fixtureJson("java/times.json"),
    );
  });

  it("that writes itself has what it wrote", async () => {
    const { root, complete } = await readBytes(custom);
    const items = itemsOf(root);
    expect(complete).toBe(true);
    const [bytes, between, number] = itemsOf(stateOf(items[0]).get("written"));
    expect([stateOf(items[0]).get("kept"), between]).toEqual([5n, "between"]);
    if (!isNode(bytes) || bytes.kind !== "bytes" || !isNode(number) || number.kind !== "bytes")
      throw new Error("no bytes");
    expect([bytes.data.size, await bytes.data.read(1596, 1600)]).toEqual([1600, Uint8Array.of(0, 0, 1, 0x8f)]);
    expect(await number.data.read(0, 8)).toEqual(Uint8Array.of(0x40, 4, 0, 0, 0, 0, 0, 0));
    expect([...stateOf(items[1]).keys()]).toEqual(["written"]);
    expect(itemsOf(stateOf(items[2]).get("written"))).toMatchObject([{ kind: "bytes" }, 9n]);
    expect([stateOf(items[3]).get("label"), objectAt(items, 3).items]).toEqual(["own", ["x"]]);
    expect(stateOf(stateOf(items[4]).get("h")).get("to")).toBe("somebody");
  });

  it("may be beside numbers, behind a reset, in gzip", async () => {
    const artifact = await readBytes(fixture("java/mixed.ser.gz"));
    expect([artifact.container, artifact.complete]).toEqual([["gzip"], true]);
    const items = itemsOf(artifact.root);
    expect(items).toMatchObject([{ kind: "bytes" }, "first", { kind: "tensor" }, "l".repeat(70_000)]);
    expect(await readBytes(gunzipSync(fixture("java/mixed.ser.gz")))).toMatchObject({ container: [], complete: true });
  });

  it("may hold itself, or lie deep", async () => {
    const { root } = await readBytes(fixture("java/cycle.ser"));
    expect(itemsOf(root)[0]).toBe(root);
    let value = (await readBytes(fixture("java/deep.ser"))).root;
    let depth = 0;
    for (; isNode(value); value = itemsOf(value)[0]) depth += 1;
    expect(depth).toBe(600);
  });
});

describe("a class that attacks are made of", () => {
  const transformer = "org.apache.commons.collections.functors.InvokerTransformer";

  it("is an error with its place", async () => {
    const before = concat(javaHead, object(classDescription("java.lang.Object")));
    const bytes = concat(before, object(classDescription(transformer)));
    const { findings, complete } = await openBytes(bytes);
    expect(complete).toBe(true);
    expect(findings).toMatchObject([
      { rule: "safety/dangerous-global", severity: "error", range: { offset: before.length + 1 } },
    ]);
    expect(findings[0]?.message).toContain(transformer);
  });

  it.each([
    "com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl",
    "com.sun.rowset.JdbcRowSetImpl",
    "sun.reflect.annotation.AnnotationInvocationHandler",
    "org.apache.commons.beanutils.BeanComparator",
    "[Lorg.apache.commons.collections.functors.ChainedTransformer;",
    "org.codehaus.groovy.runtime.ConvertedClosure",
    "java.beans.EventHandler$1",
  ])("%s is one", async (name) => {
    const { imports } = await readBytes(concat(javaHead, object(classDescription(name))));
    expect(imports?.map(({ class: kind }) => kind)).toEqual(["dangerous"]);
  });

  it("is not any other class", async () => {
    const { imports } = await readBytes(library);
    const others = imports?.filter(({ class: kind }) => kind !== "ordinary").map(({ name }) => name);
    expect(new Set(others)).toEqual(new Set(["SerialFixtures$Colour"]));
    const own = await openBytes(concat(javaHead, object(classDescription("com.example.Own"))));
    expect(own.findings.map(({ severity }) => severity)).toEqual(["info"]);
  });
});

describe("a Java stream that is not as it should be", () => {
  it.each<[string, Uint8Array, string]>([
    ["a reference to nothing", reference(9), "integrity/corrupt"],
    ["a type that there is not", Uint8Array.of(0x10), "integrity/corrupt"],
    [
      "an array longer than the file",
      concat(Uint8Array.of(0x75), classDescription("[D"), u32(0x7fffffff)),
      "integrity/truncated",
    ],
    [
      "a list longer than the file",
      concat(Uint8Array.of(0x75), classDescription("[Ljava.lang.Object;"), u32(0x7fffffff)),
      "integrity/truncated",
    ],
    [
      "a class that is its own super class",
      object(classDescription("A", [], { superClass: reference(1) })),
      "integrity/corrupt",
    ],
    ["an exception of the writer", concat(Uint8Array.of(0x7b), object(classDescription("E"))), "integrity/corrupt"],
    ["an object that does not say its length", object(classDescription("X", [], { flags: 4 })), "integrity/not-read"],
    ["a text that is none", Uint8Array.of(0x74, 0, 1, 0xff), "integrity/corrupt"],
    ["a field of no type", object(classDescription("F", [field("Q", "q")])), "integrity/corrupt"],
  ])("(%s) is shown up to there", async (_name, bytes, rule) => {
    const artifact = await readBytes(concat(javaHead, text("before"), bytes));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, [rule]]);
    expect(JSON.stringify(artifact.root)).toContain("before");
  });

  it("lies in each other without end", async () => {
    const head = concat(Uint8Array.of(0x75), classDescription("[Ljava.lang.Object;"), u32(1));
    const inner = concat(Uint8Array.of(0x75), reference(0), u32(1));
    const artifact = await readBytes(concat(javaHead, head, ...Array.from({ length: 30_000 }, () => inner)));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/limit"]]);
  });

  it("shows of an object what was read", async () => {
    const artifact = await readBytes(model.subarray(0, model.length - 100));
    const state = stateOf(artifact.root);
    expect([artifact.complete, state.get("name"), state.get("count")]).toEqual([false, "base", 41n]);
    expect([...state.values()].at(-1)).toMatchObject({ kind: "unread" });
  });

  it.each([
    ["an object", model],
    ["classes that write themselves", custom],
  ])("cut at every 7th byte (%s) is shown in part, or refused with a reason", async (_name, whole) => {
    const { shown, refused } = await readCuts(whole, (bytes) => readBytes(bytes));
    const complete = shown.filter(({ artifact }) => artifact.complete).map(({ length }) => length);
    // Objects follow each other without a count: a cut between two of them cannot be seen.
    expect(complete.length).toBeLessThan(3);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
  });

  it("never does anything but open or be refused, whatever is changed in it", async () => {
    expect(await damagedCopies([model, library, custom, fixture("java/times.ser")], 11, 400)).toEqual([]);
  });
});

describe("a stream of very many objects", () => {
  it("is read, and written as text", async () => {
    const count = 130_000;
    let chain: Uint8Array = Uint8Array.of(0x70);
    for (let k = 0; k < 99; k++) chain = classDescription(`C${k}`, [], { superClass: chain });
    const array = concat(Uint8Array.of(0x75), classDescription("[Ljava.lang.Object;"), u32(count + 1));
    const again = concat(Uint8Array.of(0x73), reference(2));
    const objects = new Uint8Array(again.length * count);
    for (let k = 0; k < count; k++) objects.set(again, k * again.length);
    const bytes = concat(javaHead, array, object(chain), objects);
    const artifact = await openBytes(bytes);
    expect(artifact.values.length).toBeGreaterThan(count);
    expect(await canonicalText(artifact, nodeHost(), quietWork())).toContain(`[${count}] = `);
  });
});

describe("descriptions of classes", () => {
  it("count as what they take: the faces of a proxy, and fields that no object has", async () => {
    const faces = 5_000_000;
    const proxy = concat(javaHead, Uint8Array.of(0x7d), u32(faces), new Uint8Array(2 * faces));
    const fields = concat(...Array.from({ length: 65_535 }, () => field("B", "")));
    const one = classDescription("A", [fields]);
    // How many fields there are, behind the name, the version and the flags.
    one.set([0xff, 0xff], 13);
    const many = concat(javaHead, ...Array.from({ length: 150 }, () => one));
    for (const bytes of [proxy, many]) {
      const rules = await readBytes(bytes).then(rulesOf, (error: unknown) => [(error as ArtifactError).code]);
      expect(rules.some((rule) => rule.includes("limit"))).toBe(true);
    }
  });
});
