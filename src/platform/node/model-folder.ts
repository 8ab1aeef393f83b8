import { stat } from "node:fs/promises";
import path from "node:path";

/** Of a folder that is an MLflow model, the file that describes it; any other path as it is. */
export async function modelFileOf(file: string): Promise<string> {
  const described = path.join(file, "MLmodel");
  const isFolder = await stat(file).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) return file;
  const isDescribed = await stat(described).then(
    (stats) => stats.isFile(),
    () => false,
  );
  return isDescribed ? described : file;
}
