/** What is wrong with a compressed stream; `decode` says where. */
export type DamageCode = "corrupt" | "truncated" | "unsupported" | "limit";

/** Thrown by decoders. The reason is the end of a sentence: "a block's checksum differs". */
export class Damage extends Error {
  readonly code: DamageCode;

  constructor(code: DamageCode, reason: string) {
    super(reason);
    this.name = "Damage";
    this.code = code;
  }
}

export function damaged(reason: string): Damage {
  return new Damage("corrupt", reason);
}

/** The stream ends in the middle of something. */
export function cutShort(): Damage {
  return new Damage("truncated", "it ends early");
}
