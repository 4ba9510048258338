import { ConfigInvalid, configNotices, loadConfig, printConfig } from '@ffapi/config';
import { noteRunning, startPlatform, type Platform } from './platform.ts';

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
  let platform: Platform;
  try {
    platform = await startPlatform(config);
  } catch (error) {
    process.stderr.write(`The platform did not start: ${(error as Error).message}\n`);
    process.exit(1);
  }
  const forget = noteRunning(config, platform);
  const { gateway } = platform;
  if (gateway?.adminKeyIsNew)
    process.stdout.write(
      `admin key ${gateway.adminKey}  (kept in ${config.FFAPI_DATA_DIR}/admin.key; shown this once)\n`,
    );
  process.stdout.write(gateway ? `ready ${gateway.url}\n` : `ready (${config.SERVICES ?? ''})\n`);

  let isStopping = false;
  const stop = async (code: number): Promise<void> => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), config.SHUTDOWN_GRACE_SECONDS * 1000).unref();
    await platform.stop();
    forget();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
  const failure = await platform.ended;
  if (isStopping) return;
  if (failure !== null) process.stderr.write(`${failure}\n`);
  await stop(failure === null ? 0 : 1);
};

await start();
