import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../base/appError.ts';

const NAMES = ['model.onnx', 'model_quantized.onnx', 'model_int8.onnx'];
const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() ?? false;

/** Folder of a model's tokenizer and settings: the ONNX file's own, or the one above `onnx/`. */
export async function onnxFolder(path: string): Promise<string> {
  const own = dirname(path);
  if (basename(own) !== 'onnx' || (await isFile(join(own, 'tokenizer.json')))) return own;
  return dirname(own);
}

/** The ONNX file of a model's folder; a path that is no folder is given back. Rejects with MODEL_UNSUPPORTED. */
export async function findOnnx(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return path;
  for (const name of NAMES.flatMap((file) => [file, join('onnx', file)])) if (await isFile(join(path, name))) return join(path, name);
  throw new AppError('MODEL_UNSUPPORTED', `The folder ${path} holds no model.onnx, nor does a folder onnx in it.`, { hint: 'Name the .onnx or .gguf file itself.' });
}
