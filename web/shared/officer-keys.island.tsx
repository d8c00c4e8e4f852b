/**
 * The keyboard for officers: the keys shown beside buttons press them; the cursor starts where the work starts;
 * the scanner and the ID reader, which type like a keyboard and end with Enter, never send a half-filled form.
 */
const first = document.querySelector<HTMLElement>('.error-summary') ?? document.querySelector<HTMLElement>('[data-first]')
first?.focus()
if (first instanceof HTMLInputElement) first.select()

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
  if (event.target instanceof HTMLInputElement && event.target.dataset.scanned !== undefined && event.key === 'Enter') {
    event.preventDefault()
    nextField(event.target)?.focus()
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

const isUsable = (one: HTMLElement): boolean => !(one as HTMLButtonElement).disabled && one.offsetParent !== null

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
