// npm run bench [-- NAME] [OPTIONS]: runs one benchmark, or all of them. See README.md beside this.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

const here = import.meta.dirname;
const all = readdirSync(here)
  .filter((name) => name.endsWith(".bench.mjs"))
  .map((name) => name.replace(".bench.mjs", ""));
const [first, ...rest] = process.argv.slice(2);
const isName = first !== undefined && !first.startsWith("-");
const names = isName ? [first] : all;
const options = isName ? rest : process.argv.slice(2);

for (const name of names) {
  const file = path.join(here, `${name}.bench.mjs`);
  if (!existsSync(file)) {
    console.error(`No benchmark is called ${name}. There are: ${all.join(", ")}.`);
    process.exit(2);
  }
  const { status } = spawnSync(process.execPath, [file, ...options], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
