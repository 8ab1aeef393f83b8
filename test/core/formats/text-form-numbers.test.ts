import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { NET } from "../../../src/core/formats/caffe2/messages.ts";
import { fromText } from "../../../src/core/formats/protobuf/from-text.ts";
import { parseMessage } from "../../../src/core/formats/protobuf/parse.ts";
import { quietWork } from "../../../src/core/work.ts";

const argument = async (number: string): Promise<{ readonly value: bigint | undefined; readonly why: string }> => {
  const text = `op { type: "A" arg { name: "x" i: ${number} } }`;
  const source = fromBytes(new TextEncoder().encode(text), "a.pbtxt");
  const { binary, error } = await fromText(source, NET, () => undefined, quietWork());
  const { message } = await parseMessage(binary, NET, quietWork());
  const value = message.message("op")?.message("arg")?.int("i");
  return { value, why: error?.message ?? "" };
};

describe("whole numbers in protobuf's text form", () => {
  it.each(["-9223372036854775808", "9223372036854775807", "0x7fffffffffffffff", "-1", "9007199254740993"])(
    "%s is what it says",
    async (number) => {
      const wanted = number === "-9223372036854775808" || number === "-1" ? -BigInt(number.slice(1)) : BigInt(number);
      expect(await argument(number)).toEqual({ value: wanted, why: "" });
    },
  );

  it.each(["18446744073709551617", "-9223372036854775809"])(
    "%s, which no field holds, is not another",
    async (number) => {
      const { value, why } = await argument(number);
      expect([value, why.includes("64 bits")]).toEqual([undefined, true]);
    },
  );
});
