/**
 * English names of divisions for scripts/place-data.ts: pinyin of the proper part, a plain English word for the kind.
 * The readings come from a pinyin library; the corrections below are place readings that it gets wrong.
 */

export type Reading = (text: string) => string[]

const READINGS: Readonly<Record<string, string>> = {
  珲春: 'hun chun',
  杨大城子: 'yang da cheng zi',
  嘎什根: 'ga shi gen',
  毛都: 'mao du',
  伯都: 'bo du',
  温都: 'wen du',
  敖都: 'ao du',
  兴参: 'xing shen',
  堡: 'pu',
}

const NATIONALITIES: Readonly<Record<string, string>> = { 满族: 'Manchu', 朝鲜族: 'Korean', 蒙古族: 'Mongol', 回族: 'Hui', 锡伯族: 'Xibe' }

/** Longest first: the first ending that fits is taken. */
const SPECIAL_ENDINGS: readonly (readonly [string, string])[] = [
  ['高新技术产业开发区', 'High-Tech Industrial Development Zone'],
  ['高新技术开发区', 'High-Tech Development Zone'],
  ['经济技术开发区', 'Economic and Technological Development Zone'],
  ['旅游经济开发区', 'Tourism and Economic Development Zone'],
  ['经济开发区', 'Economic Development Zone'],
  ['开发区', 'Development Zone'],
  ['产业园区', 'Industrial Park'],
  ['环城工业集中区', 'Huancheng Industrial Cluster'],
  ['工业集中区', 'Industrial Cluster'],
  ['工业区', 'Industrial Area'],
  ['国有林保护中心', 'State Forest Protection Centre'],
  ['国有林总场', 'State Forest General Farm'],
  ['国营林场', 'State Forest Farm'],
  ['机械林场', 'Mechanised Forest Farm'],
  ['林业有限公司', 'Forestry Company'],
  ['林业局', 'Forestry Bureau'],
  ['灌区管理局', 'Irrigation District Administration'],
  ['余热鱼苗繁殖场', 'Fish Hatchery'],
  ['商业渔场', 'Commercial Fishery'],
  ['国营渔场', 'State Fishery'],
  ['渔场', 'Fishery'],
  ['果树农场', 'Orchard Farm'],
  ['农场', 'Farm'],
  ['畜牧场', 'Livestock Farm'],
  ['种畜场', 'Breeding Stock Farm'],
  ['种牛场', 'Cattle Breeding Farm'],
  ['种猪场', 'Pig Breeding Farm'],
  ['种马场', 'Horse Breeding Farm'],
  ['种羊场', 'Sheep Breeding Farm'],
  ['饲养场', 'Livestock Farm'],
  ['牧场', 'Pasture'],
  ['牛场', 'Cattle Farm'],
  ['马场', 'Horse Farm'],
  ['猪场', 'Pig Farm'],
  ['鹿场', 'Deer Farm'],
  ['良种繁育基地', 'Seed Breeding Base'],
  ['原种繁殖场', 'Seed Farm'],
  ['良种繁育场', 'Seed Farm'],
  ['良种场', 'Seed Farm'],
  ['原种场', 'Seed Farm'],
  ['农科院', 'Academy of Agricultural Sciences'],
  ['水库', 'Reservoir'],
  ['新村', 'New Village'],
]

const WHOLE: Readonly<Record<string, string>> = {
  吉林省: 'Jilin Province',
  延边朝鲜族自治州: 'Yanbian Korean Autonomous Prefecture',
  前郭尔罗斯蒙古族自治县: 'Qian Gorlos Mongol Autonomous County',
  长白朝鲜族自治县: 'Changbai Korean Autonomous County',
  伊通满族自治县: 'Yitong Manchu Autonomous County',
  前郭尔罗斯镇: 'Qian Gorlos Town',
  前郭尔罗斯蒙古族自治县国有林总场: 'Qian Gorlos State Forest General Farm',
  长白山保护开发区池北区: 'Chibei Area, Changbai Mountain Protection and Development Zone',
  长白山保护开发区池西区: 'Chixi Area, Changbai Mountain Protection and Development Zone',
  长白山保护开发区池南区: 'Chinan Area, Changbai Mountain Protection and Development Zone',
  省原种繁殖场: 'Provincial Seed Farm',
  市原种场: 'Municipal Seed Farm',
}

const ENDINGS: readonly (readonly [string, string])[] = [
  ['街道', 'Subdistrict'],
  ['镇', 'Town'],
  ['乡', 'Township'],
  ['县', 'County'],
  ['区', 'District'],
  ['市', 'City'],
]

/** Syllables without tones, ü as v, with the corrections for places. */
export function syllables(text: string, reading: Reading): string[] {
  for (const [place, correct] of Object.entries(READINGS)) {
    const at = text.indexOf(place)
    if (at < 0) continue
    const rest = text.slice(at + place.length)
    return [...(at > 0 ? syllables(text.slice(0, at), reading) : []), ...correct.split(' '), ...(rest === '' ? [] : syllables(rest, reading))]
  }
  return reading(text).filter((syllable) => /^[a-z]+$/.test(syllable))
}

/** `["ji","an"]` → `Ji'an`: an apostrophe before a, e, o inside a word (GB/T 16159). */
function word(parts: readonly string[]): string {
  const joined = parts.map((part, index) => (index > 0 && /^[aeo]/.test(part) ? `'${part}` : part)).join('')
  return (joined.charAt(0).toUpperCase() + joined.slice(1)).replaceAll('v', 'ü').replaceAll('V', 'Ü')
}

export function englishName(name: string, kind: string, reading: Reading): string {
  const whole = WHOLE[name]
  if (whole !== undefined) return whole
  const endings = kind === 'special' ? SPECIAL_ENDINGS : ENDINGS
  const ending = endings.find(([zh]) => name.endsWith(zh))
  if (ending === undefined) return word(syllables(name, reading))
  let stem = name.slice(0, name.length - ending[0].length)
  const peoples: string[] = []
  if (kind !== 'special') {
    for (let found = peopleAtEnd(stem); found !== undefined; found = peopleAtEnd(stem)) {
      peoples.unshift(found[1])
      stem = stem.slice(0, stem.length - found[0].length)
    }
  }
  return [...stemWords(stem, kind, reading), ...(peoples.length > 0 ? [joinWithAnd(peoples)] : []), ending[1]].join(' ')
}

const peopleAtEnd = (stem: string) => Object.entries(NATIONALITIES).find(([zh]) => stem.endsWith(zh) && stem.length > zh.length)

/** What stands before the proper name of a zone, farm or bureau. */
const LEADING: readonly (readonly [string, string])[] = [
  ['长白山森工集团', 'Changbaishan Forest Industry Group'],
  ['松原市宁江区', 'Songyuan Ningjiang'],
  ['松原市', 'Songyuan'],
  ['公主岭市', 'Gongzhuling'],
  ['延吉市', 'Yanji City'],
  ['敦化市', 'Dunhua City'],
  ['龙井市', 'Longjing City'],
  ['和龙市', 'Helong City'],
  ['安图县', 'Antu County'],
  ['吉林', 'Jilin'],
  ['通化', 'Tonghua'],
  ['龙井', 'Longjing'],
  ['延边', 'Yanbian'],
]

function stemWords(stem: string, kind: string, reading: Reading): string[] {
  const leading = kind === 'special' ? LEADING.find(([zh]) => stem.startsWith(zh)) : undefined
  if (leading === undefined) return stem === '' ? [] : [word(syllables(stem, reading))]
  const rest = stem.slice(leading[0].length)
  if (rest === '') return [leading[1]]
  return [leading[1], word(syllables(rest, reading))]
}

const joinWithAnd = (words: readonly string[]): string => (words.length < 3 ? words.join(' and ') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`)
