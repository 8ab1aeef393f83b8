import { realpathSync } from "node:fs";
import { ArtifactError, asArtifactError } from "../core/errors.ts";
import { visibleLines } from "../core/model/unseen.ts";
import { type Json, jsonText } from "../core/view/json-text.ts";
import { createWork } from "../core/work.ts";
import { nodeHost } from "../platform/node/host.ts";
import { tuneEngine } from "../platform/node/tune-engine.ts";
import { type OptionName, parseArguments } from "./arguments.ts";
import { check } from "./commands/check.ts";
import { convert } from "./commands/convert.ts";
import { diff } from "./commands/diff.ts";
import { fingerprint } from "./commands/fingerprint.ts";
import { inspect } from "./commands/inspect.ts";
import { show } from "./commands/show.ts";
import { text } from "./commands/text.ts";
import { showProgress } from "./progress.ts";
import type { Output, Session } from "./session.ts";
import { EXIT, type ExitCode, USAGE, UsageError } from "./usage.ts";
import { VERSION } from "./version.ts";

interface Command {
  readonly run: (session: Session) => Promise<ExitCode>;
  readonly options: readonly OptionName[];
}

/** One row per command of the contract. */
const COMMANDS: Readonly<Record<string, Command>> = {
  inspect: { run: inspect, options: [] },
  show: { run: show, options: ["all", "as"] },
  diff: { run: diff, options: ["sarif", "fail-on", "exit-code", "tolerance", "top", "config"] },
  check: { run: check, options: ["sarif", "fail-on", "against", "config"] },
  convert: { run: convert, options: ["to", "allow-loss", "force"] },
  text: { run: text, options: ["textconv"] },
  fingerprint: { run: fingerprint, options: [] },
};

/**
 * Runs one command line. Returns the exit code; everything printed goes through `given`. With --json an error is a
 * JSON document too, so that a program reading standard output always gets one.
 */
export async function main(
  args: readonly string[],
  given: Output,
  cwd: string,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const isJson = args.includes("--json");
  const output = isJson || args.includes("--sarif") ? given : forTerminals(given);
  try {
    const [name, ...rest] = args;
    if (name === undefined) throw new UsageError("a command is missing");
    if (name === "--version") {
      output.out(`${VERSION}\n`);
      return EXIT.done;
    }
    if (name === "--help" || name === "-h" || name === "help") {
      output.out(USAGE);
      return EXIT.done;
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw new UsageError(`there is no command "${name}"`);
    const parsed = parseArguments(rest, command.options);
    if (parsed.flag("help")) {
      output.out(USAGE);
      return EXIT.done;
    }
    const progress = showProgress(isJson || parsed.flag("sarif"));
    const work = createWork({ ...(signal === undefined ? {} : { signal }), onProgress: progress.report });
    try {
      return await command.run({ host: nodeHost(), work, output, arguments: parsed, cwd });
    } finally {
      progress.clear();
    }
  } catch (error) {
    return fail(error, isJson, output);
  }
}

/** Text for people: what a terminal would obey, and what hides or reorders the text around it, is shown by its code. */
function forTerminals(output: Output): Output {
  return { out: (part) => output.out(visibleLines(part)), note: (part) => output.note(visibleLines(part)) };
}

function fail(error: unknown, isJson: boolean, output: Output): ExitCode {
  const isUsage = error instanceof UsageError;
  const known = isUsage ? error : asArtifactError(error, "reading");
  const code = known instanceof ArtifactError ? known.code : "usage";
  if (isJson)
    output.out(`${jsonText({ schemaVersion: 1, error: { code, message: known.message, ...placeOf(known) } })}\n`);
  else output.note(`model-loupe: ${known.message}\n${isUsage ? "Run model-loupe --help for how to use it.\n" : ""}`);
  if (isUsage) return EXIT.usage;
  return code === "refused" ? EXIT.refused : EXIT.unreadable;
}

function placeOf(error: Error): Record<string, Json | undefined> {
  if (!(error instanceof ArtifactError)) return {};
  const { offset, needed, available } = error.place;
  return { offset, needed, available };
}

async function runProcess(): Promise<void> {
  tuneEngine();
  // A reader that stops early (`| head`) ends us quietly.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? 0 : EXIT.unreadable),
  );
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort());
  const output: Output = {
    out: (line) => void process.stdout.write(line),
    note: (line) => void process.stderr.write(line),
  };
  process.exitCode = await main(process.argv.slice(2), output, process.cwd(), abort.signal);
}

/** True when this file is the program, not a module of a test. */
function isProgram(): boolean {
  const started = process.argv[1];
  try {
    return (
      started !== undefined && typeof __filename === "string" && realpathSync(started) === realpathSync(__filename)
    );
  } catch {
    return false;
  }
}

if (isProgram()) void runProcess();
