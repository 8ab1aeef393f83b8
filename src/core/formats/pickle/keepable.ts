/**
 * What is dangerous to use, and in the names of nearly every notebook and of the modules that its functions and classes
 * are wrapped by: dill draws them into a file as they are. Data only; `namespaces.ts` says where they are excused.
 */
import { classify } from "./classify.ts";
import { DANGEROUS_NAMES } from "./dangerous.ts";

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Modules of which importing does nothing else: no window, no server, nothing that is patched. */
const MODULES: ReadonlySet<string> = new Set([
  ...words("subprocess shutil tempfile fileinput mmap signal resource psutil multiprocessing concurrent"),
  ...words("concurrent.futures gc atexit faulthandler selectors select sched shelve getpass sysconfig syslog fcntl"),
  ...words("socket ssl http http.client http.server urllib urllib.request urllib.parse urllib.error urllib2 urllib3"),
  ...words("requests httpx aiohttp ftplib smtplib asyncio webbrowser boto3 huggingface_hub fsspec smart_open"),
  ...words("importlib importlib.util importlib.metadata importlib.resources imp pkgutil runpy zipimport code codeop"),
  ...words("marshal pickle cPickle _pickle pickletools copyreg ctypes pydoc doctest unittest unittest.mock pytest"),
  ...words("timeit trace cProfile profile pdb IPython IPython.display numpy.testing scipy.io sklearn.datasets"),
  ...words("torch.hub torch.distributed torch.multiprocessing jinja2 git docker redis pymongo psycopg2 pymysql"),
]);

export function isKeepableModule(name: string): boolean {
  return MODULES.has(name);
}

/** Modules of Python's own with wrappers that decorators leave behind, whose other names come along. */
const WRAPPERS = new Set(words("dataclasses contextlib typing inspect threading weakref logging"));

/** The names under which a namespace may hold an import; undefined for what is judged as it is anywhere else. */
export function keepableAs(module: string, name: string): readonly string[] | undefined {
  if (module === "builtins" || module === "__builtin__")
    return name === "__dict__"
      ? ["__builtins__"]
      : classify(module, name, "import") === "dangerous"
        ? [name]
        : undefined;
  return WRAPPERS.has(module) && DANGEROUS_NAMES.get(module)?.has(name) === true ? [name] : undefined;
}
