import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { build } from "../../src/build/build.mjs";
import { codeBlocks } from "../support/documentation.ts";

/** Real git, with the configuration that docs/git.md shows, in repositories made for the purpose. */

const root = path.resolve(import.meta.dirname, "../..");
const samples = path.join(root, "test/workspace/credit-risk");
const [older, newer, swapped] = ["1.2.2", "1.2.3", "1.3.0"].map((version) =>
  readFileSync(path.join(samples, `lr_params_v${version}.joblib`)),
) as [Buffer, Buffer, Buffer];

let home: string;
let repository: string;

beforeAll(async () => {
  await build(["cli"]);
  home = realpathSync(mkdtempSync(path.join(os.tmpdir(), "model-loupe-git-")));
  mkdirSync(path.join(home, "bin"));
  const program = path.join(home, "bin/model-loupe");
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${path.join(root, "dist/cli.cjs")}" "$@"\n`);
  chmodSync(program, 0o755);
  for (const command of codeBlocks("git.md", "sh")[0]?.trim().split("\n") ?? []) shell(home, command);
  for (const setting of ["user.name Tester", "user.email tester@example.invalid", "init.defaultBranch main"])
    shell(home, `git config --global ${setting}`);
}, 60_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

const environment = (): NodeJS.ProcessEnv => {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_PAGER: "cat",
    PATH: `${path.join(home, "bin")}${path.delimiter}${process.env["PATH"] ?? ""}`,
  };
};

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
}

function ran(cwd: string, program: string, args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env: environment(), encoding: "utf8" });
  return { status, out: stdout, error: stderr };
}

function shell(cwd: string, command: string): string {
  const { status, out, error } = ran(cwd, "sh", ["-c", command]);
  if (status !== 0) throw new Error(`${command}: ${error}`);
  return out;
}

const git = (...args: readonly string[]): string => {
  const { status, out, error } = ran(repository, "git", args);
  expect({ args, status, error }).toEqual({ args, status: 0, error: "" });
  return out;
};
const write = (file: string, content: string | Uint8Array): void => {
  mkdirSync(path.dirname(path.join(repository, file)), { recursive: true });
  writeFileSync(path.join(repository, file), content);
};
const commit = (message: string): void => {
  git("add", "--all");
  git("commit", "--quiet", "--message", message);
};
/** A fresh repository with the attributes of the page's `block`-th example. */
function repositoryWith(block: number): void {
  repository = mkdtempSync(path.join(home, "repository-"));
  git("init", "--quiet");
  write(".gitattributes", codeBlocks("git.md", "gitattributes")[block] ?? "");
}
/** Lines that a diff adds or takes away, without the headers. */
const changes = (diff: string): readonly string[] => diff.split("\n").filter((line) => /^[+-](?![+-]{2} )/.test(line));

/** Those of the coefficients: twelve features, before and after. */
const coefficients = (diff: string): readonly string[] => changes(diff).filter((line) => line.includes("  [good, "));

beforeEach(() => {
  repositoryWith(0);
  write("models/model.joblib", older);
  commit("one");
});

describe("git diff with the textconv of docs/git.md", () => {
  it("shows each number that changed, and nothing else", () => {
    write("models/model.joblib", newer);
    const lines = coefficients(git("diff"));
    expect(lines).toHaveLength(24);
    expect(lines).toContain("-  [good, utilisation] -1.6984924442390388");
    expect(lines).toContain("+  [good, utilisation] -1.698492407798767");
  });

  it("between commits, where both sides are files that git wrote elsewhere", () => {
    write("models/model.joblib", newer);
    commit("two");
    write("models/model.joblib", swapped);
    commit("three");
    expect(changes(git("diff", "HEAD~2", "HEAD"))).toEqual(expect.arrayContaining(["-0: bad", "+0: default"]));
    const log = git("log", "--patch", "--format=commit %s");
    expect(log.split(/^commit /m).map((each) => coefficients(each).length)).toEqual([0, 24, 24, 12]);
    expect(log).not.toContain("Binary files");
  });

  it("of a file that was added, removed or renamed", () => {
    copyFileSync(path.join(samples, "suspicious.pkl"), path.join(repository, "new.pkl"));
    git("rm", "--quiet", "--cached", "models/model.joblib");
    git("add", "new.pkl");
    const staged = git("diff", "--cached");
    expect(staged).toMatch(/^--- \/dev\/null\n\+\+\+ b\/new\.pkl$/m);
    expect(staged).toMatch(/^\+error safety\/dangerous-global: /m);
    expect(staged).toMatch(/^--- a\/models\/model\.joblib\n\+\+\+ \/dev\/null$/m);
    expect(staged).toMatch(/^-coef_: float64 \[1, 12\]$/m);
    git("reset", "--quiet");
    git("mv", "models/model.joblib", "models/renamed.joblib");
    expect(git("diff", "--cached", "--find-renames")).toContain("rename to models/renamed.joblib");
  });

  it("goes on where a file cannot be read, and shows that it changed", () => {
    write("models/model.joblib", older.subarray(0, 1000));
    commit("cut");
    write("models/model.joblib", "no model at all\n");
    commit("replaced");
    write("models/model.joblib", "no model either\n");
    commit("replaced again");
    write("models/model.joblib", "");
    commit("emptied");
    const log = git("log", "--patch", "--reverse", "--format=commit %s");
    const of = (subject: string): string => log.split(/^commit /m).find((each) => each.startsWith(subject)) ?? "";
    expect(of("cut")).toMatch(/^\+complete: no, reading stopped early$/m);
    expect(of("cut")).toMatch(/^\+error integrity\/truncated: /m);
    expect(of("replaced\n")).toMatch(
      /^\+not read: model\.joblib is not a model that can be read\..*"no model at all"/m,
    );
    expect(changes(of("replaced again"))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^-sha256: /), expect.stringMatching(/^\+sha256: /)]),
    );
    expect(of("emptied")).toMatch(/^\+not read: model\.joblib is empty/m);
  });

  it("git show, blame and grep read the text too", () => {
    write("models/model.joblib", newer);
    commit("two");
    expect(git("show", "--textconv", "HEAD:models/model.joblib")).toMatch(/^format: joblib$/m);
    expect(git("blame", "--textconv", "-s", "models/model.joblib")).toMatch(/format: joblib/);
    expect(git("grep", "--textconv", "-h", "utilisation\\] ", "--", "models")).toBe(
      "  [good, utilisation] -1.698492407798767\n",
    );
  });

  it("keeps texts where it is told to", () => {
    write("models/model.joblib", newer);
    commit("two");
    const uncached = git("diff", "HEAD~1", "HEAD");
    const cached = (): string => git("-c", "diff.model-loupe.cachetextconv=true", "diff", "HEAD~1", "HEAD");
    expect([cached(), cached()]).toEqual([uncached, uncached]);
    expect(git("for-each-ref", "refs/notes")).toContain("refs/notes/textconv/model-loupe");
  });
});

describe("a file that git wrote elsewhere", () => {
  it("is read by its content, whatever is left of its name", () => {
    for (const [name, bytes] of Object.entries({ XyZ12_model: older, "AbC34_model.joblib": newer, "a.tmp": older }))
      writeFileSync(path.join(home, name), bytes);
    const text = (name: string): string => ran(home, "model-loupe", ["text", name]).out;
    expect(text("XyZ12_model")).toMatch(/^format: joblib\n/);
    expect(text("a.tmp")).toBe(text("XyZ12_model"));
    expect(ran(home, "model-loupe", ["diff", "XyZ12_model", "AbC34_model.joblib"]).out).toContain("1 rounded");
  });

  it("is nothing at all where it does not exist", () => {
    expect(ran(home, "model-loupe", ["text", "/dev/null"])).toEqual({ status: 0, out: "", error: "" });
    const neither = ran(home, "model-loupe", ["diff", "--exit-code", "/dev/null", "/dev/null"]);
    expect(neither).toMatchObject({ status: 0, out: expect.stringContaining("no model on either side") });
    writeFileSync(path.join(home, "there.joblib"), older);
    const added = ran(home, "model-loupe", ["diff", "--json", "--exit-code", "/dev/null", "there.joblib"]);
    expect(added.status).toBe(1);
    expect(JSON.parse(added.out)).toMatchObject({ summary: { added: 3 }, complete: true });
    // A name that is merely wrong is an error, not a missing side.
    expect(ran(home, "model-loupe", ["diff", "none.joblib", "there.joblib"]).status).toBe(3);
  });
});

describe("git difftool with the command of docs/git.md", () => {
  const difftool = (...args: readonly string[]): string =>
    git("difftool", "--no-prompt", "--tool=model-loupe", ...args);

  it("compares parameter by parameter", () => {
    write("models/model.joblib", newer);
    const out = difftool();
    expect(out).toContain("model.joblib → model.joblib\n");
    expect(out).toMatch(/^≈ coef_: /m);
    expect(out).toContain("1 rounded");
  });

  it("compares commits, and goes on when rules object", () => {
    write("models/model.joblib", swapped);
    write("models/other.joblib", newer);
    commit("two");
    write("models/other.joblib", swapped);
    commit("three");
    const out = difftool("HEAD~2", "HEAD");
    expect(out.match(/^Features income and age changed places\.$/gm)).toHaveLength(1);
    expect(out).toContain("schema/feature-order");
    expect(out).toContain("/dev/null → other.joblib\nA new model");
  });

  it("has everything added or removed where there is one side", () => {
    git("rm", "--quiet", "models/model.joblib");
    write("added.joblib", older);
    git("add", "added.joblib");
    const [added = "", removed = ""] = difftool("--cached", "--no-renames").split(/(?=^model\.joblib → )/m);
    expect(added).toMatch(/^\/dev\/null → added\.joblib\nA new model: there is none on the old side\.\n3 added\n/);
    expect(added).toMatch(/^\+ coef_: /m);
    expect(removed).toMatch(/^model\.joblib → \/dev\/null\nThe model was removed: .*\n3 removed\n/);
    expect(removed).not.toContain("schema/missing-parameter");
  });

  it("compares what can be read of a side that is cut off", () => {
    write("models/model.joblib", older.subarray(0, 1450));
    const out = difftool();
    expect(out).toContain("Not everything could be read");
    expect(out).toMatch(/^\? intercept_: the new side was not read whole/m);
  });

  it("heeds the checked-in rules, wherever git put the files", () => {
    write(".model-loupe.json", '{"rules": {"schema/*": "off"}}');
    write("models/model.joblib", swapped);
    commit("two");
    expect(difftool("HEAD~1", "HEAD")).not.toContain("schema/feature-order");
  });
});

describe("git diff with the driver of docs/git.md", () => {
  const driver = (...args: readonly string[]): string => {
    const command = /"(model-loupe [^"]+)"/.exec(codeBlocks("git.md", "sh")[1] ?? "")?.[1] ?? "";
    return git("-c", `diff.model-loupe.command=${command}`, ...args);
  };

  it("compares, names the files as git does, and does not stop at findings", () => {
    write("models/model.joblib", swapped);
    write("models/second.joblib", older);
    git("add", "--intent-to-add", "models/second.joblib");
    const out = driver("diff");
    expect(out).toContain("a/models/model.joblib → b/models/model.joblib\n");
    expect(out).toContain("error schema/feature-order");
    expect(out).toContain("\n\n/dev/null → b/models/second.joblib\nA new model");
    expect(driver("log", "--patch", "--ext-diff", "--format=")).toContain("/dev/null → b/models/model.joblib");
  });

  it("says what cannot be compared and goes on", () => {
    write("models/model.joblib", "");
    write("models/second.joblib", older);
    git("add", "--intent-to-add", "models/second.joblib");
    const out = driver("diff");
    expect(out).toContain("Not compared: b/models/model.joblib is empty");
    expect(out).toContain("b/models/second.joblib\nA new model");
  });

  it("names both paths of a rename", () => {
    git("mv", "models/model.joblib", "models/renamed.joblib");
    commit("two");
    expect(driver("diff", "--find-renames", "HEAD~1", "HEAD")).toContain(
      "a/models/model.joblib → b/models/renamed.joblib\nEach of the 3 parameters is identical.",
    );
  });

  it("names a file with conflicts", () => {
    git("checkout", "--quiet", "-b", "other");
    write("models/model.joblib", newer);
    commit("theirs");
    git("checkout", "--quiet", "main");
    write("models/model.joblib", swapped);
    commit("ours");
    expect(ran(repository, "git", ["merge", "other"]).status).toBe(1);
    expect(driver("diff", "--cached")).toContain("* Unmerged path models/model.joblib");
  });
});

describe("Git LFS without its program", () => {
  const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  const pointer = (bytes: Uint8Array): string =>
    `version https://git-lfs.github.com/spec/v1\noid sha256:${digest(bytes)}\nsize ${bytes.length}\n`;
  const keep = (bytes: Uint8Array): void => {
    const oid = digest(bytes);
    write(`.git/lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`, bytes);
  };

  beforeEach(() => {
    repositoryWith(1);
    write("models/model.joblib", pointer(older));
    commit("one");
    write("models/model.joblib", pointer(newer));
    commit("two");
  });

  it("shows the models that the pointers stand for", () => {
    keep(older);
    keep(newer);
    expect(coefficients(git("diff", "HEAD~1", "HEAD"))).toHaveLength(24);
    expect(git("difftool", "--no-prompt", "--tool=model-loupe", "HEAD~1")).toContain("1 rounded");
  });

  it("reads the same text through a pointer and from the file itself", () => {
    keep(newer);
    write("models/model.joblib", newer);
    expect(changes(git("diff"))).toEqual([]);
  });

  it("says what to run where the object is not there", () => {
    const out = git("diff", "HEAD~1", "HEAD");
    expect(out).toMatch(/^ not read: model\.joblib is a Git LFS pointer\. .* run: git lfs fetch --all$/m);
    expect(changes(out).map((line) => line.slice(0, 8))).toEqual(["-sha256:", "+sha256:"]);
    const { status, error } = ran(repository, "model-loupe", ["inspect", "models/model.joblib"]);
    expect(status).toBe(3);
    expect(error).toContain("run: git lfs pull --include models/model.joblib");
  });
});

describe.skipIf(spawnSync("git-lfs", ["version"]).status !== 0)("Git LFS with its program", () => {
  it("shows models whose pointers it made", () => {
    repositoryWith(1);
    git("lfs", "install", "--local");
    write("models/model.joblib", older);
    commit("one");
    expect(git("cat-file", "-p", "HEAD:models/model.joblib")).toMatch(/^version https:\/\/git-lfs/);
    write("models/model.joblib", newer);
    expect(coefficients(git("diff"))).toHaveLength(24);
    commit("two");
    git("lfs", "uninstall", "--local");
    expect(coefficients(git("diff", "HEAD~1", "HEAD"))).toHaveLength(24);
  });
});

describe("DVC without its program", () => {
  const digest = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");
  const pointer = (bytes: Uint8Array): string =>
    `outs:\n- md5: ${digest(bytes)}\n  size: ${bytes.length}\n  hash: md5\n  path: model.joblib\n`;
  const keep = (bytes: Uint8Array, layout = "files/md5/"): void =>
    write(`.dvc/cache/${layout}${digest(bytes).slice(0, 2)}/${digest(bytes).slice(2)}`, bytes);

  beforeEach(() => {
    repositoryWith(2);
    write(".dvc/config", "");
    write(".dvc/.gitignore", "/cache\n");
    write("models/.gitignore", "/model.joblib\n");
    write("models/model.joblib.dvc", pointer(older));
    commit("one");
    write("models/model.joblib.dvc", pointer(newer));
  });

  it("shows the models that the pointers stand for", () => {
    keep(older, "");
    keep(newer);
    expect(coefficients(git("diff"))).toHaveLength(24);
    expect(git("difftool", "--no-prompt", "--tool=model-loupe")).toContain("1 rounded");
    const { status, out } = ran(repository, "model-loupe", ["inspect", "models/model.joblib"]);
    expect(status).toBe(0);
    expect(out).toContain("LogisticRegression");
    expect(out).toContain(`Read through DVC pointer (md5 ${digest(newer).slice(0, 12)}…)`);
  });

  it("says what to run where the object is not there", () => {
    const { status, error } = ran(repository, "model-loupe", ["inspect", "models/model.joblib"]);
    expect(status).toBe(3);
    expect(error).toContain("run: dvc pull models/model.joblib.dvc");
    expect(changes(git("diff"))[0]).toMatch(/^-not read: model\.joblib\.dvc is a DVC pointer\. .* run: dvc fetch/);
  });
});

describe("repositories of other kinds", () => {
  const difftool = (...args: readonly string[]): string =>
    git("difftool", "--no-prompt", "--tool=model-loupe", ...args);

  it("with spaces and letters of any script in paths, by tags, across a rename", () => {
    write("mo dels/m\u00f6del 1.joblib", older);
    commit("two");
    git("tag", "v1");
    git("mv", "mo dels/m\u00f6del 1.joblib", "mo dels/\u043d\u043e\u0432\u044b\u0439.joblib");
    write("mo dels/\u043d\u043e\u0432\u044b\u0439.joblib", newer);
    commit("three");
    git("tag", "--annotate", "--message", "v2", "v2");
    const out = difftool("--find-renames=50%", "v1", "v2");
    expect(out).toContain("m\u00f6del 1.joblib \u2192 \u043d\u043e\u0432\u044b\u0439.joblib\n");
    expect(out).toContain("Only rounding: coef_ is the old one rounded to float32.");
  });

  it("with SHA-256 as its hash: also through the driver, which is given longer words", () => {
    repository = mkdtempSync(path.join(home, "repository-"));
    git("init", "--quiet", "--object-format=sha256");
    write(".gitattributes", codeBlocks("git.md", "gitattributes")[0] ?? "");
    write("model.joblib", older);
    commit("one");
    write("model.joblib", newer);
    expect(coefficients(git("diff"))).toHaveLength(24);
    expect(difftool()).toContain("1 rounded");
    expect(git("-c", "diff.model-loupe.command=model-loupe diff", "diff")).toContain(
      "a/model.joblib \u2192 b/model.joblib\nOnly rounding",
    );
  });

  it("with a submodule: inside of it as anywhere, and its own entry is said to be none", () => {
    const inner = repository;
    repositoryWith(0);
    const add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "sub"];
    expect(ran(repository, "git", add).status).toBe(0);
    commit("one");
    write("sub/models/model.joblib", newer);
    expect(coefficients(git("diff", "--submodule=diff"))).toHaveLength(24);
    expect(ran(path.join(repository, "sub"), "git", ["commit", "--quiet", "--all", "--message", "two"]).status).toBe(0);
    const { status, out, error } = ran(repository, "git", ["difftool", "--no-prompt", "--tool=model-loupe"]);
    expect([status, out]).toEqual([0, ""]);
    expect(error).toContain("Subproject commit");
  });

  it("that were cloned without their history: git says which revision is not there", () => {
    write("models/model.joblib", newer);
    commit("two");
    const shallow = path.join(home, "shallow");
    shell(home, `git clone --quiet --depth 1 "file://${repository}" "${shallow}"`);
    repository = shallow;
    const { status, error } = ran(repository, "git", ["difftool", "--no-prompt", "--tool=model-loupe", "HEAD~1"]);
    expect([status, error]).toEqual([128, expect.stringContaining("HEAD~1")]);
    write("models/model.joblib", older);
    expect(difftool("HEAD")).toContain("Only precision: the old value of coef_ is the new one rounded to float32.");
  });
});

describe("objects that are not what their pointers name", () => {
  const lfs = (bytes: Uint8Array): string => {
    const oid = createHash("sha256").update(bytes).digest("hex");
    return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${bytes.length}\n`;
  };
  const keep = (pointed: Uint8Array, bytes: Uint8Array): void => {
    const oid = createHash("sha256").update(pointed).digest("hex");
    write(`.git/lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`, bytes);
  };

  it("are compared as far as they go, and what is wrong is said of the side", () => {
    repositoryWith(1);
    write("models/model.joblib", lfs(older));
    commit("one");
    write("models/model.joblib", lfs(newer));
    keep(newer, newer);
    const tool = ["difftool", "--no-prompt", "--tool=model-loupe"];
    // Without the old object there is nothing to compare, and the tool says what to run.
    const { status, error } = ran(repository, "git", tool);
    expect([status, error]).toEqual([0, expect.stringContaining("run: git lfs fetch --all")]);
    const flipped = Uint8Array.from(older);
    flipped[1400] = (flipped[1400] ?? 0) ^ 1;
    keep(older, flipped);
    const other = git(...tool);
    expect(other).toContain("1 rounded");
    expect(other).toMatch(/\nThe old side\n {2}error integrity\/corrupt: .*not the one that its pointer names/);
    keep(older, older.subarray(0, 1000));
    const short = git(...tool);
    expect(short).toContain("No parameter could be compared.");
    expect(short).toMatch(/\nThe old side\n {2}error integrity\//);
    const json = ran(repository, "model-loupe", ["diff", "--json", "models/model.joblib", "/dev/null"]);
    expect(JSON.parse(json.out)).toMatchObject({ complete: true, sideFindings: { old: [], new: [] } });
  });
});
