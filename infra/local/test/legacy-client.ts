import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectDeclared } from './declared-answers.ts';
import type { Ask } from './legacy-row.ts';
import { apiKey, dir, url } from './testbed.ts';

export interface Made {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/** Posts and takes the answer as bytes. */
export const post = async (path: string, body: unknown): Promise<Made> => {
  const isForm = body instanceof FormData;
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, ...(isForm ? {} : { 'content-type': 'application/json' }) },
    body: isForm ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
};

export const form = (parts: Readonly<Record<string, readonly [path: string, type: string]>>): FormData => {
  const made = new FormData();
  for (const [name, [path, type]] of Object.entries(parts))
    made.append(name, new Blob([readFileSync(path)], { type }), path);
  return made;
};

export const shapeOf = (bytes: Buffer): { seconds: number; size: string; sounds: number } => {
  const path = join(dir, 'answer.mp4');
  writeFileSync(path, bytes);
  const argv = ['-v', 'error', '-show_format', '-show_streams', '-of', 'json', path];
  const { format, streams } = JSON.parse(execFileSync('ffprobe', argv).toString()) as {
    format: { duration: string };
    streams: { codec_type: string; width?: number; height?: number }[];
  };
  const video = streams.find(({ codec_type }) => codec_type === 'video');
  return {
    seconds: Math.round(Number(format.duration) * 10) / 10,
    size: `${video?.width}x${video?.height}`,
    sounds: streams.filter(({ codec_type }) => codec_type === 'audio').length,
  };
};

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly size: number;
  /** The JSON or the text of the answer; of a file nothing. */
  readonly body: unknown;
}

/** Calls a path of FFAPI 1; redirects are not followed. */
export const ask = async (
  { method, path }: { readonly method: string; readonly path: string },
  { query = {}, body, params = {} }: Ask,
): Promise<Asked> => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  const isForm = body instanceof FormData;
  const response = await fetch(
    `${url}${path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '')}?${search}`,
    {
      method,
      redirect: 'manual',
      headers: { 'x-api-key': apiKey, ...(isForm || body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: isForm || typeof body === 'string' ? body : JSON.stringify(body) }),
    },
  );
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('content-type') ?? '';
  const text = type.startsWith('video/') ? '' : bytes.toString('utf8');
  const answer = { status: response.status, body: type.includes('json') ? (JSON.parse(text) as unknown) : text };
  if (type.startsWith('application/json')) expectDeclared(method, path, answer);
  return { ...answer, headers: response.headers, size: bytes.length };
};
