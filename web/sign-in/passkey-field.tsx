/** The part of a form that asks the browser for a passkey. Without script there is none: the sentence says so. */
import { Say, useReading, useSay } from '#web/shared/reading.tsx'
import { signInWords as words } from '#web/sign-in/words.ts'

export function PasskeyField({ purpose, options }: { readonly purpose: 'enrol' | 'verify'; readonly options: object }) {
  const say = useSay()
  useReading().islands.add('passkey')
  return (
    <div data-passkey={purpose} data-options={JSON.stringify(options)} data-waiting={say(words.passkeyWaiting)} data-failed={say(words.passkeyFailed)}>
      <input type="hidden" name="credential" value="" />
      <p role="status" class="hint" />
      <noscript>
        <p>
          <Say>{words.passkeyNeedsScript}</Say>
        </p>
      </noscript>
    </div>
  )
}
