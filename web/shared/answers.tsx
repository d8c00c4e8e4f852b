/** Check your answers before sending; a task list of what is done and what is left. */
import { type Content, Say, type Words } from '#web/shared/reading.tsx'
import { StatusTag, type Tone } from '#web/shared/text.tsx'
import { words } from '#web/shared/words.ts'

export interface Answer {
  readonly question: Words
  readonly answer?: Content
  /** The step where it can be changed. */
  readonly change?: string
}

/** Questions and answers side by side; also used to show a record. */
export function Answers({ answers, caption }: { readonly answers: readonly Answer[]; readonly caption?: Words }) {
  return (
    <>
      {caption !== undefined && (
        <h2>
          <Say>{caption}</Say>
        </h2>
      )}
      <dl class="answers">
        {answers.map((line, index) => (
          <div class="answer" key={index}>
            <dt>
              <Say>{line.question}</Say>
            </dt>
            <dd>
              {line.answer === undefined || line.answer === '' ? (
                <span class="absent">
                  <Say>{words.notGiven}</Say>
                </span>
              ) : (
                <Say>{line.answer}</Say>
              )}
            </dd>
            {line.change !== undefined && (
              <dd class="answer-change">
                <a href={line.change}>
                  <Say>{words.change}</Say>
                  <span class="unseen">
                    {' '}
                    <Say>{line.question}</Say>
                  </span>
                </a>
              </dd>
            )}
          </div>
        ))}
      </dl>
    </>
  )
}

export interface Task {
  readonly title: Words
  readonly hint?: Content
  /** Without it the task can't be started yet. */
  readonly href?: string
  readonly state: Words
  readonly tone: Tone
}

export function TaskList({ tasks }: { readonly tasks: readonly Task[] }) {
  return (
    <ol class="tasks">
      {tasks.map((task, index) => (
        <li class="task" key={index}>
          <div>
            {task.href === undefined ? (
              <span class="task-title">
                <Say>{task.title}</Say>
              </span>
            ) : (
              <a class="task-title" href={task.href}>
                <Say>{task.title}</Say>
              </a>
            )}
            {task.hint !== undefined && (
              <p class="hint">
                <Say>{task.hint}</Say>
              </p>
            )}
          </div>
          <StatusTag tone={task.tone}>{task.state}</StatusTag>
        </li>
      ))}
    </ol>
  )
}
