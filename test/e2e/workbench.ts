import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type Browser, chromium, type Frame, type Page } from "playwright-core";
import { BROWSER_FLAGS, findBrowser } from "../../src/build/browser.mjs";
import { output, root } from "../../src/build/paths.mjs";
import { prepareWorkspace } from "../../src/build/sample-workspace.mjs";
import { installVsix, startServer } from "../../src/build/vscode-server.mjs";

export type Theme = "Default Dark Modern" | "Default Light Modern" | "Default High Contrast";

export interface WorkbenchOptions {
  readonly which?: "floor" | "newest";
  readonly vsix: string;
  readonly theme?: Theme;
  readonly isRestricted?: boolean;
  readonly locale?: string;
  /** API proposals that this VS Code has and lets the extension have. */
  readonly proposals?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A person's hands and eyes on a real VS Code: a browser on its workbench, with the packaged extension installed. */
export class Workbench {
  readonly page: Page;
  readonly workspace: string;
  readonly #browser: Browser;
  readonly #server: Awaited<ReturnType<typeof startServer>>;
  readonly #temp: string;

  private constructor(
    page: Page,
    workspace: string,
    browser: Browser,
    server: Awaited<ReturnType<typeof startServer>>,
    temp: string,
  ) {
    this.page = page;
    this.workspace = workspace;
    this.#browser = browser;
    this.#server = server;
    this.#temp = temp;
  }

  static async start(options: WorkbenchOptions): Promise<Workbench> {
    const { which = "newest", theme = "Default Dark Modern" } = options;
    const temp = await mkdtemp(path.join(os.tmpdir(), "model-loupe-e2e-"));
    const workspace = await prepareWorkspace(path.join(temp, "credit-risk"));
    const extensions = path.join(temp, "extensions");
    await installVsix(which, extensions, options.vsix);
    if (options.proposals !== undefined) await declareProposals(extensions, options.proposals);
    const server = await startServer({
      which,
      data: path.join(temp, "data"),
      extensions,
      isRestricted: options.isRestricted ?? false,
      settings: { "workbench.colorTheme": theme, ...options.settings },
    });
    const browser = await chromium.launch({ executablePath: findBrowser(), args: BROWSER_FLAGS });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const workbench = new Workbench(page, workspace, browser, server, temp);
    try {
      await page.goto(server.address(workspace, options.proposals && [["enableProposedApi", ""]]));
      await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor({ timeout: 60_000 });
      // The branch in the status bar comes from the git extension: the extension host has started and editors are known.
      // In Restricted Mode git stays off; there the palette tells.
      if (options.isRestricted) await workbench.untilCommand("Model Loupe: Compare Models...");
      else await page.locator(".statusbar-item", { hasText: "main" }).first().waitFor({ timeout: 60_000 });
    } catch (error) {
      await workbench.stop();
      throw error;
    }
    return workbench;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
    // Processes of VS Code that are ending may still write there.
    await rm(this.#temp, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }

  /** A double-click in the explorer. */
  async open(name: string): Promise<void> {
    await this.explorerRow(name).dblclick();
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).first().waitFor();
  }

  /** Presses the key until the quick input is there: a key pressed while VS Code moves the focus is lost. */
  private async quickInput(key: string) {
    const input = this.page.locator(".quick-input-widget input").first();
    for (let attempt = 0; ; attempt += 1) {
      await this.page.keyboard.press(key);
      const isThere = await input.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (isThere) return input;
      if (attempt >= 5) throw new Error(`${key} opened no quick input`);
    }
  }

  /** Another program writes a file of the workspace: the new content under the old name. */
  async replace(name: string, by: string): Promise<void> {
    await cp(path.join(this.workspace, by), path.join(this.workspace, name));
  }

  tab(label: string) {
    return this.page.locator(".tabs-container .tab", { hasText: label }).first();
  }

  /** The command palette. */
  async command(title: string): Promise<void> {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
    for (let attempt = 0; ; attempt += 1) {
      try {
        // An input that is just closing takes no text any more.
        const input = await this.quickInput("F1");
        await input.fill(`>${title}`, { timeout: 5000 });
        await row.click({ timeout: 5000 });
        return;
      } catch (error) {
        if (attempt >= 5) throw error;
        await this.page.keyboard.press("Escape");
      }
    }
  }

  /** Waits until the command is in the palette: what the extension contributes is known. */
  private async untilCommand(title: string): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const input = await this.quickInput("F1");
      await input.fill(`>${title}`);
      const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
      const isThere = await row.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
      await this.page.keyboard.press("Escape");
      await input.waitFor({ state: "hidden" });
      if (isThere) return;
      if (attempt >= 20) throw new Error(`the palette has no ${title}`);
    }
  }

  /** Runs a command that asks with a quick pick of this title, types into it and takes the row that holds the text. */
  async pickFrom(command: string, title: string, text: string): Promise<void> {
    const widget = this.page.locator(".quick-input-widget");
    for (let attempt = 0; ; attempt += 1) {
      await this.command(command);
      try {
        // The palette that is just closing can take the question with it: then it is asked again.
        await widget.locator(".quick-input-title", { hasText: title }).first().waitFor({ timeout: 10_000 });
        await widget.locator("input").first().fill(text, { timeout: 5000 });
        await widget.locator(".monaco-list-row", { hasText: text }).first().click({ timeout: 5000 });
        return;
      } catch (error) {
        if (attempt >= 5) throw error;
        await this.page.keyboard.press("Escape");
      }
    }
  }

  /** Takes the name that the file dialog proposes: in a browser's workbench a quick input that holds a path. */
  async acceptSave(extension: string): Promise<void> {
    // The dialog comes empty and gets its proposal when it has read the folder.
    await this.page.waitForFunction(
      (ending) => document.querySelector<HTMLInputElement>(".quick-input-widget input")?.value.endsWith(ending),
      `.${extension}`,
    );
    await this.page
      .locator(".quick-input-widget .monaco-button", { hasText: /Save|OK|Convert/ })
      .first()
      .click();
  }

  explorerRow(name: string) {
    return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`).first();
  }

  async contextMenu(name: string, item: string): Promise<void> {
    await this.explorerRow(name).click({ button: "right" });
    const menu = this.page.locator(".monaco-menu").first();
    const label = this.page.locator(".monaco-menu .action-label", { hasText: item }).first();
    // VS Code ignores a click that comes right after the menu opened.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await label.click();
      const isGone = await menu.waitFor({ state: "hidden", timeout: 3000 }).then(
        () => true,
        () => false,
      );
      if (isGone) return;
    }
    throw new Error(`the menu stays open after a click on ${item}`);
  }

  /** The document of the visible webview in which `selector` is there. */
  async view(selector: string): Promise<Frame> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      for (const frame of this.page.frames()) {
        const element = await frame.$(selector).catch(() => null);
        if (element !== null && (await element.isVisible().catch(() => false)) && (await isShown(frame))) return frame;
      }
      if (Date.now() > deadline) throw new Error(`no visible webview shows ${selector} within 60 s`);
      await this.page.waitForTimeout(100);
    }
  }

  /**
   * Keeps a picture under test/output/e2e; with UPDATE_SCREENSHOTS set also as the README's `docs/images/<image>.png`.
   */
  async screenshot(name: string, image?: string): Promise<void> {
    await mkdir(path.join(output, "e2e"), { recursive: true });
    const file = path.join(output, "e2e", `${name}.png`);
    await this.page.screenshot({ path: file });
    if (image === undefined || !process.env["UPDATE_SCREENSHOTS"]) return;
    await mkdir(path.join(root, "docs/images"), { recursive: true });
    await cp(file, path.join(root, "docs/images", `${image}.png`));
  }
}

/** What the manifest of a release may not say: the extension uses a proposal where it is, and never asks for it. */
async function declareProposals(extensions: string, proposals: readonly string[]): Promise<void> {
  const folder = (await readdir(extensions)).find((name) => name.startsWith("model-loupe."));
  if (folder === undefined) throw new Error("the extension is not installed");
  const file = path.join(extensions, folder, "package.json");
  const manifest = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...manifest, enabledApiProposals: proposals }));
}

/** False for a webview that VS Code keeps but has hidden. */
async function isShown(frame: Frame): Promise<boolean> {
  for (let at: Frame | null = frame; at !== null; at = at.parentFrame()) {
    const element = at.parentFrame() === null ? null : await at.frameElement().catch(() => null);
    if (element !== null && !(await element.isVisible().catch(() => false))) return false;
  }
  return true;
}
