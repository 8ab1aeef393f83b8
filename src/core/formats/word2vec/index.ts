import type { Format } from "../format.ts";
import { readWordVectors } from "./read.ts";
import { sniff } from "./sniff.ts";

//   3 2\n                     words and numbers of each, as text; GloVe's files begin with the first row
//
//   binary                    the +----+--------------------+----+      one space ends the word, 4 D bytes of little-endian
//                                 | 20 | D x float32        | 0a |      float32 follow; gensim writes no newline, word2vec.c does
//                                 +----+--------------------+----+
//   text                      the 0.418 0.24968 ...\n                   one line each, decimal
//
//   Words are bytes, mostly UTF-8: the longest ones of word2vec.c are cut inside of a character.
//   https://code.google.com/archive/p/word2vec/ (word2vec.c, distance.c), https://nlp.stanford.edu/projects/glove/
//   https://github.com/piskvorky/gensim/blob/develop/gensim/models/keyedvectors.py (_load_word2vec_format)

export const word2vecFormat: Format = {
  id: "word2vec",
  label: "word vectors (word2vec, GloVe)",
  extensions: [".vec", ".glove", ".w2v"],
  sniff,
  read: readWordVectors,
};
