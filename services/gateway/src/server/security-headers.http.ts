import type { FastifyInstance } from 'fastify';
import type { ServiceContext } from '@ffapi/service-kit';

/** Pages take scripts, styles and data from here alone, nothing inline, and stand in no frame. */
const ofPages =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'";
/** What is no page does nothing when a browser shows it as one. */
const ofData = "default-src 'none'; frame-ancestors 'none'";

const isPage = (contentType: unknown): boolean => String(contentType).startsWith('text/html');

/** Adds what keeps a browser from doing more with an answer than it is for; an answer's own policy stays. */
export const addSecurityHeaders = (instance: FastifyInstance, { PUBLIC_BASE_URL }: ServiceContext['config']): void => {
  const isHttps = PUBLIC_BASE_URL?.startsWith('https:') === true;
  instance.addHook('onSend', async (_request, reply) => {
    const isShown = isPage(reply.getHeader('content-type'));
    if (!reply.hasHeader('content-security-policy'))
      reply.header('content-security-policy', isShown ? ofPages : ofData);
    if (isHttps) reply.header('strict-transport-security', 'max-age=31536000');
    if (!isShown) return;
    reply.header('x-frame-options', 'DENY');
    reply.header('cross-origin-opener-policy', 'same-origin');
    reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=()');
  });
};
