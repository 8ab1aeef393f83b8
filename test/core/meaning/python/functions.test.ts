import { describe, expect, it } from "vitest";
import { concat } from "../../../support/bytes-builder.ts";
import { openBytes } from "../../../support/fixture-reading.ts";

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const times = (piece: string, count: number): Uint8Array => ascii(piece.repeat(count));
const FILL = "\x80\x02ccloudpickle.cloudpickle\n_fill_function\nq\x000";

describe("functions that cloudpickle before 1.3 wrote", () => {
  it("are read however many calls that fill one lie in each other", async () => {
    const pickle = concat(ascii(FILL), times("h\x00", 30_000), ascii("N"), times("}\x86R", 30_000), ascii("."));
    const artifact = await openBytes(pickle, "a.pkl");
    expect(artifact.findings.map(({ rule }) => rule)).toContain("safety/dangerous-global");
  });

  it("do not each take what they share", async () => {
    const key = (k: number): string => `X\x06\x00\x00\x00${String(k).padStart(6, "0")}K\x01`;
    const code =
      "ctypes\nCodeType\n(K\x00K\x00K\x00K\x00K\x00C\x00)))X\x01\x00\x00\x00fX\x01\x00\x00\x00gK\x01C\x00))tR";
    const pickle = concat(
      ascii(`${FILL}ccloudpickle.cloudpickle\n_make_skel_func\nq\x010${code}q\x020}(`),
      ascii(Array.from({ length: 5000 }, (_, k) => key(k)).join("")),
      ascii("uq\x030]("),
      times("h\x00h\x01h\x02K\x00N\x87Rh\x03\x86R", 5000),
      ascii("e."),
    );
    const artifact = await openBytes(pickle, "a.pkl");
    expect(artifact.findings.map(({ rule }) => rule)).toContain("safety/dangerous-global");
  });
});
