import { describe, expect, it } from 'vitest';
import { newUserName, userName, userNameKey } from './user-name.ts';

const refused = (name: string): boolean => !newUserName.safeParse(name).success;

describe('a new name', () => {
  it.each([
    'ada',
    'Ada.Lovelace',
    'ada@example.com',
    'ada+films_2-b',
    '42',
    'Zoë',
    'Łukasz',
    'Søren',
    'Nguyễn',
    'Straße',
    'Ольга',
    'Дмитрий',
    'Βαγγέλης',
    'Σωκράτης',
    'Արամ',
    'יעל',
    'ליאת',
    'محمد',
    'สมชาย'.replaceAll(/\p{M}/gu, ''),
    '山田太郎',
    'やまだ',
    'ヤマダ',
    '김철수',
    '山田taro',
  ])('may be %s', (name) => {
    expect(newUserName.safeParse(name).error?.issues ?? []).toEqual([]);
  });

  it.each([
    ['a Cyrillic о', 'оlga'],
    ['a Cyrillic а', 'аda'],
    ['a Greek ο', 'bοb'],
    ['a Latin o among Cyrillic', 'Oльга'],
    ['Greek and Cyrillic', 'αда'],
    ['Cyrillic that reads as Latin', 'асе'],
    ['Cyrillic that reads as BOB', 'ВОВ'],
    ['Cyrillic with an address', 'сеор@хуѕ.сор'],
    ['Greek that reads as Latin', 'ΑΝΝΑ'],
    ['Greek that reads as Latin, small', 'ρορ'],
    ['Armenian that reads as Latin', 'օսօ'],
    ['Cyrillic ё that reads as ë', 'ёс'],
    ['a Latin alpha', 'ɑda'],
    ['a Latin script g', 'ɡus'],
    ['a small capital', 'ʙob'],
    ['a dotless i', 'adıl'],
    ['a click', 'ǃadmin'],
    ['Cherokee', 'ᎪᎠᎪ'],
    ['Lisu', 'ꓮꓓꓮ'],
    ['Coptic', 'ⲁⲇⲁ'],
    ['Deseret', '𐐀𐐂'],
    ['Arabic digits', 'user٣'],
    ['a digit of NKo', 'b߀b'],
    ['a Hangul filler', 'ada\u3164'],
    ['a half-width filler', 'ada\uffa0'],
    ['nothing that can be seen', '\u3164'],
    ['a joiner', 'a\u200dda'],
    ['a soft hyphen', 'a\u00adda'],
    ['a mark by itself', 'a\u0323\u0307\u0331'],
    ['a right-to-left mark', 'ada\u200f'],
    ['a space', 'a b'],
    ['white space only', ' '],
  ])('has no %s', (_, name) => {
    expect(refused(name)).toBe(true);
  });

  it.each([
    ['full width', 'ａｄａ', 'ada'],
    ['mathematical', '𝐚𝐝𝐚', 'ada'],
    ['circled', 'ⓐⓓⓐ', 'ada'],
    ['a ligature', 'ﬁlm', 'film'],
    ['a roman numeral', 'Ⅷ', 'VIII'],
    ['in two parts', 'Zoe\u0308', 'Zoë'],
    ['a full width sign', 'ada＠home', 'ada@home'],
    ['superscript', 'ada²', 'ada2'],
  ])('is one however it is written: %s', (_, written, kept) => {
    expect(newUserName.parse(written)).toBe(kept);
    expect(userNameKey(written)).toBe(userNameKey(kept));
  });
});

it('people whose name is older still log in', () => {
  for (const name of ['оlga', 'ａｄａ', 'user٣']) expect(userName.safeParse(name).success).toBe(true);
});
