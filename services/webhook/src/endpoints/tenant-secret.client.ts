import { formatSecret } from '@ffapi/secrets';
import { derivedKey, type ServiceContext } from '@ffapi/service-kit';

/** Signs the calls to a job's own webhook_url: one secret per key, derived, so that it is never stored. */
export const tenantSecret = ({ masterKey }: Pick<ServiceContext, 'masterKey'>, apiKeyId: string): string =>
  formatSecret(derivedKey(masterKey, `webhook:${apiKeyId}`));
