/** Nobody was let in: what happened, and the way out. Nothing about anybody stands in the address. */
import type { SignInRefusal } from '#account/commands/sign-in.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Services } from '#web/services.ts'
import { Button, Buttons } from '#web/shared/form.tsx'
import { Lead, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'
import { safeNext } from '#web/sign-in/sign-in.tsx'
import { signInWords as words } from '#web/sign-in/words.ts'

export const WHY: Readonly<Record<SignInRefusal, Sentence>> = {
  cancelled: { zh: '您在统一身份认证平台选择了不登录。想好了再来。', en: 'You chose not to sign in at the identity platform. Come back whenever you like.' },
  again: { zh: '统一身份认证平台要您重新登录，请再试一次。', en: 'Please try again: the identity platform wants you to sign in anew.' },
  stale: { zh: '登录用的时间太长，或者这个页面已经用过，请重新登录。', en: 'Please sign in again: it took too long, or this page was used before.' },
  untrusted: {
    zh: '统一身份认证平台的答复对不上，为了您的安全没有采用。请重新登录。',
    en: 'Please sign in again: what the identity platform answered did not fit, and was not used, for your safety.',
  },
  unavailable: {
    zh: '统一身份认证平台暂时没有回应，请过几分钟再试；急事请到任一派出所窗口办。',
    en: 'Try again in a few minutes, or come to any station: the identity platform does not answer.',
  },
  unknown: {
    zh: '登记里没有找到您，或您的登记已经注销。请带身份证到任一派出所窗口核对；工作人员请找安全管理员。',
    en: 'Come to any station with your card to have your record checked; staff, ask the security administrator: nobody by this name is registered here.',
  },
  level: {
    zh: '您的账号还没有实名。请先在统一身份认证平台完成实名，再回来登录。',
    en: 'Prove your real name at the identity platform first, then sign in again: nobody has checked it yet.',
  },
  'someone-else': {
    zh: '这次验证的不是刚才登录的人，没有采用。请由本人再验证一次。',
    en: 'Have the person who is signed in prove it again: this was somebody else, and was not used.',
  },
}

export const failedPage = definePage<Services, { readonly why: SignInRefusal; readonly next: string | undefined }>({
  path: '/sign-in/failed',
  audience: 'resident',
  load: ({ query }) => ({ why: Object.hasOwn(WHY, query.why ?? '') ? (query.why as SignInRefusal) : 'stale', next: safeNext(query.next) }),
  view: ({ why, next }) => ({
    title: words.failedTitle,
    body: (
      <>
        <Title>{words.failedTitle}</Title>
        <Lead>{WHY[why]}</Lead>
        <Buttons>
          <Button href={next === undefined ? '/sign-in' : `/sign-in?${new URLSearchParams({ next })}`}>{words.tryAgain}</Button>
          <Button quiet href="/">
            {words.toHome}
          </Button>
        </Buttons>
      </>
    ),
  }),
})
