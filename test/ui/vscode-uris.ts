// What the extension's page needs of VS Code's API: joined URIs and the display language.
import { posix } from "node:path";

export class Uri {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static file(path: string): Uri {
    return new Uri(path);
  }

  static joinPath(base: Uri, ...segments: string[]): Uri {
    return new Uri(posix.join(base.path, ...segments));
  }

  toString(): string {
    return this.path;
  }
}

export const env = { language: "en" };
