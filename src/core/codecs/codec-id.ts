/**
 * The compressions that are decoded by core; zlib, gzip and raw deflate are the host's. `zip-lzma` is how a zip archive
 * keeps an LZMA stream.
 */
export type CodecId = "bz2" | "xz" | "lzma" | "lz4" | "zstd" | "zip-lzma";
