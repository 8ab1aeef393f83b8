import { type Sentence, say } from "../../model/sentence.ts";

/** What calling a global does, as far as its name tells. */
export type Effect =
  | "shell"
  | "program"
  | "delete"
  | "system"
  | "terminal"
  | "code"
  | "reach"
  | "build"
  | "import"
  | "open"
  | "any"
  | "native"
  | "unpickle"
  | "network"
  | "browser"
  | "files"
  | "process"
  | "install"
  | "unknown";

interface EffectRow {
  readonly module: RegExp;
  readonly name?: RegExp;
  readonly effect: Effect;
}

const BUILTINS = /^(?:builtins|__builtin__|__builtins__)$/;
const SYSTEM = /^(?:os|posix|nt)$/;

/** First match wins. */
const EFFECTS: readonly EffectRow[] = [
  { module: SYSTEM, name: /^(?:system|popen)$/, effect: "shell" },
  { module: SYSTEM, name: /^(?:exec|spawn|posix_spawn|fork)/, effect: "program" },
  { module: SYSTEM, name: /^(?:remove|unlink|rmdir|removedirs|rename|truncate)/, effect: "delete" },
  { module: /^(?:os|posix|nt|posixpath|ntpath)(?:\.|$)/, effect: "system" },
  { module: /^(?:subprocess|_posixsubprocess|popen2|commands|multiprocessing\.popen)/, effect: "program" },
  { module: /^(?:pty|pexpect)$/, effect: "terminal" },
  { module: BUILTINS, name: /^(?:eval|exec|execfile|compile|apply)$/, effect: "code" },
  { module: /./, name: /(?:^|\.)(?:__dict__|__globals__|__builtins__|__subclasses__|__code__)$/, effect: "reach" },
  { module: /./, name: /^__dict__\.update$/, effect: "process" },
  { module: /^(?:dill|cloudpickle)/, name: /^_?(?:create|make|fill|builtin)_?/, effect: "build" },
  { module: BUILTINS, name: /^__import__$/, effect: "import" },
  { module: BUILTINS, name: /^(?:open|file|input)$/, effect: "open" },
  { module: BUILTINS, name: /^(?:getattr|setattr|delattr|vars|globals|locals|map|filter|reduce)$/, effect: "any" },
  { module: /^(?:importlib|imp|runpy|pkgutil|pydoc|zipimport)(?:\.|$)/, effect: "import" },
  { module: /^(?:operator|_operator|functools|_functools|itertools)$/, effect: "any" },
  { module: /^(?:code|codeop|bdb|pdb|timeit|cProfile|profile|trace|doctest|idlelib)(?:\.|$)/, effect: "code" },
  { module: /^(?:marshal|types|_codecs|codecs)$/, effect: "build" },
  { module: /^(?:ctypes|_ctypes|cffi|mmap)(?:\.|$)/, effect: "native" },
  { module: /^(?:pickle|_pickle|cPickle|dill|cloudpickle|joblib|shelve)(?:\.|$)/, effect: "unpickle" },
  { module: /^numpy/, name: /^(?:load|loads|fromfile|memmap|save|savetxt)/, effect: "open" },
  { module: /^torch/, name: /load/i, effect: "unpickle" },
  { module: /^(?:numpy|scipy|pandas|sklearn|sklearn2pmml|statsmodels|patsy|formulaic|torch)(?:\.|$)/, effect: "code" },
  {
    module: /^(?:socket|ssl|http|urllib|urllib2|httplib|requests|httpx|aiohttp|socketserver)(?:\.|$)/,
    effect: "network",
  },
  { module: /^(?:ftplib|smtplib|telnetlib|poplib|imaplib|nntplib|xmlrpc)(?:\.|$)/, effect: "network" },
  { module: /^webbrowser$/, effect: "browser" },
  { module: /^(?:shutil|pathlib|tempfile|glob|io|_io|fileinput|zipfile|tarfile|distutils)(?:\.|$)/, effect: "files" },
  { module: /^(?:sys|gc|inspect|atexit|signal|threading|_thread)(?:\.|$)/, effect: "process" },
  { module: /^(?:asyncio|multiprocessing|concurrent)(?:\.|$)/, effect: "process" },
  { module: /^(?:pip|setuptools|ensurepip|venv)(?:\.|$)/, effect: "install" },
];

export function effectOf(module: string, name: string): Effect {
  const found = EFFECTS.find((row) => row.module.test(module) && (row.name === undefined || row.name.test(name)));
  return found?.effect ?? "unknown";
}

type Place = Readonly<{ global: string; offset: number }>;

/** What loading would do, in whole sentences, so that each can be translated as one. */
export const CALL_SENTENCES: Readonly<Record<Effect, (at: Place) => Sentence>> = {
  shell: (at) =>
    say(
      "Loading this file would run a shell command: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  program: (at) =>
    say(
      "Loading this file would start another program: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  delete: (at) =>
    say(
      "Loading this file would delete or move files: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  system: (at) =>
    say(
      "Loading this file would act on the operating system: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  terminal: (at) =>
    say(
      "Loading this file would start a program in a terminal: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  code: (at) =>
    say(
      "Loading this file would run Python code that the file brings: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  reach: (at) =>
    say(
      "Loading this file would reach into other code: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  build: (at) =>
    say(
      "Loading this file would build Python code from bytes: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  import: (at) =>
    say(
      "Loading this file would import a module that the file names: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  open: (at) =>
    say(
      "Loading this file would open other files: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  any: (at) =>
    say(
      "Loading this file could reach and call any function: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  native: (at) =>
    say(
      "Loading this file would call native code: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  unpickle: (at) =>
    say(
      "Loading this file would load another pickle: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  network: (at) =>
    say(
      "Loading this file would talk to other machines: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  browser: (at) =>
    say(
      "Loading this file would open a web page: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  files: (at) =>
    say(
      "Loading this file would read or change files: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  process: (at) =>
    say(
      "Loading this file would reach into the running process: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  install: (at) =>
    say(
      "Loading this file would install software: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
  unknown: (at) =>
    say(
      "Loading this file could do anything that the person who loads it can do: it calls {global} (byte {offset}). Do not load it; nothing of it was run here.",
      at,
    ),
};
