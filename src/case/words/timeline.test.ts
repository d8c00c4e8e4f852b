import { describe, expect, it } from 'vitest'
import { timelineSays } from '#case/words/timeline.ts'
import { cents } from '#kernel/money.ts'
import { day, endOfDay, instant } from '#kernel/time.ts'

const nameOf = (code: string) => ({ zh: code, en: code })
const accepted = (withYouBy: ReturnType<typeof instant>) =>
  timelineSays(
    {
      type: 'CaseAccepted',
      promised: { slot: null, readyBy: withYouBy, withYouBy, because: [], provisional: false },
      fee: { item: '工本费', amount: cents(0), basis: '', sentence: { zh: '不收费。', en: 'Free.' } },
    },
    nameOf,
  ).sentence

describe('what a promise says', () => {
  it('for a whole day the day counts to its end: nobody reads that it would be there the day before', () => {
    const said = accepted(endOfDay(day('2026-02-14')))
    expect(said).toEqual({
      zh: '已受理。承诺最晚2026年2月14日（星期六）当天送到您手里。不收费。',
      en: 'Accepted. Promised to be with you by the end of Sat 14 Feb 2026. Free.',
    })
    expect(said.zh.match(/2026年/g)).toHaveLength(1)
  })

  it('for an hour it names the hour', () => {
    expect(accepted(instant('2026-02-13T17:00:00+08:00'))).toEqual({
      zh: '已受理。承诺2026年2月13日（星期五）17:00 前送到您手里。不收费。',
      en: 'Accepted. Promised to be with you by 17:00 on Fri 13 Feb 2026. Free.',
    })
  })
})
