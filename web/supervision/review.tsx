/** The rules of the automatic review: what is in force, and other rules to try on past cases. */
import type { SettingsReply } from '#catalogue/contract.ts'
import { type Day, dayOf, plusDays } from '#kernel/time.ts'
import { replayBody } from '#supervision/contract.ts'
import { taken } from '#web/factory/sections.ts'
import type { Services } from '#web/services.ts'
import { Checkboxes, Select } from '#web/shared/choice.tsx'
import { NumberField, TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Fields, Form } from '#web/shared/form.tsx'
import { dayInWords } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { type Column, Table } from '#web/shared/table.tsx'
import { Heading, Lead, Notice, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, outcomeOfAnswer, type PageContext } from '#web/shared/web.ts'
import { reviewWords as words } from '#web/supervision/review-words.ts'
import { supervisionSections } from '#web/supervision/sections.ts'

export const REVIEW_ROLES = ['supervisor', 'administrator'] as const

export type ReviewRules = SettingsReply['inForce']['settings']

export const reviewPage = definePage<Services, SettingsReply>({
  path: '/supervision/review',
  audience: 'officer',
  roles: REVIEW_ROLES,
  load: ({ services, at }) => services.reviewSettings.view(dayOf(at)),
  view: (settings, context) => ({
    title: words.title,
    layout: 'wide',
    sections: supervisionSections(context, '/supervision/review'),
    body: <Review settings={settings} context={context} />,
  }),
  actions: { run },
})

const DAYS_BACK = 30
const LIMIT = 2000

function Review({ settings, context }: { readonly settings: SettingsReply; readonly context: PageContext<Services> }) {
  const { inForce } = settings
  const today = dayOf(context.at)
  return (
    <>
      <Title>{words.title}</Title>
      <Lead>{words.lead}</Lead>
      {context.query.done !== undefined && <Notice tone="good">{words.done}</Notice>}
      <div class="split">
        <div>
          <RulesTable caption={words.inForce} rules={inForce.settings} settingWords={settings.words} />
          <p class="hint">
            <Say>{words.since}</Say> <Say>{dayInWords(inForce.validFrom as Day)}</Say>
          </p>
          <Table caption={words.history} columns={HISTORY} rows={settings.versions.toReversed()} keyOf={({ validFrom }) => validFrom} />
        </div>
        <section class="panel" aria-labelledby="try-title">
          <Heading id="try-title">{words.tryTitle}</Heading>
          <Form action="run" dense values={{ ...formOf(inForce.settings), from: plusDays(today, -DAYS_BACK), to: today, limit: String(LIMIT) }}>
            <Checkboxes
              name="refer"
              label={words.refer}
              options={flagsOf(inForce.settings).map((flag) => ({ value: flag, label: settings.words[flag] ?? flag }))}
            />
            <Fields>
              <NumberField name="sampleShare" label={words.sampleShare} hint={words.sampleHint} />
              <Select
                name="photoStandard"
                label={words.photoStandard}
                options={settings.photoStandards.map((one) => ({ value: one, label: one }))}
                width={12}
                typeAhead={false}
              />
            </Fields>
            <Fields>
              <TextField name="from" label={words.from} hint={words.dayHint} width={12} />
              <TextField name="to" label={words.to} hint={words.dayHint} width={12} />
              <NumberField name="limit" label={words.limit} />
            </Fields>
            <Buttons>
              <Button keys="F8">{words.run}</Button>
            </Buttons>
          </Form>
        </section>
      </div>
    </>
  )
}

/** The rules that are either on or off. */
export const flagsOf = (rules: ReviewRules): readonly (keyof ReviewRules)[] =>
  (Object.keys(rules) as (keyof ReviewRules)[]).filter((key) => typeof rules[key] === 'boolean')

const formOf = (rules: ReviewRules): Record<string, string | readonly string[]> => ({
  refer: flagsOf(rules).filter((flag) => rules[flag] === true),
  sampleShare: String(rules.sampleShare),
  photoStandard: rules.photoStandard,
})

interface RuleLine {
  readonly key: string
  readonly value: boolean | number | string
}

export function RulesTable({
  caption,
  rules,
  settingWords,
}: {
  readonly caption: Column<RuleLine>['title']
  readonly rules: ReviewRules
  readonly settingWords: SettingsReply['words']
}) {
  const columns: readonly Column<RuleLine>[] = [
    { key: 'rule', title: words.setting, cell: ({ key }) => <Say>{settingWords[key] ?? key}</Say> },
    { key: 'value', title: words.value, cell: ({ value }) => (typeof value === 'boolean' ? <Say>{value ? words.yes : words.no}</Say> : String(value)) },
  ]
  return <Table caption={caption} columns={columns} rows={Object.entries(rules).map(([key, value]) => ({ key, value }))} keyOf={({ key }) => key} />
}

const HISTORY: readonly Column<SettingsReply['versions'][number]>[] = [
  { key: 'since', title: words.since, cell: ({ validFrom }) => <Say>{dayInWords(validFrom as Day)}</Say> },
  { key: 'share', title: words.sampleShare, numeric: true, cell: ({ settings }) => settings.sampleShare },
  { key: 'standard', title: words.photoStandard, cell: ({ settings }) => settings.photoStandard },
  {
    key: 'replay',
    title: words.byReplay,
    cell: ({ replay }) => (replay === null ? <Say>{words.shipped}</Say> : <a href={`/supervision/review/${replay}`}>{<Say>{words.replay}</Say>}</a>),
  },
]

const wholeNumber = (text: string): number | string => (/^\d{1,9}$/.test(text) ? Number(text) : text)

/** What the form holds, as the schema of a replay wants it. */
export function candidateOf(sent: SentForm, like: ReviewRules): Record<string, unknown> {
  const on = new Set(sent.all('refer'))
  return {
    ...Object.fromEntries(flagsOf(like).map((flag) => [flag, on.has(flag)])),
    sampleShare: wholeNumber(sent.text('sampleShare').normalize('NFKC')),
    photoStandard: sent.text('photoStandard'),
  }
}

async function run(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const like = context.services.reviewSettings.view(dayOf(context.at)).inForce.settings
  const body = taken(
    replayBody,
    { settings: candidateOf(sent, like), from: sent.text('from'), to: sent.text('to'), limit: wholeNumber(sent.text('limit').normalize('NFKC')) },
    (field) => field.replace('settings.', ''),
  )
  return outcomeOfAnswer(
    await context.services.requestReplay(body, context.act, context.once),
    ({ id }: { readonly id: string }) => `/supervision/review/${id}`,
  )
}
