import { readdirSync, readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { bytes, payload, type Parts, pickle, short, stackGlobal } from "../../../support/pickle-builder.ts";
import { readPickle } from "../../../support/read-pickle.ts";

/** Written by dill from a notebook (test/generate/dill_fixtures.py), with the names that it draws in; none of it is ever loaded. */
const folder = new URL("../../../fixtures/pickle/", import.meta.url);
const cases = readdirSync(folder)
  .filter((file) => file.startsWith("dill-"))
  .flatMap((file) =>
    Object.entries(JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Record<string, string>).map(
      ([name, text]): [string, Uint8Array] => [
        `${file.slice(5, -5)}, ${name}`,
        new Uint8Array(inflateSync(Buffer.from(text, "base64"))),
      ],
    ),
  );
const named = (part: string): [string, Uint8Array][] => cases.filter(([name]) => name.includes(part));

const errorsOf = async (content: Uint8Array): Promise<string[]> => {
  const { complete, findings } = await openArtifact(fromBytes(content, "a.pkl", 0), nodeHost(), quietWork());
  expect(complete).toBe(true);
  return findings
    .filter(({ rule, severity }) => rule.startsWith("safety/") && severity === "error")
    .map(({ message }) => message);
};

describe("what dill writes of a notebook is no error", () => {
  it.each(named(", harmless: "))("%s", async (_name, content) => {
    expect(await errorsOf(content)).toEqual([]);
  });
});

describe("something hostile among the names that dill draws in is an error", () => {
  it.each(named(", hostile: "))("%s", async (_name, content) => {
    expect(await errorsOf(content)).not.toEqual([]);
  });
});

const call = (module: string, name: string, ...args: Parts): Parts => [
  stackGlobal(module, name),
  "MARK",
  ...args,
  "TUPLE",
  "REDUCE",
];
const dill = (name: string, ...args: Parts): Parts => call("dill._dill", name, ...args);
const type = (name: string): Parts => dill("_load_type", short(name));
const module = (name: string): Parts => dill("_import_module", short(name));
const dict = (...items: Parts): Parts => ["EMPTY_DICT", "MARK", ...items, "SETITEMS"];

/** A code object that uses these names. */
const code = (...names: readonly string[]): Parts =>
  dill(
    "_create_code",
    ...[0, 0, 0, 0, 2, 67].map((count) => `BININT1 ${count}`),
    payload("SHORT_BINBYTES", "S\0"),
    ["MARK", "NONE", "TUPLE", "MARK", ...names.map(short), "TUPLE", "EMPTY_TUPLE"],
    [short("own.py"), short("f"), short("f"), "BININT1 1", bytes(new Uint8Array()), bytes(new Uint8Array())],
    ["EMPTY_TUPLE", "EMPTY_TUPLE"],
  ).flat();
/** A function with such code, and the names of its module. */
const made = (names: readonly string[], ...namespace: Parts): Parts =>
  dill("_create_function", ...code(...names).flat(), ...dict(...namespace).flat(), short("f"), "NONE", "NONE").flat();
const own = made(["len"]);
/** A class with one method, in the memo at 90. */
const classWith = (method: string, ...bases: Parts): Parts => [
  ...dill(
    "_create_type",
    ...type("type").flat(),
    short("Own"),
    ["MARK", ...bases.flat(), "TUPLE"],
    ...dict(short(method), ...own).flat(),
  ),
  "BINPUT 90",
];
const instance: Parts = ["BINGET 90", "EMPTY_TUPLE", "NEWOBJ"];
const loader: Parts = [
  ...call("_frozen_importlib_external", "SourceFileLoader", short("own"), short("/own.py")),
  "BINPUT 91",
];
const builtins = stackGlobal("builtins", "__dict__");

const dangerous = async (...parts: Parts): Promise<string[]> =>
  ((await readPickle(pickle("PROTO 4", ...parts, "STOP"))).imports ?? [])
    .filter((use) => use.class === "dangerous")
    .map((use) => `${use.module}.${use.name}`);

describe("names that a function brings along are excused where nothing uses them", () => {
  it.each<[string, Parts]>([
    ["__builtins__", made(["len"], short("__builtins__"), builtins)],
    ["a module that starts programs", made(["len"], short("subprocess"), ...module("subprocess"))],
    ["a module in a package", made(["len"], short("request"), ...module("urllib.request"))],
    ["where it came from", made(["len"], short("__loader__"), ...loader)],
    ["a function that compiles", made(["len"], short("_create_fn"), stackGlobal("dataclasses", "_create_fn"))],
    ["a type of functions", made(["len"], short("LambdaType"), ...type("LambdaType"))],
    ["getattr, which all code has", made(["getattr"], short("getattr"), stackGlobal("builtins", "getattr"))],
    ["a class of an old dill's", dill("_get_attr", ...module("_codecs").flat(), short("encode"))],
    ["a set of types", made(["len"], short("_TYPES"), ["EMPTY_SET", "MARK", ...type("CodeType"), "ADDITEMS"].flat())],
  ])("%s", async (_what, parts) => {
    expect(await dangerous(...parts)).toEqual([]);
  });
});

describe("they are dangerous anywhere else", () => {
  it.each<[string, Parts]>([
    ["__builtins__ by another name", made(["len"], short("b"), builtins)],
    ["__builtins__ in no function", dict(short("__builtins__"), builtins)],
    [
      "__builtins__ and a function that is given it",
      [
        ...made(["len"], short("__builtins__"), builtins, "BINPUT 80"),
        ["POP", ...call("own", "f", "BINGET 80")].flat(),
      ],
    ],
    [
      "a function that is given the names, in a list",
      [
        ...dict(short("__builtins__"), builtins),
        ["BINPUT 80", "POP", ...dill("_create_function", ...code("len").flat(), "BINGET 80").flat()],
        ["POP", ...call("own", "f", "EMPTY_LIST", "BINGET 80", "APPEND")].flat(),
      ],
    ],
    [
      "an object that is given them as its state",
      [
        ...made(["len"], short("__builtins__"), builtins, "BINPUT 80"),
        ["POP", stackGlobal("own", "Thing"), "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", short("a"), "BINGET 80"],
        ["SETITEM", "BUILD"],
      ],
    ],
    [
      "an object that has them as an item",
      [
        ...made(["len"], short("__builtins__"), builtins, "BINPUT 80"),
        ["POP", stackGlobal("own", "Table"), "EMPTY_TUPLE", "REDUCE", short("a"), "BINGET 80", "SETITEM"],
      ],
    ],
    [
      "a class that has them",
      [
        ...made(["len"], short("__builtins__"), builtins, "BINPUT 80"),
        [
          "POP",
          ...dill("_create_type", ...type("type").flat(), short("A"), "EMPTY_TUPLE", ...dict(short("b"), "BINGET 80")),
        ].flat(),
      ],
    ],
    ["a variable of a closure", [...module("subprocess"), ...dill("_create_cell", ...module("subprocess").flat())]],
    ["a module by another name", made(["sp", "run"], short("sp"), ...module("subprocess"))],
    ["a module that code names", made(["shutil", "move"], short("shutil"), ...module("shutil"))],
    [
      "a module that a later function names",
      [...made(["len"], short("shutil"), ...module("shutil")), ["POP", ...made(["shutil", "move"])].flat()],
    ],
    ["a module that does something when it is imported", made(["len"], short("antigravity"), ...module("antigravity"))],
    [
      "a function that compiles, and code that names it",
      made(["_create_fn"], short("_create_fn"), stackGlobal("dataclasses", "_create_fn")),
    ],
    ["a program's start", made(["len"], short("system"), stackGlobal("posix", "system"))],
    [
      "getattr there, and a call of it",
      [
        ...made(["len"], short("getattr"), stackGlobal("builtins", "getattr"), "BINPUT 80"),
        ["POP", "BINGET 80", stackGlobal("own", "helper"), short("a"), "TUPLE2", "REDUCE"],
      ],
    ],
    ["a type of code that is made", [...type("CodeType"), "EMPTY_TUPLE", "NEWOBJ"]],
    [
      "a type of functions that copyreg makes",
      [
        ...made(["len"], short("FunctionType"), ...type("FunctionType"), "BINPUT 80"),
        ["POP", ...call("copyreg", "__newobj__", "BINGET 80", ...code("len").flat(), "EMPTY_DICT")].flat(),
      ],
    ],
    [
      "a loader that is asked",
      [
        ...made(["len"], short("__loader__"), ...loader),
        ["POP", ...call("builtins", "getattr", "BINGET 91", short("exec_module"))].flat(),
      ],
    ],
    ["a loader that is given to a function", [...loader, "POP", ...call("own", "f", "BINGET 91")]],
    [
      "a loader that copyreg makes",
      [
        ...call(
          "copyreg",
          "_reconstructor",
          stackGlobal("_frozen_importlib_external", "SourceFileLoader"),
          "NONE",
          "NONE",
        ),
        ["BINPUT 91", "POP", ...call("own", "f", "BINGET 91")].flat(),
      ],
    ],
    ["what loads by a loader", call("_frozen_importlib", "_load", ...loader)],
    ["the program's own names", [...module("__main__"), ...dict(short("open"), ...own), "BUILD"]],
    ["dill's setter of items, given to a function", call("own", "f", stackGlobal("dill._dill", "_setitems"))],
    [
      "a partial of it, given to a function",
      call("own", "f", ...type("PartialType"), "MARK", stackGlobal("dill._dill", "_setitems"), "TUPLE", "REDUCE"),
    ],
    ["another library's _get_attr", call("own", "_get_attr", ...own, short("a"))],
    [
      "map by another module's name",
      [
        ...dill("_get_attr", ...module("json").flat(), short("map")),
        ["MARK", ...own, "EMPTY_LIST", "TUPLE", "REDUCE"].flat(),
      ],
    ],
    [
      "map by dill's name, for a list",
      [
        ...type("list"),
        ["MARK", ...type("map"), "MARK", ...own, "EMPTY_LIST", "TUPLE", "REDUCE", "TUPLE", "REDUCE"].flat(),
      ],
    ],
    [
      "a text of an instance",
      [
        ...classWith("__str__"),
        ["POP", ...call("builtins", "getattr", ...type("str").flat(), short("__new__"))].flat(),
        ["MARK", ...type("str"), ...instance, "TUPLE", "REDUCE"].flat(),
      ],
    ],
  ])("%s", async (_what, parts) => {
    expect(await dangerous(...parts)).not.toEqual([]);
  });
});

describe("a class with a hash of its own", () => {
  it.each<[string, Parts]>([
    ["alone", []],
    ["its instance with a state", ["POP", ...instance, ...dict(short("a"), "BININT1 1"), "BUILD"]],
    ["its instance as an attribute's value", ["POP", "EMPTY_DICT", short("a"), ...instance, "SETITEM"]],
    ["its instance in a list in a list", ["POP", "EMPTY_LIST", "EMPTY_LIST", ...instance, "APPEND", "APPEND"]],
    ["its instance in a partial", ["POP", ...call("functools", "partial", stackGlobal("own", "f"), ...instance)]],
  ])("%s", async (_what, parts) => {
    for (const method of ["__hash__", "__eq__"]) expect(await dangerous(...classWith(method), ...parts)).toEqual([]);
  });

  it.each<[string, Parts]>([
    ["SETITEM", ["EMPTY_DICT", ...instance, "NONE", "SETITEM"]],
    ["SETITEMS, after another", ["EMPTY_DICT", "MARK", short("a"), "NONE", ...instance, "NONE", "SETITEMS"]],
    ["DICT", ["MARK", ...instance, "NONE", "DICT"]],
    ["ADDITEMS", ["EMPTY_SET", "MARK", ...instance, "ADDITEMS"]],
    ["FROZENSET", ["MARK", ...instance, "FROZENSET"]],
    ["a tuple in a tuple", ["EMPTY_DICT", ...instance, "TUPLE1", "TUPLE1", "NONE", "SETITEM"]],
    ["a reference to it", ["EMPTY_SET", "MARK", ...dill("_create_weakref", ...instance), "ADDITEMS"]],
    ["a key of an ordered dict", [...call("collections", "OrderedDict"), ...instance, "NONE", "SETITEM"]],
    [
      "pairs for an ordered dict",
      call("collections", "OrderedDict", "EMPTY_LIST", ...instance, "NONE", "TUPLE2", "APPEND"),
    ],
    ["dill's set", [...type("set"), "EMPTY_LIST", ...instance, "APPEND", "TUPLE1", "REDUCE"]],
    ["a literal of types", call("_operator", "getitem", stackGlobal("typing", "Literal"), ...instance)],
    ["a name outside", [...instance, "BINPERSID"]],
    [
      "a member of an enum",
      dill(
        "_create_type",
        stackGlobal("enum", "EnumMeta"),
        short("E"),
        stackGlobal("enum", "Enum"),
        "TUPLE1",
        ...dict(short("A"), ...instance).flat(),
      ),
    ],
  ])("its instance as a key: %s", async (_what, parts) => {
    for (const method of ["__hash__", "__eq__"])
      expect(await dangerous(...classWith(method), "POP", ...parts)).not.toEqual([]);
  });
});

describe("classes by value whose making runs code", () => {
  it.each<[string, Parts]>([
    [
      "__setattr__, for slots",
      [
        ...classWith("__setattr__"),
        ["POP", ...instance, "NONE", ...dict(short("a"), "NONE"), "TUPLE2", "BUILD"].flat(),
      ],
    ],
    ["__dict__ of its own", [...classWith("__dict__"), "POP", ...instance, ...dict(short("a"), "NONE"), "BUILD"]],
    [
      "a metaclass that gets __setattr__ later",
      [
        ...classWith("names", stackGlobal("builtins", "type")),
        ["POP", ...dill("_create_type", "BINGET 90", short("A"), "EMPTY_TUPLE", "EMPTY_DICT"), "POP"].flat(),
        call("builtins", "setattr", "BINGET 90", short("__setattr__"), ...own).flat(),
      ],
    ],
    [
      "a metaclass with __call__",
      [
        ...classWith("__call__", stackGlobal("builtins", "type")),
        ["POP", ...dill("_create_type", "BINGET 90", short("A"), "EMPTY_TUPLE", "EMPTY_DICT")].flat(),
      ],
    ],
    [
      "ABCMeta, called by name",
      [
        ...call("abc", "ABCMeta", short("A"), "EMPTY_TUPLE", ...dict(short("__setstate__"), ...own).flat()),
        ["EMPTY_TUPLE", "NEWOBJ", "NONE", "BUILD"],
      ],
    ],
    [
      "ABCMeta, by copyreg",
      [
        ...call(
          "copyreg",
          "__newobj__",
          stackGlobal("abc", "ABCMeta"),
          short("A"),
          "EMPTY_TUPLE",
          dict(short("__setstate__"), ...own).flat(),
        ),
        ["EMPTY_TUPLE", "NEWOBJ", "NONE", "BUILD"],
      ],
    ],
    [
      "type, by dill's name",
      [
        ...type("type"),
        ["MARK", short("A"), "EMPTY_TUPLE", ...dict(short("__setstate__"), ...own), "TUPLE", "REDUCE"].flat(),
        ["EMPTY_TUPLE", "NEWOBJ", "NONE", "BUILD"],
      ],
    ],
    [
      "a metaclass by value, made anew",
      [
        ...classWith("names", stackGlobal("builtins", "type")),
        [short("A"), "EMPTY_TUPLE", ...dict(short("__setstate__"), ...own), "TUPLE3", "NEWOBJ"].flat(),
        ["EMPTY_TUPLE", "NEWOBJ", "NONE", "BUILD"],
      ],
    ],
  ])("%s", async (_what, parts) => {
    expect(await dangerous(...parts)).not.toEqual([]);
  });
});
