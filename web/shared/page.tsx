/** The shell around every page: head, skip link, header with the switches, sandbox banner, footer. */
import type { ComponentChildren, VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Instant } from '#kernel/time.ts'
import type { Assets } from '#web/shared/assets.ts'
import { ErrorSummary, type Forms, FormsContext } from '#web/shared/form.tsx'
import { type ElderSize, type IslandName, type Reading, ReadingContext, read, Say, useReading, useSay, type Words, withQuery } from '#web/shared/reading.tsx'
import { Moment } from '#web/shared/text.tsx'
import { words } from '#web/shared/words.ts'

/** The person signed in, as the header shows them. */
export interface PageActor {
  readonly name: string
  readonly role: Words
  readonly organ?: Words
}

/** Whom the reader acts for. */
export interface Acting {
  /** Masked. */
  readonly name: string
  readonly href: string
}

/** When the reader's session ends unless they use it (WCAG 2.2.1: told before, and extended by one press). */
export interface SessionEnd {
  readonly idleMinutes: number
  readonly endsInSeconds: number
}

export interface Section {
  readonly href: string
  readonly title: Words
  readonly current?: boolean
}

/** What a page looks like; the shell is the same for all. */
export interface View {
  readonly title: Words
  readonly body: ComponentChildren
  /** `column`: one question on a narrow page; `wide`: work and figures; `paper`: to be printed, without header. */
  readonly layout?: 'column' | 'wide' | 'paper'
  readonly sections?: readonly Section[]
  readonly notices?: ComponentChildren
  /** Scripts besides those that the page's components ask for. */
  readonly islands?: readonly IslandName[]
}

export interface PageContent extends View {
  readonly reading: Reading
  readonly assets: Assets
  readonly actor?: PageActor
  readonly signOutHref?: string
  readonly forms?: Forms
  readonly session?: SessionEnd
  readonly acting?: Acting
  readonly sandbox?: { readonly now: Instant; readonly controlsHref: string }
}

/** The whole document as text. The body renders first, so that the head knows which scripts it asked for. */
export function renderPage(page: PageContent): string {
  const { reading, forms } = page
  for (const island of page.islands ?? []) reading.islands.add(island)
  const within = (children: ComponentChildren): VNode => (
    <ReadingContext.Provider value={reading}>
      {forms === undefined ? children : <FormsContext.Provider value={forms}>{children}</FormsContext.Provider>}
    </ReadingContext.Provider>
  )
  const body = renderToString(within(page.layout === 'paper' ? <PaperShell {...page} /> : <Shell {...page} />))
  const head = renderToString(within(<Head {...page} />))
  const lang = reading.language === 'zh' ? 'zh-CN' : 'en'
  return `<!doctype html>\n<html lang="${lang}" class="${classesOf(reading)}"><head>${head}</head><body>${body}</body></html>\n`
}

const classesOf = ({ audience, mode, elderSize }: Reading): string => [audience, mode, ...(mode === 'elder' ? [`size-${elderSize}`] : [])].join(' ')

/** The mark as a picture of its own, so that no browser asks for /favicon.ico. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b2a5e"/><path d="M6 19c5-4.5 9.5-4.5 14.5-2.5" fill="none" stroke="#fff" stroke-width="3.6" stroke-linecap="round"/><circle cx="23.5" cy="16.8" r="3.2" fill="#ff6b5f"/></svg>',
)}`

function Head({ title, reading, assets, forms }: PageContent) {
  const say = useSay()
  const wrong = forms?.failed !== undefined
  return (
    <>
      <meta charset="utf-8" />
      <title>{`${wrong ? say(words.errorPrefix) : ''}${say(title)} · ${say(words.product)}`}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="format-detection" content="telephone=no" />
      <link rel="icon" href={ICON} />
      <link rel="stylesheet" href={assets.stylesheet} />
      {[...reading.islands].map((name) => (
        <script key={name} type="module" src={assets.island(name)} />
      ))}
    </>
  )
}

function Shell(page: PageContent) {
  const { layout = 'column' } = page
  const failed = page.forms?.failed
  return (
    <>
      <a class="skip" href="#main">
        <Say>{words.skip}</Say>
      </a>
      {page.sandbox !== undefined && <SandboxBanner {...page.sandbox} />}
      <Header {...page} />
      {page.acting !== undefined && <ActingBanner {...page.acting} />}
      <main id="main" class={`main main-${layout}`} tabIndex={-1}>
        {page.notices}
        {failed !== undefined && <ErrorSummary problem={failed.problem} />}
        {page.body}
      </main>
      {page.session !== undefined && <SessionWarning {...page.session} />}
      <Footer {...(page.session === undefined ? {} : { session: page.session })} />
    </>
  )
}

/** Shown two minutes before the end by its script; without one, the footer has said it. */
function SessionWarning({ endsInSeconds }: SessionEnd) {
  const say = useSay()
  useReading().islands.add('session-end')
  return (
    <div class="session-end" data-session-end={endsInSeconds} data-over={say(words.sessionOver)} hidden role="alertdialog" aria-labelledby="session-end-text">
      <p id="session-end-text">
        <Say>{words.sessionEnding}</Say> <span class="figure" data-left />
        <Say>{words.sessionSeconds}</Say>
      </p>
      <button class="button" type="button">
        <Say>{words.sessionStay}</Say>
      </button>
      <a class="button button-quiet" href="/sign-in" hidden>
        <Say>{words.sessionSignIn}</Say>
      </a>
    </div>
  )
}

const PaperShell = ({ body }: PageContent) => <main id="main">{body}</main>

function SandboxBanner({ now, controlsHref }: { readonly now: Instant; readonly controlsHref: string }) {
  const say = useSay()
  return (
    <aside class="sandbox" aria-label={say(words.sandbox)}>
      <p>
        <strong>{say(words.sandbox)}</strong>
        <span class="sandbox-now">
          {say(words.sandboxNow)} <Moment at={now} />
        </span>
        <a href={controlsHref}>{say(words.sandboxControls)}</a>
      </p>
    </aside>
  )
}

/** On every page, so that nobody forgets whose matter it is. */
function ActingBanner({ name, href }: Acting) {
  const say = useSay()
  return (
    <aside class="acting-banner" aria-label={say(words.acting)}>
      <p>
        <strong>
          {say(words.acting)} <span class="acting-name">{name}</span>
        </strong>
        <a href={href}>{say(words.actingStop)}</a>
      </p>
    </aside>
  )
}

/** One stroke that arrives: the character 一 with a point at its end. */
const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="8" class="mark-ground" />
    <path d="M6 19c5-4.5 9.5-4.5 14.5-2.5" class="mark-stroke" />
    <circle cx="23.5" cy="16.8" r="3.2" class="mark-point" />
  </svg>
)

function Header({ reading, actor, signOutHref, sections = [] }: PageContent) {
  const say = useSay()
  return (
    <header class="header">
      <div class="header-line">
        <a class="brand" href="/">
          <Mark />
          <span class="brand-name">一趟</span>
          <span class="brand-latin">Yitang</span>
          <span class="unseen">{say(words.home)}</span>
        </a>
        <Switches />
        {actor !== undefined && (
          <p class="actor">
            {actor.organ !== undefined && (
              <span class="actor-organ">
                <Say>{actor.organ}</Say>
              </span>
            )}
            <span>
              {actor.name} · <Say>{actor.role}</Say>
            </span>
            {signOutHref !== undefined && <a href={signOutHref}>{say(words.signOut)}</a>}
          </p>
        )}
      </div>
      {reading.mode === 'elder' && <Sizes size={reading.elderSize} />}
      {sections.length > 0 && (
        <nav class="sections" aria-label={say(words.sections)}>
          <ul>
            {sections.map((section) => (
              <li key={section.href}>
                <a href={section.href} {...(section.current === true ? { 'aria-current': 'page' as const } : {})}>
                  <Say>{section.title}</Say>
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
    </header>
  )
}

/** Links, not buttons: they keep the page and work everywhere. */
function Switches() {
  const { url, language, mode, audience } = useReading()
  const say = useSay()
  const other = language === 'zh' ? 'en' : 'zh'
  return (
    <nav class="switches" aria-label={say(words.settings)}>
      <a href={withQuery(url, { lang: other })} lang={other === 'zh' ? 'zh-CN' : 'en'} hreflang={other === 'zh' ? 'zh-CN' : 'en'}>
        {other === 'zh' ? '中文' : 'English'}
      </a>
      {audience === 'resident' && (
        <a class="switch-elder" href={withQuery(url, { mode: mode === 'elder' ? 'standard' : 'elder', size: undefined })}>
          {say(mode === 'elder' ? words.leaveElder : words.elder)}
        </a>
      )}
    </nav>
  )
}

const SIZES: readonly { readonly size: ElderSize; readonly words: Words }[] = [
  { size: 22, words: words.sizeLarge },
  { size: 26, words: words.sizeLarger },
  { size: 30, words: words.sizeLargest },
]

function Sizes({ size }: { readonly size: ElderSize }) {
  const { url, language } = useReading()
  return (
    <nav class="sizes" aria-label={read(words.textSize, language)}>
      <span aria-hidden="true">{read(words.textSize, language)}</span>
      {SIZES.map((one) => (
        <a key={one.size} href={withQuery(url, { size: String(one.size) })} {...(one.size === size ? { 'aria-current': 'true' as const } : {})}>
          <Say>{one.words}</Say>
        </a>
      ))}
    </nav>
  )
}

const Footer = ({ session }: { readonly session?: SessionEnd }) => (
  <footer class="footer">
    <p>
      <strong>
        <Say>{words.product}</Say>
      </strong>{' '}
      <Say>{words.tagline}</Say>
    </p>
    {session !== undefined && (
      <p>
        {session.idleMinutes} <Say>{words.sessionIdle}</Say>
      </p>
    )}
  </footer>
)
