import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

/** English templates of the panels: what `t`, `counted` and the lists of the statistics line are given. */
async function templates(): Promise<readonly string[]> {
  const files = await readdir(path.join(root, "src/webview"), { recursive: true });
  const found = new Set<string>();
  for (const file of files.filter((name) => /\.tsx?$/.test(name))) {
    const source = await readFile(path.join(root, "src/webview", file), "utf8");
    const calls = [
      ...source.matchAll(/\bt\(\s*("(?:[^"\\]|\\.)*")/g),
      ...source.matchAll(/^\s*(?:if \(.*\) )?(?:add|count)\(("(?:[^"\\]|\\.)*")/gm),
      ...[...source.matchAll(/\bcounted\(([^;]*?)\)/gs)].flatMap(([, args = ""]) => [
        ...args.matchAll(/("(?:[^"\\]|\\.)*")/g),
      ]),
    ];
    for (const [, literal = '""'] of calls) found.add(JSON.parse(literal) as string);
  }
  return [...found].sort();
}

describe("the words of the panels", () => {
  it("are all there in Chinese, with the same places to fill", async () => {
    const text = await readFile(path.join(root, "media/l10n/bundle.l10n.zh-cn.json"), "utf8");
    const bundle = JSON.parse(text) as Record<string, string>;
    const all = await templates();
    expect(all.length).toBeGreaterThan(120);
    const places = (template: string): readonly string[] => [...(template.match(/\{\w+\}/g) ?? [])].sort();
    const wrong = all.filter((key) => bundle[key] === undefined || places(bundle[key]).join() !== places(key).join());
    expect(wrong).toEqual([]);
  });

  it("do not shout or beg", async () => {
    expect((await templates()).filter((text) => /!|oops|please/i.test(text))).toEqual([]);
  });
});
