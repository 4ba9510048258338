import { conflict, type ParamIssue } from '../operation.ts';

/** A track is named by number or by language. */
export const checkTrack = (params: { readonly track?: number; readonly language?: string }): ParamIssue[] =>
  params.track !== undefined && params.language !== undefined
    ? [conflict('/language', 'give track or language, not both')]
    : [];
