/** Links that show another part of a list, each with how much stands in it. */
import { type Content, Say, useSay, type Words } from '#web/shared/reading.tsx'

export interface Filter {
  readonly title: Words
  readonly href: string
  readonly current: boolean
  readonly count?: Content
}

export function Filters({ label, filters }: { readonly label: Words; readonly filters: readonly Filter[] }) {
  const say = useSay()
  return (
    <nav class="filters" aria-label={say(label)}>
      <ul>
        {filters.map(({ title, href, current, count }) => (
          <li key={href}>
            <a href={href} {...(current ? { 'aria-current': 'true' as const } : {})}>
              <Say>{title}</Say>
              {count !== undefined && (
                <strong class="figure">
                  <Say>{count}</Say>
                </strong>
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
