import type { Change } from './change.ts';

/** A setting that new ones are entered beside, wherever settings are handed on. */
export interface Neighbours {
  /** The folder of the deployment in k8s/base that is given the secret. */
  readonly deployment: string;
  readonly secret: string;
  readonly plain: string;
  /** The last of both in docker-compose.yml. */
  readonly last: string;
}

/** Docker Compose and Kubernetes hand every setting on by name; a secret goes to the one service that needs it. */
export const handedOn = (
  { secret, plain }: { readonly secret?: string; readonly plain: string },
  beside: Neighbours,
): Change[] => [
  {
    path: 'docker-compose.yml',
    at: `      ${beside.last}: \${${beside.last}:-}\n`,
    side: 'after',
    insert: [...(secret ? [secret] : []), plain].map((name) => `      ${name}: \${${name}:-}\n`).join(''),
  },
  { path: 'k8s/base/settings.env', at: `\n${beside.plain}=\n`, side: 'after', insert: `${plain}=\n` },
  ...(secret
    ? ([
        {
          path: `k8s/base/${beside.deployment}/deployment.yaml`,
          at: `key: ${beside.secret}, optional: true } }\n`,
          side: 'after',
          insert: `            - name: ${secret}
              valueFrom: { secretKeyRef: { name: ffapi-secrets, key: ${secret}, optional: true } }\n`,
        },
        {
          path: 'docs/how-to/run-on-kubernetes.md',
          at: `\`${beside.secret}\`, `,
          side: 'after',
          insert: `\`${secret}\`, `,
        },
      ] as const)
    : []),
];
