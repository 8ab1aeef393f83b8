/**
 * What gensim's models keep of their constructors' arguments, under these names (gensim 0.13 to 4.3, `gensim/models`). One list for
 * all: a name means the same in each. Priors that are arrays may be learned, and are no settings.
 */
export const GENSIM_OPTIONS: ReadonlySet<string> = new Set(
  [
    // Topics: LdaModel, LsiModel, Nmf, HdpModel, TfidfModel, RpModel.
    "num_topics chunksize passes update_every iterations eval_every decay offset minimum_probability minimum_phi_value",
    "per_word_topics gamma_threshold optimize_alpha optimize_eta distributed numworkers workers dtype extra_samples power_iters",
    "_kappa _w_max_iter _w_stop_condition _h_max_iter _h_stop_condition normalize smartirs slope pivot",
    "m_T m_K m_alpha m_gamma m_kappa m_tau m_eta max_chunks max_time",
    // Words: Word2Vec, Doc2Vec, FastText.
    "vector_size layer1_size size alpha min_alpha window shrink_windows min_count max_vocab_size max_final_vocab sample sg hs negative",
    "ns_exponent cbow_mean epochs iter sorted_vocab seed batch_words null_word dm_concat dm_tag_count dbow_words dm dm_mean",
    "min_n max_n bucket word_ngrams compute_loss",
    // Phrases.
    "threshold delimiter scoring progress_per common_terms connector_words",
  ].flatMap((line) => line.split(" ")),
);

/** How many different words a model of topics takes. */
export const GENSIM_COUNTS = ["num_terms", "num_tokens"];
