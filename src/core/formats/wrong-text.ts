import { JsonScanner } from "../bytes/json-scan.ts";
import { ArtifactError } from "../errors.ts";
import { say, type Sentence } from "../model/sentence.ts";
import { bytesText } from "./damaged-start.ts";
import type { Probe } from "./format.ts";
import { isLikelyText, textOf } from "./probe.ts";

/** An object, or a list of what JSON has. */
/** Templates of Jinja begin with a bracket, too. */
const JSON_TEXT = /^\s*(?:\{(?![%{#])|\[\s*(?:[[{"\-\d\]]|$))/;
const LINE = 100;
/** Answers of servers have some lines. */
const ANSWER_BYTES = 8192;
const ANSWER_KEYS =
  /^(?:message|error|errors|detail|details|documentation_url|status|statusCode|status_code|code|title|type|instance|path|timestamp|request_?id|success|reason|error_description)$/i;
const ANSWER_TEXT =
  /^\s*(?:HTTP\/\d|(?:404|403|401|500|502|503)[: ]|(?:<\?xml[^>]*>\s*)?<Error>|(?:Entry|Repository|File|Model) not found|Invalid (?:username|credentials|token)|Access (?:denied|to model )|Not Found\s*$|batch response: |(?:Internal Server Error|Bad Gateway|Service Unavailable|Too Many Requests)\b)/i;

/** The answer of a server that was saved in the place of a model: checked before any format, for JSON and YAML are some. */
export function serverAnswer({ head, size, name }: Probe): Sentence | undefined {
  if (!isLikelyText(head)) return undefined;
  const text = textOf(head).trim();
  const isHttp = /^HTTP\/\d\.?\d? \d{3}/.test(text);
  const isAnswer = ANSWER_TEXT.test(text) || (size <= head.length && isErrorObject(text));
  if (!isHttp && (size > ANSWER_BYTES || !isAnswer)) return undefined;
  return say("{name} is no model but the answer of a server that was saved in its place: {line}", {
    name,
    line: `"${text.replace(/\s+/g, " ").slice(0, LINE)}".`,
  });
}

function isErrorObject(text: string): boolean {
  if (!text.startsWith("{")) return false;
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    const isTold = ([key, value]: [string, unknown]): boolean =>
      (/^(?:message|detail)$/i.test(key) && typeof value === "string") ||
      (/^errors?$/i.test(key) && typeof value !== "number" && typeof value !== "boolean" && value !== null);
    return entries.length > 0 && entries.every(([key]) => ANSWER_KEYS.test(key)) && entries.some(isTold);
  } catch {
    return false;
  }
}

/** Text that no format knows, or that is none because of what became of it. */
export function wrongText({ head, name, size }: Probe): Sentence | undefined {
  const wide = wideText(head);
  if (wide !== undefined)
    return say('{name} is text in {encoding} that begins with "{line}". Models are not written so: save it as UTF-8.', {
      name,
      ...wide,
    });
  if (!isLikelyText(head)) return undefined;
  const text = textOf(head);
  if (text.trim() === "") return say("{name} holds nothing but white space.", { name });
  if (JSON_TEXT.test(text) || (/\.json$/i.test(name) && /^\s*[[{]/.test(text))) return brokenJson(head, name, size);
  if (/^\s*<\?xml\s/.test(text) && head.length === size && !/<[\w:.-]+[^<>]*>/.test(text))
    return say("{name} is an XML document that is cut off before its first element ends, at byte {size}.", {
      name,
      size,
    });
  const begun = BEGUN.find(([pattern]) => pattern.test(text));
  if (begun !== undefined)
    return say("{name} begins as {what} and is cut off in its first lines, at byte {size}.", {
      name,
      what: begun[1],
      size,
    });
  if (/^\d+ \d+\r?\n/.test(text) && /\.(?:vec|w2v|glove|txt|model)$/i.test(name))
    return say(
      'The first line of {name}, "{line}", tells how many word vectors follow and how long they are, and what follows is not so.',
      { name, line: lineOf(text) },
    );
  return encoded(text, name);
}

const BEGUN: readonly (readonly [RegExp, string])[] = [
  [/^(?:svm_type|kernel_type) /, "a LIBSVM model"],
  [/^solver_type /, "a LIBLINEAR model"],
  [/^tree(?:\nversion=.*)?\s*$/, "a LightGBM model"],
];

/** UTF-16 or UTF-32, by its mark or by the zero bytes beside the first letters. */
function wideText(head: Uint8Array): { readonly encoding: string; readonly line: string } | undefined {
  const [a = 1, b = 1, c = 1, d = 1] = head;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff))
    return { encoding: "UTF-32", line: lineOf(textOf(head.filter((byte) => byte > 0 && byte < 0x80))) };
  const isLittle = a === 0xff && b === 0xfe;
  const isBig = a === 0xfe && b === 0xff;
  if (!isLittle && !isBig && !isHalfZero(head)) return undefined;
  const encoding = isLittle || (!isBig && a > 0) ? "utf-16le" : "utf-16be";
  const text = new TextDecoder(encoding).decode(head);
  return { encoding: encoding.toUpperCase(), line: lineOf(text) };
}

function isHalfZero(head: Uint8Array): boolean {
  const some = head.subarray(0, 32);
  const zero = some[0] === 0 ? 0 : 1;
  return some.length === 32 && some.every((byte, at) => (at % 2 === zero ? byte === 0 : byte >= 9 && byte < 0x7f));
}

function brokenJson(head: Uint8Array, name: string, size: number): Sentence | undefined {
  try {
    const scanner = new JsonScanner(head, { allowTrailing: true });
    while (scanner.next() !== "end");
    return undefined;
  } catch (error) {
    if (!(error instanceof ArtifactError) || (error.code === "truncated" && size > head.length)) return undefined;
    return say("{name} begins as JSON and is none that can be read: {reason}.", { name, reason: error.message });
  }
}

const BASE64 = /^(?:data:[^,]{0,100};base64,)?([A-Za-z0-9+/_-]{40,}={0,2})(?:\s|$)/;

/** The bytes of a file written as text. */
function encoded(text: string, name: string): Sentence | undefined {
  if (/^(?:[0-9a-f]{2}){20,}\s*/i.test(text) || /^0{7,8}:? +[0-9a-f]{2}/i.test(text))
    return say("{name} holds bytes written as hexadecimal digits, not the bytes themselves: turn them back first.", {
      name,
    });
  if (/^b(["']).*\\x/.test(text))
    return say("{name} holds bytes as Python prints them, not the bytes themselves: write them to a binary file.", {
      name,
    });
  const found = BASE64.exec(text)?.[1];
  if (found === undefined || !/\d/.test(found) || !/[A-Z]/.test(found) || !/[a-z]/.test(found)) return undefined;
  return say("{name} is base64 text: decode it first. What it stands for begins with {first}.", {
    name,
    first: bytesText(fromBase64(found.slice(0, 12))),
  });
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function fromBase64(text: string): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at + 4 <= text.length; at += 4) {
    let word = 0;
    for (const digit of text
      .slice(at, at + 4)
      .replace(/-/g, "+")
      .replace(/_/g, "/"))
      word = word * 64 + Math.max(0, DIGITS.indexOf(digit));
    out.push(word >> 16, (word >> 8) & 0xff, word & 0xff);
  }
  return Uint8Array.from(out);
}

function lineOf(text: string): string {
  return (text.replace(/^\ufeff/, "").split(/\r?\n/, 1)[0] ?? "").slice(0, LINE);
}
