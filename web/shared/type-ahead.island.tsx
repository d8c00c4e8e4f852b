/**
 * A long select becomes a box to type in (ARIA combobox, list autocomplete). The select stays in the form, unseen,
 * and holds the value, so that the page works the same without this.
 */
for (const select of document.querySelectorAll<HTMLSelectElement>('select[data-type-ahead]')) enhance(select)

function enhance(select: HTMLSelectElement): void {
  const id = select.id
  const box = document.createElement('input')
  const list = document.createElement('ul')
  const said = document.createElement('output')
  const frame = document.createElement('div')
  const described = select.getAttribute('aria-describedby')
  select.id = `${id}-value`
  select.hidden = true
  frame.className = 'type-ahead'
  said.className = 'unseen'
  box.id = id
  box.className = select.className
  box.type = 'text'
  box.autocomplete = 'off'
  box.spellcheck = false
  box.value = select.value === '' ? '' : textOf(select.selectedOptions[0])
  list.id = `${id}-list`
  list.className = 'type-ahead-list'
  list.hidden = true
  list.setAttribute('role', 'listbox')
  const label = document.querySelector(`label[for="${id}"]`)
  if (label !== null) list.setAttribute('aria-label', label.textContent ?? '')
  for (const [name, value] of [
    ['role', 'combobox'],
    ['aria-expanded', 'false'],
    ['aria-autocomplete', 'list'],
    ['aria-controls', list.id],
  ] as const)
    box.setAttribute(name, value)
  if (described !== null) box.setAttribute('aria-describedby', described)
  if (select.hasAttribute('aria-invalid')) box.setAttribute('aria-invalid', 'true')
  select.before(frame)
  frame.append(box, list, said, select)

  const given = (): HTMLOptionElement[] => [...select.options].filter((option) => option.value !== '')
  let all = given()
  /** Options are wanted that are still on the way. */
  let isAsked = false
  let isWhole = select.dataset.from === undefined
  let coming: Promise<void> | undefined
  /** A long list is fetched when the cursor comes, once, and kept by the browser. */
  const fetchWhole = (): Promise<void> => {
    coming ??= fetchList().finally(() => (coming = undefined))
    return coming
  }
  const fetchList = async (): Promise<void> => {
    if (isWhole) return
    const answer = await fetch(select.dataset.from ?? '')
    if (!answer.ok) throw new Error(`the list was answered with ${answer.status}`)
    const listed = (await answer.json()) as List
    const { value } = select
    const groups = listed.map(([name, options]) => {
      const group = document.createElement('optgroup')
      group.label = name
      for (const [code, text, search] of options) {
        const option = new Option(text, code)
        option.dataset.search = search
        group.append(option)
      }
      return group
    })
    const [none] = select.options
    select.replaceChildren(...(none ? [none] : []), ...groups)
    select.value = value
    all = given()
    // Only now: what is typed while the answer is on its way is looked up when it has come.
    isWhole = true
    if (isAsked) open(box.value.trim() === '')
  }
  let active = -1
  let shown: HTMLOptionElement[] = []

  const close = (): void => {
    isAsked = false
    list.hidden = true
    active = -1
    box.setAttribute('aria-expanded', 'false')
    box.removeAttribute('aria-activedescendant')
  }
  const mark = (index: number): void => {
    active = index
    const items = [...list.children]
    for (const [at, item] of items.entries()) item.setAttribute('aria-selected', String(at === index))
    const item = items[index]
    if (item === undefined) box.removeAttribute('aria-activedescendant')
    else {
      box.setAttribute('aria-activedescendant', item.id)
      item.scrollIntoView({ block: 'nearest' })
    }
  }
  const open = (everything: boolean): void => {
    isAsked = !isWhole
    const wanted = everything ? '' : box.value.trim().toLowerCase()
    // Its own name first; then whatever lies in the group that is named.
    const own = all.filter((option) => `${option.text} ${option.dataset.search ?? ''}`.toLowerCase().includes(wanted))
    const within = wanted === '' ? [] : all.filter((option) => !own.includes(option) && textOf(option).toLowerCase().includes(wanted))
    shown = [...own, ...within].slice(0, 100)
    list.replaceChildren(
      ...shown.map((option, index) => {
        const item = document.createElement('li')
        item.id = `${id}-option-${index}`
        item.setAttribute('role', 'option')
        item.textContent = textOf(option)
        return item
      }),
    )
    said.textContent = shown.length === 0 ? (select.dataset.noMatch ?? '') : `${shown.length} ${select.dataset.typeAhead ?? ''}`
    list.hidden = shown.length === 0
    box.setAttribute('aria-expanded', String(shown.length > 0))
    mark(wanted === '' ? -1 : 0)
  }
  const choose = (option: HTMLOptionElement | undefined): void => {
    if (option === undefined) return
    select.value = option.value
    box.value = textOf(option)
    close()
    select.dispatchEvent(new Event('change', { bubbles: true }))
  }

  box.addEventListener('input', () => {
    select.value = all.find((option) => textOf(option) === box.value.trim())?.value ?? ''
    open(false)
  })
  const fetchAndSay = (): void => void fetchWhole().catch(() => (said.textContent = select.dataset.noMatch ?? ''))
  box.addEventListener('focus', fetchAndSay)
  // Lost on the way: tried again with the next character.
  box.addEventListener('input', fetchAndSay)
  box.addEventListener('click', () => open(true))
  box.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (list.hidden) open(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      mark((active + step + shown.length) % Math.max(1, shown.length))
    } else if (event.key === 'Enter' && !list.hidden && active >= 0) {
      event.preventDefault()
      choose(shown[active])
    } else if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault()
      close()
    }
  })
  // Before the box loses its focus, so that the list doesn't close under the finger.
  list.addEventListener('pointerdown', (event) => event.preventDefault())
  list.addEventListener('click', (event) => {
    const item = (event.target as Element).closest('li')
    if (item !== null) choose(shown[[...list.children].indexOf(item)])
  })
  box.addEventListener('blur', () => {
    close()
    // What is typed but names no option isn't kept as if it did.
    box.value = select.value === '' ? '' : textOf(select.selectedOptions[0])
  })
}

type List = readonly (readonly [group: string, options: readonly (readonly [value: string, label: string, search: string])[]])[]

/** With the name of its group: places of the same name differ by it. */
function textOf(option: HTMLOptionElement | undefined): string {
  if (option === undefined) return ''
  const group = option.parentElement
  return group instanceof HTMLOptGroupElement ? `${group.label} ${option.text}` : option.text
}
