import { spawn } from "node:child_process";

/**
 * Runs a program to its end. Resolves with its exit code and, when `capture` is set, its output; rejects when it
 * cannot be started or, unless `mayFail`, when it ends with another code than 0.
 */
export function run(command, args, { cwd, env, capture = false, mayFail = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", capture ? "pipe" : "inherit", capture ? "pipe" : "inherit"],
    });
    let text = "";
    child.stdout?.on("data", (chunk) => (text += chunk));
    child.stderr?.on("data", (chunk) => (text += chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0 || mayFail) resolve({ code: code ?? 1, text });
      else
        reject(
          new Error(`${command} ${args.join(" ")} ended with code ${code}${capture ? `:\n${text.slice(-4000)}` : ""}`),
        );
    });
  });
}
