/** The build without `new Function` and without the native extractor ships no types of its own. */
declare module "msgpackr/index-no-eval" {
  export { addExtension, Packr, Unpackr } from "msgpackr";
}
