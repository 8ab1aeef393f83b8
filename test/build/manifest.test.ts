import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RULE_IDS } from "../../src/core/findings/rules/table.ts";
import { SETTINGS_FILE } from "../../src/core/findings/settings.ts";
import {
  COMMANDS,
  CONTEXT_KEYS,
  MODEL_EXTENSIONS,
  SETTINGS,
  SETTINGS_FILE_NAME,
  VIEW_TYPES,
} from "../../src/protocol/ids.ts";

const root = new URL("../../", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), "utf8");
const json = (name: string): unknown => JSON.parse(read(name));

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly customEditors: readonly {
      readonly viewType: string;
      readonly priority: string;
      readonly selector: readonly { readonly filenamePattern: string }[];
    }[];
    readonly configurationDefaults: Readonly<Record<string, unknown>>;
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly keybindings: readonly { readonly command: string; readonly when?: string }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly properties?: object; readonly scope: string }>>;
    };
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
}

const manifest = json("package.json") as Manifest;
const { contributes } = manifest;
const placed = [...Object.values(contributes.menus).flat(), ...contributes.keybindings];

describe("manifest", () => {
  it("places only commands that exist", () => {
    for (const { command } of placed) expect(Object.values(COMMANDS)).toContain(command);
  });

  it("opens by default exactly the extensions that the code knows", () => {
    const viewer = contributes.customEditors.find(({ viewType }) => viewType === VIEW_TYPES.viewer);
    expect(viewer?.priority).toBe("default");
    expect(viewer?.selector.map(({ filenamePattern }) => filenamePattern)).toEqual(
      MODEL_EXTENSIONS.map((extension) => `*.${extension}`),
    );
    const optional = contributes.customEditors.find(({ viewType }) => viewType === VIEW_TYPES.optional);
    expect(optional?.priority).toBe("option");
    expect(optional?.selector).toContainEqual({ filenamePattern: "*.json" });
  });

  // VS Code takes compressed pickles and models written as text for texts, and shows changes of them as such unless told.
  it("shows changes of the same extensions side by side", () => {
    const told = contributes.configurationDefaults["workbench.diffEditorAssociations"];
    expect(told).toEqual(Object.fromEntries(MODEL_EXTENSIONS.map((name) => [`*.${name}`, VIEW_TYPES.viewer])));
  });

  it("names in its conditions only editors, panels and keys that exist", () => {
    const known = new Set<string>([...Object.values(VIEW_TYPES), ...Object.values(CONTEXT_KEYS)]);
    for (const { when = "" } of placed) {
      for (const [name] of when.matchAll(/modelLoupe\.[A-Za-z]+/g)) expect(known).toContain(name);
      const pattern = /activeCustomEditorId =~ \/(.*?)\//.exec(when)?.[1];
      if (pattern === undefined) continue;
      for (const viewType of [VIEW_TYPES.viewer, VIEW_TYPES.optional]) expect(viewType).toMatch(new RegExp(pattern));
    }
  });

  it("has a severity setting for every rule and for nothing else", () => {
    const rules = contributes.configuration.properties[SETTINGS.rules]?.properties ?? {};
    expect(Object.keys(rules).sort()).toEqual([...RULE_IDS].sort());
  });

  it("calls the settings file as the command line does", () => {
    expect(SETTINGS_FILE_NAME).toBe(SETTINGS_FILE);
  });

  it("does not let an untrusted workspace turn its own flags off", () => {
    expect([...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort()).toEqual(
      Object.keys(contributes.configuration.properties).sort(),
    );
  });

  it("is woken for the diffs that come back after a reload", () => {
    expect(manifest.activationEvents).toContain(`onWebviewPanel:${VIEW_TYPES.diff}`);
  });
});

describe("strings of the manifest", () => {
  const used = [...read("package.json").matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? "").sort();

  it.each(["package.nls.json", "package.nls.zh-cn.json"])("%s has each of them, and no other", (name) => {
    const strings = json(name) as Record<string, string>;
    expect(Object.keys(strings).sort()).toEqual([...new Set(used)].sort());
    for (const text of Object.values(strings)) expect(text.trim()).not.toBe("");
  });
});
