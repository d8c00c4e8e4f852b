/** 好差评 on the progress page: one form for what can be rated still, what was said, and what became of it. */
import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { CaseRecord } from '#case/commands.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Instant } from '#kernel/time.ts'
import type { Act } from '#platform/events.ts'
import type { Principal } from '#platform/http.ts'
import type { Once } from '#platform/once.ts'
import { problem } from '#platform/problem.ts'
import { COMMENT_MAX, type OwnRatings } from '#rating/contract.ts'
import { INDICATORS, LEVELS, RATED_CHANNELS, type RatedChannel, type RatingLevel } from '#rating/model.ts'
import { CHANNEL_WORDS, INDICATOR_WORDS, LEVEL_WORDS } from '#rating/words.ts'
import { ratingWords as words } from '#web/citizen/rating-words.ts'
import type { Services } from '#web/services.ts'
import { Checkboxes, Select } from '#web/shared/choice.tsx'
import { described, FieldError, TextArea } from '#web/shared/field.tsx'
import { Button, Buttons, Form, useField } from '#web/shared/form.tsx'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { Details, Heading, Moment, Notice } from '#web/shared/text.tsx'
import { type Outcome, outcomeOfAnswer } from '#web/shared/web.ts'

/** Whoever is signed in and whose case it is may give their name; everybody else who opened it stays anonymous. */
export const mayGiveName = (principal: Principal | null, record: CaseRecord): boolean =>
  can(principal as Actor | null, 'rating.give', { personId: record.state.submission?.personId ?? null })

const levelOf = (text: string): RatingLevel | undefined => LEVELS.find((level) => String(level) === text)

/** The caller has opened the case on this page before. */
export async function rateOpened(
  sent: SentForm,
  record: CaseRecord,
  { services, principal, act, once }: { readonly services: Services; readonly principal: Principal | null; readonly act: Act; readonly once: Once },
  to: string,
): Promise<Outcome> {
  const channel = RATED_CHANNELS.find((one) => one === sent.text('channel'))
  const level = levelOf(sent.text('level'))
  const comment = sent.text('comment')
  if (channel === undefined) return { problem: problem('malformed-request') }
  const fields = { ...(level === undefined ? { level: words.choose } : {}), ...(comment.length > COMMENT_MAX ? { comment: words.tooLong } : {}) }
  if (level === undefined || Object.keys(fields).length > 0) return { problem: problem('invalid-input', { fields }) }
  const indicators = Object.fromEntries(
    INDICATORS[channel].flatMap((name) => {
      const given = levelOf(sent.text(name))
      return given === undefined ? [] : [[name, given]]
    }),
  )
  const named = mayGiveName(principal, record) && !sent.all('anonymous').includes('yes')
  const author = named ? ((principal as Actor | null)?.personId as Uuid | null) : null
  return outcomeOfAnswer(await services.ratings.give(record, { channel, level, indicators, comment }, author, act, once), () => to)
}

export function RatingOfCase({ own, named }: { readonly own: OwnRatings; readonly named: boolean }) {
  const open = own.channels.find(({ canBeRated }) => canBeRated)
  if (own.ratings.length === 0 && open === undefined) return null
  return (
    <>
      <Heading id="rating">{words.title}</Heading>
      {own.ratings.map((rating) => (
        <Given key={rating.channel} rating={rating} />
      ))}
      {open !== undefined && <RatingForm channel={open.channel} named={named} />}
    </>
  )
}

function Given({ rating }: { readonly rating: OwnRatings['ratings'][number] }) {
  return (
    <Notice tone={rating.state === 'open' ? 'attention' : 'good'} title={words.thanks}>
      <p>
        <Say>{CHANNEL_WORDS[rating.channel]}</Say>
        <Say>{words.colon}</Say>
        <Face level={rating.level as RatingLevel} /> <Say>{rating.levelWords}</Say>
      </p>
      {rating.comment !== null && <p>{rating.comment}</p>}
      {rating.state === 'open' && rating.dueAt !== null && (
        <p>
          <Say>{words.rectifiedBy}</Say> <Moment at={rating.dueAt as Instant} />
        </p>
      )}
      {rating.resultWords !== null && (
        <p>
          <Say>{words.result}</Say>
          <Say>{words.colon}</Say>
          <Say>{rating.resultWords}</Say> {rating.explanation}
        </p>
      )}
    </Notice>
  )
}

const LEVEL_OPTIONS = LEVELS.map((level) => ({ value: String(level), label: LEVEL_WORDS[level] }))

const RatingForm = ({ channel, named }: { readonly channel: RatedChannel; readonly named: boolean }) => (
  <Form action="rate">
    <input type="hidden" name="channel" value={channel} />
    <Levels legend={{ zh: `${CHANNEL_WORDS[channel].zh}，您满意吗？`, en: `Were you satisfied with the ${CHANNEL_WORDS[channel].en}?` }} />
    <Details summary={words.oneByOne}>
      {INDICATORS[channel].map((name) => (
        <Select key={name} name={name} label={INDICATOR_WORDS[name]} options={LEVEL_OPTIONS} width={18} optional />
      ))}
    </Details>
    <TextArea name="comment" label={words.comment} hint={words.commentHint} rows={3} optional />
    {named ? (
      <Checkboxes name="anonymous" label={words.name} options={[{ value: 'yes', label: words.anonymous, hint: words.anonymousHint }]} optional />
    ) : (
      <p class="hint">
        <Say>{words.alwaysAnonymous}</Say>
      </p>
    )}
    <Buttons>
      <Button>{words.send}</Button>
    </Buttons>
  </Form>
)

/** Five radios, each with a face and its words. */
function Levels({ legend }: { readonly legend: Sentence }) {
  const field = useField('level')
  return (
    <fieldset class={field.error === undefined ? 'field' : 'field field-wrong'} {...described(field, undefined)}>
      <legend>
        <Say>{legend}</Say>
      </legend>
      <FieldError id={field.id} error={field.error} />
      <div class="choices">
        {LEVELS.map((level, index) => {
          const id = index === 0 ? field.id : `${field.id}-${level}`
          return (
            <div class="choice" key={level}>
              <input type="radio" id={id} name="level" value={String(level)} checked={field.value === String(level)} />
              <label for={id}>
                <Face level={level} /> <Say>{LEVEL_WORDS[level]}</Say>
              </label>
            </div>
          )
        })}
      </div>
    </fieldset>
  )
}

/** How far the corners of the mouth hang below its middle. */
const MOUTH: Readonly<Record<RatingLevel, number>> = { 5: -6, 4: -3, 3: 0, 2: 3, 1: 6 }

export function Face({ level }: { readonly level: RatingLevel }) {
  const corner = 21 + MOUTH[level] / 2
  return (
    <svg class="face" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round">
      <circle cx="16" cy="16" r="14" />
      <path d="M11 12v1M21 12v1" />
      <path d={`M10 ${corner}Q16 ${corner - MOUTH[level] * 1.4} 22 ${corner}`} />
    </svg>
  )
}
