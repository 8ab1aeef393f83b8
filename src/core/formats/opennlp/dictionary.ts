import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";

//   <dictionary case_sensitive="false"><entry tags="NN VB"><token>saw</token></entry> ... </dictionary>

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The entries of a dictionary of OpenNLP: their tokens, or by tokens what is said of them. Undefined for other XML. */
export function dictionaryOf(xml: string): Value | undefined {
  if (!/<dictionary[\s>/]/.test(xml)) return undefined;
  const words: string[] = [];
  const said: string[] = [];
  for (const { attributes, body } of entriesIn(xml)) {
    const tokens = [...body.matchAll(/<token>([^<]*)<\/token>/g)].map(([, token = ""]) => plain(token));
    words.push(tokens.join(" "));
    said.push([...attributes.matchAll(/=\s*"([^"]*)"/g)].map(([, value = ""]) => plain(value)).join(" "));
  }
  if (said.every((each) => each === "")) return listOf(words);
  return dictOf(words.map((word, i) => [word, said[i] ?? ""] as const));
}

const [ENTRY, END] = ["<entry", "</entry>"];

/** Goes through the text once: an expression would look for the end of each entry that has none through all that follows. */
function* entriesIn(xml: string): Generator<{ readonly attributes: string; readonly body: string }> {
  for (let start = xml.indexOf(ENTRY); start >= 0; start = xml.indexOf(ENTRY, start)) {
    const from = start + ENTRY.length;
    start = from;
    if (!/[\s/>]/.test(xml.charAt(from))) continue;
    const close = xml.indexOf(">", from);
    if (close < 0) return;
    const isEmpty = xml.charAt(close - 1) === "/";
    const end = isEmpty ? close + 1 : xml.indexOf(END, close);
    if (end < 0) return;
    yield { attributes: xml.slice(from, close), body: isEmpty ? "" : xml.slice(close + 1, end) };
    start = end;
  }
}

function plain(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));/g,
    (all: string, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (name !== undefined) return ENTITIES[name] ?? all;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}
