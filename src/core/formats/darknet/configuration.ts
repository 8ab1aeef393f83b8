import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { isLikelyText, textOf } from "../probe.ts";

/** A section of a .cfg: `[convolutional]` and what stands under it. */
export interface Section {
  readonly type: string;
  readonly options: Map<string, string>;
  /** Line of its name, from 1. */
  readonly line: number;
}

export function isConfiguration(head: Uint8Array): boolean {
  if (!isLikelyText(head)) return false;
  const text = textOf(head);
  return /^\ufeff?(?:\s|[#;].*\n)*\[net(?:work)?\]/.test(text) && LAYER.test(text);
}

/** Other programs have a section for their net as well: one of a layer must be there too. */
const LAYER =
  /^\[(?:conv|convolutional|deconv|deconvolutional|conn|connected|local|crop|dropout|max|maxpool|avg|avgpool|batchnorm|normalization|lrn|soft|softmax|cost|route|shortcut|reorg|upsample|region|detection|yolo|gru|lstm|rnn|crnn)\]/m;

/** Names that Darknet takes for each other. */
const ALIASES: Readonly<Record<string, string>> = {
  network: "net",
  conv: "convolutional",
  conn: "connected",
  max: "maxpool",
  avg: "avgpool",
  soft: "softmax",
  deconv: "deconvolutional",
  lrn: "normalization",
};

/** The sections in order, the network's own first. Throws `corrupt` for a text that has none. */
export function sectionsOf(text: string, name: string): readonly Section[] {
  const sections: Section[] = [];
  for (const [k, raw] of text.split("\n").entries()) {
    // Darknet takes white space out of every line.
    const line = raw.replace(/\s/g, "");
    const first = line[0];
    if (first === undefined || first === "#" || first === ";") continue;
    if (first === "[") {
      const type = line.slice(1, line.indexOf("]") < 0 ? undefined : line.indexOf("]"));
      sections.push({ type: ALIASES[type] ?? type, options: new Map(), line: k + 1 });
      if (sections.length > LIMITS.namedValues)
        throw limitExceeded(`${name}: sections`, sections.length, LIMITS.namedValues);
      continue;
    }
    const at = line.indexOf("=");
    if (at > 0) sections.at(-1)?.options.set(line.slice(0, at), line.slice(at + 1));
  }
  if (sections[0]?.type !== "net") throw corrupt(`${name}: no section [net] at the front`, 0);
  return sections;
}

/** A whole number of a section, as C's atoi reads it. */
export function optionOf({ options }: Section, key: string, otherwise: number): number {
  const text = options.get(key);
  if (text === undefined) return otherwise;
  const number = Number.parseInt(text, 10);
  return Number.isSafeInteger(number) ? number : 0;
}
