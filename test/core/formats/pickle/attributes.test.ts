import { describe, expect, it } from "vitest";
import { global, type Parts, pickle, short, stackGlobal } from "../../../support/pickle-builder.ts";
import { readPickle } from "../../../support/read-pickle.ts";

/** `getattr(owner, name)`. */
const attribute = (owner: Parts, name: string): Parts => [
  stackGlobal("builtins", "getattr"),
  ...owner,
  short(name),
  "TUPLE2",
  "REDUCE",
];
const of = (module: string, name: string): Parts => [stackGlobal(module, name)];
const instance: Parts = [stackGlobal("own", "Outer"), "EMPTY_TUPLE", "NEWOBJ"];
/** `functools.partial(made)` with the state that makes it `partial(made, of, **named)`. */
const partial = (made: Parts, first: Parts): Parts => [
  stackGlobal("functools", "partial"),
  ...made,
  "MEMOIZE",
  "TUPLE1",
  "REDUCE",
  "MARK",
  "BINGET 0",
  ...first,
  "TUPLE1",
  "EMPTY_DICT",
  "NONE",
  "TUPLE",
  "BUILD",
];

async function imports(...parts: Parts): Promise<Record<string, string>> {
  const artifact = await readPickle(pickle("PROTO 4", ...parts, "STOP"));
  const found: Record<string, string> = {};
  // The worst that is said of a name.
  for (const { module, name, role, class: kind } of artifact.imports ?? [])
    if (found[`${module}.${name}`]?.startsWith("dangerous") !== true) found[`${module}.${name}`] = `${kind} ${role}`;
  return found;
}

const dangerous = async (...parts: Parts): Promise<string[]> =>
  Object.entries(await imports(...parts))
    .filter(([, said]) => said.startsWith("dangerous"))
    .map(([name]) => name);

describe("getattr where all is known is what it reaches", () => {
  it.each([
    ["search", []],
    ["finditer", []],
    ["sub", ["(computed).(computed)"]],
    ["scanner", ["(computed).(computed)"]],
  ])("what a tokenizer of spaCy is made with: %s of a pattern", async (method, said) => {
    const compiled = [...of("re", "_compile"), short("a+"), "BININT1 32", "TUPLE2", "REDUCE"];
    const tokenizer = [...of("spacy.tokenizer", "Tokenizer"), ...attribute(compiled, method), "TUPLE1", "REDUCE"];
    expect(await dangerous(...tokenizer)).toEqual(said);
  });

  it("a method of an instance, beside flags of a pattern: stemmers and tokenizers of nltk", async () => {
    const stemmer: Parts = [...of("nltk.stem.snowball", "EnglishStemmer"), "EMPTY_TUPLE", "NEWOBJ"];
    const flags: Parts = [...of("re", "RegexFlag"), "BININT1 2", "TUPLE1", "REDUCE"];
    expect(await dangerous(...attribute(stemmer, "stem"), ...flags, "TUPLE2")).toEqual([]);
    expect(await dangerous(...attribute(stemmer, "__class__"), ...flags, "TUPLE2")).toEqual(["builtins.getattr"]);
  });

  it("a method that makes an instance: time zones", async () => {
    const zone = [...attribute(of("zoneinfo", "ZoneInfo"), "_unpickle"), short("UTC"), "BININT1 1", "TUPLE2", "REDUCE"];
    expect(await imports(...zone)).toEqual({
      "builtins.getattr": "ordinary call",
      "zoneinfo.ZoneInfo": "ordinary import",
      "zoneinfo.ZoneInfo._unpickle": "ordinary call",
    });
  });

  it("a member of an enum, a nested class and its instance, a method of a plain value", async () => {
    expect(await imports(...attribute(of("own", "Color"), "RED"))).toMatchObject({
      "builtins.getattr": "ordinary call",
      "own.Color.RED": "unusual import",
    });
    const inner = attribute(of("own", "Outer"), "Inner");
    expect(await imports(...inner, "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", "BUILD")).toMatchObject({
      "builtins.getattr": "ordinary call",
      "own.Outer.Inner": "unusual call",
    });
    expect(await imports(...attribute(inner, "Innermost"))).toMatchObject({
      "own.Outer.Inner.Innermost": "unusual import",
    });
    expect(await imports(...attribute(of("builtins", "str"), "lower"))).toEqual({
      "builtins.getattr": "ordinary call",
      "builtins.str": "ordinary import",
      "builtins.str.lower": "ordinary import",
    });
    expect(await imports(...attribute(["EMPTY_DICT"], "get"))).toMatchObject({
      "builtins.dict.get": "ordinary import",
    });
  });

  it("a method of an instance that nothing calls", async () => {
    expect(await imports(...attribute(instance, "transform"))).toMatchObject({
      "builtins.getattr": "ordinary call",
      "own.Outer.transform": "unusual import",
    });
  });

  it("NEWOBJ_EX before protocol 4: a partial of __new__", async () => {
    const made = attribute(of("own", "Outer"), "__new__");
    const artifact = await readPickle(
      pickle("PROTO 4", ...partial(made, of("own", "Outer")), "EMPTY_TUPLE", "REDUCE", "STOP"),
    );
    expect(artifact.imports?.filter((use) => use.class === "dangerous")).toEqual([]);
    expect(artifact.root).toMatchObject({ kind: "object", how: "new", callable: { module: "own", name: "Outer" } });
  });
});

describe("getattr is dangerous", () => {
  it.each<[string, Parts]>([
    ["on what leads out of an object", attribute(of("own", "Outer"), "__globals__")],
    ["on what is dangerous by its own name", attribute(of("own", "Outer"), "system")],
    ["on what a module of the system has", attribute(of("shutil", "Error"), "os")],
    ["on a function", attribute(of("own", "helper"), "attribute")],
    ["of a name that is no identifier", attribute(of("own", "Outer"), "a.b")],
    [
      "with what to give where there is none",
      [stackGlobal("builtins", "getattr"), ...of("own", "Outer"), short("a"), "NONE", "TUPLE3", "REDUCE"],
    ],
    [
      "when a method that makes no instance is called",
      [...attribute(of("own", "Outer"), "apply"), "EMPTY_TUPLE", "REDUCE"],
    ],
    [
      "when a method that reads a file is called",
      [...attribute(of("own", "Outer"), "from_file"), "EMPTY_TUPLE", "REDUCE"],
    ],
    ["when a method of an instance is called", [...attribute(instance, "transform"), "EMPTY_TUPLE", "REDUCE"]],
    ["when it is called by OBJ", ["MARK", ...attribute(of("own", "Outer"), "apply"), "NONE", "OBJ"]],
    ["when what it reaches is changed by a state", [...attribute(of("own", "Outer"), "Inner"), "EMPTY_DICT", "BUILD"]],
    [
      "when what it reaches is changed by items",
      [...attribute(of("own", "Outer"), "Table"), short("k"), "NONE", "SETITEM"],
    ],
    ["when what it reaches is added to", [...attribute(of("own", "Outer"), "Table"), "NONE", "APPEND"]],
    ["when what it reaches gets members", [...attribute(of("own", "Outer"), "Table"), "MARK", "NONE", "ADDITEMS"]],
    ["when it is not called", of("builtins", "getattr")],
    ["under its old name", [global("__builtin__", "getattr"), short("x"), short("__class__"), "TUPLE2", "REDUCE"]],
  ])("%s", async (_what, parts) => {
    expect((await dangerous(...parts)).some((name) => name.endsWith(".getattr"))).toBe(true);
  });

  it("in one call of two, whichever is first", async () => {
    const getter: Parts = [stackGlobal("builtins", "getattr"), "MEMOIZE"];
    const call = (name: string): Parts => [
      "BINGET 0",
      stackGlobal("own", "Color"),
      short(name),
      "TUPLE2",
      "REDUCE",
      "POP",
    ];
    expect(await dangerous(...getter, ...call("RED"), ...call("GREEN"))).toEqual([]);
    expect(await dangerous(...getter, ...call("RED"), ...call("__dict__"))).toEqual(["builtins.getattr"]);
    expect(await dangerous(...getter, ...call("__dict__"), ...call("RED"))).toEqual(["builtins.getattr"]);
  });

  it("when a partial of another method is called", async () => {
    const made = attribute(of("own", "Outer"), "apply");
    expect(await dangerous(...partial(made, of("own", "Outer")), "EMPTY_TUPLE", "REDUCE")).toEqual([
      "(computed).(computed)",
    ]);
  });
});

describe("numpy's strings of any length", () => {
  it("are an array of texts", async () => {
    const type: Parts = [
      stackGlobal("numpy._core._internal", "_convert_to_stringdtype_kwargs"),
      "BININT1 1",
      "NONE",
      "TUPLE2",
      "REDUCE",
    ];
    const artifact = await readPickle(
      pickle(
        "PROTO 4",
        stackGlobal("numpy._core.multiarray", "_reconstruct"),
        stackGlobal("numpy", "ndarray"),
        "BININT1 0",
        "TUPLE1",
        "NONE",
        "TUPLE3",
        "REDUCE",
        "MARK",
        "BININT1 1",
        "BININT1 2",
        "TUPLE1",
        ...type,
        "NEWFALSE",
        "EMPTY_LIST",
        "MARK",
        short("a"),
        "NONE",
        "APPENDS",
        "TUPLE",
        "BUILD",
        "STOP",
      ),
    );
    expect(artifact.complete).toBe(true);
    expect(artifact.imports?.filter((use) => use.class !== "ordinary")).toEqual([]);
    expect(artifact.root).toMatchObject({ kind: "tensor", tensor: { shape: [2] }, objects: ["a", null] });
  });
});
