import { expect, it } from 'vitest';
import { HealthBoard } from './health-board.ts';

const up = { status: 'up' } as const;
const down = { status: 'down', detail: { reason: 'ECONNREFUSED' } } as const;

it('shows each component as whoever sees it worst off', () => {
  const board = new HealthBoard();
  board.record({ instance: 'a', components: { scanner: up, webhooks: up } }, 0);
  board.record({ instance: 'b', components: { scanner: down, moderation: { status: 'absent' } } }, 0);
  expect(board.components(1)).toEqual({ scanner: down, webhooks: up, moderation: { status: 'absent' } });
});

it('forgets what a process said that is gone', () => {
  const board = new HealthBoard();
  board.record({ instance: 'a', components: { scanner: down } }, 0);
  board.record({ instance: 'b', components: { scanner: up } }, 10_000);
  expect(board.components(15_001)).toEqual({ scanner: up });
});

it('takes the last word of a process', () => {
  const board = new HealthBoard();
  board.record({ instance: 'a', components: { scanner: down } }, 0);
  board.record({ instance: 'a', components: { scanner: up } }, 1);
  expect(board.components(2)).toEqual({ scanner: up });
});
