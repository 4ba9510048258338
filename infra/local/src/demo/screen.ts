import type { WriteStream } from 'node:tty';

export interface Screen {
  title(text: string): void;
  line(text: string): void;
  /** Replaces the line before, on a terminal; elsewhere says only what is new. */
  live(text: string): void;
  settle(): void;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

const escape = String.fromCharCode(27);

export const createScreen = (out: WriteStream): Screen => {
  const isTerminal = out.isTTY === true && process.env.NO_COLOR === undefined;
  const paint = (code: number) => (text: string) => (isTerminal ? `${escape}[${code}m${text}${escape}[0m` : text);
  const bold = paint(1);
  let isLive = false;
  let lastTenth = '';
  const settle = (): void => {
    if (isLive && isTerminal) out.write('\n');
    isLive = false;
    lastTenth = '';
  };
  return {
    title: (text) => {
      settle();
      out.write(`\n${bold(text)}\n`);
    },
    line: (text) => {
      settle();
      out.write(`${text}\n`);
    },
    live: (text) => {
      if (isTerminal) {
        out.write(`\r${escape}[2K${text.slice(0, (out.columns ?? 100) - 1)}`);
        isLive = true;
        return;
      }
      // In a log: one line for every tenth of the way.
      const tenth = /(\d)\d %/.exec(text)?.[1] ?? '0';
      if (tenth !== lastTenth) out.write(`${text}\n`);
      lastTenth = tenth;
    },
    settle,
    dim: paint(2),
    good: paint(32),
    bad: paint(31),
  };
};

const cells = 30;

export const bar = (percent: number): string => {
  const full = Math.round((percent / 100) * cells);
  return `${'█'.repeat(full)}${'░'.repeat(cells - full)}`;
};

export const bytes = (count: number): string =>
  count < 1e6 ? `${(count / 1e3).toFixed(0)} kB` : `${(count / 1e6).toFixed(1)} MB`;
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
