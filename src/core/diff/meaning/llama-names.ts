import type { Parameter } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import { elementCount } from "../../model/tensor.ts";
import type { MeaningPair } from "./align.ts";

/**
 * Names of transformers (of one layer, then of the whole model) and what llama.cpp's converter makes of them; where two are
 * possible the one that is there counts, the first one first.
 * https://github.com/ggml-org/llama.cpp/blob/master/gguf-py/gguf/tensor_mapping.py
 */
const LAYER: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "self_attn.q_proj": ["attn_q"],
    "self_attn.k_proj": ["attn_k"],
    "self_attn.v_proj": ["attn_v"],
    "self_attn.o_proj": ["attn_output"],
    "self_attn.q_norm": ["attn_q_norm"],
    "self_attn.k_norm": ["attn_k_norm"],
    "mlp.gate_proj": ["ffn_gate"],
    "mlp.up_proj": ["ffn_up"],
    "mlp.down_proj": ["ffn_down"],
    "mlp.gate": ["ffn_gate_inp"],
    "block_sparse_moe.gate": ["ffn_gate_inp"],
    input_layernorm: ["attn_norm"],
    pre_feedforward_layernorm: ["ffn_norm"],
    post_attention_layernorm: ["post_attention_norm", "ffn_norm"],
    post_feedforward_layernorm: ["post_ffw_norm"],
  }),
);
const MODEL: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({ "model.embed_tokens": ["token_embd"], "model.norm": ["output_norm"], lm_head: ["output"] }),
);

/** Pairs tensors of a language model under the names of transformers with those of GGUF, in either direction. */
export function alignLlamaNames(old: readonly Parameter[], next: readonly Parameter[]): readonly MeaningPair[] {
  const isGguf = (parameters: readonly Parameter[]): boolean => parameters.some(({ path }) => path.startsWith("blk."));
  const isBackwards = isGguf(old);
  if (isBackwards === isGguf(next)) return [];
  const [named, called] = isBackwards ? [next, old] : [old, next];
  const byPath = new Map(called.map((parameter) => [parameter.path, parameter]));
  const pairs: MeaningPair[] = [];
  for (const one of named)
    for (const path of ggufNames(one.path)) {
      const other = byPath.get(path);
      if (other === undefined || elementCount(other.tensor.shape) !== elementCount(one.tensor.shape)) continue;
      byPath.delete(path);
      const [before, after] = isBackwards ? [other, one] : [one, other];
      pairs.push({ old: before, next: after, because: BECAUSE, derivation: "same", isBackwards });
      break;
    }
  return pairs;
}

const BECAUSE = say("transformers and llama.cpp have these two names for one tensor of a language model");

function ggufNames(path: string): readonly string[] {
  const [, layer, part = "", kind = ""] = /^(?:model\.)?(?:layers\.(\d+)\.)?(.+)\.(weight|bias)$/.exec(path) ?? [];
  if (layer !== undefined) return (LAYER.get(part) ?? []).map((name) => `blk.${layer}.${name}.${kind}`);
  return (MODEL.get(path.replace(/\.(?:weight|bias)$/, "")) ?? []).map((name) => `${name}.${kind}`);
}
