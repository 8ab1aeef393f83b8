import { say, type Sentence } from "../model/sentence.ts";
import type { Probe } from "./format.ts";
import { startsWithText } from "./probe.ts";

/** The first bytes of a kind of file, one character a byte; where they stand when that is not at 0. */
type Row = readonly [signature: string, what: string, at?: number];

const ARCHIVES: readonly Row[] = [
  ["LZIP", "an lzip stream"],
  ["\u0089LZO\0\r\n\u001a\n", "an lzop stream"],
  ["\u001f\u009d", "a stream of compress (.Z)"],
  ["\u0002!L\u0018", "an LZ4 stream of the old form"],
  ["\u00ff\u0006\0\0sNaPpY", "a Snappy stream"],
  ["bvx2", "an LZFSE stream"],
  ["MSCF\0\0\0\0", "a Windows cabinet (.cab)"],
  ["!<arch>\n", "an ar archive or a Debian package"],
  ["070701", "a cpio archive"],
  ["hsqs", "a SquashFS image"],
  ["\u00ed\u00ab\u00ee\u00db", "an RPM package"],
  ["PK\u0007\bPK\u0003\u0004", "a zip archive that is split over several files"],
  ["# v2 git bundle", "a bundle of Git"],
  ["PACK\0\0\0\u0002", "a pack of Git"],
];

const ENCRYPTED: readonly Row[] = [
  ["age-encryption.org/", "age"],
  ["-----BEGIN AGE ENCRYPTED FILE-----", "age"],
  ["-----BEGIN PGP MESSAGE-----", "OpenPGP"],
  ["Salted__", "openssl enc"],
  ["U2FsdGVkX1", "openssl enc -base64"],
  ["\0GITCRYPT\0", "git-crypt"],
  ["$ANSIBLE_VAULT;", "Ansible Vault"],
];

const OTHERS: readonly Row[] = [
  ["RIFF", "a sound, film or picture (RIFF)"],
  ["ftyp", "a film or sound (MP4)", 4],
  ["OggS", "a sound (Ogg)"],
  ["fLaC", "a sound (FLAC)"],
  ["ID3", "a sound (MP3)"],
  ["II*\0", "a TIFF image"],
  ["MM\0*", "a TIFF image"],
  ["\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1", "an office document of the old form"],
  ["{\\rtf", "an RTF document"],
  ["%!PS", "a PostScript document"],
  ["bplist00", "a property list of Apple"],
  ["\0\u0005\u0016\u0007\0\u0002\0\0", "what macOS keeps beside a file of that name (AppleDouble)"],
  ["\0\0\0\u0001Bud1", "what the Finder keeps of a folder (.DS_Store)"],
  ["\0asm", "a WebAssembly program"],
  ["\u00ca\u00fe\u00ba\u00be", "a Java class or a Mach-O program"],
  ["\u001bLua", "compiled Lua code"],
  ["Obj\u0001", "an Avro file of data"],
  ["\u000e\u0003\u0013\u0001", "an HDF4 file, which is not HDF5"],
  ["DICM", "a medical image (DICOM)", 128],
  ["\u00de\u00c0\u00ef\u00be", "an LMDB database", 16],
  ["<stata_dta>", "a Stata file of data"],
  ["$FL2@(#)", "an SPSS file of data"],
  ["DIRC\0\0\0", "the index of a Git repository"],
  ["diff --git ", "a patch: what changed in a file, not the file"],
  ["\rbrain.Event:", "a log of TensorBoard", 23],
];

/** Archives and streams that are not unpacked, encrypted files, and files that hold no model. */
export function foreign({ head, name }: Probe): Sentence | undefined {
  const find = (rows: readonly Row[]) => rows.find(([signature, , at = 0]) => startsWithText(head, signature, at))?.[1];
  const archive = find(ARCHIVES);
  if (archive !== undefined)
    return say("{name} is {what}. Nothing in it was looked at; unpack it and open the model in it.", {
      name,
      what: archive,
    });
  const tool = find(ENCRYPTED);
  if (tool !== undefined)
    return say("{name} is encrypted with {tool}: nothing in it can be read before it is decrypted.", { name, tool });
  const what = find(OTHERS);
  return what === undefined ? undefined : say("{name} is {what}: no model.", { name, what });
}
