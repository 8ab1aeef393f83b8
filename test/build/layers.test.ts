import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { build } from "../../src/build/build.mjs";
import { COMMANDS, MODEL_EXTENSIONS, VIEW_TYPES } from "../../src/protocol/ids.ts";

const root = path.resolve(import.meta.dirname, "../..");

interface Meta {
  readonly inputs: Readonly<Record<string, { readonly bytes: number }>>;
  readonly outputs: Readonly<
    Record<
      string,
      { readonly bytes: number; readonly imports: readonly { readonly path: string; readonly external?: boolean }[] }
    >
  >;
}

const meta = (name: string): Meta =>
  JSON.parse(readFileSync(path.join(root, "dist/meta", `${name}.json`), "utf8")) as Meta;
const inputs = (name: string): string[] => Object.keys(meta(name).inputs);
const externals = (name: string): string[] =>
  Object.values(meta(name).outputs).flatMap((output) =>
    output.imports.filter((each) => each.external).map((each) => each.path),
  );

/** Source sizes, in KiB, that a bundle may reach before somebody has to say why (unminified). */
const BUDGET_KIB: Readonly<Record<string, number>> = {
  extension: 1400,
  server: 3900,
  cli: 3300,
  viewer: 500,
  diff: 500,
};

beforeAll(async () => {
  if (!existsSync(path.join(root, "dist/meta/extension.json"))) await build();
}, 60_000);

describe("bundles keep the layers apart", () => {
  it("keeps parsing and comparing out of the extension host", () => {
    const found = inputs("extension").filter((file) =>
      /src\/(core\/(formats|diff|convert|meaning|bytes)|platform|server|webview|cli)\//.test(file),
    );
    expect(found.filter((file) => !/report\.ts$|plan\.ts$/.test(file))).toEqual([]);
  });

  it("keeps VS Code out of the server and the command line", () => {
    for (const name of ["server", "cli"]) {
      expect(externals(name)).not.toContain("vscode");
      expect(inputs(name).filter((file) => /src\/(client|webview)\//.test(file))).toEqual([]);
    }
  });

  it("keeps the wire, Node and parsing out of the webviews", () => {
    for (const name of ["viewer", "diff"]) {
      expect(
        inputs(name).filter((file) => /msgpackr|vscode-|src\/(core\/formats|platform|server|client|cli)\//.test(file)),
      ).toEqual([]);
      expect(externals(name)).toEqual([]);
    }
  });

  it("ships no native module and no message packer in the command line", () => {
    expect(inputs("cli").filter((file) => /msgpackr|preact|vscode/.test(file))).toEqual([]);
    expect(
      [...inputs("server"), ...inputs("extension")].filter((file) => /msgpackr-extract|\.node$/.test(file)),
    ).toEqual([]);
  });

  it.each(Object.entries(BUDGET_KIB))("%s stays within %d KiB", (name, budget) => {
    const size = Object.entries(meta(name).outputs)
      .filter(([file]) => /\.c?js$/.test(file))
      .reduce((sum, [, output]) => sum + output.bytes, 0);
    expect(size / 1024).toBeLessThan(budget);
    expect(size).toBeGreaterThan(1000);
  });
});

describe("the manifest says what the code does", () => {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    readonly main: string;
    readonly bin: Readonly<Record<string, string>>;
    readonly icon: string;
    readonly engines: { readonly vscode: string };
    readonly devDependencies: Readonly<Record<string, string>>;
    readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: unknown } };
    readonly contributes: {
      readonly commands: readonly { readonly command: string; readonly title: string }[];
      readonly customEditors: readonly {
        readonly viewType: string;
        readonly priority: string;
        readonly selector: readonly { readonly filenamePattern: string }[];
      }[];
      readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
    };
  };

  it("contributes exactly the commands of ids.ts", () => {
    expect(manifest.contributes.commands.map((each) => each.command).sort()).toEqual(Object.values(COMMANDS).sort());
  });

  it("opens the model extensions by default and JSON on request", () => {
    const editors = manifest.contributes.customEditors.filter((each) => each.viewType.startsWith(VIEW_TYPES.viewer));
    const byPriority = (priority: string): string[] =>
      editors
        .filter((each) => each.priority === priority)
        .flatMap((each) => each.selector.map((one) => one.filenamePattern))
        .sort();
    expect(byPriority("default")).toEqual(MODEL_EXTENSIONS.map((extension) => `*.${extension}`).toSorted());
    expect(byPriority("option")).toContain("*.json");
  });

  it("works in Restricted Mode", () => {
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe(true);
  });

  it("has every text of the manifest in English and Chinese", () => {
    const english = JSON.parse(readFileSync(path.join(root, "package.nls.json"), "utf8")) as Record<string, string>;
    const chinese = JSON.parse(readFileSync(path.join(root, "package.nls.zh-cn.json"), "utf8")) as Record<
      string,
      string
    >;
    const used = [...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? "");
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((key) => !(key in english) || !(key in chinese))).toEqual([]);
    expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort());
    expect(Object.keys(english).filter((key) => !used.includes(key))).toEqual([]);
  });

  it("names files that are there", () => {
    for (const file of [manifest.main, ...Object.values(manifest.bin), manifest.icon])
      expect(statSync(path.join(root, file)).isFile()).toBe(true);
  });

  it("pins every dependency exactly", () => {
    expect(
      Object.entries(manifest.devDependencies).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    ).toEqual([]);
  });
});
