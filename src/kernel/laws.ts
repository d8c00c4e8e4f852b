import type { Sentence } from '#kernel/language.ts'

/** 法律、法规、标准 that a basis may name, and what they are called in English. Longer names first: they contain shorter ones. */
const LAWS: readonly (readonly [zh: string, en: string])[] = [
  ['临时居民身份证管理办法', 'Measures for Temporary ID Cards'],
  ['全国年节及纪念日放假办法', 'Regulation on Public Holidays'],
  ['国务院关于在线政务服务的若干规定', 'Provisions on Online Government Services'],
  ['在线政务服务规定', 'Provisions on Online Government Services'],
  ['居民身份证法', 'ID Card Law'],
  ['户口登记条例', 'Household Registration Regulation'],
  ['行政许可法', 'Administrative Licensing Law'],
  ['行政处罚法', 'Administrative Penalty Law'],
  ['个人信息保护法', 'Personal Information Protection Law'],
  ['网络安全法', 'Cybersecurity Law'],
  ['电子签名法', 'Electronic Signature Law'],
  ['老年人权益保障法', 'Law on the Rights of the Elderly'],
  ['民法典', 'Civil Code'],
  ['公安部令第78号', 'Public Security Ministry Order 78'],
  ['吉公通字〔2021〕32号', 'Jilin Police Notice 2021/32'],
  ['发改价格〔2003〕2322号', 'Price Notice 2003/2322'],
  ['财税〔2018〕37号', 'Fiscal Notice 2018/37'],
  ['办件程序', 'case procedure'],
  ['复核程序', 'second-look procedure'],
  ['制证规程', 'production procedure'],
  ['公开的办事说明（2022-11-09 所见）', 'published guidance (seen 2022-11-09)'],
  ['吉林户政办事说明（2024-11-26）', 'guidance of the Jilin household police (2024-11-26)'],
  ['寄递规程', 'delivery procedure'],
]

const NUMERALS: Readonly<Record<string, string>> = {
  一: '1',
  二: '2',
  三: '3',
  四: '4',
  五: '5',
  六: '6',
  七: '7',
  八: '8',
  九: '9',
  十: '10',
  十一: '11',
  十二: '12',
}

const cited = new Map<string, Sentence>()
/** Those of the code are few; officers write others, which need no memory. */
const CITED_MAX = 300

/** A basis in both languages: `居民身份证法 11、12` is `ID Card Law 11, 12`; what isn't known stays as it is. */
export function citation(basis: string): Sentence {
  const known = cited.get(basis)
  if (known !== undefined) return known
  const sentence = cite(basis)
  if (cited.size < CITED_MAX) cited.set(basis, sentence)
  return sentence
}

function cite(basis: string): Sentence {
  let en = basis
  for (const [zh, name] of LAWS) en = en.replaceAll(zh, name)
  en = en.replaceAll(/ (十[一二]|[一二三四五六七八九十])(?=$|[；、，])/g, (_, numeral: string) => ` ${NUMERALS[numeral]}`)
  return { zh: basis, en: en.replaceAll('；', '; ').replaceAll('、', ', ') }
}
