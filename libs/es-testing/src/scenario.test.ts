import { refuse, type Decider } from '@ffapi/es';
import { describe, expect, it } from 'vitest';
import { given } from './scenario.ts';

type Opened = { type: 'Opened'; version: 1; data: { by: string } };
type Open = { type: 'open'; by: string };

const door: Decider<Open, Opened, string | null> = {
  initialState: null,
  decide: (command, openedBy) => {
    if (openedBy === command.by) return [];
    if (openedBy !== null) refuse('door.already_open');
    return [{ type: 'Opened', version: 1, data: { by: command.by } }];
  },
  evolve: (_, event) => event.data.by,
};
const opened = (by: string): Opened => ({ type: 'Opened', version: 1, data: { by } });

describe('given/when/then', () => {
  it('passes when the decider returns the expected events', () => {
    given(door)
      .when({ type: 'open', by: 'ann' })
      .then([opened('ann')]);
    given(door, [opened('ann')])
      .when({ type: 'open', by: 'ann' })
      .thenNothing();
    given(door, [opened('ann')])
      .when({ type: 'open', by: 'bob' })
      .thenRefused('door.already_open');
  });

  it('fails on other events, another code, a missing refusal', () => {
    const outcome = given(door).when({ type: 'open', by: 'ann' });
    expect(() => outcome.then([opened('bob')])).toThrow();
    expect(() => outcome.thenNothing()).toThrow();
    expect(() => outcome.thenRefused('door.already_open')).toThrow(/expected the refusal/);
    const refused = given(door, [opened('ann')]).when({ type: 'open', by: 'bob' });
    expect(() => refused.thenRefused('door.locked')).toThrow();
    expect(() => refused.then([])).toThrow(/door.already_open/);
  });

  it('lets a defect of the decider through', () => {
    const broken: Decider<Open, Opened, null> = {
      ...door,
      initialState: null,
      evolve: () => null,
      decide: () => {
        throw new TypeError('broken');
      },
    };
    expect(() => given(broken).when({ type: 'open', by: 'ann' }).thenRefused('door.already_open')).toThrow(TypeError);
  });
});
