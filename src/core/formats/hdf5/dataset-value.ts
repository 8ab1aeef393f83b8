import { type ByteSource, checkRange, fromBytes } from "../../bytes/source.ts";
import { limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { objectDType } from "../../model/dtype-build.ts";
import { elementCount } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { H5Dataset } from "./dataset.ts";
import type { H5Type } from "./datatype.ts";
import { CLASS_NAME, type ElementReader } from "./elements.ts";
import type { H5File } from "./file.ts";
import { convertNumber } from "./number-layout.ts";

/** A dataset as a value: numbers and texts of one length as a tensor over the file, everything else element by element. */
export async function datasetValue(
  { type, space, address, path }: H5Dataset,
  data: ByteSource,
  elements: ElementReader,
  file: H5File,
): Promise<Value> {
  if (space.kind === "null") return null;
  const offset = file.place(address);
  const { shape } = space;
  if (type.kind === "plain") {
    const { subarray } = type.dtype;
    const dtype = subarray?.base ?? type.dtype;
    const whole = [...shape, ...(subarray?.shape ?? [])];
    return {
      kind: "tensor",
      tensor: { dtype, shape: whole, order: "C", offset: 0, data },
      className: CLASS_NAME,
      offset,
    };
  }
  if (type.kind === "odd") {
    const tensor = { dtype: type.dtype, shape, order: "C" as const, offset: 0, data: convertedSource(type, data) };
    return { kind: "tensor", tensor, className: CLASS_NAME, offset };
  }
  const count = elementCount(shape);
  if (count > LIMITS.hdf5Elements)
    throw limitExceeded(`${file.name}: elements of ${path} that are no numbers`, count, LIMITS.hdf5Elements);
  // One that nothing was written to has no bytes in the file that would bound it.
  elements.expect(data.size);
  const objects = await elements.values(type, count, await data.read(0, data.size), 0);
  const only = objects[0];
  if (space.kind === "scalar" && only !== undefined) return only;
  const tensor = {
    dtype: objectDType(),
    shape,
    order: "C" as const,
    offset: 0,
    data: fromBytes(new Uint8Array(0), file.name),
  };
  return { kind: "tensor", tensor, className: CLASS_NAME, objects, offset };
}

/** Numbers of an unusual layout as those of a dtype, turned when they are read. */
function convertedSource(type: Extract<H5Type, { kind: "odd" }>, data: ByteSource): ByteSource {
  const to = type.dtype.itemSize;
  const source: ByteSource = {
    size: (data.size / type.size) * to,
    name: data.name,
    async read(start, end) {
      checkRange(source, start, end);
      const first = Math.floor(start / to);
      const last = Math.ceil(end / to);
      const raw = await data.read(first * type.size, last * type.size);
      const out = new Uint8Array((last - first) * to);
      for (let i = 0; i < last - first; i++)
        convertNumber(
          type.number,
          raw.subarray(i * type.size, (i + 1) * type.size),
          out.subarray(i * to, (i + 1) * to),
        );
      return out.subarray(start - first * to, end - first * to);
    },
  };
  return source;
}
