import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../src/core/errors.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";

const root = path.resolve(import.meta.dirname, "../../fixtures");
const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(root, name)));
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

/** What a person reads: the reason of a refusal, or the findings of what is shown of the file. */
async function said(bytes: Uint8Array, name: string): Promise<string> {
  try {
    const artifact = await openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork());
    return `${artifact.complete ? "complete" : "partial"}: ${artifact.findings.map(({ message }) => message).join(" ")}`;
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    return error.message;
  }
}

describe("a file that is no model is named as what it is", () => {
  it.each([
    ["age-encryption.org/v1\n-> X25519 abc\n", "m.pkl", "m.pkl is encrypted with age"],
    ["\0GITCRYPT\0abcdefgh", "m.pt", "m.pt is encrypted with git-crypt"],
    [
      "t\0r\0e\0e\0 \0o\0f\0 \0w\0o\0r\0d\0s\0,\0 \0n\0o\0n\0e\0",
      "m.txt",
      'text in UTF-16LE that begins with "tree of words, none"',
    ],
    [
      "\0t\0r\0e\0e\0 \0o\0f\0 \0w\0o\0r\0d\0s\0,\0 \0n\0o\0n\0e",
      "m.txt",
      'text in UTF-16BE that begins with "tree of words, none"',
    ],
    ["Salted__0123456789abcdef", "m.pt", "m.pt is encrypted with openssl enc"],
    ["# Created by Octave 7.3.0, Sun Nov 29 03:55:59 2026 UTC\n# name: w\n", "m.mat", "Octave's own form"],
    ["Octave-1-L\0\u0001\0\0\0w", "m.mat", "Octave's own form"],
    ["LZIP\u0001abcdefgh", "m.lz", "m.lz is an lzip stream"],
    ["\u000e\u0003\u0013\u0001 more of it", "m.h5", "m.h5 is an HDF4 file, which is not HDF5"],
    ["<head><title>403 Forbidden</title></head>", "m.onnx", "m.onnx is an HTML page"],
    ['{"message": "Not Found", "status": "404"}', "m.pt", "m.pt is no model but the answer of a server"],
    ["404: Not Found", "m.pkl", "m.pkl is no model but the answer of a server"],
    ["<?xml version='1.0'?>\n<Error><Code>NoSuchKey</Code></Error>", "m.pt", "NoSuchKey"],
    ["version https://git-lfs.github.com/spec/v1\n<<<<<<< HEAD\noid sha256:1\n", "m.pkl", "marks of a merge conflict"],
    ["gASVTAAAAAAAAAB9lCiMAWGUXZQoSwFLAksDZYwBYpSMMnh4eHh4eHh4", "m.pkl", "begins with 80 04 95"],
    ["8004954c000000000000007d94288c0161945d94284b014b024b0365", "m.pkl", "hexadecimal digits"],
    ["   \n", "m.json", "nothing but white space"],
    ["MATLAB 5.0 MAT-file, Platform: GLNXA64", "m.mat", "cut off within its header of 128 bytes"],
    ["<?xml version='1.0'?>\n<PM", "m.pmml", "cut off before its first element ends, at byte 25"],
    ["svm_type c_svc\n", "m.model", "begins as a LIBSVM model and is cut off"],
    ["\u00ac\u00ed\0\u0005", "m.ser", "the first object of the stream: needs 1 bytes at byte 4"],
  ])("%j as %s", async (text, name, expected) => {
    expect(await said(bytesOf(text), name)).toContain(expected);
  });

  it("opens a JSON file whose keys are those of an answer, with numbers as values", async () => {
    expect(await said(bytesOf('{"error": 0.25, "status": 1}'), "m.json")).toMatch(/^complete/);
  });
});

describe("a reader of JSON says where its text goes wrong", () => {
  it.each([
    ["{'a': 1}", "expected a key in double quotes, found ''', at byte 1"],
    ['{"a" 1}', "expected \":\", found '1', at byte 5"],
    ["{", "the text ends inside of an object, at byte 1"],
  ])("%s", async (text, expected) => {
    expect(await said(bytesOf(text), "m.json")).toContain(expected);
  });
});

describe("what happened to a file is said where its bytes show it", () => {
  const npy = fixture("gensim/plain.index.norms.npy");
  const changed = (at: number, put: readonly number[]): Uint8Array => {
    const copy = new Uint8Array(npy);
    copy.set(put, at);
    return copy;
  };
  it("one byte of the signature is another", async () => {
    expect(await said(changed(1, [0x6e]), "m.npy")).toContain(
      "93 6e 55 4d 50 59 at byte 0, where an npy file has 93 4e 55 4d 50 59",
    );
  });

  it("two bytes of the signature are others, under any name", async () => {
    expect(await said(changed(1, [0x6e, 0x75]), "m.bin")).toMatch(/^m\.bin is damaged in its first bytes: 93 6e 75/);
    expect(await said(changed(1, [0x6e, 0x75, 0x6d]), "m.bin")).not.toContain("damaged in its first bytes");
  });

  it("lines were changed on the way: each line feed has a carriage return in front", async () => {
    const text = `${"x\r\n".repeat(6)}${"\0".repeat(100)}`;
    const head = bytesOf(`\u0093NUMPY\u0001\0v\0${text}`);
    expect(await said(head, "m.npy")).toContain("has a carriage return (0d) in front");
    expect(await said(bytesOf(`\u0093NUMPY\u0001\0v\0x\n${text}`), "m.npy")).not.toContain("carriage return");
  });

  it("a byte order mark is no harm to XML", async () => {
    expect(await said(bytesOf("\u00ef\u00bb\u00bf<?xml version='1.0'?>\n<words/>"), "m.xml")).not.toContain(
      "byte order mark",
    );
  });

  it("something stands in front of it", async () => {
    const sent = Buffer.concat([Buffer.from("\ufeff"), npy]);
    expect(await said(new Uint8Array(sent), "m.npy")).toContain("begins as an npy file only at byte 3");
  });

  it("its bytes were read as text and saved", async () => {
    const saved = new Uint8Array(Buffer.from(Buffer.from(npy).toString("utf8")));
    expect(await said(saved, "m.npy")).toContain("bytes are replaced by ef bf bd");
  });

  it("a text of nothing but marks of a merge is gone through once", async () => {
    const text = `tree\nversion=v4\nnum_class=1\n${"<<<<<<< a\n".repeat(400_000)}`;
    expect(await said(bytesOf(text), "m.txt")).not.toContain("is the mark of a merge conflict");
  });

  it("a text with both sides of a merge is never complete", async () => {
    const text = "a = 1\n<<<<<<< HEAD\nb = 2\n=======\nb = 3\n>>>>>>> other\n";
    const told = await said(bytesOf(text), "m.toml");
    expect(told).toContain("Line 2 is the mark of a merge conflict of Git");
    expect(told).not.toMatch(/^complete/);
  });

  it("an answer of a server follows a part of it", async () => {
    const bytes = fixture("hdf5/groups-earliest.h5");
    const half = Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.from("<html>502 Bad Gateway</html>")]);
    expect(await said(new Uint8Array(half), "m.h5")).toContain(`An HTML page follows from byte ${bytes.length / 2} on`);
  });

  it("a database has fewer pages than its header tells", async () => {
    const bytes = fixture("pairs/classical/params.db");
    const told = await said(bytes.subarray(0, bytes.length - 100), "m.db");
    expect(told).toMatch(/^partial/);
    expect(told).toContain(`tells ${bytes.length} bytes in pages, it has ${bytes.length - 100}`);
  });

  it("a protocol of pickle that is not known is told", async () => {
    expect(await said(bytesOf("\u0080\u0006]q\u0000(K\u0001e."), "m.pkl")).toContain(
      "Pickle protocol 6 at byte 0 is not known: 5 is the newest",
    );
  });
});
