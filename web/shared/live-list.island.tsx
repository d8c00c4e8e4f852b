/**
 * A list that stays up to date while it is looked at. Rows change in place; the row under the pointer or the focus
 * keeps its place on the screen: the page scrolls by what was added above it, and where it can't, the new rows wait
 * until the pointer has left.
 */
const SHORTEST_SECONDS = 2

function watch(frame: HTMLElement): void {
  const said = frame.querySelector<HTMLElement>('.live-state')
  let waiting: HTMLElement | undefined
  let asking = false

  const refresh = async (): Promise<void> => {
    if (asking || document.hidden) return
    asking = true
    try {
      const fresh = (await page()).getElementById(frame.id)
      if (fresh !== null) take(fresh)
    } catch {
      say(frame.dataset.lost ?? '', true)
    } finally {
      asking = false
    }
  }
  const say = (text: string, lost = false): void => {
    if (said === null || said.textContent === text) return
    said.textContent = text
    said.classList.toggle('lost', lost)
  }
  const take = (fresh: HTMLElement): void => {
    const changed = changeCells(frame, fresh)
    const moves = order(frame) !== order(fresh)
    if (!moves) {
      waiting = undefined
      say(changed === 0 ? '' : `${changed} ${frame.dataset.updated}`)
    } else if (keepsItsPlace(frame, () => placeRows(frame, fresh))) {
      waiting = undefined
      say(`${changed} ${frame.dataset.updated}`)
    } else {
      waiting = fresh
      say(`${countNew(frame, fresh)} ${frame.dataset.waiting}`)
    }
  }
  const settle = (): void => {
    if (waiting === undefined || isBusy(frame)) return
    placeRows(frame, waiting)
    waiting = undefined
    say('')
  }
  frame.addEventListener('pointerleave', settle)
  frame.addEventListener('focusout', () => setTimeout(settle))
  setInterval(() => void refresh(), Math.max(SHORTEST_SECONDS, Number(frame.dataset.live)) * 1000)
  document.addEventListener('visibilitychange', () => void refresh())
  if (frame.dataset.events) new EventSource(frame.dataset.events).addEventListener('message', () => void refresh())
}

const rowsOf = (frame: Element): HTMLElement[] => [...frame.querySelectorAll<HTMLElement>('tbody > tr[data-row]')]
const keyOf = (row: HTMLElement): string => row.dataset.row ?? ''
const order = (frame: Element): string => rowsOf(frame).map(keyOf).join('\n')
const isBusy = (frame: HTMLElement): boolean => frame.querySelector('tr:hover, tr:focus-within') !== null

function countNew(frame: HTMLElement, fresh: HTMLElement): number {
  const known = new Set(rowsOf(frame).map(keyOf))
  return rowsOf(fresh).filter((row) => !known.has(keyOf(row))).length
}

/** Cells of rows that are in both, and the sums. A cell that has the focus is left alone. */
function changeCells(frame: HTMLElement, fresh: HTMLElement): number {
  const byKey = new Map(rowsOf(fresh).map((row) => [keyOf(row), row]))
  let changed = 0
  for (const row of rowsOf(frame)) {
    const other = byKey.get(keyOf(row))
    row.classList.toggle('gone', other === undefined)
    if (other === undefined) continue
    row.classList.toggle('marked', other.classList.contains('marked'))
    if (changeRow(row, other)) changed++
  }
  const [sums, freshSums] = [frame.querySelector('tfoot tr'), fresh.querySelector('tfoot tr')]
  if (sums !== null && freshSums !== null) changeRow(sums, freshSums)
  return changed
}

function changeRow(row: Element, other: Element): boolean {
  let changed = false
  for (const [index, cell] of [...row.children].entries()) {
    const wanted = other.children[index]
    if (wanted === undefined || cell.innerHTML === wanted.innerHTML || cell.contains(document.activeElement)) continue
    cell.replaceChildren(...wanted.cloneNode(true).childNodes)
    changed = true
  }
  return changed
}

/** The rows as in `fresh`, keeping the elements of those that are known. */
function placeRows(frame: HTMLElement, fresh: HTMLElement): void {
  const body = frame.querySelector('tbody')
  const known = new Map(rowsOf(frame).map((row) => [keyOf(row), row]))
  const wanted = rowsOf(fresh)
  for (const row of known.values()) if (!wanted.some((one) => keyOf(one) === keyOf(row))) row.remove()
  let before: Element | null = body?.firstElementChild ?? null
  for (const one of wanted) {
    const row = known.get(keyOf(one)) ?? (one.cloneNode(true) as HTMLElement)
    if (row === before) before = before.nextElementSibling
    else body?.insertBefore(row, before)
  }
}

/** Runs the change; scrolls so that the row in use stays where it is. False, and nothing changed, when that can't be. */
function keepsItsPlace(frame: HTMLElement, change: () => void): boolean {
  const anchor = frame.querySelector<HTMLElement>('tr[data-row]:hover, tr[data-row]:focus-within')
  if (anchor === null) {
    change()
    return true
  }
  const body = frame.querySelector('tbody')
  const old = rowsOf(frame)
  const top = anchor.getBoundingClientRect().top
  const scrolled = window.scrollY
  change()
  if (anchor.isConnected) {
    window.scrollBy(0, anchor.getBoundingClientRect().top - top)
    if (Math.abs(anchor.getBoundingClientRect().top - top) < 1) return true
  }
  body?.replaceChildren(...old)
  window.scrollTo(0, scrolled)
  return false
}

/**
 * This page as it is now. Asked for as a document: the browser reads the answer as it read the page itself, and no text becomes markup
 * here, which the content security policy forbids. An answer from elsewhere (signed out meanwhile) isn't this page.
 */
function page(): Promise<Document> {
  const asking = new XMLHttpRequest()
  asking.open('GET', location.href)
  // Asked by the page itself: that keeps no session alive.
  asking.setRequestHeader('x-refresh', 'list')
  asking.responseType = 'document'
  asking.timeout = 15_000
  asking.setRequestHeader('accept', 'text/html')
  return new Promise((done, failed) => {
    const isThis = () => asking.status === 200 && asking.responseXML !== null && asking.responseURL === location.href.split('#')[0]
    asking.addEventListener('load', () => (isThis() && asking.responseXML ? done(asking.responseXML) : failed(new Error(String(asking.status)))))
    for (const event of ['error', 'abort', 'timeout']) asking.addEventListener(event, () => failed(new Error(event)))
    asking.send()
  })
}

// Last: what the functions above use has to exist by now.
for (const frame of document.querySelectorAll<HTMLElement>('[data-live]')) watch(frame)
