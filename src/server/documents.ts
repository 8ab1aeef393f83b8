import type { Connection } from "vscode-languageserver";
import { fromBytes } from "../core/bytes/source.ts";
import type { ByteRange, Finding } from "../core/findings/finding.ts";
import type { Host } from "../core/host.ts";
import { parentPath } from "../core/findings/rules/names.ts";
import type { Artifact } from "../core/model/artifact.ts";
import { elementCount } from "../core/model/tensor.ts";
import { openArtifact } from "../core/open.ts";
import { createWork, type Work } from "../core/work.ts";
import { mayHoldParameters } from "../protocol/parameter-json.ts";
import { uriName } from "../protocol/uri-name.ts";
import type { ServerContext } from "./context.ts";
import type { Note } from "./problems.ts";
import { textRanges } from "./text-positions.ts";

/** Owner of what was found in a text that is open in the text editor. */
const TEXT = "text";
/** While a person types. */
const QUIET_MS = 300;
/** The one rule that speaks of a text's numbers: others would speak of any JSON as if it were a model. */
const RULE = "precision/decimal-truncated";

/** JSON parameters in the ordinary text editor: numbers with too few digits are marked where they stand. */
export function followTexts(connection: Connection, { problems, host }: ServerContext): void {
  const texts = new Map<string, { timer?: NodeJS.Timeout; reading?: AbortController }>();

  const check = async (uri: string, text: string): Promise<void> => {
    const state = texts.get(uri);
    if (state === undefined) return;
    state.reading?.abort();
    const reading = new AbortController();
    state.reading = reading;
    const notes = await notesOf(uri, text, host, createWork({ signal: reading.signal })).catch(() => []);
    if (!reading.signal.aborted) problems.set(uri, TEXT, notes);
  };

  connection.onDidOpenTextDocument(({ textDocument: { uri, text } }) => {
    texts.set(uri, {});
    void check(uri, text);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri }, contentChanges }) => {
    const state = texts.get(uri);
    const text = contentChanges.at(-1)?.text;
    if (state === undefined || text === undefined) return;
    clearTimeout(state.timer);
    state.timer = setTimeout(() => void check(uri, text), QUIET_MS);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    const state = texts.get(uri);
    clearTimeout(state?.timer);
    state?.reading?.abort();
    texts.delete(uri);
    problems.clear(uri, TEXT);
  });
}

async function notesOf(uri: string, text: string, host: Host, work: Work): Promise<readonly Note[]> {
  if (!mayHoldParameters(text)) return [];
  const source = fromBytes(new TextEncoder().encode(text), uriName(uri), 0);
  const artifact = await openArtifact(source, host, work);
  if (artifact.format !== "json") return [];
  return artifact.findings
    .filter(({ rule }) => rule === RULE)
    .flatMap((finding) => {
      const ranges = textRanges(text, numbersOf(finding, artifact));
      return ranges.map((range) => ({ finding, range }));
    });
}

/** More of one finding would bury the rest. */
const MARKED_NUMBERS = 50;
const FRACTION = /[.eE]/;

/** Where the numbers of a finding stand: those of the parameter it names, or of the parameters right below that address. */
function numbersOf({ path }: Finding, { parameters }: Artifact): readonly ByteRange[] {
  const ranges: ByteRange[] = [];
  for (const { path: at, tensor } of parameters) {
    const { texts } = tensor;
    if (texts?.offset === undefined || (at !== path && parentPath(at) !== path)) continue;
    const count = elementCount(tensor.shape);
    for (let index = 0; index < count && ranges.length < MARKED_NUMBERS; index += 1) {
      const number = texts.text(index);
      if (FRACTION.test(number)) ranges.push({ offset: texts.offset(index), length: number.length });
    }
  }
  return ranges;
}
