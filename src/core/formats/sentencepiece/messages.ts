import { message, type MessageSpec } from "../protobuf/spec.ts";
import { messageTables } from "../protobuf/tables.ts";

/** Messages of sentencepiece_model.proto: https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto */
const TABLES = messageTables(`
SentencePiece: 1 piece text, 2 score float, 3 type int
ModelProto: 1 pieces []SentencePiece, 2 trainer_spec TrainerSpec, 3 normalizer_spec NormalizerSpec, 4 self_test_data skip, 5 denormalizer_spec NormalizerSpec
TrainerSpec: 1 input []text, 2 model_prefix text, 3 model_type int, 4 vocab_size int, 5 accept_language []text, 6 self_test_sample_size int, 7 input_format text, 10 character_coverage float, 11 input_sentence_size int, 12 mining_sentence_size int, 13 training_sentence_size int, 14 seed_sentencepiece_size int, 15 shrinking_factor float, 16 num_threads int, 17 num_sub_iterations int, 18 max_sentence_length int, 19 shuffle_input_sentence int, 20 max_sentencepiece_length int, 21 split_by_unicode_script int, 22 split_by_whitespace int, 23 split_by_number int, 24 treat_whitespace_as_suffix int, 25 split_digits int, 26 allow_whitespace_only_pieces int, 30 control_symbols []text, 31 user_defined_symbols []text, 32 vocabulary_output_piece_score int, 33 hard_vocab_limit int, 34 use_all_vocab int, 35 byte_fallback int, 36 required_chars text, 40 unk_id int, 41 bos_id int, 42 eos_id int, 43 pad_id int, 44 unk_surface text, 45 unk_piece text, 46 bos_piece text, 47 eos_piece text, 48 pad_piece text, 49 train_extremely_large_corpus int, 50 enable_differential_privacy int, 51 differential_privacy_noise_level float, 52 differential_privacy_clipping_threshold int, 53 pretokenization_delimiter text, 54 seed_sentencepieces_file text, 55 auto_character_coverage int
NormalizerSpec: 1 name text, 2 precompiled_charsmap bytes, 3 add_dummy_prefix int, 4 remove_extra_whitespaces int, 5 escape_whitespaces int, 6 normalization_rule_tsv text
`);

export const MODEL: MessageSpec = TABLES.get("ModelProto") ?? message("ModelProto", {});
export const PIECE: MessageSpec = TABLES.get("SentencePiece") ?? message("SentencePiece", {});
