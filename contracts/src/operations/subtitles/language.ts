import { z } from 'zod';

/** ISO 639-1 to 639-2/T, for every language that has both. */
const pairs =
  'aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul bi:bis bm:bam bn:ben bo:bod br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces cu:chu cv:chv cy:cym da:dan de:deu dv:div dz:dzo ee:ewe el:ell en:eng eo:epo es:spa et:est eu:eus fa:fas ff:ful fi:fin fj:fij fo:fao fr:fra fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv ht:hat hu:hun hy:hye hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido is:isl it:ita iu:iku ja:jpn jv:jav ka:kat kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mri mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt my:mya na:nau nb:nob nd:nde ne:nep ng:ndo nl:nld nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:ron ru:rus rw:kin sa:san sc:srd sd:snd se:sme sg:sag si:sin sk:slk sl:slv sm:smo sn:sna so:som sq:sqi sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tn:tsn to:ton tr:tur ts:tso tt:tat ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha zh:zho zu:zul';

/** The bibliographic codes that differ from the terminological ones; Matroska files carry them. */
const bibliographic =
  'alb:sqi arm:hye baq:eus bur:mya chi:zho cze:ces dut:nld fre:fra geo:kat ger:deu gre:ell ice:isl mac:mkd mao:mri may:msa per:fas rum:ron slo:slk tib:bod wel:cym';

const tableOf = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(' ').map((pair) => pair.split(':') as [string, string]));
const threeLetters = new Map([...tableOf(pairs), ...tableOf(bibliographic)]);
const twoLetters = new Map([...tableOf(pairs)].map(([two, three]) => [three, two]));

const primary = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';

/** The ISO 639-2/T code of a language tag, as containers store it; null for one that has none. */
export const languageCode = (tag: string): string | null => {
  const code = primary(tag);
  return threeLetters.get(code) ?? (/^[a-z]{3}$/.test(code) ? code : null);
};

/** The shortest form of a language tag without its region, as translators name languages. */
export const shortLanguage = (tag: string): string => {
  const code = languageCode(tag) ?? primary(tag);
  return twoLetters.get(code) ?? code;
};

/** A language as BCP 47 (`en`, `pt-BR`) or ISO 639-2 (`eng`). */
export const languageField = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag such as en, pt-BR or eng')
  .refine((tag) => languageCode(tag) !== null, 'is not a known language');
