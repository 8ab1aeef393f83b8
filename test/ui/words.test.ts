import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../server/session.ts";
import { usePanels } from "./panel-page.ts";
import { fileEngine, workspace } from "./server-engine.ts";

const panels = usePanels();
let session: Session;
let folder: string;
let chinese: Readonly<Record<string, string>>;
beforeAll(async () => {
  session = await Session.start();
  folder = await mkdtemp(path.join(os.tmpdir(), "model-loupe-words-"));
  chinese = JSON.parse(await readFile("media/l10n/bundle.l10n.zh-cn.json", "utf8")) as Record<string, string>;
});
afterAll(async () => {
  session.end();
  await rm(folder, { recursive: true, force: true });
});

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, bytes);
  return file;
}

describe("words of ours", () => {
  it("are Chinese in what is said of imports, headings and cells included", async () => {
    const engine = await fileEngine(session, path.join(workspace, "suspicious.pkl"));
    const { page } = await panels.open(engine, { strings: chinese, language: "zh-cn" });
    await page.getByRole("heading", { level: 2, name: "导入" }).waitFor();
    expect(await page.getByRole("columnheader").allTextContents()).toEqual([
      "导入",
      "类",
      "用途",
      "次数",
      "首次出现的字节",
    ]);
    const cells = await page.getByRole("row").nth(1).getByRole("cell").allTextContents();
    expect(cells[0]).toBe("os.system");
    expect(cells.slice(1, 3).join(" ")).toContain("危险");
    expect(cells[2]).toBe("调用");
  });

  it("are Chinese in the title of what is no model", async () => {
    const call = await written("call.pkl", Buffer.from("cbuiltins\nprint\n(S'x'\ntR."));
    const { page } = await panels.open(await fileEngine(session, call), { strings: chinese, language: "zh-cn" });
    await page.getByRole("heading", { level: 1, name: "对 builtins.print 的调用，没有参数" }).waitFor();
  });
});

describe("names of a file", () => {
  it("cannot look like others: what reorders or is not seen is shown", async () => {
    const header = Buffer.from(
      JSON.stringify({ "report\u202egnp.exe": { dtype: "U8", shape: [1], data_offsets: [0, 1] } }),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const file = await written("names.safetensors", Buffer.concat([length, header, Buffer.from([1])]));
    const { page } = await panels.open(await fileEngine(session, file));
    await page.getByRole("heading", { level: 2, name: "report<U+202E>gnp.exe" }).waitFor();
    await page.getByRole("treeitem", { name: "report<U+202E>gnp.exe" }).waitFor();
    expect(await page.locator("#app").textContent()).not.toContain("\u202e");
  });
});
