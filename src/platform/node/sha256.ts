import { createHash } from "node:crypto";
import type { Hasher } from "../../core/host.ts";

export function sha256(): Hasher {
  const hash = createHash("sha256");
  return {
    update(bytes) {
      hash.update(bytes);
    },
    hex: () => hash.digest("hex"),
  };
}
