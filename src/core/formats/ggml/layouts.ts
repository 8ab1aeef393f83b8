/** What stands between the hyper-parameters and the tensors. */
export type Section = "filters" | "window" | "durations" | "counted-words" | "words" | "scored-words";

/** How one family of models writes its head. */
export interface Layout {
  /** As a person calls the family; models of one layout cannot be told apart. */
  readonly family: string;
  readonly hyperparameters: readonly string[];
  readonly sections: readonly Section[];
}

const SPEECH = ["n_vocab", "n_audio_ctx", "n_audio_state", "n_audio_head", "n_audio_layer"];
const TEXT = ["n_vocab", "n_ctx", "n_embd", "n_head", "n_layer"];
const LLAMA = ["n_vocab", "n_embd", "n_mult", "n_head", "n_layer", "n_rot", "ftype"];

/** Of files without a version, those first whose head repeats a number that can be checked. */
export const UNVERSIONED: readonly Layout[] = [
  {
    family: "Whisper",
    hyperparameters: [...SPEECH, "n_text_ctx", "n_text_state", "n_text_head", "n_text_layer", "n_mels", "ftype"],
    sections: ["filters", "counted-words"],
  },
  {
    family: "Parakeet",
    hyperparameters: [
      ...SPEECH,
      "n_mels",
      "ftype",
      "n_fft",
      "subsampling_factor",
      "n_subsampling_channels",
      "n_conv_kernel",
      "n_pred_dim",
      "n_pred_layers",
      "n_tdt_durations",
      "n_max_tokens",
    ],
    sections: ["filters", "window", "durations", "counted-words"],
  },
  { family: "GPT-2 or StarCoder", hyperparameters: [...TEXT, "ftype"], sections: ["counted-words"] },
  { family: "GPT-J", hyperparameters: [...TEXT, "n_rot", "ftype"], sections: ["counted-words"] },
  { family: "GPT-NeoX", hyperparameters: [...TEXT, "n_rot", "par_res", "ftype"], sections: ["words"] },
  { family: "LLaMA", hyperparameters: LLAMA, sections: ["words"] },
];

/** Of ggmf and ggjt. */
export const VERSIONED: readonly Layout[] = [{ family: "LLaMA", hyperparameters: LLAMA, sections: ["scored-words"] }];

/** ggmf from version 100 on is of rwkv.cpp. */
export const RWKV: readonly Layout[] = [
  { family: "RWKV", hyperparameters: ["n_vocab", "n_embed", "n_layer", "data_type"], sections: [] },
];

/** ggla: what was trained beside a model. */
export const ADAPTER: readonly Layout[] = [
  { family: "LoRA adapter", hyperparameters: ["lora_r", "lora_alpha"], sections: [] },
];
