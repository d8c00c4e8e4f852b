/** Shows the chosen picture with its size, and says early what the server would say late. It never blocks. */
for (const input of document.querySelectorAll<HTMLInputElement>('input[data-preview]')) input.addEventListener('change', () => void show(input))

async function show(input: HTMLInputElement): Promise<void> {
  const place = input.parentElement?.querySelector('output')
  const file = input.files?.[0]
  if (!place) return
  place.replaceChildren()
  if (file === undefined) return
  const { maxBytes, wanted, previewOf = '', tooLarge = '', wrongKind = '', sizeDiffers = '', sizeWanted = '' } = input.dataset
  const facts: string[] = [file.name, kilobytes(file.size)]
  const advice: string[] = []
  if (file.size > Number(maxBytes)) advice.push(`${tooLarge}${kilobytes(Number(maxBytes))}`)
  if (input.accept !== '' && !input.accept.split(',').includes(file.type)) advice.push(`${wrongKind}${kinds(input.accept)}`)
  const text = document.createElement('div')
  if (file.type.startsWith('image/')) {
    const picture = await load(URL.createObjectURL(file), previewOf)
    if (input.files?.[0] !== file) return
    if (picture !== undefined) {
      const size = `${picture.naturalWidth}×${picture.naturalHeight}`
      facts.push(size)
      if (wanted !== undefined && wanted !== size) advice.push(`${sizeDiffers}${size}${sizeWanted}${wanted}`)
      place.append(picture)
    }
  }
  text.append(...facts.map((fact) => line(fact, 'fact')), ...advice.map((one) => line(one, 'advice')))
  place.append(text)
}

function load(url: string, alternative: string): Promise<HTMLImageElement | undefined> {
  const picture = new Image()
  picture.alt = alternative
  return new Promise((resolve) => {
    picture.addEventListener('load', () => resolve(picture))
    picture.addEventListener('error', () => resolve(undefined))
    picture.src = url
  }).finally(() => URL.revokeObjectURL(url)) as Promise<HTMLImageElement | undefined>
}

function line(text: string, look: string): HTMLElement {
  const one = document.createElement('div')
  one.className = look
  one.textContent = text
  return one
}

const kilobytes = (bytes: number): string => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`)

const kinds = (accept: string): string =>
  accept
    .replace(/[a-z]+\//g, '')
    .toUpperCase()
    .replaceAll(',', ', ')
