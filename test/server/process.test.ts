import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { msgpackCodec } from "../../src/protocol/codec.ts";

const root = path.resolve(import.meta.dirname, "../..");
let folder = "";
let script = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "model-loupe-process-"));
  script = path.join(folder, "server.cjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["src/server/main.node.ts"],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    define: { MODEL_LOUPE_VERSION: '"test"' },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcess;
  readonly connection: ProtocolConnection;
  readonly exit: Promise<number | null>;
  readonly errors: string[];
}

const running: Running[] = [];
afterEach(() => {
  for (const { child, connection } of running.splice(0)) {
    connection.dispose();
    child.kill("SIGKILL");
  }
});

async function start(...options: string[]): Promise<Running> {
  const child = spawn(process.execPath, [...options, script], { stdio: ["pipe", "pipe", "pipe"] });
  const errors: string[] = [];
  child.stderr.on("data", (data: Buffer) => errors.push(String(data)));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout, { contentTypeDecoder: msgpackCodec }),
    new StreamMessageWriter(child.stdin, { contentTypeEncoder: msgpackCodec }),
  );
  const exit = new Promise<number | null>((resolve) => {
    child.once("exit", resolve);
  });
  const one = { child, connection, exit, errors };
  running.push(one);
  connection.listen();
  await connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
  return one;
}

describe("the server's process", () => {
  it("opens a model over its standard streams", async () => {
    const { connection } = await start();
    const uri = new URL("../workspace/credit-risk/lr_params_v1.2.2.joblib", import.meta.url).href;
    const answer = await connection.sendRequest<{ model: { format: string } }>("artifact/open", { uri, trusted: true });
    expect(answer.model.format).toBe("joblib");
  });

  it("ends when nobody holds its input any more", async () => {
    const { child, exit } = await start();
    child.stdin?.end();
    expect(await exit).toBe(0);
  });

  it("ends when it is told to", async () => {
    const { connection, exit } = await start();
    await connection.sendRequest("shutdown");
    await connection.sendNotification("exit");
    expect(await exit).toBe(0);
  });

  it("says why it dies", async () => {
    const preload = path.join(folder, "fall.cjs");
    await writeFile(preload, 'process.on("SIGUSR2", () => { throw new Error("fell on purpose"); });');
    const { child, connection, exit, errors } = await start("--require", preload);
    const lastWords = new Promise<string>((resolve) => {
      connection.onNotification("server/dying", ({ reason }: { reason: string }) => resolve(reason));
    });
    child.kill("SIGUSR2");
    expect(await lastWords).toContain("fell on purpose");
    expect(await exit).toBe(1);
    expect(errors.join("")).toContain("fell on purpose");
  });

  it("keeps printing away from the protocol", async () => {
    const preload = path.join(folder, "print.cjs");
    await writeFile(preload, 'process.on("SIGUSR2", () => { console.log("printed"); console.info({ a: 1 }); });');
    const { child, connection, errors } = await start("--require", preload);
    const printed = new Promise<void>((resolve) => {
      child.stderr?.on("data", () => errors.join("").includes("a: 1") && resolve());
    });
    child.kill("SIGUSR2");
    await printed;
    expect(errors.join("")).toContain("printed");
    await expect(connection.sendRequest("artifact/close", { artifact: "none" })).resolves.toBe(null);
  });
});
