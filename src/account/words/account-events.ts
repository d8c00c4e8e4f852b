import type { AccountEvent, Door, SessionEnding } from '#account/rules/account-events.ts'
import type { SignInMethod } from '#account/rules/sessions.ts'
import type { Sentence } from '#kernel/language.ts'
import type { CountedBy, LimitName } from '#platform/edge/limits.ts'

const METHODS: Readonly<Record<SignInMethod, Sentence>> = {
  identity: { zh: '统一身份认证', en: 'the identity platform' },
  key: { zh: '客户端密钥', en: 'a client’s key' },
  sandbox: { zh: '演示环境的快速登录', en: 'the demonstration’s quick sign-in' },
}

const ENDINGS: Readonly<Record<SessionEnding, Sentence>> = {
  'signed-out': { zh: '退出登录', en: 'Signed out' },
  'ended-by-owner': { zh: '本人结束了一处登录', en: 'A session was ended by its owner' },
  replaced: { zh: '重新登录，原来的登录结束', en: 'A session ended, since somebody signed in anew in its place' },
  'passkey-revoked': { zh: '通行密钥作废，登录随之结束', en: 'A session ended with a passkey that was revoked' },
  'key-revoked': { zh: '客户端密钥作废，登录随之结束', en: 'A session ended with a client’s key that was revoked' },
  'officer-left': { zh: '调动或停用，登录随之结束', en: 'A session ended: transferred or retired' },
}

const DOORS: Readonly<Record<Door, Sentence>> = {
  identity: { zh: '统一身份认证', en: 'the identity platform' },
  passkey: { zh: '通行密钥', en: 'passkey' },
  'enrolment-code': { zh: '一次性代码', en: 'one-time code' },
  'client-assertion': { zh: '客户端断言', en: 'client assertion' },
}

const REASONS: Readonly<Record<string, Sentence>> = {
  wrong: { zh: '没有通过', en: 'wrong' },
  cancelled: { zh: '本人取消', en: 'cancelled' },
  again: { zh: '平台要求重新登录', en: 'the platform wants a new sign-in' },
  stale: { zh: '过期或用过', en: 'too late, or used before' },
  untrusted: { zh: '答复对不上', en: 'the answer did not fit' },
  unknown: { zh: '登记里没有', en: 'nobody by this name is registered' },
  level: { zh: '没有实名', en: 'no proven name' },
  'someone-else': { zh: '不是同一个人', en: 'somebody else' },
}

/** What happened, as the owner of the account and the auditor read it. */
export function accountEventSays(event: AccountEvent): Sentence {
  switch (event.type) {
    case 'AccountSignedIn':
    case 'AccountProvedAgain': {
      const method = METHODS[event.method]
      const half = event.stage === 'second-factor'
      const with_ = [event.browser, event.network ?? ''].filter((part) => part !== '').join(' · ')
      const where = { zh: with_ === '' ? '' : `（${with_}）`, en: with_ === '' ? '' : ` (${with_})` }
      if (event.type === 'AccountProvedAgain') return { zh: `再次证明是本人：${method.zh}${where.zh}`, en: `Proved again to be there: ${method.en}${where.en}` }
      return half
        ? { zh: `通过${method.zh}，等待通行密钥${where.zh}`, en: `Came through ${method.en}, with the passkey still to be shown${where.en}` }
        : { zh: `登录：${method.zh}${where.zh}`, en: `Signed in by ${method.en}${where.en}` }
    }
    case 'AccountSessionEnded':
      return ENDINGS[event.why]
    case 'AccountSignInFailed': {
      const [door, why] = [DOORS[event.door], REASONS[event.why] ?? { zh: event.why, en: event.why }]
      return { zh: `登录没有成功：${door.zh}，${why.zh}`, en: `Was not let in: ${door.en}, ${why.en}` }
    }
    case 'AccountLocked': {
      const door = DOORS[event.door]
      return event.side === 'account'
        ? { zh: `失败过多，暂时锁定：${door.zh}`, en: `Locked for a while after too many failures: ${door.en}` }
        : { zh: `同一来源失败过多，该来源暂时锁定：${door.zh}`, en: `Where it came from is locked for a while after too many failures: ${door.en}` }
    }
    case 'AccountPasskeyEnrolled':
      return { zh: '登记了通行密钥', en: 'A passkey was enrolled' }
    case 'AccountPasskeyRevoked':
      return { zh: '作废了通行密钥', en: 'A passkey was revoked' }
    case 'AccountCodeIssued':
      return { zh: '发出了一次性代码', en: 'A one-time code was given out' }
    case 'AccountKeyRegistered':
      return { zh: `登记了客户端密钥 ${event.key}`, en: `The client’s key ${event.key} was registered` }
    case 'AccountKeyRevoked':
      return { zh: `作废了客户端密钥 ${event.key}`, en: `The client’s key ${event.key} was revoked` }
  }
}

export const LIMIT_WORDS: Readonly<Record<LimitName, Sentence>> = {
  anybody: { zh: '未登录的访问', en: 'requests without signing in' },
  'signed-in': { zh: '登录后的访问', en: 'requests when signed in' },
  'look-up': { zh: '查人', en: 'looking people up' },
  progress: { zh: '查进度', en: 'asking for progress' },
  'sign-in': { zh: '登录', en: 'signing in' },
  upload: { zh: '上传', en: 'uploads' },
  export: { zh: '导出', en: 'exports' },
}

export const COUNTED_BY_WORDS: Readonly<Record<CountedBy, Sentence>> = {
  address: { zh: '同一网络地址', en: 'one network address' },
  actor: { zh: '同一个人', en: 'one person' },
  organ: { zh: '同一单位', en: 'one organ' },
  department: { zh: '同一部门', en: 'one department' },
  subject: { zh: '问同一个人或同一件事', en: 'about one person or matter' },
}
