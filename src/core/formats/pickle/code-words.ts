import { isNode, type Node, type ObjectNode, type Value } from "../../model/value.ts";
import { CODE_NAMES } from "./dangerous.ts";
import type { Namespaces } from "./namespaces.ts";

/**
 * What a code object says of itself: the names it uses and its constants. A name is a global, an attribute or a module,
 * the bytecode knows which; so only names are listed that are seldom anything else.
 */
const NAMES: ReadonlySet<string> = new Set([
  ...CODE_NAMES,
  ..."compile __import__ import_module subprocess socket ctypes marshal pty runpy webbrowser importlib".split(" "),
  ..."builtins __builtins__ __builtin__ __subclasses__ __globals__ __code__ __closure__ __loader__".split(" "),
  ..."f_globals f_locals f_builtins gi_frame cr_frame tb_frame func_globals _getframe".split(" "),
  ..."check_output check_call getoutput getstatusoutput urlopen urlretrieve b64decode a85decode".split(" "),
  ..."fork execl execle execlp execv execve execvp execvpe spawnl spawnle spawnv spawnve posix_spawn".split(" "),
  ..."rmtree unlink rmdir removedirs putenv killpg setuid dlopen CDLL WinDLL run_path run_module".split(" "),
  ..."requests httpx aiohttp paramiko ftplib smtplib telnetlib pickle cPickle _pickle cloudpickle dill".split(" "),
]);

/** The same in a text, which may be code or a command. */
const TEXT = /__import__|\bos\.system|\bsubprocess\b|__subclasses__|__globals__|\b(?:eval|exec)\(|\/bin\/(?:ba|z)?sh\b/;

type Known = ReadonlyMap<Node, string>;

/** Parts of a constant that are looked at. */
const PARTS = 100_000;

/**
 * The name of the code that the arguments of `types.CodeType` describe. Undefined where they name what code of a model
 * has no use for, or are not there to be looked at.
 */
export function wordsOfCode(args: readonly Value[], made: Known, namespaces: Namespaces): string | undefined {
  const left: Value[] = [...args];
  let seen = 0;
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (++seen > PARTS) return undefined;
    if (typeof value === "string") {
      if (NAMES.has(value) || TEXT.test(value)) return undefined;
      namespaces.usesWord(value);
    }
    if (!isNode(value)) continue;
    if (value.kind === "list") for (const item of value.items) left.push(item);
    else if (!isConstant(value, made)) return undefined;
  }
  // File, name, and from 3.11 on the qualified name, which says most.
  const texts = args.filter((arg): arg is string => typeof arg === "string" && arg !== "");
  return args.length < 13 ? undefined : (texts.at(-1) ?? "a function");
}

/** Ellipsis, other code, which is judged by itself, and `b""` as dill has it before protocol 3. */
function isConstant(value: Node, made: Known): boolean {
  if (value.kind === "global") return value.name === "Ellipsis";
  if (value.kind === "object") return made.get(value) === "code" || isEmptyBytes(value);
  return value.kind !== "dict" && value.kind !== "persistent" && value.kind !== "unread";
}

function isEmptyBytes({ callable: type, args }: ObjectNode): boolean {
  if (!isNode(type) || type.kind !== "object" || args.length > 0 || type.args[0] !== "bytes") return false;
  return isNode(type.callable) && type.callable.kind === "global" && type.callable.name === "_load_type";
}
