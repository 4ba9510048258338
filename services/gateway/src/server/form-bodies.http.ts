import type { Route } from '@ffapi/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestRefused } from '../requests/index.ts';

/** Reads what a form of a page sends, on routes that take it: a browser sends it across origins without asking. */
export const readForms = (instance: FastifyInstance): void => {
  const read = async (request: FastifyRequest, body: string) => {
    const { takesForm } = request.routeOptions.config as Pick<Route, 'takesForm'>;
    if (!takesForm) throw new RequestRefused('media_type_not_supported');
    return Object.fromEntries(new URLSearchParams(body));
  };
  instance.addContentTypeParser<string>('application/x-www-form-urlencoded', { parseAs: 'string' }, read);
};
