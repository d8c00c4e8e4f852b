/** What the auditors' pages share. */
import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { Principal } from '#platform/http.ts'
import { auditWords as words } from '#web/audit/words.ts'
import type { Section } from '#web/shared/page.tsx'

export const AUDIT_ROLES = ['auditor', 'audit-administrator'] as const
export const OFFICER_ROLES = ['auditor', 'audit-administrator', 'security-administrator'] as const

export const auditSections = (principal: Principal | null, current: string): readonly Section[] =>
  [
    ...(can(principal as Actor | null, 'reading.audit')
      ? [
          { href: '/audit', title: words.flags },
          { href: '/audit/readings', title: words.readings },
          { href: '/audit/sign-ins', title: words.signIns },
        ]
      : []),
    { href: '/audit/officers', title: words.officers },
    ...(can(principal as Actor | null, 'client-key.manage') ? [{ href: '/audit/keys', title: words.keys }] : []),
  ].map((section) => ({ ...section, current: section.href === current }))
