/**
 * Passkeys: a form with options asks the browser for a passkey when it is sent, puts what it gives into a hidden field, and is sent.
 * What came with the page is JSON with bytes in base64url (WebAuthn Level 3); old browsers know it only as bytes.
 */
const bytesOf = (text: string): ArrayBuffer => {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (sign) => sign.charCodeAt(0)).buffer
}
const textOf = (bytes: ArrayBuffer | null): string | undefined =>
  bytes === null
    ? undefined
    : btoa(String.fromCharCode(...new Uint8Array(bytes)))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replace(/=+$/, '')

interface Described {
  readonly id: string
  readonly transports?: AuthenticatorTransport[]
}

const listed = (keys: readonly Described[] = []): PublicKeyCredentialDescriptor[] => keys.map((key) => ({ ...key, type: 'public-key', id: bytesOf(key.id) }))

/** Options as they came with the page: each with its bytes as text. */
interface Asked {
  readonly challenge: string
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string }
  readonly excludeCredentials?: readonly Described[]
  readonly allowCredentials?: readonly Described[]
}

async function enrolled(options: Asked): Promise<object> {
  const made = (await navigator.credentials.create({
    publicKey: {
      ...(options as object as PublicKeyCredentialCreationOptions),
      challenge: bytesOf(options.challenge),
      user: { ...options.user, id: bytesOf(options.user.id) },
      excludeCredentials: listed(options.excludeCredentials),
    },
  })) as PublicKeyCredential
  const response = made.response as AuthenticatorAttestationResponse
  return written(made, { attestationObject: textOf(response.attestationObject), transports: response.getTransports?.() ?? [] })
}

async function shown(options: Asked): Promise<object> {
  const given = (await navigator.credentials.get({
    publicKey: {
      ...(options as object as PublicKeyCredentialRequestOptions),
      challenge: bytesOf(options.challenge),
      allowCredentials: listed(options.allowCredentials),
    },
  })) as PublicKeyCredential
  const response = given.response as AuthenticatorAssertionResponse
  return written(given, {
    authenticatorData: textOf(response.authenticatorData),
    signature: textOf(response.signature),
    userHandle: textOf(response.userHandle),
  })
}

const written = ({ id, rawId, response }: PublicKeyCredential, more: object): object => ({
  ...{ id, rawId: textOf(rawId), type: 'public-key', clientExtensionResults: {} },
  response: { clientDataJSON: textOf(response.clientDataJSON), ...more },
})

for (const frame of document.querySelectorAll<HTMLElement>('[data-passkey]')) {
  const form = frame.closest('form')
  const field = frame.querySelector<HTMLInputElement>('input[name=credential]')
  const state = frame.querySelector<HTMLElement>('[role=status]')
  if (form === null || field === null) continue
  const say = (text: string | undefined): void => {
    if (state !== null) state.textContent = text ?? ''
  }
  form.addEventListener('submit', (event) => {
    if (field.value !== '') return
    event.preventDefault()
    say(frame.dataset.waiting)
    const options = JSON.parse(frame.dataset.options ?? '{}')
    const asked = frame.dataset.passkey === 'enrol' ? enrolled(options) : shown(options)
    asked.then(
      (credential) => {
        field.value = JSON.stringify(credential)
        form.requestSubmit?.() ?? form.submit()
      },
      () => say(frame.dataset.failed),
    )
  })
}
