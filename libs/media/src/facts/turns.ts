/** A way to turn a picture so that it stands as it was taken: `mirror` changes left and right, `upend` top and bottom. */
export type Turn = 'left' | 'right' | 'half' | 'mirror' | 'upend';

/** EXIF 2.32, 4.6.4, tag 274: what has to be done to the stored picture, in this order. */
const byOrientation: readonly (readonly Turn[])[] = [
  [],
  [],
  ['mirror'],
  ['half'],
  ['upend'],
  ['mirror', 'left'],
  ['right'],
  ['mirror', 'right'],
  ['left'],
];

export const turnsOf = (orientation: number): readonly Turn[] => byOrientation[orientation] ?? [];

const filters: Readonly<Record<Turn, string>> = {
  left: 'transpose=dir=cclock',
  right: 'transpose=dir=clock',
  half: 'hflip,vflip',
  mirror: 'hflip',
  upend: 'vflip',
};

export const turnFilters = (turns: readonly Turn[]): string[] => turns.map((turn) => filters[turn]);

/** Whether width and height change places. */
export const isOnSide = (turns: readonly Turn[]): boolean =>
  turns.filter((turn) => turn === 'left' || turn === 'right').length % 2 === 1;
