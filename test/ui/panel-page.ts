import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { BROWSER_FLAGS, findBrowser } from "../../src/build/browser.mjs";
import { ArtifactError } from "../../src/core/errors.ts";
import type { WireError } from "../../src/protocol/methods.ts";
import type { FromPanel, LinkedChange, ToPanel } from "../../src/protocol/panel.ts";
import { toPanelWire } from "../../src/protocol/panel-wire.ts";
import { type PageServer, servePages } from "./serve.ts";
import { THEMES, type ThemeName } from "./themes.ts";

const output = path.resolve(import.meta.dirname, "../output/ui");

/** What answers a panel's requests: the engine, in this process. */
export interface PanelEngine {
  readonly kind: "viewer" | "diff";
  readonly name: string;
  readonly model: unknown;
  answer(method: string, params: Record<string, unknown>): Promise<unknown>;
}

export interface OpenOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** Page zoom, as VS Code's. */
  readonly zoom?: number;
  readonly language?: string;
  readonly strings?: Readonly<Record<string, string>>;
  readonly restricted?: boolean;
  /** What the page kept before a reload of the window. */
  readonly state?: unknown;
  /** The other side of VS Code's own diff. */
  readonly onLinked?: (change: LinkedChange) => void;
  /** Does not send the model by itself. */
  readonly isQuiet?: boolean;
}

/** A panel in a real browser, with the page, policy and bundles of the extension. */
export interface OpenPanel {
  readonly page: Page;
  /** Commands that the panel ran, with their text. */
  readonly commands: readonly Extract<FromPanel, { type: "command" }>[];
  readonly selected: () => string | undefined;
  /** What the panel said was done by hand, for the other side to do it too. */
  readonly linked: readonly LinkedChange[];
  readonly requests: readonly string[];
  /** Policy violations and script errors; none are expected, ever. */
  readonly complaints: readonly string[];
  send(message: ToPanel): Promise<void>;
  state(): Promise<unknown>;
  screenshot(name: string): Promise<void>;
  tree(): Locator;
  close(): Promise<void>;
}

export interface Panels {
  open(engine: PanelEngine, options?: OpenOptions): Promise<OpenPanel>;
}

/** One browser for a test file. */
export function usePanels(): Panels {
  let browser: Browser | undefined;
  let server: PageServer | undefined;
  const opened: OpenPanel[] = [];
  beforeAll(async () => {
    await mkdir(output, { recursive: true });
    server = await servePages();
    browser = await chromium.launch({ executablePath: findBrowser(), args: [...BROWSER_FLAGS] });
  });
  afterAll(async () => {
    for (const panel of opened) await panel.close();
    await browser?.close();
    await server?.close();
  });
  return {
    async open(engine, options = {}) {
      if (browser === undefined || server === undefined) throw new Error("opened before the browser was there");
      const panel = await openPanel(browser, server, engine, options);
      opened.push(panel);
      return panel;
    },
  };
}

async function openPanel(
  browser: Browser,
  server: PageServer,
  engine: PanelEngine,
  options: OpenOptions,
): Promise<OpenPanel> {
  const { width = 1000, height = 640, zoom = 1, theme = "dark", language = "en" } = options;
  const context = await browser.newContext({
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    deviceScaleFactor: zoom,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const commands: Extract<FromPanel, { type: "command" }>[] = [];
  const complaints: string[] = [];
  const requests: string[] = [];
  let selected: string | undefined;
  const linked: LinkedChange[] = [];

  const send = async (message: ToPanel): Promise<void> => {
    const text = JSON.stringify(toPanelWire(message), (_key, value: unknown) =>
      value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString("base64") } : value,
    );
    // The page may be gone already: then nobody waits for the answer.
    await page.evaluate((json) => (globalThis as unknown as PageHost).fromHost(json), text).catch(() => undefined);
  };
  const receive = async (message: FromPanel): Promise<void> => {
    if (message.type === "command") commands.push(message);
    if (message.type === "selected") selected = message.path;
    if (message.type === "linked") {
      linked.push(message.change);
      options.onLinked?.(message.change);
    }
    if (message.type === "ready" && options.isQuiet !== true) {
      const { strings = {}, restricted = false } = options;
      await send({ type: "model", model: engine.model, strings, restricted });
    }
    if (message.type !== "request") return;
    const { id, method } = message;
    requests.push(method);
    try {
      const result = await engine.answer(method, message.params as Record<string, unknown>);
      await send({ type: "result", id, result });
    } catch (error) {
      await send({ type: "error", id, error: wireErrorOf(error) });
    }
  };

  await page.exposeFunction("toHost", (text: string) => {
    void receive(JSON.parse(text) as FromPanel);
  });
  await page.addInitScript(installHost, { theme: THEMES[theme], state: options.state ?? null });
  page.on("console", (message) => {
    if (message.type() === "error" || message.text().includes("Content Security Policy"))
      complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const query = new URLSearchParams({ kind: engine.kind, name: engine.name, language });
  await page.goto(`${server.origin}/panel?${query.toString()}`);
  return {
    page,
    commands,
    requests,
    complaints,
    selected: () => selected,
    linked,
    send,
    state: () => page.evaluate(() => (globalThis as unknown as PageHost).state),
    async screenshot(name) {
      await page.waitForTimeout(50);
      await page.screenshot({ path: path.join(output, `${name}.png`) });
    },
    tree: () => page.getByRole("tree"),
    close: () => context.close(),
  };
}

function wireErrorOf(error: unknown): WireError {
  if (error instanceof ArtifactError) return { code: error.code, message: error.message, ...error.place };
  // What the server sends beside a failed answer, as the extension passes it on.
  if (error instanceof Error && "data" in error && typeof error.data === "object" && error.data !== null)
    return error.data as WireError;
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}

interface PageHost {
  state: unknown;
  fromHost(json: string): void;
}

interface Installed {
  readonly theme: { readonly kind: string; readonly variables: Readonly<Record<string, string>> };
  readonly state: unknown;
}

/** Runs in the page before its own script: what VS Code puts into a webview. */
function installHost({ theme, state }: Installed): void {
  const page = globalThis as unknown as Record<string, unknown> & { toHost(json: string): void; state: unknown };
  page.state = state;
  page["fromHost"] = (json: string): void => {
    const data: unknown = JSON.parse(json, (_key, value: unknown) => {
      if (typeof value !== "object" || value === null || !("$bytes" in value)) return value;
      return Uint8Array.from(atob(String(value.$bytes)), (character) => character.charCodeAt(0));
    });
    window.dispatchEvent(new MessageEvent("message", { data }));
  };
  page["acquireVsCodeApi"] = () => ({
    postMessage: (message: unknown) => page.toHost(JSON.stringify(message)),
    getState: () => page.state ?? undefined,
    setState: (next: unknown) => {
      page.state = JSON.parse(JSON.stringify(next)) as unknown;
    },
  });
  const dress = (): void => {
    const style = document.documentElement.style;
    for (const [name, value] of Object.entries(theme.variables)) style.setProperty(`--vscode-${name}`, value);
    document.body.className = theme.kind;
    watch.disconnect();
    // VS Code's own style of webviews, as far as it shows.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      "html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); background: var(--vscode-editor-background); }" +
        " a { color: var(--vscode-textLink-foreground); }" +
        " @layer host { body { margin: 0; padding: 0 20px; color: var(--vscode-editor-foreground); } }",
    );
    document.adoptedStyleSheets = [sheet];
  };
  // As soon as there is a body, before the panel's script at its end runs.
  const watch = new MutationObserver(() => {
    if (document.body !== null) dress();
  });
  watch.observe(document, { childList: true, subtree: true });
}
