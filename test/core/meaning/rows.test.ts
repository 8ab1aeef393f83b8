import { describe, expect, it } from "vitest";
import { openArtifact } from "../../../src/core/open.ts";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { quietWork } from "../../../src/core/work.ts";
import { readElements } from "../../../src/core/model/window.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";

/** A tagger as averaged perceptrons are saved: weights by feature and tag. */
function tagger(features: number): string {
  const rows = Array.from(
    { length: features },
    (_, at) => `"suffix ${at}":{"NOUN":${at}.250,"VERB":-0.5,"ADJ":1.${at % 7}75}`,
  );
  return `{"weights":{${rows.join(",")}},"tags":["NOUN","VERB","ADJ"]}`;
}

const open = (text: string) =>
  openArtifact(fromBytes(new TextEncoder().encode(text), "tagger.json"), nodeHost(), quietWork());

describe("a dict of thousands of small dicts of numbers", () => {
  it("is a parameter for each of them, labelled by their keys and complete however many numbers there are", async () => {
    const { parameters, complete, findings } = await open(tagger(40_000));
    expect(complete).toBe(true);
    expect(findings.filter(({ rule }) => rule === "integrity/limit")).toEqual([]);
    expect(parameters).toHaveLength(40_000);
    const row = parameters[12];
    if (row === undefined) throw new Error("no twelfth row");
    expect(row.path).toBe('weights["suffix 12"]');
    expect(row.axes).toEqual([{ kind: "category", labels: ["NOUN", "VERB", "ADJ"] }]);
    expect(row.tensor.shape).toEqual([3]);
    const bytes = await readElements(row.tensor, 0, 3);
    expect([...new Float64Array(bytes.slice().buffer)]).toEqual([12.25, -0.5, 1.575]);
    // As the file writes it.
    expect(row.tensor.texts?.text(0)).toBe("12.250");
    expect(row.tensor.texts?.digits(0)).toBe(5);
  });

  it("is a parameter for each number where there are few of them", async () => {
    const { parameters } = await open(tagger(10));
    expect(parameters).toHaveLength(30);
    expect(parameters[0]?.path).toBe('weights["suffix 0"].NOUN');
  });
});

describe("a file that is nothing but a vocabulary", () => {
  it("is one value and complete, with more entries than can have an address", async () => {
    const entries = Array.from({ length: 200_001 }, (_, at) => `"token ${at}":${at}`);
    const { values, complete, findings } = await open(`{${entries.join(",")}}`);
    expect([values.length, complete, findings]).toEqual([1, true, []]);
  });

  it("with a number for each word is one parameter, labelled by the words", async () => {
    const entries = Array.from({ length: 100_001 }, (_, at) => `"token ${at}":-${at}.5`);
    const { parameters, complete } = await open(`{${entries.join(",")}}`);
    expect([parameters.length, complete, parameters[0]?.tensor.shape]).toEqual([1, true, [100_001]]);
    expect(parameters[0]?.axes[0]?.labels[7]).toBe("token 7");
  });
});
