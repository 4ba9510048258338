import { closeSync, openSync, writeSync } from 'node:fs';
import type { Entry } from './checker.ts';

type Unstamped<E extends Entry = Entry> = E extends Entry ? Omit<E, 'atMs'> : never;

export type Note = (entry: Unstamped) => void;

export interface Recorder {
  readonly file: string;
  /** Writes one line before it returns: what was seen is on record before anything follows from it. */
  readonly note: Note;
  close(): void;
}

export const openRecorder = (file: string): Recorder => {
  const handle = openSync(file, 'a');
  return {
    file,
    note: (entry) => void writeSync(handle, `${JSON.stringify({ atMs: Date.now(), ...entry })}\n`),
    close: () => closeSync(handle),
  };
};
