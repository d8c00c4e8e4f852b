/** Every component in every state, for eyes and for axe: `/sandbox/components`. */
import type { ComponentChildren } from 'preact'
import type { Sentence } from '#kernel/language.ts'
import { day, instant } from '#kernel/time.ts'
import { problem } from '#platform/problem.ts'
import { Answers, TaskList } from '#web/shared/answers.tsx'
import { BarChart, LineChart, SmallMultiples } from '#web/shared/chart.tsx'
import { Checkboxes, DateField, Radios, Select } from '#web/shared/choice.tsx'
import { FileField, IdentityNumberField, NumberField, TextArea, TextField } from '#web/shared/field.tsx'
import { Button, Buttons, ErrorSummary, Fields, Form, QueryForm } from '#web/shared/form.tsx'
import { caseNumberInGroups, dayInWords, maskIdentityNumber, maskName } from '#web/shared/format.ts'
import { PaperLine, Sheet, Slip } from '#web/shared/print.tsx'
import { PromiseCard } from '#web/shared/promise.tsx'
import { Qr } from '#web/shared/qr.tsx'
import { Say } from '#web/shared/reading.tsx'
import { type Column, csvOf, Pages, Table } from '#web/shared/table.tsx'
import { BackLink, Details, Heading, Lead, Moment, Notice, Progress, StatusTag, Title } from '#web/shared/text.tsx'
import { type Area, TileMap } from '#web/shared/tile-map.tsx'
import { Timeline } from '#web/shared/timeline.tsx'
import { definePage } from '#web/shared/web.ts'

const s = (zh: string, en: string): Sentence => ({ zh, en })

const MAKE_UP_DAY = s('调休上班', 'make-up working day')

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

interface Row {
  readonly number: string
  readonly name: string
  readonly state: Sentence
  readonly tone: 'working' | 'good' | 'attention' | 'bad' | 'neutral'
  readonly minutes: number
  readonly since: string
}

const ROWS: readonly Row[] = [
  { number: '2224202602481930527', name: '金明姬', state: s('制证中', 'Being made'), tone: 'working', minutes: 34, since: '2026-02-13T11:59:00+08:00' },
  {
    number: '2201202602557208146',
    name: '王建国',
    state: s('等人工复核', 'Waiting for review'),
    tone: 'attention',
    minutes: 128,
    since: '2026-02-13T10:12:00+08:00',
  },
  { number: '2202202602100934771', name: '李秀英', state: s('已送到', 'Delivered'), tone: 'good', minutes: 6, since: '2026-02-13T09:02:00+08:00' },
  { number: '2208202602773315908', name: '赵铁柱', state: s('包裹丢失', 'Parcel lost'), tone: 'bad', minutes: 1440, since: '2026-02-12T12:01:00+08:00' },
]

const COLUMNS: readonly Column<Row>[] = [
  { key: 'number', title: s('办件号', 'Case'), cell: (row) => <a href="/sandbox/components">{caseNumberInGroups(row.number)}</a>, csv: (row) => row.number },
  { key: 'name', title: s('姓名', 'Name'), cell: (row) => maskName(row.name), csv: (row) => maskName(row.name) },
  { key: 'state', title: s('状态', 'State'), cell: (row) => <StatusTag tone={row.tone}>{row.state}</StatusTag>, csv: (row, language) => row.state[language] },
  { key: 'since', title: s('何时起', 'Since'), sorts: true, cell: (row) => <Moment short at={instant(row.since)} />, csv: (row) => row.since },
  {
    key: 'minutes',
    title: s('已等（分钟）', 'Waited (min)'),
    sorts: true,
    numeric: true,
    cell: (row) => String(row.minutes),
    sum: (rows) => String(rows.reduce((total, row) => total + row.minutes, 0)),
    csv: (row) => row.minutes,
  },
]

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

function Part({ name, children }: { readonly name: Sentence; readonly children: ComponentChildren }) {
  return (
    <section class="story">
      <Heading>{name}</Heading>
      {children}
    </section>
  )
}

const Texts = () => (
  <Part name={s('文字', 'Text')}>
    <BackLink href="/sandbox/components" />
    <Lead>
      {s(
        '到任何一个派出所都能办。办好后寄到家，或者到您选的派出所取。',
        'Any police station takes it. The card comes by mail, or you collect it at the station you choose.',
      )}
    </Lead>
    <div class="story-row">
      <StatusTag tone="neutral">{s('未开始', 'Not started')}</StatusTag>
      <StatusTag tone="working">{s('制证中', 'Being made')}</StatusTag>
      <StatusTag tone="good">{s('已送到', 'Delivered')}</StatusTag>
      <StatusTag tone="attention">{s('等您补材料', 'Waiting for you')}</StatusTag>
      <StatusTag tone="bad">{s('已超时', 'Overdue')}</StatusTag>
    </div>
    <Notice title={s('春节期间照常受理', 'Open over the Spring Festival')}>
      {s('2月15日至23日放假，制证从24日上午继续。', 'The factory rests from 15 to 23 February and goes on in the morning of the 24th.')}
    </Notice>
    <Notice tone="good" title={s('已受理', 'Accepted')} />
    <Notice tone="attention">{s('旧卡在领取新卡时交回。', 'Bring the old card when you collect the new one.')}</Notice>
    <Notice tone="bad" title={s('快递说包裹丢了', 'The courier lost the parcel')}>
      {s('我们已重新制作一张，不收费，新的日期见下。', 'We are making another, free of charge. The new date is below.')}
    </Notice>
    <Progress label={s('下午批次', 'Afternoon batch')} done={180} of={420} detail={s('3 号线在做，预计 15:40 完成', 'Line 3 is working, until about 15:40')} />
    <Progress label={s('正在识别照片', 'Reading the photo')} of={1} />
    <Details summary={s('没有旧卡怎么办', 'What if I don’t have the old card')}>
      {s('选“丢失补领”，在本页就能办挂失。', 'Choose “lost card”; you can report the loss on this page.')}
    </Details>
  </Part>
)

const FormParts = () => (
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

const Records = () => (
  <Part name={s('核对与任务', 'Answers and tasks')}>
    <Answers
      answers={[
        { question: s('姓名', 'Name'), answer: '张伟', change: '/sandbox/components' },
        { question: s('身份证号', 'Identity number'), answer: maskIdentityNumber('220102199003071234'), change: '/sandbox/components' },
        { question: s('领取方式', 'Delivery'), answer: s('寄到家，邮费 12 元', 'By mail, CNY 12'), change: '/sandbox/components' },
        { question: s('备注', 'Remark'), change: '/sandbox/components' },
      ]}
    />
    <TaskList
      tasks={[
        { title: s('填写申请', 'Fill in the application'), href: '/sandbox/components', state: s('已完成', 'Done'), tone: 'good' },
        { title: s('上传照片', 'Add a photo'), href: '/sandbox/components', state: s('进行中', 'Under way'), tone: 'working' },
        {
          title: s('采集指纹', 'Fingerprints'),
          hint: s('到任一派出所，约两分钟', 'At any police station, about two minutes'),
          state: s('还不能开始', 'Not yet'),
          tone: 'neutral',
        },
      ]}
    />
  </Part>
)

const Promised = () => (
  <Part name={s('承诺', 'Promise')}>
    <PromiseCard
      state="open"
      days={4}
      promised={[
        { what: s('制好', 'Made'), by: dayInWords(day('2026-02-14'), { note: MAKE_UP_DAY, year: false }) },
        {
          what: s('送到您手里', 'In your hands'),
          by: dayInWords(day('2026-02-17'), { year: false }),
          note: s('寄到延吉市，隔日送达', 'By mail to Yanji, every other day'),
        },
      ]}
      moved={[
        {
          at: instant('2026-02-14T15:20:00+08:00'),
          from: dayInWords(day('2026-02-15'), { year: false }),
          to: dayInWords(day('2026-02-17'), { year: false }),
          reason: s('2 号制证线卡纸，这一批改在下一个半天制作。', 'Line 2 jammed; this batch is made in the next half day.'),
        },
      ]}
      why={[
        s('2月13日 12:00 以后受理，算下一个工作日上午的批次。', 'Accepted after 12:00 on 13 February: the batch of the next working morning.'),
        s(
          '2月14日是星期六，但国务院通知调休上班，所以算工作日。',
          '14 February is a Saturday, but a make-up working day by the State Council’s notice, so it counts.',
        ),
        s('当天发出，延边城区次日、边远乡镇隔日送达。', 'Sent the same day; the next day in towns of Yanbian, every other day in remote townships.'),
      ]}
      oldWay={{ days: 34, until: dayInWords(day('2026-03-19'), { year: false }), note: s('20 个工作日', '20 working days') }}
      statutory={{ days: 60, until: dayInWords(day('2026-04-14'), { year: false }), note: s('60 天', '60 days') }}
    />
  </Part>
)

const Happened = () => (
  <Part name={s('经过', 'What happened')}>
    <Timeline
      label={s('办理经过', 'Progress')}
      happenings={[
        {
          state: 'done',
          what: s('已受理', 'Accepted'),
          at: <Moment at={instant('2026-02-13T11:59:00+08:00')} />,
          who: s('桃源路派出所 2 号窗口', 'Taoyuanlu station, window 2'),
        },
        {
          state: 'done',
          what: s('自动审核通过', 'Passed the automatic review'),
          at: <Moment at={instant('2026-02-13T11:59:01+08:00')} />,
          why: s('9 项检查全部通过', 'all nine checks passed'),
        },
        {
          state: 'stopped',
          what: s('这一批停了 40 分钟', 'The batch stood still for 40 minutes'),
          at: <Moment at={instant('2026-02-13T14:10:00+08:00')} />,
          why: s('2 号线卡纸', 'line 2 jammed'),
        },
        {
          state: 'now',
          what: s('正在制证', 'Being made'),
          at: <Moment at={instant('2026-02-13T14:50:00+08:00')} />,
          who: s('省制证中心 3 号线', 'Production centre, line 3'),
        },
        { state: 'next', what: s('今天 17:00 前发出', 'Sent by 17:00 today') },
        { state: 'next', what: s('送到桃源路派出所', 'Arrives at Taoyuanlu station'), at: dayInWords(day('2026-02-14'), { note: MAKE_UP_DAY, year: false }) },
      ]}
    />
  </Part>
)

const Lists = ({ sort }: { readonly sort: string | undefined }) => (
  <Part name={s('表格', 'Tables')}>
    <Table
      caption={s('待办', 'Work list')}
      columns={COLUMNS}
      rows={ROWS}
      keyOf={(row) => row.number}
      csv
      marked={(row) => row.tone === 'bad'}
      {...(sort === undefined ? {} : { sort })}
      live={{ id: 'work', seconds: 30 }}
    />
    <Pages previous="a" next="b" about={s('第 51 到 54 件', 'Cases 51 to 54')} />
    <Table caption={s('空的列表', 'An empty list')} columns={COLUMNS.slice(0, 3)} rows={[]} keyOf={(row: Row) => row.number} />
  </Part>
)

const DAYS = ['1日', '2日', '3日', '4日', '5日', '6日', '7日', '8日', '9日', '10日']
const KEPT = [0.97, 0.98, 0.985, 0.96, undefined, 0.99, 0.991, 0.987, 0.995, 0.993]

const TILES: readonly { readonly area: Area; readonly share: number }[] = [
  { area: '2201', share: 0.992 },
  { area: '2202', share: 0.988 },
  { area: '2203', share: 0.971 },
  { area: '2204', share: 1 },
  { area: '2205', share: 0.946 },
  { area: '2206', share: 0.99 },
  { area: '2207', share: 0.981 },
  { area: '2208', share: 0.901 },
  { area: '2224', share: 0.995 },
  { area: 'changbaishan', share: 1 },
  { area: '220581', share: 0.979 },
]

const percent = (value: number): string => `${Math.round(value * 1000) / 10}%`

const Charts = () => (
  <Part name={s('图表', 'Charts')}>
    <BarChart
      caption={s('按期办结率', 'Promises kept')}
      of={1}
      target={{ value: 0.98, label: s('承诺 98%', 'Promised: 98%') }}
      bars={[
        { label: s('长春', 'Changchun'), value: 0.992, text: '99.2%', tone: 'good', href: '/sandbox/components' },
        { label: s('通化', 'Tonghua'), value: 0.946, text: '94.6%', tone: 'attention', href: '/sandbox/components' },
        { label: s('白城', 'Baicheng'), value: 0.901, text: '90.1%', tone: 'bad', href: '/sandbox/components' },
      ]}
    />
    <LineChart
      caption={s('二月每天按期办结率', 'Promises kept, by day of February')}
      points={DAYS}
      from={0.9}
      to={1}
      text={percent}
      series={[
        { label: s('全省', 'Province'), values: KEPT },
        { label: s('长春', 'Changchun'), values: KEPT.map((value) => (value === undefined ? undefined : Math.min(1, value + 0.005))) },
      ]}
      target={{ value: 0.98, label: s('承诺', 'Promised') }}
    />
    <SmallMultiples>
      {[s('一号线', 'Line 1'), s('二号线', 'Line 2'), s('三号线', 'Line 3')].map((name, index) => (
        <LineChart
          key={name.en}
          small
          steps
          caption={name}
          points={DAYS}
          text={String}
          from={0}
          to={500}
          series={[{ label: name, values: DAYS.map((_, at) => ((at * 97 + index * 131) % 400) + 60) }]}
        />
      ))}
    </SmallMultiples>
    <TileMap
      caption={s('各地按期办结率', 'Promises kept by area')}
      tiles={TILES.map(({ area, share }) => ({
        area,
        text: percent(share),
        tone: share >= 0.98 ? 'good' : share >= 0.95 ? 'attention' : 'bad',
        href: '/sandbox/components',
      }))}
    />
  </Part>
)

const Officers = () => (
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

const Papers = () => (
  <Part name={s('打印', 'Print')}>
    <Qr text="https://localhost/progress/2224202602481930527" label={s('扫码看进度', 'Scan to follow it')} />
    <Slip title={s('受理回执', 'Receipt')} issuer={s('桃源路派出所', 'Taoyuanlu station')} foot={s('凭办件号或二维码查进度', 'Follow it by number or code')}>
      <PaperLine label={s('办件号', 'Case')} large>
        {caseNumberInGroups('2224202602481930527')}
      </PaperLine>
      <PaperLine label={s('事项', 'Matter')}>{s('居民身份证换领', 'ID card renewal')}</PaperLine>
      <PaperLine label={s('送到', 'With you by')}>{dayInWords(day('2026-02-17'), { year: false })}</PaperLine>
      <Qr text="https://localhost/progress/2224202602481930527" label={s('看进度', 'Follow it')} sizePx={120} />
    </Slip>
  </Part>
)

const PATH = '/sandbox/components'

export const componentsPage = definePage({
  path: PATH,
  audience: 'resident',
  load: ({ query }) => ({ sort: query.sort }),
  csv: (_data, { reading }) => ({ name: 'cases.csv', text: csvOf(COLUMNS, ROWS, reading.language) }),
  view: ({ sort }) => ({
    title: s('组件', 'Components'),
    layout: 'column',
    body: (
      <>
        <Title above={s('演示', 'Demonstration')}>{s('每一种组件', 'Every component')}</Title>
        <Texts />
        <FormParts />
        <Records />
        <Promised />
        <Happened />
        <Lists sort={sort} />
        <Charts />
        <Papers />
      </>
    ),
  }),
})

export const officerComponentsPage = definePage({
  path: `${PATH}/officer`,
  audience: 'officer',
  load: ({ query }) => ({ sort: query.sort }),
  view: ({ sort }) => ({
    title: s('组件（警员）', 'Components (officers)'),
    layout: 'wide',
    sections: [
      { href: PATH, title: s('居民', 'Residents') },
      { href: `${PATH}/officer`, title: s('警员', 'Officers'), current: true },
      { href: `${PATH}/paper`, title: s('打印', 'Print') },
    ],
    body: (
      <>
        <Title above={s('演示', 'Demonstration')}>{s('警员的组件', 'Components for officers')}</Title>
        <div class="split">
          <div>
            <Officers />
            <Lists sort={sort} />
          </div>
          <div>
            <Promised />
            <Happened />
          </div>
        </div>
        <Charts />
      </>
    ),
  }),
})

export const paperComponentsPage = definePage({
  path: `${PATH}/paper`,
  audience: 'resident',
  load: () => ({}),
  view: () => ({
    title: s('打印', 'Print'),
    layout: 'paper',
    body: (
      <Sheet
        title={s('居民身份证受理回执', 'Receipt of an ID card application')}
        issuer={s('长春市公安局桃源路派出所', 'Taoyuanlu station, Changchun')}
        foot={s('办理人保存', 'For the applicant')}
      >
        <PaperLine label={s('办件号', 'Case')}>{caseNumberInGroups('2224202602481930527')}</PaperLine>
        <PaperLine label={s('姓名', 'Name')}>{maskName('金明姬')}</PaperLine>
        <Qr text="https://localhost/progress/2224202602481930527" label={s('扫码看进度', 'Scan to follow it')} />
      </Sheet>
    ),
  }),
})

/** The three pages, only served in the sandbox. */
export const componentPages = [componentsPage, officerComponentsPage, paperComponentsPage]
