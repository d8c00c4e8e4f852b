import { type APIRequestContext, expect } from '@playwright/test'
import { portraitJpeg } from '#sim/portrait.ts'

/** A renewal that a station accepted over the API, the fee still open, for somebody of another prefecture. Signs in as the station's officer. */
export async function acceptedRenewal(request: APIRequestContext, organ: string) {
  const signedIn = await request.post('/sandbox/sign-in', { data: { as: { role: 'station-officer', organ } } })
  const { token } = (await signedIn.json()) as { token: string }
  const headers = () => ({ authorization: `Bearer ${token}`, 'idempotency-key': crypto.randomUUID() })
  const made = await request.post('/sandbox/people', {
    data: { age: 30, within: '2224', card: { issuedOn: '2016-03-01', expiresOn: '2026-03-01' }, hardship: 'none' },
  })
  const { person } = (await made.json()) as { person: { id: string; identityNumber: string } }
  const photo = await request.post('/api/v1/photos', { headers: { ...headers(), 'content-type': 'image/jpeg' }, data: await portraitJpeg(7) })
  const { digest } = (await photo.json()) as { digest: string }
  const form = {
    identityNumber: person.identityNumber,
    reason: 'expiry',
    photo: digest,
    fingerprints: { how: 'captured', fingers: ['right-thumb'], quality: 80 },
    handover: { by: 'station' },
  }
  const answer = await request.post('/api/v1/cases', { headers: headers(), data: { service: 'id-card-renewal', form } })
  expect(answer.status(), await answer.text()).toBe(201)
  const { number } = (await answer.json()) as { number: string }
  return { number, personId: person.id, identityNumber: person.identityNumber, headers }
}
