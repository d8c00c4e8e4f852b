/** What the supervisors' pages share: sections, whose figures, links to the cases behind them. */
import { can } from '#account/rules/can.ts'
import { type Day, isDay } from '#kernel/time.ts'
import { PREFECTURES, type Prefecture } from '#place/model.ts'
import { FIGURES, type FigureName } from '#supervision/contract.ts'
import { supervisedPrefectures } from '#supervision/queries.ts'
import type { Services } from '#web/services.ts'
import type { Section } from '#web/shared/page.tsx'
import { withQuery } from '#web/shared/reading.tsx'
import type { PageContext } from '#web/shared/web.ts'
import { supervisionWords as words } from '#web/supervision/words.ts'
import { actorOf } from '#web/window/sections.ts'

export const MEASURE = 1

const SECTIONS: readonly Section[] = [
  { href: '/supervision', title: words.figures },
  { href: '/supervision/alarms', title: words.alarms },
  { href: '/ratings', title: words.ratings },
  { href: '/supervision/payments', title: { zh: '收款对账', en: 'Payments' } },
  { href: '/supervision/measures', title: words.measures },
  { href: '/supervision/review', title: words.review },
]

const PARKED: Section = { href: '/operations/parked', title: { zh: '暂停的待办', en: 'What gave up' } }

export const supervisionSections = (context: PageContext<Services>, current: string): readonly Section[] => [
  ...figureSections(context, current),
  ...(can(actorOf(context.principal), 'outbox.take-up') ? [{ ...PARKED, current: current === PARKED.href }] : []),
]

/** Administrators read no cases: they have the rules only. */
const figureSections = ({ principal }: PageContext<Services>, current: string): readonly Section[] =>
  SECTIONS.filter(({ href }) =>
    href === '/supervision/payments'
      ? can(actorOf(principal), 'payment.reconcile')
      : can(actorOf(principal), 'supervision.read') || href === '/supervision/review',
  ).map((section) => ({
    ...section,
    current: section.href === current,
  }))

/** All that the reader supervises, or the one of it that the query names. @throws ProblemError not-found for whoever supervises nothing */
export function prefecturesOf(context: PageContext<Services>): { readonly mine: readonly Prefecture[]; readonly shown: readonly Prefecture[] } {
  const mine = supervisedPrefectures(context.services.places, actorOf(context.principal))
  const asked = PREFECTURES.find((one) => one === context.query.prefecture)
  return { mine, shown: asked !== undefined && mine.includes(asked) ? [asked] : mine }
}

export const dayAsked = (text: string | undefined): Day | undefined => (text !== undefined && isDay(text) ? text : undefined)

export const figureAsked = (text: string | undefined): FigureName => FIGURES.find((one) => one === text) ?? 'promised'

interface Behind {
  readonly from: string
  readonly to: string
  readonly outcome: FigureName
  readonly prefecture?: string | undefined
}

/** Where the cases behind a figure stand. */
export const casesHref = ({ from, to, outcome, prefecture }: Behind): string => withQuery('/supervision/cases', { from, to, outcome, prefecture })
