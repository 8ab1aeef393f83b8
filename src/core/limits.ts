const KiB = 1024;
const MiB = 1024 * KiB;

/**
 * Every limit on what a file may ask of us, each with its reason. A physical invariant (a range lies inside the
 * file, dims x item size fits) is checked where it holds; these are for what the file's size cannot bound.
 */
export const LIMITS = Object.freeze({
  /** One page of the page cache. A header of many is one read; what stands between the arrays of a forest wastes little. */
  pageBytes: 8 * KiB,
  /** All pages of one open file. A grid view touches a few pages; a whole-tensor scan does not go through the cache. */
  pageCacheBytes: 16 * MiB,
  /** Probe of a file's head, for sniffing. The longest signature we know needs 1 KiB; text formats need some lines. */
  probeHeadBytes: 4 * KiB,
  /** Probe of a file's tail: zip's end record with the longest comment is 65,557 bytes. */
  probeTailBytes: 66 * KiB,
  /** What one compressed stream may inflate to in memory. Deflate expands up to 1,032:1, so the ratio proves nothing. */
  inflatedBytes: 512 * MiB,
  /** How far back a compressed stream may refer: the presets of xz go to 64 MiB, zstd's own reader allows 128. */
  codecWindowBytes: 128 * MiB,
  /** Inflated members of one archive kept in memory together. */
  inflatedMemberCacheBytes: 256 * MiB,
  /** Entries of a zip directory: the largest checkpoints hold tens of thousands; each costs us about 300 bytes. */
  zipEntries: 1_000_000,
  /** A zip directory is read whole: a million entries of 46 bytes with names of 200. */
  zipDirectoryBytes: 256 * MiB,
  /**
   * A deflated zip member up to this is inflated whole and kept; a larger one is walked. Windows into it are then fast.
   * A deflated chunk of a `.model` may not be longer.
   */
  inflatedMemberBytes: 32 * MiB,
  /** Members whose checksum is tested on opening, all together: opening must not read a large archive. */
  zipCheckedBytes: 1 * MiB,
  /** A safetensors header; the reference reader refuses more. */
  safetensorsHeaderBytes: 100_000_000,
  /** A GGUF header: vocabularies of some hundred thousand pieces take about 10 MiB. */
  ggufHeaderBytes: 128 * MiB,
  /** Texts and arrays in the arrays of its metadata, each about 100 bytes in memory. */
  ggufValues: 4_000_000,
  /** Metadata of a burnpack file, read whole into values: a tensor takes about 100 bytes, and each byte can be a value. */
  burnpackMetadataBytes: 16 * MiB,
  /** Files that one GGUF model is split over, all open at once: the largest models have under 200. */
  ggufParts: 1000,
  /** One block of an HDF5 file's metadata: names of a group with a million entries take some 30 MiB. */
  hdf5BlockBytes: 64 * MiB,
  /** Messages of one object's header: 65,536 attributes are the most that lie in it. */
  hdf5Messages: 100_000,
  /** Objects of one file; a link takes ten bytes, what we keep of it about a kilobyte. */
  hdf5Objects: 500_000,
  /** Nodes of one B-tree, and levels: the library's own trees are some five deep. */
  hdf5Nodes: 1_000_000,
  hdf5TreeDepth: 32,
  /** Chunks of one dataset, each about 100 bytes in memory once values are read. */
  hdf5Chunks: 4_000_000,
  /** Chunks whose place in the file is tested on opening, all together: opening must not read a large index. */
  hdf5CheckedChunks: 10_000,
  /** One chunk, which is unpacked whole. The library allows 4 GiB; writers make some MiB. */
  hdf5ChunkBytes: 512 * MiB,
  /** Unpacked chunks of one file kept together. */
  hdf5ChunkCacheBytes: 64 * MiB,
  /** Files that the datasets of an HDF5 file lie in, all open at once. */
  hdf5Files: 1_000,
  /** Values of one MATLAB file: a cell takes at least 8 bytes and about 300 in memory. */
  matValues: 2_000_000,
  /** Compressed variables of a MATLAB file that are inflated whole on opening and kept, all together; others when asked for. */
  matInflatedBytes: 64 * MiB,
  /** Elements of one dataset that are texts, references or records, each a value in memory. */
  hdf5Elements: 2_000_000,
  /** Fields of the messages of one protobuf file that are kept, each about 100 bytes; lists of numbers stay where they are. */
  protobufValues: 4_000_000,
  /** A TensorFlow constant that repeats one number: six bytes of a file can stand for any number of elements. */
  repeatedConstantBytes: 256 * MiB,
  /** One text of a protobuf message, or one list of small numbers: licences and configurations come in such texts. */
  protobufTextBytes: 64 * MiB,
  /** An .npy header: numpy itself refuses over 10,000 without allow_pickle; long structured dtypes need more. */
  npyHeaderBytes: 1 * MiB,
  /** Dimensions of an array: numpy allows 32 (64 from 2.0 on). */
  dimensions: 64,
  /** A sparse matrix is shown as one when it would be no larger than this: every element of it is read when it is compared. */
  sparseBytes: 256 * MiB,
  /** All such matrices of a file, where it is read whole: for its text, its fingerprint, a comparison. */
  sparseMatricesBytes: 4096 * MiB,
  /** Stored elements of such a matrix, whose places are kept in memory with 12 bytes each. */
  sparseStored: 8_000_000,
  /** Fields of a structured dtype, counted over all nesting. */
  dtypeFields: 10_000,
  /** Nesting of a structured dtype. */
  dtypeDepth: 32,
  /** Nesting of JSON text and of values in general when they are walked; deeper is shown cut with a finding. */
  valueDepth: 1_000,
  /** A JSON text read whole. Parameter files are small; a larger one is a data set. */
  jsonBytes: 256 * MiB,
  /** Values of a JSON text that are kept one by one (numbers of rectangular arrays are not): each takes about 100 bytes. */
  jsonValues: 4_000_000,
  /** One word of a file of word vectors, and one n-gram; longest words of real ones have some hundred bytes. */
  wordBytes: 16 * KiB,
  /** Words of one file, each at least 32 bytes in memory; the largest published vectors have some three million. */
  words: 10_000_000,
  /** An XML text read whole, as are its models: forests of some hundred trees take 100 MiB. */
  xmlBytes: 256 * MiB,
  /** Elements, attributes and pieces of text of it: 12 to 28 bytes each in memory. */
  xmlNodes: 16_000_000,
  /** Attributes of one element: those of PMML have a dozen. They are looked through one by one. */
  xmlAttributes: 1_000,
  /** Different names in it: they are a vocabulary of some hundred, and the columns of a table. */
  xmlNames: 20_000,
  /** Declarations of namespaces that hold for one element: each name with a prefix looks through them. Ordinary files have three. */
  xmlNamespaces: 256,
  /** Elements in each other: a tree is nested as deep as it is; ordinary ones stay under a hundred. */
  xmlDepth: 20_000,
  /** Values of it that are kept one by one (numbers of tables, matrices and trees are not): each text takes some 50 bytes. */
  xmlValues: 1_000_000,
  /** Chunks of one Zarr array, each a file that stays open while the model is: systems allow a process some thousand. */
  zarrChunks: 1_000,
  /** Names of a folder that is listed: Zarr and Orbax have one for each array, a model some thousand. */
  listedNames: 10_000,
  /** Arrays and groups of a Zarr folder that names none: the metadata of each is a file that stays open. */
  zarrNodes: 2_000,
  /** Bytes of all nodes, keys and metadata of an OCDBT database, unpacked: a million keys take about as much. */
  ocdbtBytes: 256 * 1024 * 1024,
  /** Its nodes: one holds some thousand keys. */
  ocdbtNodes: 20_000,
  /** Codecs that were applied to one after another: writers use two or three. */
  zarrCodecs: 16,
  /** Shards within shards of it: writers nest one or two. */
  zarrShardDepth: 4,
  /** Tokens and values of a Kaldi model: a large GMM has some hundred thousand; each takes about 200 bytes. */
  kaldiValues: 2_000_000,
  /** Elements of it that are values of their own, each up to some 500 bytes with its dict. */
  xmlElements: 250_000,
  /** A model that is text and read whole: LIBSVM, LIBLINEAR, n-grams. The place of each number takes four bytes more. */
  textModelBytes: 256 * MiB,
  /** Topics of a Vowpal Wabbit model, each a column with its name; models of topics have some hundred. */
  ldaTopics: 65_536,
  /** Values of a UBJSON file that are kept one by one (elements of typed arrays are not): each takes about 100 bytes. */
  ubjsonValues: 8_000_000,
  /** Opcodes of one pickle: about 20 per KiB is ordinary, so this admits pickles of several GiB. */
  pickleOpcodes: 2_000_000_000,
  /** The pickle stack and its marks. CPython has no limit; ordinary files stay under some thousand. */
  pickleStack: 16_000_000,
  /** Nested MARKs. A list in a list in a list...: ordinary files stay under a hundred. */
  pickleMarks: 1_000_000,
  /** Memo indices above this are refused instead of making a sparse table. */
  pickleMemo: 64_000_000,
  /** Nodes of one pickle's graph, about 100 bytes each: one byte of a hostile file can make one. CPython's cost the same. */
  pickleNodes: 16_000_000,
  /** Plain values of a pickle that stay as bytes in memory until they are looked into; what is over it is made at once. */
  plainPickleBytes: 512 * MiB,
  /** One string or line of a pickle, which becomes text in memory. Larger ones are named and not shown. */
  pickleTextBytes: 256 * MiB,
  /** Decimal digits of one integer text: converting is quadratic. */
  integerDigits: 100_000,
  /** Bytes of one LONG1/LONG4 integer; turning bytes to a big integer is quadratic. */
  integerBytes: 64 * KiB,
  /** Opcodes of one pickle in a listing: about 5 MB of text, which an editor still colours and searches. */
  listedOpcodes: 100_000,
  /** Characters of a listing as one text document: VS Code gives up colouring at 20 million. */
  listedCharacters: 16_000_000,
  /** Pickles that follow one another in one file. */
  pickleStreams: 10_000,
  /** Files of one sharded model: the largest are split into some hundred. */
  shards: 2_000,
  /** What a PyTorch view that repeats its storage's elements may come to: a few bytes may stand for any number of them. */
  torchExpandedBytes: 256 * MiB,
  /** Pickles beside the main one of a PyTorch archive that are looked into; TorchScript has one for each source file. */
  torchPickles: 2_000,
  /** Bytes that are read once more for each parameter that shares them: tied weights are some hundred MiB. */
  repeatedBytes: 1024 * MiB,
  /** Elements of small tensors that the text of a file has a line each for, some 100 bytes in memory. */
  writtenElements: 1_000_000,
  /** Tensors (arrays) of one artifact. */
  tensors: 1_000_000,
  /** Python scalars listed as parameters; the rest are seen in the tree. */
  scalarParameters: 100_000,
  /** Values that are no tensors, and estimators, with an address: a table of more is read in the tree. */
  namedValues: 200_000,
  /** Characters of one address. Nobody types a longer one, and deep nesting would make all of them quadratic. */
  pathLength: 16 * KiB,
  /** Characters of all addresses of a file: one long name before a million short ones would be gigabytes. */
  addressCharacters: 64 * MiB,
  /** A tensor whose elements are compared or counted one by one on request without asking. */
  statisticsElements: 4_000_000_000,
  /** Rows of a diff's element table kept per parameter. */
  topChanges: 1_000,
  /** Rows sent to a view in one answer. */
  viewRows: 2_000,
  /** Labels of an axis sent to a view at once (some 50 KB); of a longer axis, those of a window come with the window. */
  viewLabels: 5_000,
  /** Elements sent to a view in one window. */
  viewElements: 200_000,
  /** A file that has no random access (git:, remote) is fetched whole up to this. */
  fetchedBytes: 1024 * MiB,
  /** An object of Git LFS or DVC up to this has its digest checked when it is opened; opening must not read a large one. */
  pointerDigestBytes: 16 * MiB,
  /** Fetched and inflated bytes that all open artifacts keep together; over it the longest unused are read again when asked. */
  openArtifactsBytes: 1536 * MiB,
  /** Object graph kept as text inside another format's header (safetensors metadata); its reader allows 100 MB. */
  embeddedGraphBytes: 32 * MiB,
  /** Nesting of a MessagePack object. Our own container nests six deep; strangers' files are not read with it. */
  msgpackDepth: 64,
  /** Memory for the values of one document of ours (header of a `.model`, JSON beside tensors), in units of 32 bytes. */
  documentUnits: 24_000_000,
  /** The first object of a `.model`: its index and its object graph, which are read whole. */
  modelHeaderBytes: 256 * MiB,
  /** Inflated chunks of one `.model` kept in memory together. */
  modelChunkCacheBytes: 32 * MiB,
  /** One read while a tensor of another order than C is gathered: long enough that the reads' number does not matter. */
  gatherReadBytes: 4 * MiB,
  /** What such a tensor is gathered into at a time: the larger, the longer the runs that each read of a Fortran-ordered matrix finds. */
  gatherBytes: 32 * MiB,
  /** Values that rules read when a file is opened: headers first, whatever the file's size. `check` reads all. */
  checkedValueBytes: 512 * KiB,
  /** Names of one TensorFlow checkpoint together: they share what they begin with, so few bytes of a file can be many of names. */
  checkpointNameBytes: 64 * MiB,
  /** Files that lie in each other: a pickle in an archive in a bundle is three. */
  innerFiles: 4,
  /** Members of an archive that is opened as a folder: each costs about 300 bytes, and is probed. */
  bundleEntries: 10_000,
  /** Texts and JSON of the members of one archive, all together, where it is small: four bytes of them can be a value. */
  textMembersBytes: 64 * MiB,
  /** Lines of such a text that are values of their own, each about 100 bytes: columns of a table, levels of a category. */
  textMemberLines: 1_000_000,
  /** Models of one archive that are read; a bundle has a few. */
  bundleModels: 200,
  /** A pax header or a long name in a tar archive, which is read whole. */
  tarHeaderBytes: 1 * MiB,
  /** R's serialisation has no index: it is read whole. */
  rdsBytes: 512 * MiB,
  /** Objects and texts of it, each about 150 bytes in memory; elements of vectors do not count. */
  rdsObjects: 4_000_000,
  /** R objects in each other: formulas and environments of real models go some dozens deep. */
  rdsDepth: 400,
  /** Sequences that R keeps as three numbers, expanded: reading all of them must come to an end. As much as a file may have. */
  rdsExpandedBytes: 512 * MiB,
  /** Bytes behind the end of a model that are searched for pickles. */
  behindBytes: 16 * MiB,
  /** Opcodes of first looks at what may be a pickle there, together: any byte may begin one. */
  behindOpcodes: 2_000_000,
  /** Characters of numbers that R is to show as texts: without exponents, eight bytes are three hundred of them. */
  rdsNumberCharacters: 64 * MiB,
  /** Java's serialisation has no index: it is read whole. */
  javaBytes: 512 * MiB,
  /** Objects, texts and elements of object arrays of it, each up to some 300 bytes in memory. */
  javaObjects: 4_000_000,
  /** Java objects in each other: a list that links its own nodes goes as deep as it is long. */
  javaDepth: 20_000,
  /** Values in the tables of a database, each about 50 bytes in memory: larger tables are data. */
  sqliteValues: 4_000_000,
  /** YAML and TOML are read whole, and the place of each number takes eight bytes more: files of parameters, not of data. */
  writtenBytes: 64 * MiB,
  /** Collections in each other in YAML and TOML, which are read by functions that call each other. */
  writtenDepth: 256,
  /** Objects of a Torch 7 file, each about 100 bytes in memory: tables of data have as many as their bytes allow. */
  torch7Objects: 4_000_000,
  /** Tables and objects in each other, which are read by functions that call each other: networks nest some dozens deep. */
  torch7Depth: 400,
  /** Findings of one rule; more say "and N more". */
  findingsPerRule: 100,
});

export type Limits = typeof LIMITS;
