import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { LogOutputChannel } from "vscode";
import { type MessageTransports, StreamMessageReader, StreamMessageWriter } from "vscode-languageclient/node";
import { msgpackCodec } from "../protocol/codec.ts";

export interface ServerProcess {
  readonly transports: MessageTransports;
  readonly pid: number | undefined;
  /** What it last complained about. */
  complaint(): string | undefined;
  /** Lets the process end by itself: nothing is said to it any more. Ends it when it has not in a while. */
  end(): void;
}

/** Long enough to delete a half-written file. */
const PATIENCE_MS = 2_000;

/**
 * Starts the server as a process of the Node that runs the extension host, and speaks MessagePack with it over its
 * standard streams. The server ends when its standard input does, so it cannot outlive this process.
 */
export async function startServerProcess(script: string, log: LogOutputChannel): Promise<ServerProcess> {
  const child = spawn(process.execPath, [script], {
    // The extension host's executable is Electron on the desktop. Options meant for the host (a debugger's) are not ours.
    env: { ...process.env, NODE_OPTIONS: "", ELECTRON_RUN_AS_NODE: "1", ELECTRON_NO_ASAR: "1" },
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  await started(child);
  log.debug(`server started, process ${child.pid}`);
  child.once("exit", (code, signal) => log.info(`server ended, ${signal ?? `code ${code}`}`));
  let complaint: string | undefined;
  let isEnding = false;
  createInterface({ input: child.stderr }).on("line", (line) => {
    log.warn(`[server] ${line}`);
    // The message of a stack, not its last line.
    if (/^\S*(error|uncaught|unhandled)\b.*:/i.test(line)) complaint = line;
  });
  return {
    pid: child.pid,
    complaint: () => complaint,
    transports: {
      reader: new StreamMessageReader(child.stdout, { contentTypeDecoder: msgpackCodec }),
      writer: new StreamMessageWriter(child.stdin, { contentTypeEncoder: msgpackCodec }),
    },
    end() {
      if (isEnding) return;
      isEnding = true;
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      child.once("exit", () => clearTimeout(timer));
      if (child.exitCode !== null || child.signalCode !== null) clearTimeout(timer);
    },
  };
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
}
