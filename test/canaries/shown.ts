/** Every list and every view of a case, as each role is shown it: where nobody needs the whole number, name, phone or address. */
import { openApi } from '#test/api.ts'
import { STATION } from '#test/canaries/scan.ts'
import type { Product } from '#test/product.ts'

interface Looking {
  readonly as: object
  readonly pages: readonly string[]
}

const PROVINCE = '220000000000'

const looks = (number: string, personId: string): readonly Looking[] => [
  {
    as: { role: 'station-officer', organ: STATION },
    pages: [
      ...['/window', '/window/collect', `/window/cases/${number}`, `/window/cases/${number}/receipt`, '/window?status=all'],
      ...['/api/v1/cases?list=open-at-organ', '/api/v1/cases?list=at-organ', '/api/v1/cases?list=to-collect', `/api/v1/cases/${number}`],
      `/api/v1/delivery/collections?organ=${STATION}`,
    ],
  },
  {
    as: { role: 'referral-reviewer', organ: PROVINCE },
    pages: ['/window/referrals', '/window/second-looks', `/window/referrals/${number}`, '/api/v1/cases?list=referred', '/api/v1/cases?list=to-look-at'],
  },
  {
    as: { role: 'factory-worker' },
    pages: [
      ...['/factory', '/factory/blanks', '/factory/batches/2026-02-13am', '/factory/batches/2026-02-13pm', '/factory/batches/2026-02-14am'],
      ...['/api/v1/production/batches?day=2026-02-13', '/api/v1/production/batches/2026-02-13-am', '/api/v1/production/batches/2026-02-13-pm'],
      `/api/v1/production/orders/${number}`,
    ],
  },
  { as: { role: 'dispatcher' }, pages: ['/dispatch', '/dispatch/parcels', '/api/v1/delivery/parcels', '/api/v1/delivery/manifests?day=2026-02-13'] },
  {
    as: { role: 'supervisor' },
    pages: [
      '/supervision',
      '/supervision/cases',
      `/supervision/cases/${number}`,
      '/supervision/alarms',
      '/api/v1/supervision/alarms',
      '/api/v1/supervision/promises?measure=1',
    ],
  },
  { as: { role: 'auditor', organ: PROVINCE }, pages: ['/audit', '/audit/readings', '/audit/officers', '/api/v1/audit/readings', '/api/v1/audit/flags'] },
  { as: { role: 'administrator' }, pages: ['/supervision/review'] },
  { as: { person: personId }, pages: ['/my-file', '/devices', '/privacy', '/api/v1/me/readings', '/api/v1/me/consents', `/api/v1/cases/${number}`] },
]

/** @returns each page that was shown, with its text */
export async function shownTo(
  product: Product,
  number: string,
  personId: string,
): Promise<readonly { readonly page: string; readonly status: number; readonly text: string }[]> {
  const api = openApi(product)
  const shown = []
  for (const { as, pages } of looks(number, personId)) {
    const token = await api.signIn(as)
    for (const page of pages) {
      const answer = await fetch(product.url + page, {
        redirect: 'manual',
        headers: { authorization: `Bearer ${token}`, accept: page.startsWith('/api/') ? 'application/json' : 'text/html' },
      })
      shown.push({ page: `${JSON.stringify(as)} ${page}`, status: answer.status, text: await answer.text() })
    }
  }
  return shown
}
