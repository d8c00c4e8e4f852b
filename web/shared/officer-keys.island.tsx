/**
 * The keyboard for officers: the keys shown beside buttons press them; the cursor starts where the work starts;
 * the scanner and the ID reader, which type like a keyboard and end with Enter, never send a half-filled form.
 */
const start = document.querySelector<HTMLElement>('.error-summary') ?? document.querySelector<HTMLElement>('[data-first]')
const first = start?.matches('input, .error-summary') === false ? (focusableIn(start) ?? start) : start
first?.focus()
if (first instanceof HTMLInputElement && first.type === 'text') first.select()

// A file that was chosen is sent at once where the page says so: its findings are wanted now.
document.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLInputElement && target.type === 'file' && target.files?.length) target.closest('[data-sends]')?.querySelector('button')?.click()
})

document.addEventListener('keydown', (event) => {
  if (event.isComposing || event.repeat) return
  const pressed = keysOf(event)
  const target =
    pressed === undefined ? undefined : [...document.querySelectorAll<HTMLElement>('[data-keys]')].find((one) => one.dataset.keys === pressed && isUsable(one))
  if (target !== undefined) {
    event.preventDefault()
    target.focus()
    target.click()
    return
  }
  if (event.target instanceof HTMLInputElement && event.target.dataset.scanned === 'true' && event.key === 'Enter') {
    event.preventDefault()
    nextField(event.target)?.focus()
  } else if (event.target instanceof HTMLInputElement && event.target.type === 'radio' && /^[1-9]$/.test(event.key)) {
    nthOption(event.target, Number(event.key))?.click()
  } else if (isStray(event)) {
    // Typed while nothing has the focus: it was meant for the first field that a reader fills.
    document.querySelector<HTMLInputElement>('input[data-scanned]')?.focus()
  }
})

/** `F8`, `Alt+A`, `Ctrl+Enter`; nothing for a plain character. Alt+letter goes by the key, for macOS makes signs of it. */
function keysOf(event: KeyboardEvent): string | undefined {
  const plain = /^F\d+$/.test(event.key)
  if (!plain && !event.altKey && !event.ctrlKey) return undefined
  const letter = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1] ?? event.key
  return `${event.ctrlKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${event.shiftKey ? 'Shift+' : ''}${letter}`
}

function focusableIn(frame: HTMLElement): HTMLElement | undefined {
  const inside = [...frame.querySelectorAll<HTMLElement>('input:not([type=hidden]), select, textarea, button, a[href]')].filter(isUsable)
  return inside.find((one) => one instanceof HTMLInputElement && one.type === 'radio' && one.checked) ?? inside[0]
}

/** The digit before an option chooses it while the cursor is in its group. */
function nthOption(radio: HTMLInputElement, n: number): HTMLInputElement | undefined {
  const group = [...(radio.form?.querySelectorAll<HTMLInputElement>('input[type=radio]') ?? [])].filter((one) => one.name === radio.name)
  group[n - 1]?.focus()
  return group[n - 1]
}

function isUsable(one: HTMLElement): boolean {
  return !(one as HTMLButtonElement).disabled && one.offsetParent !== null
}

const isStray = (event: KeyboardEvent): boolean =>
  (event.target === document.body || event.target === document.documentElement) &&
  event.key.length === 1 &&
  event.key !== ' ' &&
  !event.ctrlKey &&
  !event.altKey &&
  !event.metaKey

function nextField(from: HTMLInputElement): HTMLElement | undefined {
  const fields = [...(from.form?.elements ?? [])].filter(
    (one): one is HTMLElement => one instanceof HTMLElement && one.matches('input:not([type=hidden]), select, textarea, button') && isUsable(one),
  )
  return fields[fields.indexOf(from) + 1]
}
