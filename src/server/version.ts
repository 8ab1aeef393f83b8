declare const MODEL_LOUPE_VERSION: string;

/** Of the package; put in by the bundler (and by the test runner) from package.json. */
export const VERSION: string = MODEL_LOUPE_VERSION;
