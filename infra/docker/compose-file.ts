import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './dockerfile.ts';

export interface ComposeService {
  readonly image?: string;
  readonly profiles?: readonly string[];
  readonly build?: {
    readonly dockerfile: string;
    readonly args?: Readonly<Record<string, string>>;
    readonly additional_contexts?: Readonly<Record<string, string>>;
  };
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly (string | { readonly type: string; readonly target: string })[];
  readonly tmpfs?: readonly string[];
  readonly read_only?: boolean;
  readonly init?: boolean;
  readonly privileged?: boolean;
  readonly user?: string;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly pids_limit?: number;
  readonly mem_limit?: string;
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly scale?: number;
  readonly deploy?: {
    readonly resources: {
      readonly reservations: {
        readonly devices: readonly { readonly driver: string; readonly capabilities: readonly string[] }[];
      };
    };
  };
  readonly develop?: { readonly watch: readonly { readonly action: string; readonly path: string }[] };
  readonly stop_grace_period?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export const composeText = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

/** The Compose file, its anchors merged and its variables as they are written. */
export const readCompose = (): ComposeFile => parse(composeText, { merge: true }) as ComposeFile;
