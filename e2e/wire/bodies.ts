import type { Chance } from './chance.ts';

export interface Body {
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

const jsonTexts: readonly string[] = [
  ['', '{', '[]', 'null', '1', '"x"', '{"a":1,"a":2}', '{"__proto__":{"isAdmin":true}}', '{"constructor":{}}'],
  ['{"input_url":"file_00000000"}', '{"url":"http://127.0.0.1/a.mp4"}', '{"input_url":"//"}', '{"name":"toString"}'],
  [
    '{"input_url":1e999}',
    '{"url":"\\ud800"}',
    '{"metadata":{"a":"\\u0000"}}',
    '\ufeff{}',
    '{"username":"a","password":"b"}',
  ],
  [`${'['.repeat(2_000)}`, `{"url":"${'x'.repeat(9_000)}"}`, '{"args":["-i","x"]}', '{"events":["*"],"url":"http://"}'],
].flat();

const json = (chance: Chance): Body => ({
  headers: {
    'content-type': chance.one([
      'application/json',
      'application/json; charset=utf-16',
      'application/json;charset="',
      'application/problem+json',
      'APPLICATION/JSON',
    ]),
  },
  bytes: Buffer.from(chance.one(jsonTexts)),
});

const boundaries: readonly string[] = [
  ['b', '""', '"b', '', '\u00e9', 'a b', 'b;c', "'b'", '"a\\"b"', 'x'.repeat(71), 'x'.repeat(300), '--', '-', 'b\t'],
  ['=?', '"(),/:=?"', 'b; boundary=c', '%00', '..', '__proto__'],
].flat();

const partHeads: readonly string[] = [
  'content-disposition: form-data; name="file"; filename="a.mp4"',
  'content-disposition: form-data; name="file"; filename=""',
  'content-disposition: form-data; name="file"; filename="file:x.mp4"',
  'content-disposition: form-data; name="file"; filename="../../a\0.mp4"',
  'content-disposition: form-data; name="file"; filename*=utf-8\'\'%ff%fe',
  'content-disposition: form-data; name="file"; filename*=\'\'',
  'content-disposition: form-data; name="__proto__"',
  'content-disposition: form-data; name="toString"; filename="a"',
  'content-disposition: form-data',
  'content-disposition:',
  'content-type: multipart/mixed; boundary=c',
  'content-transfer-encoding: base64',
  `x: ${'a'.repeat(20_000)}`,
  ': ',
  '',
];

const form = (chance: Chance): Body => {
  const boundary = chance.one(boundaries);
  const inside = chance.is(0.3) ? chance.one(boundaries) : boundary.replaceAll('"', '');
  const part = (): string => {
    const heads = Array.from({ length: 1 + chance.int(2) }, () => chance.one(partHeads));
    return `--${inside}\r\n${heads.join('\r\n')}\r\n\r\n${chance.bytes(chance.int(40)).toString('latin1')}\r\n`;
  };
  const parts = Array.from({ length: chance.int(4) }, part).join('');
  const end = chance.one([`--${inside}--\r\n`, `--${inside}--`, `--${inside}`, '', '--\r\n', '\r\n']);
  const kind = chance.one(['multipart/form-data', 'multipart/form-data', 'multipart/mixed', 'Multipart/Form-Data']);
  return { headers: { 'content-type': `${kind}; boundary=${boundary}` }, bytes: Buffer.from(parts + end, 'latin1') };
};

const other = (chance: Chance): Body => ({
  headers: {
    'content-type': chance.one([
      'text/plain',
      'text/vtt',
      '*/*',
      '',
      'application/x-www-form-urlencoded',
      '/',
      ';',
      'a',
    ]),
    ...(chance.is(0.2) ? { 'content-encoding': chance.one(['gzip', 'br', 'identity', 'x']) } : {}),
  },
  bytes: chance.bytes(chance.int(200)),
});

const chunked = (chance: Chance, bytes: Buffer): Buffer => {
  const size = chance.one(
    [
      bytes.length.toString(16),
      bytes.length.toString(16),
      bytes.length.toString(16).toUpperCase().padStart(8, '0'),
      `${bytes.length.toString(16)};ext=1`,
      `${bytes.length.toString(16)};${'e'.repeat(20_000)}`,
      ['-1', '0x10', 'ffffffffffffffff', '7fffffffffffffff', '', ' ', 'g', '0', '1', '99999999999999999999'],
    ].flat(),
  );
  const last = chance.one([
    '0\r\n\r\n',
    '0\r\nx: y\r\n\r\n',
    '0\r\ncontent-length: 3\r\n\r\n',
    '0\r\n',
    '0\n\n',
    '',
    '00000\r\n\r\n',
  ]);
  return Buffer.concat([
    Buffer.from(`${size}\r\n`),
    bytes,
    Buffer.from(chance.one(['\r\n', '\r\n', '\n', ''])),
    Buffer.from(last),
  ]);
};

/** A body with the headers that announce it, rightly or not. */
export const body = (chance: Chance): Body => {
  const { headers, bytes } = chance.one([json, json, form, form, other])(chance);
  const kind = chance.int(10);
  if (kind < 5) return { headers: { ...headers, 'content-length': String(bytes.length) }, bytes };
  if (kind < 8)
    return {
      headers: { ...headers, 'transfer-encoding': chance.one(['chunked', 'chunked', 'Chunked', 'gzip, chunked', 'x']) },
      bytes: chunked(chance, bytes),
    };
  const announced = chance.one([
    bytes.length + 1,
    bytes.length + 5_000,
    0,
    -1,
    '1e3',
    '0x10',
    '9'.repeat(25),
    '1, 1',
    '',
  ]);
  return {
    headers: {
      ...headers,
      'content-length': String(announced),
      ...(chance.is(0.2) ? { 'transfer-encoding': 'chunked' } : {}),
    },
    bytes,
  };
};
