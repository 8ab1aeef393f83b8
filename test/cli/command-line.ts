import { main } from "../../src/cli/main.ts";

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly note: string;
}

/** Runs a command line in this process, as the program would. */
export async function run(cwd: string, ...args: readonly string[]): Promise<Run> {
  let out = "";
  let note = "";
  const code = await main(args, { out: (text) => void (out += text), note: (text) => void (note += text) }, cwd);
  return { code, out, note };
}
