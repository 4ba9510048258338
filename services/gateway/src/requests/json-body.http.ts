import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseStrictJson, UnsafeJson } from './strict-json.ts';
import { RequestRefused } from './problem.http.ts';

/** JSON is UTF-8 (RFC 8259 §8.1): another charset would be read as something else than its sender meant. */
const isUtf8 = (contentType: string): boolean => {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
};

const bodyOf = (bytes: Buffer): unknown => {
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    if (error instanceof UnsafeJson) throw new RequestRefused('invalid_json', { detail: error.message });
    if (error instanceof SyntaxError) throw new RequestRefused('invalid_json');
    throw error;
  }
};

/** Has the server read JSON bodies strictly, in place of its own parser. */
export const readJsonStrictly = (instance: FastifyInstance): void => {
  instance.removeContentTypeParser('application/json');
  instance.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) => {
      if (!isUtf8(request.headers['content-type'] ?? '')) throw new RequestRefused('media_type_not_supported');
      return bodyOf(bytes);
    },
  );
};
