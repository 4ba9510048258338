import { hash } from 'node:crypto';
import { preciseMs } from './stored-events.ts';

/** One commit as the event store holds it. */
export interface StoredCommit {
  readonly subject: string;
  readonly text: string;
}

/** A message for the event store, with the digest that stands in its header. */
export interface StoryMessage {
  readonly subject: string;
  readonly data: string;
  readonly hash: string;
}

/** Turns one history that really happened into others like it. */
export interface StoryTemplate {
  readonly messages: number;
  /** The same story with these ids in the place of its own, begun at this time. */
  render(ids: readonly string[], startMs: number): StoryMessage[];
}

type Part = string | { readonly id: number } | { readonly afterMs: number } | { readonly isPreviousHash: true };

const timePattern = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
const previousHashKey = '"previousHash":"';

/** Cuts a text where ids, times and the hash of the commit before stand. */
const cut = (text: string, ids: readonly string[], startMs: number): Part[] => {
  const pattern = new RegExp(`(${ids.join('|')}|${timePattern}|(?<=${previousHashKey})[0-9a-f]*)`);
  return text.split(pattern).map((piece, i): Part => {
    if (i % 2 === 0) return piece;
    const id = ids.indexOf(piece);
    if (id >= 0) return { id };
    return /^[0-9a-f]*$/.test(piece) ? { isPreviousHash: true } : { afterMs: Math.round(preciseMs(piece) - startMs) };
  });
};

/** The template of a story: its commits in order, and which ids in it are its own. */
export const storyTemplate = (commits: readonly StoredCommit[], ids: readonly string[]): StoryTemplate => {
  const startMs = preciseMs((JSON.parse(commits[0]?.text ?? '{}') as { occurredAt: string }).occurredAt);
  const cuts = commits.map(({ subject, text }) => ({
    subject: cut(subject, ids, startMs),
    text: cut(text, ids, startMs),
  }));
  return {
    messages: commits.length,
    render: (own, atMs) => {
      const heads = new Map<string, string>();
      const fill = (parts: readonly Part[], previousHash: string): string => {
        let text = '';
        for (const part of parts) {
          if (typeof part === 'string') text += part;
          else if ('id' in part) text += own[part.id];
          else if ('afterMs' in part) text += new Date(atMs + part.afterMs).toISOString();
          else text += previousHash;
        }
        return text;
      };
      return cuts.map((each) => {
        const subject = fill(each.subject, '');
        const data = fill(each.text, heads.get(subject) ?? '');
        const digest = hash('sha256', data);
        heads.set(subject, digest);
        return { subject, data, hash: digest };
      });
    },
  };
};
