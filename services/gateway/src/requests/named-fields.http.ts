import { pointerAsGiven, resolveAliases, type Problem, type Resolved, type Route } from '@ffapi/contracts';
import type { FastifyRequest } from 'fastify';
import { RequestRefused } from './problem.http.ts';

const renamedIn = new WeakMap<FastifyRequest, Resolved['renamed']>();

/** Gives the fields of a body the names of its schema, before anything looks at them. */
export const nameFields = ({ body: schema, aliases }: Route, request: FastifyRequest): void => {
  if (!schema) return;
  const { value, renamed, issues } = resolveAliases(schema, request.body, aliases);
  if (issues.length > 0) throw new RequestRefused('param_conflict', { detail: issues[0]?.message, errors: issues });
  request.body = value;
  renamedIn.set(request, renamed);
};

/** A problem whose pointers name the fields as they were sent. */
export const asSent = (problem: Problem, request: FastifyRequest): Problem => {
  const renamed = renamedIn.get(request) ?? [];
  if (!problem.errors || renamed.length === 0) return problem;
  const errors = problem.errors.map((each) => ({ ...each, pointer: pointerAsGiven(each.pointer, renamed) }));
  return { ...problem, errors };
};
