import type { ErrorCode, TranslationProviderName } from '@ffapi/contracts';
import { errorRow } from '@ffapi/contracts';

export interface Languages {
  /** As the request names them: `en`, `pt-BR`, `eng`. */
  readonly from: string;
  readonly to: string;
}

/** Translates texts with HTML tags, in order, one for one. */
export interface TranslationProvider {
  readonly name: TranslationProviderName;
  /** What one call may hold. */
  readonly limits: { readonly textsMax: number; readonly charactersMax: number };
  translate(texts: readonly string[], languages: Languages, signal: AbortSignal): Promise<readonly string[]>;
}

/** A translation that came to nothing; its message is safe to show. */
export class TranslationFailure extends Error {
  override readonly name = 'TranslationFailure';
  readonly code: ErrorCode;
  /** Whether the same call may succeed a little later. */
  readonly isTransient: boolean;
  readonly retryAfterMs: number | null;
  constructor(
    code: ErrorCode,
    detail?: string,
    { isTransient = false, retryAfterMs = null }: { isTransient?: boolean; retryAfterMs?: number | null } = {},
  ) {
    const { title } = errorRow(code);
    super(detail === undefined ? title : `${title.replace(/\.$/, '')}: ${detail}.`);
    this.code = code;
    this.isTransient = isTransient;
    this.retryAfterMs = retryAfterMs;
  }
}
