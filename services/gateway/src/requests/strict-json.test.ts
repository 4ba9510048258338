import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson, UnsafeJson } from './strict-json.ts';

const parse = (text: string): unknown => parseStrictJson(Buffer.from(text));

describe('a body', () => {
  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":1}',
    '[{"b":{"a":1,"a":2}}]',
    '{"a":{"b":1},"a":{"b":2}}',
    '{"__proto__":1}',
    '{"a":[{"\\u005f_proto__":1}]}',
    '{"constructor":{"prototype":{}}}',
    '1e400',
    '[-1e999]',
    `${'['.repeat(33)}${']'.repeat(33)}`,
  ])('is refused: %s', (text) => expect(() => parse(text)).toThrow(UnsafeJson));

  it.each(['{"a":', '{} {}', '[1,]', 'NaN', '', '{/**/}', "{'a':1}", '"\n"', '01'])('is no JSON: %j', (text) =>
    expect(() => parse(text)).toThrow(SyntaxError),
  );

  it.each([[[0xff]], [[0x22, 0xc3, 0x28, 0x22]], [[0x22, 0xed, 0xa0, 0x80, 0x22]], [[0x22, 0xc0, 0xaf, 0x22]]])(
    'is no UTF-8: %j',
    (bytes) => expect(() => parseStrictJson(Uint8Array.from(bytes))).toThrow(UnsafeJson),
  );

  it('is otherwise read as JSON.parse reads it', () => {
    const value = fc.jsonValue({ maxDepth: 6 });
    fc.assert(
      fc.property(value, fc.constantFrom('', ' ', '\n\t'), (given, blank) => {
        const text = JSON.stringify(given, null, blank);
        if (/"(__proto__|prototype)":/.test(text)) return;
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('of any bytes is read or refused, and in time that grows with its length only', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'a', '1', ' ', 'e9'))
        .map((parts) => Buffer.from(parts.join(''))),
    );
    fc.assert(
      fc.property(bytes, (given) => {
        try {
          parseStrictJson(given);
        } catch (error) {
          expect(error instanceof UnsafeJson || error instanceof SyntaxError).toBe(true);
        }
      }),
      { numRuns: 5_000 },
    );
    const long = `{"a":"${'\\"'.repeat(60_000)}","b":[${'1,'.repeat(30_000)}1]}`;
    const before = process.threadCpuUsage();
    parse(long);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(500);
  });
});
