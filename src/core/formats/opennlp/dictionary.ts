import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";

//   <dictionary case_sensitive="false"><entry tags="NN VB"><token>saw</token></entry> ... </dictionary>

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The entries of a dictionary of OpenNLP: their tokens, or by tokens what is said of them. Undefined for other XML. */
export function dictionaryOf(xml: string): Value | undefined {
  if (!/<dictionary[\s>/]/.test(xml)) return undefined;
  const words: string[] = [];
  const said: string[] = [];
  for (const [, attributes = "", body = ""] of xml.matchAll(/<entry\b([^>]*)>([^]*?)<\/entry>/g)) {
    const tokens = [...body.matchAll(/<token>([^<]*)<\/token>/g)].map(([, token = ""]) => plain(token));
    words.push(tokens.join(" "));
    said.push([...attributes.matchAll(/[\w:.-]+\s*=\s*"([^"]*)"/g)].map(([, value = ""]) => plain(value)).join(" "));
  }
  if (said.every((each) => each === "")) return listOf(words);
  return dictOf(words.map((word, i) => [word, said[i] ?? ""] as const));
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
