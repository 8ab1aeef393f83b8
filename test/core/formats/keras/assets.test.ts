import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { assetRoom, assetValue } from "../../../../src/core/formats/keras/assets.ts";
import { quietWork } from "../../../../src/core/work.ts";

const MEMBER = "assets/layers/string_lookup/vocabulary.txt";

describe("files of layers in a Keras archive", () => {
  it("are the lines of their text, no byte more", async () => {
    const text = fromBytes(new TextEncoder().encode("[UNK]\nä\n\nb"));
    const value = await assetValue(MEMBER, text, assetRoom(), quietWork());
    expect(value).toEqual({ kind: "list", type: "list", items: ["[UNK]", "ä", "", "b"] });
  });

  it("are not more lines than all of them have room for: the rest stays bytes", async () => {
    const room = assetRoom();
    const text = fromBytes(new Uint8Array(400_000).fill(0x0a));
    const kinds: unknown[] = [];
    for (let member = 0; member < 4; member++) kinds.push(await assetValue(MEMBER, text, room, quietWork()));
    expect(kinds).toMatchObject([{ kind: "list" }, { kind: "list" }, { kind: "bytes" }, { kind: "bytes" }]);
  });

  it("are not more bytes either", async () => {
    const room = { ...assetRoom(), bytes: 10 };
    const text = fromBytes(new Uint8Array(6).fill(0x61));
    const read = async (): Promise<unknown> => assetValue(MEMBER, text, room, quietWork());
    expect([await read(), await read()]).toMatchObject([{ kind: "list" }, { kind: "bytes" }]);
  });
});
