import { createHash } from 'node:crypto'

/** The stand-in's own pages: plain, in both languages at once, and marked as what they are. */
export interface Shown {
  readonly officer: boolean
  readonly people: readonly { readonly key: string; readonly name: string; readonly more: string }[]
  readonly search: string
  /** The levels that were asked for; empty strings count for none. */
  readonly acr: readonly string[]
}

/** The platform's levels, in its own values. */
export const LEVELS_SHOWN = [
  { acr: 'urn:yitang:real-name:3', zh: '高级实名', en: 'level 3' },
  { acr: 'urn:yitang:real-name:2', zh: '中级实名', en: 'level 2' },
  { acr: 'urn:yitang:real-name:1', zh: '初级实名', en: 'level 1' },
  { acr: 'urn:yitang:real-name:0', zh: '未实名', en: 'not verified' },
] as const

const STYLE = `
body { font: 18px/1.7 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; max-width: 40rem; margin: 0 auto; padding: 1rem; color: #16202e; background: #fbfbf8 }
.standin { border-left: 6px solid #8a5a00; padding: .5rem 1rem; background: #fff6e0 }
fieldset { border: 1px solid #5b6675; margin: 1rem 0; padding: .5rem 1rem }
label { display: block; min-height: 44px; padding: .5rem 0; cursor: pointer }
input[type=radio] { width: 1.4rem; height: 1.4rem; vertical-align: middle; margin-right: .6rem }
input[type=text] { font: inherit; width: 100%; box-sizing: border-box; min-height: 44px; padding: .3rem .6rem; border: 1px solid #5b6675 }
button { font: inherit; min-height: 48px; padding: .4rem 1.4rem; margin: .5rem .6rem .5rem 0; background: #0b2a5e; color: #fff; border: 2px solid #0b2a5e }
button.quiet { background: #fff; color: #0b2a5e }
:focus-visible { outline: 3px solid #b85c00; outline-offset: 2px }
`

export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign)
const both = (zh: string, en: string): string => `${zh} <span lang="en">${en}</span>`

const documentOf = (title: string, body: string): string => `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${STYLE}</style></head><body>
<p class="standin">${both('替身：只有造出来的人。', 'Stand-in, synthetic people only.')}</p>
<main>${body}</main></body></html>
`

export function interactionPage({ officer, people, search, acr }: Shown): string {
  const asked = LEVELS_SHOWN.findLast((level) => acr.includes(level.acr)) ?? LEVELS_SHOWN[0]
  const found = people.map(
    ({ key, name, more }, index) =>
      `<label><input type="radio" name="person" value="${escaped(key)}"${index === 0 ? ' checked' : ''}> ${escaped(name)} ${escaped(more)}</label>`,
  )
  const levels = LEVELS_SHOWN.map(
    (level) => `<label><input type="radio" name="level" value="${level.acr}"${level === asked ? ' checked' : ''}> ${both(level.zh, level.en)}</label>`,
  )
  return documentOf(
    '统一身份认证 Identity platform',
    `<h1>${both('统一身份认证平台', 'Identity platform')}</h1>
<form method="post">
<label for="search">${officer ? both('警号', 'Officer’s number') : both('姓名或公民身份号码', 'Name or identity number')}</label>
<input type="text" id="search" name="search" value="${escaped(search)}" autocomplete="off">
<button class="quiet" name="act" value="search">${both('查找', 'Search')}</button>
<fieldset><legend>${both('您是', 'You are')}</legend>${found.join('') || `<p>${both('没有找到。', 'Nobody was found.')}</p>`}</fieldset>
${officer ? '' : `<fieldset><legend>${both('实名等级', 'Level of assurance')}</legend>${levels.join('')}</fieldset>`}
<button name="act" value="sign-in">${both('登录', 'Sign in')}</button>
<button class="quiet" name="act" value="refuse">${both('不登录', 'Don’t sign in')}</button>
</form>`,
  )
}

export const problemPage = (error: string): string =>
  documentOf(
    '统一身份认证 Identity platform',
    `<h1>${both('没有登录成功', 'You are not signed in')}</h1>
<p>${both('请回到原来的页面重新登录。', 'Go back to where you came from and sign in again.')}</p><p>${escaped(error)}</p>`,
  )
