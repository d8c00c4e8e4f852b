import { day, instant } from '#kernel/time.ts'
import { Answers, TaskList } from '#web/shared/answers.tsx'
import { caseNumberInGroups, dayInWords, maskIdentityNumber, maskName } from '#web/shared/format.ts'
import { PaperLine, Sheet, Slip } from '#web/shared/print.tsx'
import { PromiseCard } from '#web/shared/promise.tsx'
import { Qr } from '#web/shared/qr.tsx'
import { Charts, COLUMNS, Lists, ROWS } from '#web/shared/story-figures.tsx'
import { FormParts, Officers } from '#web/shared/story-forms.tsx'
import { MAKE_UP_DAY, Part, s } from '#web/shared/story-parts.tsx'
import { csvOf } from '#web/shared/table.tsx'
import { BackLink, Details, Lead, Moment, Notice, Progress, StatusTag, Title } from '#web/shared/text.tsx'
import { Timeline } from '#web/shared/timeline.tsx'
import { definePage } from '#web/shared/web.ts'

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
