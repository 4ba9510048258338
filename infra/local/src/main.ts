import { ConfigInvalid, configNotices, loadConfig, printConfig } from '@ffapi/config';
import { catchLast } from '@ffapi/service-kit';
import { noteRunning, startPlatform } from './platform.ts';

const readConfig = () => {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
};

const start = async (): Promise<void> => {
  const config = readConfig();
  for (const notice of configNotices(process.env)) process.stderr.write(`notice  ${notice}\n`);
  if (process.argv.includes('--print-config')) {
    process.stdout.write(`${printConfig(config)}\n`);
    return;
  }
  const starting = startPlatform(config);
  let isStopping = false;
  let forget = (): void => {};
  const stop = async (code: number): Promise<void> => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), config.SHUTDOWN_GRACE_SECONDS * 1000).unref();
    // A start is not broken off in the middle: what it has begun, NATS above all, would be left behind.
    await (await starting).stop();
    forget();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));

  const platform = await starting.catch((error: Error) => {
    process.stderr.write(`The platform did not start: ${error.message}\n`);
    return process.exit(1);
  });
  if (isStopping) return;
  forget = noteRunning(config, platform);
  const { gateway, log, metrics } = platform;
  catchLast(process, { log, metrics, isPublic: gateway !== null, end: () => void (isStopping || stop(1)) });
  if (gateway?.adminKeyIsNew)
    process.stdout.write(
      `admin key ${gateway.adminKey}  (kept in ${config.FFAPI_DATA_DIR}/admin.key; shown this once)\n`,
    );
  process.stdout.write(gateway ? `ready ${gateway.url}\n` : `ready (${config.SERVICES ?? ''})\n`);

  const failure = await platform.ended;
  if (isStopping) return;
  if (failure !== null) process.stderr.write(`${failure}\n`);
  await stop(failure === null ? 0 : 1);
};

await start();
