/** Where our document lies in files of other formats (docs/convert.md, "The document"). */

/** The document's first key; its value is the version of what follows. */
export const DOCUMENT_KEY = "model-loupe";

export const DOCUMENT_VERSION = 1n;

/** Keys of a safetensors header's `__metadata__` that are ours begin with this. */
export const METADATA_PREFIX = "model-loupe.";

/** The one that holds the document. */
export const METADATA_DOCUMENT = "model-loupe.document";

/** The member of an .npz that holds the document. */
export const DOCUMENT_MEMBER = "model_loupe.json";
