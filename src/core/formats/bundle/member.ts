import type { ByteSource } from "../../bytes/source.ts";

/** A file in an archive, as the archive lists it. */
export interface BundleMember {
  /** As written: a label, never a place on a disk. */
  readonly name: string;
  readonly size: number;
  /** Bytes that it takes in the archive, where that is not its size. */
  readonly stored?: number;
  /** Of its header. */
  readonly offset: number;
  readonly isFolder: boolean;
  /** Why it has no content to read: a link, a device, encrypted. */
  readonly problem?: string;
  open(): Promise<ByteSource>;
}

/** True for a name that would lead out of the folder that the archive is unpacked into. */
export function climbsOut(name: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:)/.test(name) || name.split(/[/\\]/).includes("..");
}

/** Without the `./` that tar puts before names. */
export function plainName(name: string): string {
  return name.replace(/^(?:\.\/)+/, "");
}
