import type { Sentence } from '#kernel/language.ts'
import { problem } from '#platform/problem.ts'
import { Checkboxes, DateField, Radios, Select } from '#web/shared/choice.tsx'
import { FileField, IdentityNumberField, NumberField, TextArea, TextField } from '#web/shared/field.tsx'
import { Button, Buttons, ErrorSummary, Fields, Form, QueryForm } from '#web/shared/form.tsx'
import { Say } from '#web/shared/reading.tsx'
import { Part, s } from '#web/shared/story-parts.tsx'
import { Notice } from '#web/shared/text.tsx'

const WRONG = problem('invalid-input', {
  fields: {
    identityNumber: s('身份证号最后一位对不上，请对照证件再看一遍。', 'The last digit doesn’t match. Please check the number against the card.'),
    birth: s('2005年没有2月29日，请改日期。', '2005 has no 29 February. Please correct the date.'),
  },
})

const REFUSED = problem('refused', {
  refusals: [
    {
      code: 'open-application',
      sentence: s('您已经有一件换领申请正在办理，不能再申请一次。', 'You already have a renewal under way, so a second one can’t be started.'),
      basis: '居民身份证法 11',
      wayOut: s('查看正在办的这一件；要改领取地点，请在那一件里改。', 'Look at the one under way; to collect it elsewhere, change that one.'),
    },
    {
      code: 'photo-too-old',
      sentence: s('照片是六个月以前拍的。', 'The photo is older than six months.'),
      basis: 'GA 461-2004',
      wayOut: s('在本窗口免费重拍一张，约两分钟。', 'Have a new one taken at this window, free, about two minutes.'),
    },
  ],
})

const STATIONS = [
  {
    label: s('长春市', 'Changchun'),
    options: [
      { value: '1', label: '南关区桃源路派出所', search: 'taoyuanlu tyl' },
      { value: '2', label: '朝阳区清和街派出所', search: 'qinghejie qhj' },
      { value: '3', label: '绿园区正阳派出所', search: 'zhengyang zy' },
    ],
  },
  {
    label: s('延边州', 'Yanbian'),
    options: [
      { value: '4', label: '延吉市河南派出所', search: 'henan hn' },
      { value: '5', label: '敦化市江南派出所', search: 'jiangnan jn' },
      { value: '6', label: '珲春市靖和派出所', search: 'jinghe jh' },
    ],
  },
]

export const FormParts = () => (
  <Part name={s('表单', 'Form')}>
    <ErrorSummary problem={WRONG} />
    <Form
      action="apply"
      multipart
      values={{
        applicant: '张伟',
        reason: 'expiry',
        channel: ['sms'],
        station: '2',
        'birth.year': '2005',
        'birth.month': '2',
        'birth.day': '29',
        identityNumber: '220102199003071235',
      }}
    >
      <TextField name="applicant" label={s('姓名', 'Name')} autocomplete="name" hint={s('和证件上一样', 'As on the card')} />
      <IdentityNumberField
        name="identityNumber"
        label={s('身份证号', 'Identity number')}
        hint={s('18 位，最后一位可能是 X', '18 characters; the last may be X')}
        {...errorOf('identityNumber')}
      />
      <DateField
        name="birth"
        label={s('出生日期', 'Date of birth')}
        hint={s('例如 1990 3 7', 'For example 1990 3 7')}
        autocomplete="bday"
        {...errorOf('birth')}
      />
      <NumberField name="copies" label={s('份数', 'Copies')} unit={s('份', 'copies')} optional />
      <Radios
        name="reason"
        label={s('为什么要办新卡', 'Why you need a new card')}
        options={[
          { value: 'expiry', label: s('快到期或已到期', 'It expires or has expired') },
          { value: 'lost', label: s('丢了', 'It is lost'), hint: s('会先替您挂失，旧卡作废。', 'We first report the loss; the old card becomes void.') },
          { value: 'damaged', label: s('坏了，读不出来', 'It is damaged and can’t be read') },
        ]}
      />
      <Checkboxes
        name="channel"
        label={s('办好了怎么告诉您', 'How we tell you when it is ready')}
        inline
        options={[
          { value: 'sms', label: s('短信', 'Text message') },
          { value: 'wechat', label: s('微信', 'WeChat') },
          { value: 'phone', label: s('打电话', 'Phone call') },
        ]}
      />
      <Select
        name="station"
        label={s('到哪个派出所取', 'Where you collect it')}
        hint={s('可以打拼音首字母', 'You can type pinyin initials')}
        options={STATIONS}
        typeAhead
      />
      <FileField
        name="photo"
        label={s('照片', 'Photo')}
        hint={s('白色背景、近六个月、JPEG，358×441 像素', 'White background, of the last six months, JPEG, 358×441 pixels')}
        accept={['image/jpeg']}
        maxBytes={600 * 1024}
        wanted={{ width: 358, height: 441 }}
      />
      <TextArea name="remark" label={s('还有什么要说明', 'Anything else')} optional />
      <Buttons>
        <Button>{s('下一步', 'Continue')}</Button>
        <Button quiet action="keep">
          {s('先存着，下次接着填', 'Keep it for later')}
        </Button>
        <Button grave action="withdraw">
          {s('撤回这次申请', 'Withdraw this application')}
        </Button>
        <Button disabled>{s('正在提交', 'Sending')}</Button>
      </Buttons>
    </Form>
    <ErrorSummaryAgain />
  </Part>
)

/** A second summary would take the same id: shown as plain text of its parts. */
const ErrorSummaryAgain = () => (
  <Notice tone="bad" title={REFUSED.title}>
    {REFUSED.refusals?.map((refusal) => (
      <p key={refusal.code}>
        <Say>{refusal.sentence}</Say> <Say>{refusal.wayOut}</Say> <span class="hint">{refusal.basis}</span>
      </p>
    ))}
  </Notice>
)

const errorOf = (name: string): { readonly error?: Sentence } => {
  const error = WRONG.fields?.[name]
  return error === undefined ? {} : { error }
}

export const Officers = () => (
  <Part name={s('警员', 'Officers')}>
    <QueryForm>
      <TextField name="search" label={s('找办件', 'Find a case')} width={24} scanned />
      <Button quiet keys="F3">
        {s('查找', 'Find')}
      </Button>
    </QueryForm>
    <Form action="accept" dense>
      <Fields>
        <IdentityNumberField name="holder" label={s('身份证号', 'Identity number')} scanned />
        <TextField name="phone" label={s('电话', 'Phone')} inputMode="tel" width={12} />
        <Radios
          name="fee"
          label={s('收费', 'Fee')}
          inline
          options={[
            { value: 'paid', label: s('已收 20 元', 'CNY 20 paid') },
            { value: 'waived', label: s('免收', 'Waived') },
          ]}
        />
      </Fields>
      <Buttons>
        <Button keys="F8">{s('受理', 'Accept')}</Button>
        <Button quiet keys="Alt+P" action="print">
          {s('打印回执', 'Print the receipt')}
        </Button>
      </Buttons>
    </Form>
    <dl class="measures">
      <div class="measure">
        <dt>
          <Say>{s('今天受理', 'Accepted today')}</Say>
        </dt>
        <dd>
          1,284{' '}
          <span class="hint">
            <Say>{s('截至 11:59', 'at 11:59')}</Say>
          </span>
        </dd>
      </div>
      <div class="measure">
        <dt>
          <Say>{s('按期', 'On time')}</Say>
        </dt>
        <dd>
          99.3%{' '}
          <span class="hint">
            <Say>{s('承诺 98%', 'promised 98%')}</Say>
          </span>
        </dd>
      </div>
    </dl>
  </Part>
)
