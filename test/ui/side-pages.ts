import { CancellationTokenSource } from "vscode-languageserver/node";
import type { ServerNotifications } from "../../src/protocol/methods.ts";
import type { SidesState, ToPanel } from "../../src/protocol/panel.ts";
import type { Session } from "../server/session.ts";
import type { OpenOptions, OpenPanel, PanelEngine, Panels } from "./panel-page.ts";
import { ask, fileEngine, uriOf } from "./server-engine.ts";

/** Both sides of a diff as VS Code shows them, with the real server behind them. */
export interface SidePages {
  readonly old: OpenPanel;
  readonly next: OpenPanel;
  /** Resolves when both know what differs. */
  readonly compared: Promise<void>;
  /** States that were told, in order. */
  readonly states: readonly SidesState[];
  /**
   * Opens both files anew and compares them, as the extension does after one of them changed. Rows are those of the
   * comparison before until `proceed` was called; resolves when both know what differs.
   */
  reload(proceed?: Promise<void>): Promise<void>;
  /** Ends the comparison, done or not. */
  end(): Promise<void>;
}

/** Does what the extension's host does for two linked viewers. */
export async function openSides(
  panels: Panels,
  session: Session,
  oldFile: string,
  newFile: string,
  options: OpenOptions = {},
): Promise<SidePages> {
  const openThem = async (): Promise<string> =>
    (await ask(session, "sides/open", { oldUri: uriOf(oldFile), newUri: uriOf(newFile) })).sides;
  let sides = await openThem();
  let running = sides;
  const engine = async (file: string, side: "old" | "new"): Promise<PanelEngine & { reopen(): Promise<void> }> => {
    let own = await fileEngine(session, file);
    return {
      kind: own.kind,
      name: own.name,
      get model() {
        return own.model;
      },
      reopen: async () => {
        own = await fileEngine(session, file);
      },
      answer: (method, params) =>
        method.startsWith("sides/")
          ? session.client.sendRequest(method, { ...params, sides, side })
          : own.answer(method, params),
    };
  };
  const [oldEngine, newEngine] = [await engine(oldFile, "old"), await engine(newFile, "new")];
  const old = await panels.open(oldEngine, {
    ...options,
    isQuiet: true,
    onLinked: (change) => void next.send({ type: "linked", change }),
  });
  const next: OpenPanel = await panels.open(newEngine, {
    ...options,
    isQuiet: true,
    onLinked: (change) => void old.send({ type: "linked", change }),
  });
  const tellBoth = async (message: ToPanel): Promise<void> => {
    await Promise.all([old.send(message), next.send(message)]);
  };
  await old.send({ type: "pair", pair: { side: "old", other: "model (working tree)" } });
  await next.send({ type: "pair", pair: { side: "new", other: "model (HEAD)" } });
  const more = { type: "model", strings: options.strings ?? {}, restricted: false } as const;
  await old.send({ ...more, model: oldEngine.model });
  await next.send({ ...more, model: newEngine.model });
  await old.page.getByRole("main").waitFor();
  await next.page.getByRole("main").waitFor();
  const states: SidesState[] = [];
  let revision = 0;
  const tell = (state: SidesState): Promise<void> => {
    states.push(state);
    return tellBoth({ type: "sides", state });
  };
  session.client.onNotification("sides/told", (told: ServerNotifications["sides/told"]) => {
    if (told.sides !== running) return;
    if (told.isRealigned) revision += 1;
    sides = running;
    if (told.marks.length > 0) void tellBoth({ type: "marks", marks: told.marks });
    void tell({ phase: "comparing", revision, changes: told.changes, done: told.done, total: told.total });
  });
  const source = new CancellationTokenSource();
  const compare = async (): Promise<void> => {
    const summary = await session.ask("sides/compare", { sides: running }, source.token);
    await tell({ phase: "done", revision, ...summary });
  };
  const compared = compare();
  return {
    old,
    next,
    compared,
    states,
    async reload(proceed) {
      for (const side of [oldEngine, newEngine]) await side.reopen();
      await old.send({ ...more, model: oldEngine.model });
      await next.send({ ...more, model: newEngine.model });
      await proceed;
      running = await openThem();
      await compare();
    },
    async end() {
      source.cancel();
      await ask(session, "sides/close", { sides });
    },
  };
}
