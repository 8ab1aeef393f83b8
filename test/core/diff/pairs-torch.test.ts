import { type Pair, testPairs } from "./pair-table.ts";

/**
 * One network, and one block of a language model, in the forms in which they are saved, exported, sharded and renamed
 * (test/generate/torch_pairs_fixtures.py).
 */
const FORMS: readonly Pair[] = [
  [
    "net.pt",
    "net.safetensors",
    "The same model in another container: torch, zip before, safetensors now; each of the 11 parameters is identical.",
    { identical: 11 },
  ],
  [
    "net.pt",
    "net-script.pt",
    "Each of the 11 parameters is identical. The old side holds no hyper-parameters.",
    { identical: 11 },
  ],
  [
    "net-trace.pt",
    "net.safetensors",
    "Each of the 11 parameters is identical. The new side holds no hyper-parameters.",
    { identical: 11 },
  ],
  [
    "net.pt",
    "net-script.onnx",
    "Only reshaped: 2 of 10 parameters hold the same values in another shape. One parameter was removed: norm.num_batches_tracked.",
    { identical: 8, reshaped: 2, removed: 1 },
  ],
  [
    "net.safetensors",
    "net-dynamo.onnx",
    "Only reshaped: 2 of 10 parameters hold the same values in another shape. One parameter was removed: norm.num_batches_tracked.",
    { identical: 8, reshaped: 2, removed: 1 },
  ],
  [
    "net-script.onnx",
    "net-dynamo.onnx",
    "Only renamed: 2 of 10 parameters have another path; all values are the same. Output y is now linear_1, with the same type. 7 other values differ, __metadata__.nodes[0] first.",
    { identical: 8, renamed: 2 },
  ],
  [
    "net.pt",
    "net-parallel.pt",
    "Only renamed: each of the 11 parameters has another path and the same values.",
    { renamed: 11 },
  ],
  [
    "net-parallel.pt",
    "net-checkpoint.pt",
    "Only renamed: each of the 11 parameters has another path and the same values. 28 parameters were added, optimizer.state[0].step first. 9 other values differ, optimizer.param_groups[0].weight_decay first.",
    { renamed: 11, added: 28 },
  ],
  [
    "net-compiled.pt",
    "net.safetensors",
    "Only renamed: each of the 11 parameters has another path and the same values.",
    { renamed: 11 },
  ],
  [
    "language.safetensors",
    "language.gguf",
    "Only renamed: each of the 21 parameters has another path and the same values.",
    { renamed: 21 },
  ],
  [
    "language.safetensors",
    "language-sharded",
    "The same model in another container: safetensors before, safetensors, shards now; each of the 21 parameters is identical.",
    { identical: 21 },
  ],
  [
    "language-sharded",
    "language-sharded-bin",
    "The same model in another container: safetensors, shards before, torch, shards now; each of the 21 parameters is identical.",
    { identical: 21 },
  ],
  [
    "language-sharded-bin",
    "language.gguf",
    "Only renamed: each of the 21 parameters has another path and the same values.",
    { renamed: 21 },
  ],
];

/** Later versions and narrower types, in the same form or another. */
const VERSIONS: readonly Pair[] = [
  [
    "net.pt",
    "net-retrained.pt",
    "Retrained: each of the 11 parameters changed, largest relative change 91-fold in head.weight[1, 2].",
    { changed: 11 },
  ],
  [
    "net.pt",
    "net-parallel-retrained.pt",
    "Retrained: each of the 11 parameters changed, largest relative change 91-fold in module.head.weight[1, 2].",
    { changed: 11 },
  ],
  [
    "net-script.pt",
    "net-retrained.safetensors",
    "Retrained: each of the 11 parameters changed, largest relative change 91-fold in head.weight[1, 2]. The new side holds no hyper-parameters.",
    { changed: 11 },
  ],
  [
    "net-checkpoint.pt",
    "net-retrained.pt",
    "Retrained: each of the 11 parameters changed, largest relative change 91-fold in head.weight[1, 2]. 28 parameters were removed, optimizer.state[0].step first. 9 other values differ, optimizer.param_groups[0].weight_decay first.",
    { changed: 11, removed: 28 },
  ],
  [
    "net-script.onnx",
    "net-script-retrained.onnx",
    "Retrained: each of the 10 parameters changed, largest relative change 91-fold in onnx::MatMul_22[2, 1].",
    { changed: 10 },
  ],
  [
    "net.pt",
    "net-script-retrained.onnx",
    "Retrained: each of the 10 parameters changed, largest relative change 91-fold in onnx::MatMul_22[2, 1]. One parameter was removed: norm.num_batches_tracked.",
    { changed: 10, removed: 1 },
  ],
  [
    "net-script-retrained.onnx",
    "net.safetensors",
    "Retrained: each of the 10 parameters changed, largest relative change 494-fold in encoder.0.weight[1, 1]. One parameter was added: norm.num_batches_tracked.",
    { added: 1, changed: 10 },
  ],
  [
    "folded.safetensors",
    "folded.onnx",
    "Only scaled: onnx::Conv_11 is the old one times a constant for each place along one axis, as folding a layer into it does. Parameters that only one side has: 1 added, 6 removed.",
    { scaled: 1, added: 1, removed: 6 },
  ],
  [
    "language.safetensors",
    "language-float16.gguf",
    "Only rounding: 16 of 21 parameters are the old ones rounded to float16.",
    { rounded: 16, renamed: 5 },
  ],
  [
    "language-float16.gguf",
    "language.safetensors",
    "Only precision: 16 of 21 parameters have more digits; rounded to float16 they are the old ones.",
    { changed: 16, renamed: 5 },
  ],
  [
    "language.safetensors",
    "language-tuned.gguf",
    "Retrained: each of the 21 parameters changed, largest relative change 11-fold in blk.0.ffn_norm.weight[0].",
    { changed: 21 },
  ],
  [
    "language-tuned.gguf",
    "language-sharded",
    "Retrained: each of the 21 parameters changed, largest relative change 960 % in model.layers.0.self_attn.q_proj.weight[1, 3].",
    { changed: 21 },
  ],
  [
    "language.gguf",
    "language-tuned.gguf",
    "Retrained: each of the 21 parameters changed, largest relative change 11-fold in blk.0.ffn_norm.weight[0].",
    { changed: 21 },
  ],
];

testPairs("torch", "forms of a network", FORMS);
testPairs("torch", "versions of a network", VERSIONS);
