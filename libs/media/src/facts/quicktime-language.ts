/**
 * The languages that QuickTime files can name, as FFmpeg spells them there: a list of numbers older than ISO 639-2/T,
 * in which a few have names of their own.
 */
const own =
  'eng fra ger ita dut sve spa dan por nor heb jpn ara fin gre ice mlt tur chi urd hin tha kor lit pol hun est lav smi per rus iri alb ron ces slk slv yid mac bul ukr bel uzb kaz aze arm geo mol kir tgk tuk mon pus kur kas snd tib nep san mar ben asm guj ori mal kan tam tel sin bur khm lao vie ind tgl may amh tir orm som swa kin run nya mlg epo wel baq cat lat que grn aym tat uig dzo jav'.split(
    ' ',
  );

const spelled: Readonly<Record<string, string>> = {
  ...Object.fromEntries(own.map((code) => [code, code])),
  deu: 'ger',
  fre: 'fra',
  nld: 'dut',
  swe: 'sve',
  ell: 'gre',
  isl: 'ice',
  zho: 'chi',
  fas: 'per',
  gle: 'iri',
  sqi: 'alb',
  rum: 'ron',
  cze: 'ces',
  slo: 'slk',
  mkd: 'mac',
  hye: 'arm',
  kat: 'geo',
  bod: 'tib',
  mya: 'bur',
  msa: 'may',
  cym: 'wel',
  eus: 'baq',
  // They stand in the list with a blank, because it has three letters for each.
  hrv: 'hr ',
  srp: 'sr ',
  fao: 'fo ',
  pan: 'pa ',
};

/** The code under which FFmpeg writes a language into a QuickTime file; null where that cannot name it. */
export const quicktimeLanguage = (code: string): string | null =>
  (Object.hasOwn(spelled, code) ? spelled[code] : undefined) ?? null;
