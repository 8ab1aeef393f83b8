import {
  type CancellationToken,
  type Connection,
  FileChangeType,
  type FileEvent,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import type { Host } from "../core/host.ts";
import { createWork, type Progress, type Work } from "../core/work.ts";
import type { Method, ServerOptions, ServerSettings, WithToken } from "../protocol/methods.ts";
import { Comparisons } from "./comparisons.ts";
import type { Handler, ServerContext } from "./context.ts";
import { DiffStore } from "./diffs.ts";
import { followTexts } from "./documents.ts";
import * as artifact from "./handlers/artifact.ts";
import { check } from "./handlers/check.ts";
import * as convert from "./handlers/convert.ts";
import * as diff from "./handlers/diff.ts";
import * as sides from "./handlers/sides.ts";
import * as tensor from "./handlers/tensor.ts";
import { createLane, type Lane } from "./lanes.ts";
import { checkParams } from "./params.ts";
import { CHECKED, type ProblemOptions, Problems } from "./problems.ts";
import { rulesFrom } from "./rules-of.ts";
import { SidesStore } from "./sides.ts";
import { type ClientFiles, openSource } from "./sources.ts";
import { Store } from "./store.ts";
import { responseError } from "./wire-error.ts";

/** The method table: one row per method. */
const HANDLERS: { readonly [M in Method]: Handler<M> } = {
  "artifact/open": artifact.open,
  "artifact/close": artifact.close,
  "artifact/children": artifact.children,
  "artifact/find": artifact.find,
  "artifact/details": artifact.details,
  "artifact/locate": artifact.locate,
  "artifact/tree": artifact.tree,
  "artifact/text": artifact.text,
  "artifact/listing": artifact.listing,
  "artifact/check": check,
  "tensor/window": tensor.window,
  "tensor/element": tensor.element,
  "tensor/stats": tensor.stats,
  "diff/open": diff.open,
  "diff/close": diff.close,
  "diff/elements": diff.elements,
  "diff/windows": diff.windows,
  "diff/distribution": diff.distribution,
  "diff/heat": diff.heat,
  "diff/tree": diff.tree,
  "diff/export": diff.exported,
  "sides/open": sides.open,
  "sides/compare": sides.compare,
  "sides/close": sides.close,
  "sides/first": sides.first,
  "sides/children": sides.children,
  "sides/find": sides.find,
  "sides/locate": sides.locate,
  "sides/step": sides.step,
  "sides/details": sides.details,
  "sides/windows": sides.windows,
  "sides/tree": sides.tree,
  "convert/plan": convert.plan,
  "convert/execute": convert.execute,
};

/** What holds much or takes long waits its turn; everything else answers at once. */
const LANES: Readonly<Partial<Record<Method, "opening" | "checking" | "scanning">>> = {
  "artifact/open": "opening",
  "diff/open": "opening",
  "sides/open": "opening",
  "sides/compare": "opening",
  "artifact/check": "checking",
  "artifact/text": "scanning",
  "artifact/listing": "scanning",
  "tensor/stats": "scanning",
  "diff/distribution": "scanning",
  "diff/heat": "scanning",
  "diff/export": "scanning",
  "convert/plan": "scanning",
  "convert/execute": "scanning",
};

/** Progress is for eyes. */
const PROGRESS_MS = 100;

const DEFAULTS: ProblemOptions = { rulesOf: () => ({}), problems: "openFiles", rulePages: "", strings: {} };

export interface Serving {
  readonly context: ServerContext;
}

/** Serves the methods on a connection. The transport is the caller's. */
export function serve(connection: Connection, host: Host): Serving {
  let options = DEFAULTS;
  const files: ClientFiles = {
    stat: (params) => connection.sendRequest("files/stat", params),
    read: (params) => connection.sendRequest("files/read", params),
  };
  const open: ServerContext["openSource"] = (uri, work) => openSource(uri, files, host, work);
  const store = new Store({ host, openSource: open });
  const problems = new Problems(
    (uri, diagnostics) => void connection.sendDiagnostics({ uri, diagnostics }),
    () => options,
  );
  const comparisons = new Comparisons(host);
  const context: ServerContext = {
    host,
    store,
    problems,
    checked: new Set(),
    diffs: new DiffStore(store, comparisons),
    sides: new SidesStore(store, comparisons),
    notify: (name, params) => void connection.sendNotification(name, params),
    options: () => options,
    openSource: open,
  };
  const lanes: Readonly<Record<"opening" | "checking" | "scanning", Lane>> = {
    opening: createLane(4),
    checking: createLane(2),
    scanning: createLane(2),
  };

  const apply = (settings: ServerSettings): void => {
    const rulesOf = rulesFrom(settings, (text) => connection.console.warn(text));
    options = { ...options, rulesOf, problems: settings.problems };
  };

  connection.onInitialize(({ initializationOptions }) => {
    const { settings, rulePages, strings } = (initializationOptions ?? {}) as Partial<ServerOptions>;
    options = { ...options, ...(rulePages !== undefined && { rulePages }), ...(strings !== undefined && { strings }) };
    if (settings !== undefined) apply(settings);
    return {
      serverInfo: { name: "Model Loupe" },
      capabilities: { textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Full } },
    };
  });
  connection.onDidChangeConfiguration(({ settings }: { readonly settings: ServerSettings }) => {
    apply(settings);
    problems.refresh();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const change of changes) void fileChanged(change, context, lanes.checking);
  });
  followTexts(connection, context);

  for (const method of Object.keys(HANDLERS) as Method[]) answer(connection, method, context, lanes);
  return { context };
}

/** Every request is answered: with its result, with a typed error, or as cancelled. */
function answer(
  connection: Connection,
  method: Method,
  context: ServerContext,
  lanes: Readonly<Record<string, Lane>>,
): void {
  // The table says which parameters belong to which method; a loop over it cannot.
  const handler = HANDLERS[method] as (context: ServerContext, params: object, work: Work) => Promise<unknown>;
  const lane = lanes[LANES[method] ?? ""];
  connection.onRequest(method, async (params: object & WithToken, ...rest: unknown[]): Promise<unknown> => {
    try {
      // Parameters by position come before the token, however many there are.
      const token = rest.at(-1) as CancellationToken;
      const progressToken = params.token;
      checkParams(method, params);
      return await withSignal(token, async (signal) => {
        const work = workOf(connection, progressToken, signal);
        const run = (): Promise<unknown> => handler(context, params, work);
        return lane === undefined ? run() : lane.run(signal, run);
      });
    } catch (error) {
      throw responseError(error);
    }
  });
}

async function withSignal<T>(token: CancellationToken, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const listener = token.onCancellationRequested(() => controller.abort());
  if (token.isCancellationRequested) controller.abort();
  try {
    return await run(controller.signal);
  } finally {
    listener.dispose();
  }
}

function workOf(connection: Connection, token: string | undefined, signal: AbortSignal): Work {
  if (token === undefined) return createWork({ signal });
  let last = 0;
  let stage = "";
  const onProgress = (progress: Progress): void => {
    const now = performance.now();
    const due = progress.stage === stage ? PROGRESS_MS : 0;
    if (now - last < due) return;
    last = now;
    stage = progress.stage;
    void connection.sendNotification("work/progress", { token, ...progress });
  };
  return createWork({ signal, onProgress });
}

/** A file of the workspace changed: what was said of it is said anew, or not any more. */
async function fileChanged({ uri, type }: FileEvent, context: ServerContext, lane: Lane): Promise<void> {
  const { problems, checked, options } = context;
  if (type === FileChangeType.Deleted) return problems.clearFile(uri);
  if (!checked.has(uri) && options().problems !== "workspace") return undefined;
  const { signal } = new AbortController();
  try {
    await lane.run(signal, () => check(context, { uri }, createWork({ signal })));
  } catch {
    // Being written, or not a model (any more): there is nothing to say of it until the next change.
    problems.clear(uri, CHECKED);
  }
  return undefined;
}
