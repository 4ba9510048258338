import type { Config } from '@ffapi/config';

/** What holds for every call to a URL that a user gave: whether inward addresses are open, and which hosts are this platform. */
export const egressRules = ({
  ALLOW_PRIVATE_IPS: allowPrivateIps,
  PUBLIC_BASE_URL: publicUrl,
  HOST: host,
}: Pick<Config, 'ALLOW_PRIVATE_IPS' | 'PUBLIC_BASE_URL' | 'HOST'>) => ({
  allowPrivateIps,
  ownHosts: [host, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])],
});
