// Adds to package-lock.json the binaries of other platforms that packages name as optional dependencies. npm leaves one
// out when the registry at hand does not carry it, and `npm ci` then refuses the lock file everywhere. An entry without
// an integrity is installed only on the platform it is for, and verified there by the registry.
// node src/build/complete-lock.mjs, after npm install
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";

const OS = ["android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "aix", "win32"];
const CPU = ["arm64", "x64", "arm", "ia32", "loong64", "mips64el", "ppc64", "ppc64le", "riscv64", "s390x"];

const file = process.argv[2] ?? path.join(root, "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));
let added = 0;
for (const [place, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${place}/node_modules/${name}`;
    const top = `node_modules/${name}`;
    if (Object.hasOwn(lock.packages, nested) || Object.hasOwn(lock.packages, top)) continue;
    const words = name.replace(/^@[^/]+\//, "").split(/[-./]/);
    const os = OS.find((each) => words.includes(each));
    const cpu = CPU.find((each) => words.includes(each));
    if (os === undefined) {
      console.log(`left out: ${name} (its name tells no platform)`);
      continue;
    }
    const libc = words.includes("musl") ? ["musl"] : words.includes("gnu") ? ["glibc"] : undefined;
    lock.packages[top] = {
      version,
      ...(cpu === undefined ? {} : { cpu: [cpu] }),
      ...(entry.dev ? { dev: true } : {}),
      ...(libc === undefined ? {} : { libc }),
      optional: true,
      os: [os],
    };
    added += 1;
  }
}
const [own, ...names] = Object.keys(lock.packages);
lock.packages = Object.fromEntries([own, ...names.sort()].map((name) => [name, lock.packages[name]]));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} added`);
