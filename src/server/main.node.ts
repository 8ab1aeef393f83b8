import process from "node:process";
import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { nodeHost } from "../platform/node/host.ts";
import { tuneEngine } from "../platform/node/tune-engine.ts";
import { msgpackCodec } from "../protocol/codec.ts";
import { serve } from "./connection.ts";
import { CONNECTION_OPTIONS } from "./cancelled-queued.ts";

/**
 * The server over its standard streams. Standard output belongs to the protocol: whatever else would print there goes to
 * standard error. The process ends when its input ends, so it does not outlive the window that started it.
 */
const { stdin, stdout } = process;
for (const print of ["log", "info", "debug", "dir", "table"] as const)
  console[print] = (...args: unknown[]) => console.error(...args);

const connection = createConnection(
  ProposedFeatures.all,
  new StreamMessageReader(stdin, { contentTypeDecoder: msgpackCodec }),
  new StreamMessageWriter(stdout, { contentTypeEncoder: msgpackCodec }),
  CONNECTION_OPTIONS,
);

/** Long enough for the last message to leave. */
const FAREWELL_MS = 500;
let isDying = false;

/** Says why it ends before it ends: a crash that nobody can explain is a crash that stays. */
function die(reason: string): void {
  console.error(reason);
  if (isDying) return;
  isDying = true;
  setTimeout(() => process.exit(1), FAREWELL_MS).unref();
  const first = reason.split("\n")[0] ?? reason;
  void connection.sendNotification("server/dying", { reason: first }).finally(() => process.exit(1));
}

const text = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
process.on("uncaughtException", (error) => die(`uncaught: ${text(error)}`));
process.on("unhandledRejection", (error) => die(`unhandled: ${text(error)}`));
stdin.on("end", () => process.exit(0));
stdin.on("close", () => process.exit(0));
// Nobody reads any more.
stdout.on("error", () => process.exit(0));

tuneEngine();
serve(connection, nodeHost());
connection.listen();
