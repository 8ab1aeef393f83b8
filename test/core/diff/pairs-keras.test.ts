import { type Pair, testPairs } from "./pair-table.ts";

/** One network in every form that Keras and TensorFlow save it in (test/generate/keras_pairs_fixtures.py). */
const FORMS: readonly Pair[] = [
  [
    "net.keras",
    "net.h5",
    "The same model in another container: keras, zip before, keras now; each of the 8 parameters is identical. Hyper-parameters are unchanged.",
    { identical: 8 },
  ],
  [
    "net.keras",
    "net.weights.h5",
    "Only renamed: each of the 8 parameters has another path and the same values. The new side holds no hyper-parameters.",
    { renamed: 8 },
  ],
  [
    "net.weights.h5",
    "net.h5",
    "Only renamed: each of the 8 parameters has another path and the same values. The old side holds no hyper-parameters.",
    { renamed: 8 },
  ],
  [
    "net.keras",
    "net-checkpoint.index",
    "Only renamed: each of the 8 parameters has another path and the same values. The new side holds no hyper-parameters.",
    { renamed: 8 },
  ],
  [
    "net.keras",
    "net-saved/saved_model.pb",
    "Only renamed: each of the 8 parameters has another path and the same values. 11 parameters were added, __inference__traced_save_1736/num_shards first. The new side holds no hyper-parameters.",
    { added: 11, renamed: 8 },
  ],
  [
    "net-checkpoint.index",
    "net-saved/saved_model.pb",
    "Only renamed: each of the 8 parameters has another path and the same values. 11 parameters were added, __inference__traced_save_1736/num_shards first. 237 other values differ, Const first.",
    { added: 11, renamed: 8 },
  ],
  [
    "net.keras",
    "net-js/model.json",
    "Only renamed: each of the 8 parameters has another path and the same values. The new side holds no hyper-parameters.",
    { renamed: 8 },
  ],
  [
    "net-js/model.json",
    "net.weights.h5",
    "Only renamed: each of the 8 parameters has another path and the same values.",
    { renamed: 8 },
  ],
  [
    "net-js/model.json",
    "net-checkpoint.index",
    "Only renamed: each of the 8 parameters has another path and the same values.",
    { renamed: 8 },
  ],
  [
    "net.keras",
    "net.tflite",
    "Not retrained: 2 of 3 parameters are the old ones rounded, scaled, reordered or reshaped. Parameters that only one side has: 1 added, 5 removed. The new side holds no hyper-parameters.",
    { scaled: 1, added: 1, reshaped: 1, renamed: 1, removed: 5 },
  ],
  [
    "net.tflite",
    "net.h5",
    "Not retrained: 2 of 3 parameters are the old ones rounded, scaled, reordered or reshaped. Parameters that only one side has: 5 added, 1 removed. The old side holds no hyper-parameters.",
    { reshaped: 1, renamed: 1, added: 5, scaled: 1, removed: 1 },
  ],
];

/** Later versions of it, in the same form or another. */
const VERSIONS: readonly Pair[] = [
  [
    "net.keras",
    "net-retrained.keras",
    "Retrained: each of the 8 parameters changed, largest relative change 219 % in hidden.bias[1]. Hyper-parameters are unchanged.",
    { changed: 8 },
  ],
  [
    "net.h5",
    "net-retrained.h5",
    "Retrained: each of the 8 parameters changed, largest relative change 219 % in hidden.bias[1]. Hyper-parameters are unchanged.",
    { changed: 8 },
  ],
  [
    "net.weights.h5",
    "net-retrained.weights.h5",
    "Retrained: each of the 8 parameters changed, largest relative change 219 % in layers/dense/vars/1[1].",
    { changed: 8 },
  ],
  [
    "net.weights.h5",
    "net-retrained.keras",
    "Retrained: each of the 8 parameters changed, largest relative change 219 % in hidden.bias[1]. The old side holds no hyper-parameters.",
    { changed: 8 },
  ],
  [
    "net.h5",
    "net-retrained.weights.h5",
    "Retrained: each of the 8 parameters changed, largest relative change 219 % in layers/dense/vars/1[1]. The new side holds no hyper-parameters.",
    { changed: 8 },
  ],
  [
    "net-checkpoint.index",
    "net-retrained.keras",
    "Retrained: each of the 8 parameters changed, largest relative change 219 % in hidden.bias[1]. The old side holds no hyper-parameters.",
    { changed: 8 },
  ],
  [
    "net-saved/saved_model.pb",
    "net-retrained.weights.h5",
    "Retrained: each of the 8 parameters changed, largest relative change 219 % in layers/dense/vars/1[1]. 11 parameters were removed, __inference__traced_save_1736/num_shards first. 7 other values differ, Const first.",
    { changed: 8, removed: 11 },
  ],
  [
    "net-js/model.json",
    "net-retrained.h5",
    "Retrained: each of the 8 parameters changed, largest relative change 219 % in hidden.bias[1]. The old side holds no hyper-parameters.",
    { changed: 8 },
  ],
  [
    "net.keras",
    "net-float16.keras",
    "Only rounding: each of the 8 parameters is the old one rounded to float16. 3 hyper-parameters differ, hidden.dtype first.",
    { rounded: 8 },
  ],
  [
    "net-float16.keras",
    "net.keras",
    "Only precision: each of the 8 parameters has more digits; rounded to float16 it is the old one. 3 hyper-parameters differ, hidden.dtype first.",
    { changed: 8 },
  ],
  [
    "net.h5",
    "net-float16.h5",
    "Only rounding: each of the 8 parameters is the old one rounded to float16. 3 hyper-parameters differ, hidden.dtype first.",
    { rounded: 8 },
  ],
  [
    "net.weights.h5",
    "net-float16.keras",
    "Only rounding: each of the 8 parameters is the old one rounded to float16. The old side holds no hyper-parameters.",
    { rounded: 8 },
  ],
  [
    "net-js/model.json",
    "net-js-float16/model.json",
    "Only rounding: each of the 8 parameters is the old one rounded to float16.",
    { rounded: 8 },
  ],
  [
    "net-checkpoint.index",
    "net-float16.weights.h5",
    "Only rounding: each of the 8 parameters is the old one rounded to float16.",
    { rounded: 8 },
  ],
  [
    "net.keras",
    "net-float16.tflite",
    "Not retrained: each of the 2 parameters is the old one rounded, scaled, reordered or reshaped. Parameters that only one side has: 2 added, 6 removed. The new side holds no hyper-parameters.",
    { added: 2, rounded: 1, scaled: 1, removed: 6 },
  ],
  [
    "net.keras",
    "net-inserted.keras",
    "Each of the 8 parameters is identical. Step extra was added. 2 parameters were added, extra.kernel first.",
    { identical: 8, added: 2 },
  ],
  [
    "net-inserted.keras",
    "net.keras",
    "Each of the 8 parameters is identical. Step extra was removed. 2 parameters were removed, extra.kernel first.",
    { identical: 8, removed: 2 },
  ],
  [
    "net.weights.h5",
    "net-inserted.keras",
    "Only renamed: each of the 8 parameters has another path and the same values. 2 parameters were added, extra.kernel first. The old side holds no hyper-parameters.",
    { renamed: 8, added: 2 },
  ],
  [
    "net.weights.h5",
    "net-inserted.weights.h5",
    "Only renamed: 2 of 8 parameters have another path; all values are the same. 2 parameters were added, layers/dense_1/vars/0 first.",
    { identical: 6, added: 2, renamed: 2 },
  ],
  [
    "net-inserted.weights.h5",
    "net-retrained.weights.h5",
    "Retrained: each of the 8 parameters changed, largest relative change 219 % in layers/dense/vars/1[1]. 2 parameters were removed, layers/dense_1/vars/0 first.",
    { changed: 8, removed: 2 },
  ],
];

testPairs("keras", "forms of a network", FORMS);
testPairs("keras", "versions of a network", VERSIONS);
