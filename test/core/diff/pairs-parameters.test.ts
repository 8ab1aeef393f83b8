import { type Pair, testPairs } from "./pair-table.ts";

/** Parameters of one model as JSON, YAML, TOML, MessagePack, SQLite and pickle (test/generate/classical_pairs_fixtures.py). */
const FORMATS: readonly Pair[] = [
  [
    "params.json",
    "params.yaml",
    "The same model in another container: json before, yaml now; each of the 4 parameters is identical. Classes are unchanged.",
    { identical: 4 },
  ],
  [
    "params.yaml",
    "params.toml",
    "The same model in another container: yaml before, toml now; each of the 4 parameters is identical. Classes are unchanged.",
    { identical: 4 },
  ],
  [
    "params.toml",
    "params.msgpack",
    "The same model in another container: toml before, msgpack now; each of the 4 parameters is identical. Classes are unchanged.",
    { identical: 4 },
  ],
  [
    "params.msgpack",
    "params.pkl",
    "The same model in another container: msgpack before, pickle now; each of the 4 parameters is identical. Classes are unchanged.",
    { identical: 4 },
  ],
  [
    "params.pkl",
    "params.json",
    "The same model in another container: pickle before, json now; each of the 4 parameters is identical. Classes are unchanged.",
    { identical: 4 },
  ],
  [
    "params.pkl",
    "params.db",
    "Only renamed: each of the 4 parameters has another path and the same values. 2 other values differ, parameters.iterations first.",
    { renamed: 4 },
  ],
  [
    "params.db",
    "params.toml",
    "Only renamed: each of the 4 parameters has another path and the same values. 2 other values differ, iterations first.",
    { renamed: 4 },
  ],
  [
    "params-arrays.pkl",
    "params.yaml",
    "The same model in another container: pickle before, yaml now; each of the 4 parameters is identical. Classes are unchanged.",
    { identical: 4 },
  ],
  [
    "params.msgpack",
    "params-arrays.pkl",
    "The same model in another container: msgpack before, pickle now; each of the 4 parameters is identical. Classes are unchanged.",
    { identical: 4 },
  ],
  [
    "params-6.json",
    "params-6.db",
    "Only renamed: each of the 4 parameters has another path and the same values. 2 other values differ, parameters.iterations first.",
    { renamed: 4 },
  ],
  [
    "params-6.yaml",
    "params-6.toml",
    "The same model in another container: yaml before, toml now; each of the 4 parameters is identical. Classes are unchanged.",
    { identical: 4 },
  ],
];

/** The same with six digits, or in float32, on one side. */
const DIGITS: readonly Pair[] = [
  [
    "params.pkl",
    "params-6.json",
    "Only rounding: each of the 4 parameters is the old one printed with 6 significant digits. Classes are unchanged.",
    { "decimal-truncated": 4 },
  ],
  [
    "params.pkl",
    "params-6.yaml",
    "Only rounding: each of the 4 parameters is the old one printed with 6 significant digits. Classes are unchanged.",
    { "decimal-truncated": 4 },
  ],
  [
    "params.pkl",
    "params-6.toml",
    "Only rounding: each of the 4 parameters is the old one printed with 6 significant digits. Classes are unchanged.",
    { "decimal-truncated": 4 },
  ],
  [
    "params.pkl",
    "params-6.msgpack",
    "Only rounding: each of the 4 parameters is the old one printed with 6 significant digits. Classes are unchanged.",
    { "decimal-truncated": 4 },
  ],
  [
    "params.pkl",
    "params-6.db",
    "Only rounding: each of the 4 parameters is the old one printed with 6 significant digits. 2 other values differ, parameters.iterations first.",
    { "decimal-truncated": 4 },
  ],
  [
    "params.db",
    "params-6.db",
    "Only rounding: each of the 4 parameters is the old one printed with 6 significant digits.",
    { "decimal-truncated": 4 },
  ],
  [
    "params.yaml",
    "params-6.pkl",
    "Only rounding: each of the 4 parameters is the old one printed with 6 significant digits. Classes are unchanged.",
    { "decimal-truncated": 4 },
  ],
  [
    "params-6.yaml",
    "params.db",
    "Only precision: each of the 4 parameters has more digits; printed with 6 significant digits it is the old one. 2 other values differ, parameters.iterations first.",
    { changed: 4 },
  ],
  [
    "params-6.toml",
    "params.pkl",
    "Only precision: each of the 4 parameters has more digits; printed with 6 significant digits it is the old one. Classes are unchanged.",
    { changed: 4 },
  ],
  [
    "params-6.db",
    "params.json",
    "Only precision: each of the 4 parameters has more digits; printed with 6 significant digits it is the old one. 2 other values differ, iterations first.",
    { changed: 4 },
  ],
  [
    "params-arrays.pkl",
    "params-6.toml",
    "Only rounding: each of the 4 parameters is the old one printed with 6 significant digits. Classes are unchanged.",
    { "decimal-truncated": 4 },
  ],
  [
    "params.json",
    "params-single.msgpack",
    "Only rounding: each of the 2 parameters is the old one rounded to float32. 2 parameters were removed, scale.mean first. 3 other values differ, classes first.",
    { rounded: 2, removed: 2 },
  ],
  [
    "params-single.msgpack",
    "params.json",
    "Only precision: each of the 2 parameters has more digits; rounded to float32 it is the old one. 2 parameters were added, scale.mean first. 3 other values differ, classes first.",
    { changed: 2, added: 2 },
  ],
];

testPairs("classical", "parameters in two formats", FORMATS);
testPairs("classical", "parameters with fewer digits on one side", DIGITS);
