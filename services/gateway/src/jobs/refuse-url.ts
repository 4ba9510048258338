import { guardUrl } from '@ffapi/egress';
import { egressRules, type ServiceContext } from '@ffapi/service-kit';
import { RequestRefused } from '../requests/index.ts';

/** Refuses a URL that could not be called anyway, with the field that holds it. */
export const refuseUrl = ({ config }: Pick<ServiceContext, 'config'>, url: string, field: string): void => {
  try {
    guardUrl(url, egressRules(config));
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    throw new RequestRefused(code, { detail: message, errors: [{ pointer: `/${field}`, code, message }] });
  }
};
