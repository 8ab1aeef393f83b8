/** Packages of Weka. */
export const WEKA = /^weka(?:\.|$)/;

/** Packages whose classes are schemes: what a person chooses and trains. Their inner classes and nodes are parts of them. */
const SCHEMES = /^weka\.(?:classifiers|clusterers|attributeSelection|associations|filters|datagenerators)(?:\.|$)/;
const PARTS = /\.(?:j48|lmt|m5|ht|adtree|ft|nbtree|evaluation|pmml|neural|net\.search|lazy\.(?:kstar|lbr))(?:\.|$)/;

/** True for a classifier, clusterer or filter of Weka. */
export function isWekaScheme(module: string, name: string): boolean {
  return SCHEMES.test(module) && !PARTS.test(module) && !name.includes("$");
}

/**
 * Fields in which Weka's schemes keep their options: what `setOptions` sets. One list for all, for the same option has the same
 * field in most of them; what is on it is never learned. As of Weka 3.8.
 */
export const WEKA_OPTIONS: ReadonlySet<string> = new Set(
  [
    // Of all schemes.
    "m_Debug m_DoNotCheckCapabilities m_numDecimalPlaces m_BatchSize m_Seed m_randomSeed m_seed m_NumIterations m_numExecutionSlots",
    // The scheme that a meta scheme is built of.
    "m_Classifier m_Clusterer m_Filter m_Kernel m_kernel",
    // Trees and forests.
    "m_unpruned m_collapseTree m_CF m_minNumObj m_useMDLcorrection m_useLaplace m_reducedErrorPruning m_numFolds m_binarySplits",
    "m_subtreeRaising m_noCleanup m_doNotMakeSplitPointActualValue m_MinNum m_KValue m_MaxDepth m_NumFolds m_NoPruning",
    "m_AllowUnclassifiedInstances m_BreakTiesRandomly m_MinVarianceProp m_computeImpurityDecreases m_computeAttributeImportance",
    "m_SpreadInitialCount m_BagSizePercent m_CalcOutOfBag m_RepresentUsingWeights m_StoreOutOfBagPredictions",
    "m_OutputOutOfBagComplexityStatistics m_printClassifiers m_numTrees m_numFeatures",
    // Linear models, support vector machines and networks.
    "m_Ridge m_MaxIts m_useConjugateGradientDescent m_doNotStandardizeAttributes m_AttributeSelection m_EliminateColinearAttributes",
    "m_OutputAdditionalStats m_Minimal m_UseQRDecomposition m_C m_eps m_tol m_filterType m_nominalToBinary m_checksTurnedOff",
    "m_fitCalibratorModels m_calibrator m_exponent m_lowerOrder m_gamma m_cacheSize m_learningRate m_momentum m_numEpochs",
    "m_valSize m_driftThreshold m_useNominalToBinary m_normalizeAttributes m_normalizeClass m_hiddenLayers m_autoBuild m_gui",
    "m_reset m_decay m_useDefaultModel m_resume",
    // The others.
    "m_UseKernelEstimator m_UseDiscretization m_displayModelInOldFormat m_kNN m_WindowSize m_DistanceWeighting m_CrossValidate",
    "m_MeanSquared m_NNSearch m_DistanceFunction m_UseResampling m_WeightThreshold m_Shrinkage m_NumClusters m_MaxIterations",
    "m_PreserveOrder m_dontReplaceMissing m_minBucketSize m_Pruning m_Optimizations m_CheckErr m_MinNo",
  ].flatMap((line) => line.split(" ")),
);
