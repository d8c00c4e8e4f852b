/** What happened, when, who did it and why; where it is now; what comes next. */
import { type Content, Say, type Words } from '#web/shared/reading.tsx'
import { words } from '#web/shared/words.ts'

export interface Happening {
  readonly what: Content
  /** The moment in words; for what is to come, by when. */
  readonly at?: Content
  readonly who?: Words
  readonly why?: Content
  readonly state: 'done' | 'now' | 'next' | 'stopped'
}

const SAID: Readonly<Record<Happening['state'], Words | undefined>> = {
  done: undefined,
  now: words.timelineNow,
  next: words.timelineNext,
  stopped: words.timelineStopped,
}

export function Timeline({ happenings, label }: { readonly happenings: readonly Happening[]; readonly label: Words }) {
  return (
    <section class="timeline-section">
      <h2>
        <Say>{label}</Say>
      </h2>
      <ol class="timeline">
        {happenings.map((one, index) => (
          <li class={`happening happening-${one.state}`} key={index} {...(one.state === 'now' ? { 'aria-current': 'step' as const } : {})}>
            <span class="happening-mark" aria-hidden="true" />
            <div class="happening-body">
              <p class="happening-what">
                {SAID[one.state] !== undefined && (
                  <span class="happening-said">
                    <Say>{SAID[one.state]}</Say>
                  </span>
                )}
                <Say>{one.what}</Say>
              </p>
              {(one.at !== undefined || one.who !== undefined) && (
                <p class="happening-when">
                  <Say>{one.at}</Say>
                  {one.who !== undefined && (
                    <span class="happening-who">
                      <Say>{words.timelineWho}</Say> <Say>{one.who}</Say>
                    </span>
                  )}
                </p>
              )}
              {one.why !== undefined && (
                <p class="happening-why">
                  <Say>{words.timelineWhy}</Say>
                  <Say>{one.why}</Say>
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
