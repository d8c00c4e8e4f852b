import type { Chance } from '#kernel/chance.ts'
import { type Day, yearOf } from '#kernel/time.ts'

/**
 * Names as they are common in Jilin: frequent surnames come often, given names follow the fashion of the years of birth, and
 * Koreans, Mongols and Uyghurs have names of their own. Characters are common knowledge; their frequencies are estimates.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/** By frequency; the compound ones stand last. */
export const HAN_SURNAMES: readonly string[] = [
  ...'王李张刘孙杨赵陈于徐马高林朱周吴郭姜韩宋胡冯董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛韦申尤毕聂丛焦向柳邢岳齐梁迟曲单滕初都付房关佟那富佘栾鞠辛隋綦战盖',
  ...words('欧阳 司徒 上官 诸葛'),
]
export const KOREAN_SURNAMES: readonly string[] = [
  ...'金李朴崔郑姜赵尹张林吴韩申徐权黄安宋柳全洪高文孙白许南沈卢池玄严元千方孔咸辛蔡车俞罗太廉石',
  '皇甫',
  '南宫',
]
const MANCHU_SURNAMES: readonly string[] = [...'王李张刘赵关佟那富陈徐孙杨郎傅何吴唐金白石马康祁鄂舒伊索荣']
const MONGOL_SURNAMES: readonly string[] = [...'包白王李张刘陈齐韩吴宝萨乌何孟金梁康席图']

type Era = 'old' | 'middle' | 'young'
type Fashion = Readonly<Record<Era, readonly string[]>>

export const HAN_MEN: Fashion = {
  old: [...'国德福贵文明忠义祥成宝山林生发财富春海洪永庆占喜连学长振玉清广万俊树殿凤景兴云江才有志守建军民和平'],
  middle: [...'伟强磊军涛勇刚辉波斌鹏超杰峰亮宇飞健凯志明建国立春海东旭洋雷龙岩松利彬威晓光大庆继红卫新华'],
  young: [...'浩宇轩泽子睿博文俊杰昊天佳一铭梓航奕辰嘉诚逸鑫宸思源皓宁瑞霖彦旭尧煜翔硕哲涵恒启凡景承'],
}
export const HAN_WOMEN: Fashion = {
  old: [...'桂淑秀玉凤兰英珍芝华芬琴云霞荣香莲梅清芳艳杰贤敏坤琦文范贞素金翠彩月春秋环娥'],
  middle: [...'丽艳红梅娟敏静燕玲霞晶莹颖雪冬春晓娜莉萍洁琳媛丹婷慧蕾宏波海立新秋岩杰明双微平'],
  young: [...'欣怡涵萱梓诗琪雨佳思语彤雅婷悦馨可一诺妍晨曦若汐依然艺瑶嘉宁芷沐心冉钰淇月歆奕子'],
}
export const KOREAN_MEN: readonly string[] = [...'哲浩龙男虎光日成俊赫东昌永锡洙范镇奎国学基相官松善元根云泰植范春吉星华明']
export const KOREAN_WOMEN: readonly string[] = [...'英花顺玉子姬善美兰淑今香海莲锦贞月爱仙福红春日莲顺京惠恩智贤秀真雪妍']
const MONGOL_MEN = words('巴图 布和 额尔敦 宝音 青格勒 哈斯 那顺 苏和 朝鲁 特木尔')
const MONGOL_WOMEN = words('其其格 乌云 萨仁 娜仁 高娃 其木格 托娅 斯琴 哈斯 塔娜')
const UYGHUR_MEN = words('阿卜杜拉·买买提 艾力·吐尔逊 玉素甫·卡迪尔 买买提·艾山 阿迪力·热合曼')
const UYGHUR_WOMEN = words('古丽·买买提 阿依古丽·吐尔逊 热依汗·卡迪尔 帕提古丽·艾山 迪丽拜尔·热合曼')

const eraOf = (birth: Day): Era => (yearOf(birth) < 1966 ? 'old' : yearOf(birth) < 1993 ? 'middle' : 'young')

/** A frequent surname is drawn often: weight 1 / (rank + 4). */
function drawRanked(chance: Chance, from: readonly string[]): string {
  const total = Math.log((from.length + 4) / 4)
  const rank = Math.floor(4 * Math.exp(chance.next() * total) - 4)
  return from[Math.min(rank, from.length - 1)] as string
}

export interface NameWishes {
  readonly sex: 'male' | 'female'
  readonly birth: Day
  readonly ethnicity: string
  /** A child's name begins with its father's or mother's. */
  readonly surname?: string | undefined
}

export function drawName(chance: Chance, wishes: NameWishes): { readonly name: string; readonly surname: string } {
  if (wishes.ethnicity === '维吾尔') return { name: chance.pick(wishes.sex === 'male' ? UYGHUR_MEN : UYGHUR_WOMEN), surname: '' }
  const surname = wishes.surname || drawSurname(chance, wishes.ethnicity)
  return { name: surname + givenName(chance, wishes), surname }
}

export function drawSurname(chance: Chance, ethnicity: string): string {
  switch (ethnicity) {
    case '朝鲜':
      return drawRanked(chance, KOREAN_SURNAMES)
    case '满':
      return drawRanked(chance, MANCHU_SURNAMES)
    case '蒙古':
      return drawRanked(chance, MONGOL_SURNAMES)
    default:
      return drawRanked(chance, HAN_SURNAMES)
  }
}

function givenName(chance: Chance, { sex, birth, ethnicity }: NameWishes): string {
  if (ethnicity === '蒙古' && chance.next() < 0.15) return chance.pick(sex === 'male' ? MONGOL_MEN : MONGOL_WOMEN)
  if (ethnicity === '朝鲜') return twoOf(chance, sex === 'male' ? KOREAN_MEN : KOREAN_WOMEN)
  const era = eraOf(birth)
  const characters = (sex === 'male' ? HAN_MEN : HAN_WOMEN)[era]
  const single = era === 'middle' ? 0.3 : 0.1
  return chance.next() < single ? chance.pick(characters) : twoOf(chance, characters)
}

const twoOf = (chance: Chance, from: readonly string[]): string => chance.pick(from) + chance.pick(from)
