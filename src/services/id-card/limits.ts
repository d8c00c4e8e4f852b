import type { Limit } from '#timelimit/model.ts'

/** Sixty days from the form; not defined as working days, hence natural. A pause never moves it. */
export const STATUTORY_CARD: Limit = {
  amount: 60,
  unit: 'natural-day',
  basis: '居民身份证法 12',
  rollOver: true,
  kind: 'statutory',
  pausable: false,
  extension: { amount: 30, basis: '居民身份证法 12' },
  interpretation: {
    zh: '法律写的是“六十日”，没有写工作日，按自然日计算；最后一日逢休息日顺延到节后第一日（民法典 203）。',
    en: 'The law says sixty days, not working days, so natural days are counted; a last day that is a holiday moves to the first day after it (Civil Code 203).',
  },
}

/** Three days from the application: 临时居民身份证管理办法 (公安部令第78号). */
export const STATUTORY_TEMPORARY_CARD: Limit = {
  amount: 3,
  unit: 'natural-day',
  basis: '公安部令第78号',
  rollOver: true,
  kind: 'statutory',
  pausable: false,
  interpretation: { zh: '“三日”按自然日计算。', en: 'The three days are counted as natural days.' },
}

/** What it took before the twelve measures: the figure that the promise is shown against. */
export const OLD_WAY: Limit = { amount: 20, unit: 'working-day', basis: '吉公通字〔2021〕32号 一', rollOver: false, kind: 'promised', pausable: true }

/** A person looks at what the automatic review referred. Our own limit; dated configuration. */
export const REFERRAL: Limit = {
  amount: 1,
  unit: 'working-day',
  basis: '吉公通字〔2021〕32号 一',
  rollOver: false,
  kind: 'promised',
  pausable: true,
  interpretation: {
    zh: '文件没有规定人工核查的时限；我们定为 1 个工作日，可以配置。',
    en: 'The notice sets no limit for a referral; ours is one working day and can be configured.',
  },
}

/** Loss reports and found-card notices are done at the counter. */
export const AT_ONCE: Limit = { amount: 1, unit: 'working-day', basis: '行政许可法 34', rollOver: false, kind: 'promised', pausable: false }
