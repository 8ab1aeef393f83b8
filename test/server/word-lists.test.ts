import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { encode } from "msgpackr";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Method, Params, Result } from "../../src/protocol/methods.ts";
import { Session } from "./session.ts";

const WORDS = 200_000;
const word = (index: number): string => `word-number-${index}`;

let session: Session;
let folder: string;
const uri = (name: string): string => pathToFileURL(path.join(folder, name)).toString();

/** word2vec's binary form: a line of counts, then each word, a space and its two float32. */
async function write(name: string, first: number): Promise<void> {
  const parts: Buffer[] = [Buffer.from(`${WORDS} 2\n`)];
  for (let index = 0; index < WORDS; index += 1) {
    const values = Buffer.alloc(8);
    values.writeFloatLE(first + index, 0);
    values.writeFloatLE(1 / (index + 1), 4);
    parts.push(Buffer.from(`${word(index)} `), values);
  }
  await writeFile(path.join(folder, name), Buffer.concat(parts));
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "model-loupe-words-"));
  await write("old.bin", 0);
  await write("new.bin", 1);
  session = await Session.start();
});
afterAll(async () => {
  session.end();
  await rm(folder, { recursive: true, force: true });
});

const ask = <M extends Method>(method: M, params: Params<M>): Promise<Result<M>> =>
  session.client.sendRequest<Result<M>>(method, params);

/** What an answer weighs on the wire. */
const weight = (answer: unknown): number => encode(answer).length;

describe("a vocabulary of 200,000 words", () => {
  it("is not sent with the details of its vectors, but with the windows that are looked at", async () => {
    const { artifact, model } = await ask("artifact/open", {
      uri: uri("old.bin"),
      trusted: true,
    });
    expect(weight(model)).toBeLessThan(20_000);
    const details = await ask("artifact/details", { artifact, id: "parameters/vectors" });
    expect(weight(details)).toBeLessThan(2_000);
    expect(details.tensor?.axes[0]).toEqual({
      kind: "word",
      labels: [],
      longest: word(WORDS - 1).replace(/\d+$/, "100000"),
    });
    const last = { leading: [], row: WORDS - 64, rows: 64, column: 0, columns: 2 };
    const window = await ask("tensor/window", { artifact, path: "vectors", window: last });
    expect(window.rowLabels).toEqual(Array.from({ length: 64 }, (_, index) => word(WORDS - 64 + index)));
    expect(window.columnLabels).toBeUndefined();
    expect(weight(window)).toBeLessThan(10_000);
    const element = await ask("tensor/element", {
      artifact,
      path: "vectors",
      position: [150_000, 0],
    });
    expect(element.labels).toEqual([word(150_000), undefined]);
  });

  it("is not sent with a comparison either", async () => {
    const { diff, model } = await ask("diff/open", {
      oldUri: uri("old.bin"),
      newUri: uri("new.bin"),
    });
    expect(weight(model)).toBeLessThan(20_000);
    const window = { leading: [], row: 1_000, rows: 2, column: 0, columns: 2 };
    const both = await ask("diff/windows", { diff, path: "vectors", window });
    expect(both.new?.rowLabels).toEqual([word(1_000), word(1_001)]);
  });
});
