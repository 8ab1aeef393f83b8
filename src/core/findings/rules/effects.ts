/** What a dangerous global does, for a sentence "which ...". */
interface Effect {
  readonly module: RegExp;
  readonly name?: RegExp;
  readonly effect: string;
}

const BUILTINS = /^(?:builtins|__builtin__|__builtins__)$/;

/** First match wins. */
const EFFECTS: readonly Effect[] = [
  { module: /^(?:os|posix|nt)$/, name: /^(?:system|popen)$/, effect: "runs a shell command" },
  { module: /^(?:os|posix|nt)$/, name: /^(?:exec|spawn|posix_spawn|fork)/, effect: "starts another program" },
  {
    module: /^(?:os|posix|nt)$/,
    name: /^(?:remove|unlink|rmdir|removedirs|rename|truncate)/,
    effect: "deletes or moves files",
  },
  { module: /^(?:os|posix|nt|posixpath|ntpath)(?:\.|$)/, effect: "acts on the operating system" },
  {
    module: /^(?:subprocess|_posixsubprocess|popen2|commands|multiprocessing\.popen)/,
    effect: "starts another program",
  },
  { module: /^(?:pty|pexpect)$/, effect: "starts a terminal program" },
  { module: BUILTINS, name: /^(?:eval|exec|execfile|compile|apply)$/, effect: "runs Python code that the file brings" },
  {
    module: /./,
    name: /(?:^|\.)(?:__dict__|__globals__|__builtins__|__subclasses__|__code__)$/,
    effect: "reaches into other code",
  },
  {
    module: /^(?:dill|cloudpickle)/,
    name: /^_?(?:create|make|fill|builtin)_?/,
    effect: "builds Python code from bytes",
  },
  { module: BUILTINS, name: /^__import__$/, effect: "imports a module that the file names" },
  { module: BUILTINS, name: /^(?:open|file|input)$/, effect: "opens files" },
  {
    module: BUILTINS,
    name: /^(?:getattr|setattr|delattr|vars|globals|locals|map|filter|reduce)$/,
    effect: "can reach and call any function",
  },
  {
    module: /^(?:importlib|imp|runpy|pkgutil|pydoc|zipimport)(?:\.|$)/,
    effect: "imports or runs a module that the file names",
  },
  { module: /^(?:operator|_operator|functools|_functools|itertools)$/, effect: "can reach and call any function" },
  {
    module: /^(?:code|codeop|bdb|pdb|timeit|cProfile|profile|trace|doctest|idlelib)(?:\.|$)/,
    effect: "runs Python code that the file brings",
  },
  { module: /^(?:marshal|types|_codecs|codecs)$/, effect: "builds Python code from bytes" },
  { module: /^(?:ctypes|_ctypes|cffi|mmap)(?:\.|$)/, effect: "calls native code" },
  {
    module: /^(?:pickle|_pickle|cPickle|dill|cloudpickle|joblib|shelve)(?:\.|$)/,
    effect: "loads another pickle",
  },
  { module: /^numpy/, name: /^(?:load|loads|fromfile|memmap|save|savetxt)/, effect: "opens files" },
  { module: /^torch/, name: /load/i, effect: "loads another pickle" },
  { module: /^(?:numpy|scipy|pandas|sklearn|torch)/, effect: "can be made to run Python code" },
  {
    module:
      /^(?:socket|ssl|http|urllib|urllib2|httplib|requests|httpx|aiohttp|ftplib|smtplib|telnetlib|poplib|imaplib|nntplib|xmlrpc|socketserver)(?:\.|$)/,
    effect: "talks to other machines",
  },
  { module: /^webbrowser$/, effect: "opens a web page" },
  {
    module: /^(?:shutil|pathlib|tempfile|glob|io|_io|fileinput|zipfile|tarfile|distutils)(?:\.|$)/,
    effect: "reads or changes files",
  },
  {
    module: /^(?:sys|gc|inspect|atexit|signal|threading|_thread|asyncio|multiprocessing|concurrent)(?:\.|$)/,
    effect: "reaches into the running process",
  },
  { module: /^(?:pip|setuptools|ensurepip|venv)(?:\.|$)/, effect: "installs software" },
];

/** What the global does, as far as its name tells. */
export function effectOf(module: string, name: string): string {
  const found = EFFECTS.find((row) => row.module.test(module) && (row.name === undefined || row.name.test(name)));
  return found?.effect ?? "can do anything the person who loads it can do";
}
