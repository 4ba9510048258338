import { probablyMeant } from '@ffapi/contracts';
import { alertNotices } from './alert-settings.ts';
import { givenTogether, type ConfigProblem } from './config-problem.ts';
import { moderationProblems } from './moderation-settings.ts';
import { storageProblems } from './storage-settings.ts';
import { pendingSettings, retiredSettings, settings, type Config, type SettingName } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Some settings cannot be used; the message is a table of all of them. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    const width = Math.max(...problems.map(({ name }) => name.length));
    const lines = problems.map(
      ({ name, value, problem }) => `  ${name.padEnd(width)}  ${problem}${value ? `  (given: ${value})` : ''}`,
    );
    super(`These settings cannot be used:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

const names = Object.keys(settings) as SettingName[];
const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** Whether a name or an address, also in the brackets of a URL, is this machine's own. */
export const isLoopback = (host: string): boolean => loopback.has(host.replace(/^\[(.*)\]$/, '$1'));

/** As FFAPI 1 had it. */
const isDebug = ({ DEBUG }: Environment): boolean => /^(true|1)$/i.test(DEBUG ?? '');

/** The settings of this process from its environment; throws `ConfigInvalid` with every problem at once. */
export const loadConfig = (environment: Environment): Config => {
  const problems: ConfigProblem[] = [];
  const config: Record<string, unknown> = {};
  for (const name of names) {
    const setting = settings[name];
    const given = environment[name] || (name === 'LOG_LEVEL' && isDebug(environment) ? 'debug' : undefined);
    const preset = 'preset' in setting ? setting.preset : undefined;
    const parsed = setting.schema.safeParse(given ?? preset);
    if (parsed.success) config[name] = parsed.data;
    else {
      const problem = parsed.error.issues.map(({ message }) => message).join('; ');
      problems.push({ name, value: 'secret' in setting ? '' : (given ?? ''), problem });
    }
  }
  if (config.REQUIRE_API_KEY === false && !isLoopback(String(config.HOST)))
    problems.push({
      name: 'REQUIRE_API_KEY',
      value: 'false',
      problem: `keys cannot be off while HOST is ${String(config.HOST)}: anyone could use the API`,
    });
  if (config.AUDIT_SPLUNK_HEC_URL !== undefined && config.AUDIT_SPLUNK_HEC_TOKEN === undefined)
    problems.push({ name: 'AUDIT_SPLUNK_HEC_TOKEN', value: '', problem: 'AUDIT_SPLUNK_HEC_URL needs it' });
  problems.push(
    ...givenTogether(config, 'LOGIN_USERNAME', 'LOGIN_PASSWORD'),
    ...moderationProblems(config),
    ...storageProblems(config),
  );
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return config as Config;
};

/** Of scripts and tests, not of the platform. */
const ofScripts = /^FFAPI_(API_KEY|ASSUME_YES|CACHE_DIR|E2E_|FAIL_POINT|PROFILE|PUBLISH|STOP_GRACE_PERIOD|URL|VERSION)/;

const misspelt = (environment: Environment): string[] => {
  const known = [...names, ...Object.keys({ ...retiredSettings, ...pendingSettings })];
  return Object.keys(environment).flatMap((name) => {
    const meant = probablyMeant(name, known);
    if (meant !== null) return `${name} is no setting and does nothing; did you mean ${meant}?`;
    const isOurs = name.startsWith('FFAPI_') && !known.includes(name) && !ofScripts.test(name);
    return isOurs ? `${name} is no setting and does nothing; docs/reference/configuration.md lists all of them.` : [];
  });
};

/** Lines about settings that are given and do nothing, or less than one might think. */
export const configNotices = (environment: Environment): string[] => [
  ...Object.entries({ ...retiredSettings, ...pendingSettings })
    .filter(([name]) => environment[name] !== undefined)
    .map(([name, why]) => `${name} is not used: ${why}`),
  ...alertNotices(environment),
  ...misspelt(environment),
];

/** The settings as text for people, secrets left out. */
export const printConfig = (config: Config): string =>
  names
    .map((name) => {
      const value = config[name];
      const shown = value === undefined ? '(unset)' : 'secret' in settings[name] ? '(secret)' : String(value);
      return `${name}=${shown}`;
    })
    .join('\n');
