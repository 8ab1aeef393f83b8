import { signal } from "@preact/signals";
import { fill, type Sentence } from "../core/model/sentence.ts";
import { visibleName } from "../core/model/unseen.ts";

/** Template -> the same in the person's language; empty in English. Sent by the host with the model. */
export const strings = signal<Readonly<Record<string, string>>>({});

type Args = Readonly<Record<string, string | number>>;

/** A sentence in the person's language. Numbers are grouped: 250,000; every character of a name is seen. */
export function t(template: string, args: Args = {}): string {
  const known = strings.value;
  const translated = Object.hasOwn(known, template) ? known[template] : undefined;
  return fill(translated ?? template, grouped(args));
}

/** The same for a sentence that core made. */
export function said(sentence: Sentence): string {
  return t(sentence.template, sentence.args);
}

/** One of two templates; `{count}` is the number. */
export function counted(count: number, one: string, many: string, args: Args = {}): string {
  return t(count === 1 ? one : many, { ...args, count });
}

const groups = new Intl.NumberFormat("en-US", { maximumFractionDigits: 20 });

/** 1203112 as "1,203,112": the same in every language, because these figures stand beside numbers of files. */
export function group(value: number | bigint): string {
  return groups.format(value);
}

function grouped(args: Args): Args {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, typeof value === "number" ? group(value) : visibleName(value)]),
  );
}
