/** What the law demands of whoever applies is announced where it is taken, on the screen and on the paper (个人信息保护法 17, 35). */
import { announcedAt, LEGAL_BASES } from '#account/rules/legal-bases.ts'
import type { ServiceVersion } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { Say } from '#web/shared/reading.tsx'
import { Notice } from '#web/shared/text.tsx'
import { fieldsOf } from '#web/window/apply-form.ts'

const duty = announcedAt(LEGAL_BASES, 'window').find(({ id }) => id === 'biometrics-of-the-card')

const both = (make: (language: keyof Sentence) => string): Sentence => ({ zh: make('zh'), en: make('en') })

/** Title, and what is taken, why, and by which articles; undefined for a service that takes neither photo nor fingerprints. */
export function announcementOf(version: ServiceVersion | undefined): { readonly title: Sentence; readonly text: Sentence } | undefined {
  if (duty === undefined || version === undefined || !fieldsOf(version).some(({ key }) => key === 'fingerprints' || key === 'photo')) return undefined
  const { what, why, articles } = duty
  const stop = { zh: '。', en: '. ' }
  const cited = { zh: `（${articles.join('、')}）`, en: ` (${articles.join(', ')})` }
  return {
    title: { zh: '告知：相片和指纹依法采集，不需要同意', en: 'Announced: the law demands photograph and fingerprints; you are not asked to consent' },
    text: both((language) => `${what[language]}${stop[language]}${why[language]}${cited[language]}`),
  }
}

/** Beside the form, for the officer to say and to turn the screen to. */
export function AnnouncedDuty({ version }: { readonly version: ServiceVersion | undefined }) {
  const announcement = announcementOf(version)
  return announcement === undefined ? null : <Notice title={announcement.title}>{announcement.text}</Notice>
}

/** On the receipt. */
export function PrintedDuty({ version }: { readonly version: ServiceVersion | undefined }) {
  const announcement = announcementOf(version)
  if (announcement === undefined) return null
  return (
    <p class="paper-ask">
      <strong>
        <Say>{announcement.title}</Say>
      </strong>{' '}
      <Say>{announcement.text}</Say>
    </p>
  )
}
