import { Refusal } from '@ffapi/es';
import { safeFileName } from '@ffapi/contracts';
import { extensionIsBlocked } from './file-names.ts';
import { refusedKind } from './refused-kinds.ts';
import { withExtensionOf } from './extension-of-content.ts';
import { ScannerUnavailable, type Scan } from './clamd.client.ts';
import { typeOfBytes } from './file-type.client.ts';

export interface FileRules {
  readonly BLOCKED_FILE_EXTENSIONS: string;
  readonly ALLOW_ARCHIVES: boolean;
}

export interface Candidate {
  /** As its sender called it. */
  readonly name: string;
  /** Its first bytes, as many as `headBytes` where it has them. */
  readonly head: Uint8Array;
  /** All of it, to be scanned. */
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
}

export interface Admitted {
  readonly name: string;
  readonly contentType: string;
}

/** The one gate for files of users, uploaded or fetched: what comes out may be stored under that name; the rest is refused. */
export type AdmitFile = (candidate: Candidate) => Promise<Admitted>;

export const createFileGate =
  (rules: FileRules, scan: Scan | null): AdmitFile =>
  async ({ name, head, open }) => {
    if (head.length === 0) throw new Refusal('input_empty');
    if (extensionIsBlocked(name, rules.BLOCKED_FILE_EXTENSIONS)) throw new Refusal('extension_blocked');
    const kind = refusedKind(head);
    if (kind === 'executable') throw new Refusal('executable_refused');
    if (kind === 'archive' && !rules.ALLOW_ARCHIVES) throw new Refusal('archive_refused');
    if (scan) await refuseMalware(scan, await open());
    const { contentType, extension } = await typeOfBytes(head);
    return { name: withExtensionOf(safeFileName(name), extension), contentType };
  };

const refuseMalware = async (scan: Scan, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
  const verdict = await scan(bytes).catch((error: unknown) => {
    if (!(error instanceof ScannerUnavailable)) throw error;
    throw new Refusal('scanner_unavailable', { reason: error.message });
  });
  if (!verdict.isClean) throw new Refusal('malware_found', { signature: verdict.signature });
};
