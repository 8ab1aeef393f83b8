import { describe, expect, it } from "vitest";
import { parseDvcFile } from "../../../../src/core/formats/pointers/dvc.ts";
import { parseLfsPointer } from "../../../../src/core/formats/pointers/lfs.ts";

const OID = "6d7b24734fd596c7cdbc6979cc8f2946824fa94604a6a9668c44dc26a3bf65a4";
const VERSION = "version https://git-lfs.github.com/spec/v1";
const MD5 = "04fba095284af30cbc4a2970fb9b85e8";

describe("a Git LFS pointer", () => {
  it("names its object", () => {
    const pointer = { oid: OID, size: 2_760_964, extensions: [] };
    expect(parseLfsPointer(`${VERSION}\noid sha256:${OID}\nsize 2760964\n`)).toEqual(pointer);
    expect(parseLfsPointer(`${VERSION}\r\noid sha256:${OID}\r\nsize 2760964\r\n`)).toEqual(pointer);
    expect(parseLfsPointer(`version https://hawser.github.com/spec/v1\noid sha256:${OID}\nsize 2760964`)).toEqual(
      pointer,
    );
  });

  it("names the extensions that its content went through", () => {
    const text = `${VERSION}\next-0-crypt sha256:${OID}\noid sha256:${OID}\nsize 5\n`;
    expect(parseLfsPointer(text)?.extensions).toEqual(["crypt"]);
  });

  it.each([
    ["a digest that climbs", `${VERSION}\noid sha256:../../../../etc/passwd${"0".repeat(45)}\nsize 1\n`],
    ["a short digest", `${VERSION}\noid sha256:${OID.slice(1)}\nsize 1\n`],
    ["capital digits", `${VERSION}\noid sha256:${OID.toUpperCase()}\nsize 1\n`],
    ["another digest", `${VERSION}\noid sha1:${OID}\nsize 1\n`],
    ["no size", `${VERSION}\noid sha256:${OID}\n`],
    ["a negative size", `${VERSION}\noid sha256:${OID}\nsize -1\n`],
    ["a size beyond every file", `${VERSION}\noid sha256:${OID}\nsize 9999999999999999\n`],
    ["two digests", `${VERSION}\noid sha256:${OID}\noid sha256:${OID}\nsize 1\n`],
    ["another version", `version https://git-lfs.github.com/spec/v9\noid sha256:${OID}\nsize 1\n`],
    ["a version that is not first", `oid sha256:${OID}\n${VERSION}\nsize 1\n`],
    ["more than a pointer", `${VERSION}\noid sha256:${OID}\nsize 1\n\nand then some\n`],
    ["1,024 bytes", `${VERSION}\noid sha256:${OID}\nsize 1\n${"x".repeat(1024)}`],
    ["nothing", ""],
  ])("is not a text with %s", (_what, text) => {
    expect(parseLfsPointer(text)).toBeUndefined();
  });
});

describe("a DVC file", () => {
  const output = { path: "lr.joblib", md5: MD5, size: 1599, isFolder: false, isLegacy: false };

  it("names its object", () => {
    const text = `outs:\n- md5: ${MD5}\n  size: 1599\n  hash: md5\n  path: lr.joblib\n`;
    expect(parseDvcFile(text)).toEqual([output]);
    expect(parseDvcFile(text.replaceAll("\n", "\r\n"))).toEqual([output]);
  });

  it("of version 1 and 2 has no name for its hash, and may have no size", () => {
    expect(parseDvcFile(`md5: ${OID.slice(0, 32)}\nouts:\n- md5: ${MD5}\n  path: lr.joblib\n  cache: true\n`)).toEqual([
      { path: "lr.joblib", md5: MD5, isFolder: false, isLegacy: true },
    ]);
  });

  it("that imports from another repository names the output, not what it was imported from", () => {
    const text = `md5: a0e3ddd08d802c353529986951a29589
frozen: true
deps:
- path: models/lr.joblib
  repo:
    url: /somewhere
    rev_lock: a90137cb05962b385ec75c06e02b18c989eb2b96
  md5: ${OID.slice(0, 32)}
outs:
- md5: ${MD5}
  size: 1599
  hash: md5
  path: lr.joblib
meta:
  owner: risk
`;
    expect(parseDvcFile(text)).toEqual([output]);
  });

  it("may quote, indent, comment, and say more than is needed", () => {
    const text = `# tracked by DVC
outs:
  - path: "a: b's [x].joblib"
    md5: ${MD5}

    size: 1599 
    hash: md5
    cloud:
      remote:
        md5: ${OID.slice(0, 32)}
        etag: x
    labels:
      - old
  - path: 'it''s.pkl'
    md5: ${MD5}.dir
    nfiles: 6
    hash: md5
`;
    expect(parseDvcFile(text)).toEqual([
      { ...output, path: "a: b's [x].joblib" },
      { path: "it's.pkl", md5: MD5, isFolder: true, isLegacy: false },
    ]);
  });

  it.each([
    ["a digest that climbs", "outs:\n- md5: ../../../../../../../etc/passwd\n  path: a\n"],
    ["a digest of another length", `outs:\n- md5: ${MD5}0\n  path: a\n`],
    ["no path", `outs:\n- md5: ${MD5}\n`],
    ["no outputs", `deps:\n- md5: ${MD5}\n  path: a\n`],
    ["prose", `outs:\nThese are the outputs.\n- md5: ${MD5}\n  path: a\n`],
    ["JSON", `{"outs": [{"md5": "${MD5}", "path": "a"}]}`],
  ])("is not a text with %s", (_what, text) => {
    expect(parseDvcFile(text)).toBeUndefined();
  });
});
