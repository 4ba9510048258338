import { setting, text, type Setting } from './setting.ts';

/** Which programs are run. */
export const toolSettings = {
  FFMPEG_PATH: setting('work', text, 'The ffmpeg to run.', { preset: 'ffmpeg' }),
  FFPROBE_PATH: setting('work', text, 'The ffprobe to run.', { preset: 'ffprobe' }),
} as const satisfies Record<string, Setting>;

/** Their names. */
export const toolSettingNames = Object.keys(toolSettings) as (keyof typeof toolSettings)[];
