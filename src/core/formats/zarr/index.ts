import type { Format, Match, Probe } from "../format.ts";
import { isLikelyText, textOf } from "../probe.ts";
import { isOcdbt } from "./ocdbt.ts";
import { readZarr } from "./read.ts";

//   A folder for each array. Version 2: .zarray beside its chunks, 0.0, 0.1, ...; .zmetadata of all arrays at the top.
//   {"zarr_format": 2, "shape": [4, 6], "chunks": [2, 6], "dtype": "<f4", "compressor": {"id": "zlib"}, "fill_value": 0, "order": "C"}
//   Version 3: zarr.json, its chunks at c/0/0, c/0/1, ...; of a group with consolidated_metadata of all arrays.
//   {"zarr_format": 3, "node_type": "array", "shape": [4, 6], "data_type": "float32", "chunk_grid": {...}, "codecs": [{"name": "zstd"}]}
//   Orbax writes a folder for each array, or all of them into an OCDBT database; its _METADATA names them.
//   https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html, https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html

export const zarrFormat: Format = {
  id: "zarr",
  label: "Zarr",
  extensions: [".zarray", ".zmetadata", ".zgroup", "zarr.json", ".ocdbt"],
  sniff,
  read: readZarr,
};

function sniff({ head, name }: Probe): Match | undefined {
  if (isOcdbt(head)) return { certainty: "certain", reason: "the manifest of an OCDBT database" };
  if (!isLikelyText(head)) return undefined;
  const text = textOf(head);
  if (!/^\s*\{/.test(text)) return undefined;
  if (/^\s*\{\s*"tree_metadata"\s*:\s*\{/.test(text) && text.includes('"key_metadata"'))
    return { certainty: "certain", reason: "metadata of an Orbax checkpoint" };
  const isNamed = /(?:^|\/)(?:\.zarray|\.zmetadata|zarr\.json)$/i.test(name);
  const isVersioned = /"zarr_(?:consolidated_)?format"\s*:\s*[123]\b/.test(text);
  return isVersioned || (isNamed && /"(?:metadata|shape)"\s*:/.test(text))
    ? { certainty: "certain", reason: "metadata of Zarr" }
    : undefined;
}
