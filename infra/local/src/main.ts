import { ConfigInvalid, configNotices, loadConfig, printConfig } from '@ffapi/config';
import { catchLast } from '@ffapi/service-kit';
import { endPolitely } from './end-politely.ts';
import { noteRunning, startPlatform } from './platform.ts';
import { whyItCannotStart } from './why-it-cannot-start.ts';

const giveUp = (code: number, message: string): never => {
  process.stderr.write(`${message}\n`);
  return process.exit(code);
};

const readConfig = () => {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return giveUp(2, error.message);
  }
};

const start = async (): Promise<void> => {
  const config = readConfig();
  for (const notice of configNotices(process.env)) process.stderr.write(`notice  ${notice}\n`);
  if (process.argv.includes('--print-config')) {
    process.stdout.write(`${printConfig(config)}\n`);
    return;
  }
  const obstacle = await whyItCannotStart(config);
  if (obstacle !== null) giveUp(1, `The platform did not start: ${obstacle}`);
  const starting = startPlatform(config);
  let inHand = (): number => 0;
  let forget = (): void => {};
  const { end, isEnding } = endPolitely({
    graceMs: config.SHUTDOWN_GRACE_SECONDS * 1000,
    inHand: () => inHand(),
    // A start is not broken off in the middle: what it has begun, NATS above all, would be left behind.
    stop: async () => {
      await (await starting).stop();
      forget();
    },
  });

  const platform = await starting.catch((error: Error) => giveUp(1, `The platform did not start: ${error.message}`));
  if (isEnding()) return;
  inHand = () => platform.inHand();
  forget = noteRunning(config, platform);
  const { gateway, log, metrics } = platform;
  catchLast(process, { log, metrics, isPublic: gateway !== null, end: () => void (isEnding() || end(1)) });
  if (gateway?.adminKeyIsNew)
    process.stdout.write(
      `admin key ${gateway.adminKey}  (kept in ${config.FFAPI_DATA_DIR}/admin.key; shown this once)\n`,
    );
  process.stdout.write(gateway ? `ready ${gateway.url}\n` : `ready (${config.SERVICES ?? ''})\n`);

  const failure = await platform.ended;
  if (isEnding()) return;
  if (failure !== null) process.stderr.write(`${failure}\n`);
  await end(failure === null ? 0 : 1);
};

await start();
