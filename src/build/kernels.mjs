// Compiles the WebAssembly kernels (AssemblyScript) and writes them as a TypeScript module, so that core needs no file
// to load. node src/build/kernels.mjs [--check]: with --check nothing is written, and a stale module is an error.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";
import { packLz4Block } from "./lz4-block.mjs";
import { root } from "./paths.mjs";

const SOURCE = "src/kernels/statistics.as";
const TARGET = path.join(root, "src/core/diff/kernel-bytes.ts");
/** The compiler knows only .ts; the file is called .as, because every tool for TypeScript would stumble over it. */
const ENTRY = SOURCE.replace(/as$/, "ts");
const OUTPUT = "kernel.wasm";

/**
 * Memory is imported, so that the caller decides how much there is, and shared, so that two threads may work in it; its
 * maximum is the most that the format allows. There is no runtime, because nothing is allocated.
 */
const MEMORY = ["--importMemory", "--sharedMemory", "--maximumMemory", "65536"];
const OPTIONS = ["--runtime", "stub", "--enable", "simd", "--enable", "threads", "--optimizeLevel", "3", "--noAssert"];

/** The kernels as WebAssembly. */
export async function compileKernels() {
  let binary;
  let messages = "";
  const { error } = await main([ENTRY, "--outFile", OUTPUT, ...OPTIONS, ...MEMORY], {
    readFile: (name) => (name === ENTRY ? readFile(path.join(root, SOURCE), "utf8") : null),
    writeFile: (name, contents) => void (name === OUTPUT ? (binary = contents) : undefined),
    listFiles: () => [],
    stderr: { write: (text) => void (messages += text) },
  });
  if (error || binary === undefined) throw new Error(`${SOURCE} does not compile\n${messages}`, { cause: error });
  return binary;
}

/** The module's text. */
export function kernelModule(binary) {
  const lines =
    Buffer.from(packLz4Block(binary))
      .toString("base64")
      .match(/.{1,112}/g) ?? [];
  return `// Written by src/build/kernels.mjs from ${SOURCE}; change that, then run node src/build/kernels.mjs.
import { unpackLz4Block } from "../codecs/lz4/block.ts";

/** A block of LZ4: of one code for many types much is the same. */
const BASE64 = [
${lines.map((line) => `  "${line}",`).join("\n")}
].join("");

/** The compiled kernels. */
export function kernelBytes(): Uint8Array<ArrayBuffer> {
  const packed = Uint8Array.from(atob(BASE64), (character) => character.charCodeAt(0));
  return Uint8Array.from(unpackLz4Block(packed, ${binary.length}, "the kernels"));
}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.chdir(root);
  const text = kernelModule(await compileKernels());
  if (process.argv.includes("--check")) {
    if ((await readFile(TARGET, "utf8").catch(() => "")) !== text) {
      console.error(`${path.relative(root, TARGET)} is not what ${SOURCE} compiles to: run node src/build/kernels.mjs`);
      process.exit(1);
    }
  } else {
    await writeFile(TARGET, text);
  }
}
