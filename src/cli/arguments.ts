import { parseArgs } from "node:util";
import { UsageError } from "./usage.ts";

const OPTIONS = {
  json: { type: "boolean" },
  sarif: { type: "boolean" },
  "fail-on": { type: "string" },
  "exit-code": { type: "boolean" },
  tolerance: { type: "string" },
  top: { type: "string" },
  against: { type: "string" },
  config: { type: "string" },
  all: { type: "boolean" },
  as: { type: "string" },
  textconv: { type: "boolean" },
  to: { type: "string" },
  "allow-loss": { type: "boolean" },
  force: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

export type OptionName = keyof typeof OPTIONS;

/** Parsed command line: the command's words and its options. */
export interface Arguments {
  readonly words: readonly string[];
  flag(name: OptionName): boolean;
  text(name: OptionName): string | undefined;
}

/** Throws UsageError for options that do not exist, that the command does not take, or that lack their value. */
export function parseArguments(args: readonly string[], allowed?: readonly OptionName[]): Arguments {
  let parsed: { values: Record<string, string | boolean | undefined>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (allowed !== undefined) {
    const always: readonly string[] = ["json", "help"];
    for (const name of Object.keys(parsed.values))
      if (!always.includes(name) && !(allowed as readonly string[]).includes(name))
        throw new UsageError(`this command takes no --${name}`);
  }
  return {
    words: parsed.positionals,
    flag: (name) => parsed.values[name] === true,
    text: (name) => {
      const value = parsed.values[name];
      return typeof value === "string" ? value : undefined;
    },
  };
}

/** A count given as an option. */
export function wholeNumber(text: string | undefined, name: string, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new UsageError(`--${name} takes a whole number, not "${text}"`);
  return value;
}
