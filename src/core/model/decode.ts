/**
 * Values of single elements: decoded, printed, measured, encoded. `at` is the element's byte position in the view;
 * for packed dtypes (4- and 6-bit floats) it counts bits: `elementPosition(dtype, index)` is right for both.
 */
export { decodeBlock } from "./element-block.ts";
export { clearPadding, elementPosition } from "./element-bits.ts";
export { complexReaders, type NumberReader, numberReader, toBigInt, toNumber } from "./element-number.ts";
export { encodeElement } from "./encode.ts";
export { elementHex, exactDecimal, formatElement } from "./format-element.ts";
export { orderedInteger, ulpAt, ulpDistance } from "./ulp.ts";
