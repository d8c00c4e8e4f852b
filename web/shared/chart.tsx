/** Charts in SVG, server-side: bars that are a table, lines and steps with their table beside them. */
import type { ComponentChildren } from 'preact'
import { Say, useSay, type Words } from '#web/shared/reading.tsx'
import { Scroll, type Tone } from '#web/shared/text.tsx'
import { words } from '#web/shared/words.ts'

export interface Bar {
  readonly label: Words
  readonly value: number
  /** The value as people read it. */
  readonly text: Words
  readonly tone?: Tone
  /** The cases behind it. */
  readonly href?: string
}

export interface BarChartProps {
  readonly caption: Words
  readonly bars: readonly Bar[]
  /** The end of the scale; default: the largest value. */
  readonly of?: number
  /** A line across all bars: the promise. */
  readonly target?: { readonly value: number; readonly label: Words }
}

export function BarChart({ caption, bars, of, target }: BarChartProps) {
  const say = useSay()
  const end = Math.max(of ?? 0, target?.value ?? 0, ...(of === undefined ? bars.map((bar) => bar.value) : []), Number.MIN_VALUE)
  const share = (value: number): string => `${Math.min(100, Math.max(0, (value / end) * 100))}%`
  return (
    <table class="bars">
      <caption>
        {say(caption)}
        {target !== undefined && (
          <span class="chart-key">
            <svg width="20" height="12" aria-hidden="true" focusable="false">
              <line class="chart-target" x1="10" x2="10" y1="0" y2="12" />
            </svg>
            {say(target.label)}
          </span>
        )}
      </caption>
      <tbody>
        {bars.map((bar, index) => (
          <tr key={index} class={`bar bar-${bar.tone ?? 'plain'}`}>
            <th scope="row">{bar.href === undefined ? <Say>{bar.label}</Say> : <a href={bar.href}>{<Say>{bar.label}</Say>}</a>}</th>
            <td class="bar-cell">
              <svg width="100%" height="16" aria-hidden="true" focusable="false">
                <rect class="bar-track" width="100%" height="16" rx="2" />
                <rect class="bar-fill" width={share(bar.value)} height="16" rx="2" />
                {target !== undefined && <line class="chart-target" x1={share(target.value)} x2={share(target.value)} y1="0" y2="16" />}
              </svg>
            </td>
            <td class="number">
              <Say>{bar.text}</Say>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export interface Series {
  readonly label: Words
  /** One for each label of the x axis; `undefined` where nothing was measured: the line breaks. */
  readonly values: readonly (number | undefined)[]
}

export interface LineChartProps {
  readonly caption: Words
  /** Names of the points: days, half hours. */
  readonly points: readonly Words[]
  /** At most four: they differ by dash as well as by colour. */
  readonly series: readonly Series[]
  text(value: number): string
  /** Holds its value until the next point: queues, stock. */
  readonly steps?: boolean
  readonly from?: number
  readonly to?: number
  readonly target?: { readonly value: number; readonly label: Words }
  /** Small: without the table of figures. */
  readonly small?: boolean
}

const WIDTH = 1000
const HEIGHT = 400

export function LineChart(props: LineChartProps) {
  const say = useSay()
  const all = [
    ...props.series.flatMap((line) => line.values.filter((value) => value !== undefined)),
    ...(props.target === undefined ? [] : [props.target.value]),
  ]
  const low = props.from ?? Math.min(0, ...all)
  const high = props.to ?? niceCeiling(Math.max(low + Number.EPSILON, ...all))
  const y = (value: number): number => HEIGHT - ((value - low) / (high - low)) * HEIGHT
  const x = (index: number): number => (props.points.length < 2 ? WIDTH / 2 : (index / (props.points.length - 1)) * WIDTH)
  const middle = Math.floor((props.points.length - 1) / 2)
  return (
    <figure class={props.small === true ? 'lines lines-small' : 'lines'}>
      <figcaption>
        <Say>{props.caption}</Say>
      </figcaption>
      <div class="lines-plot">
        <div class="lines-y" aria-hidden="true">
          <span>{props.text(high)}</span>
          {props.small !== true && <span>{props.text((high + low) / 2)}</span>}
          <span>{props.text(low)}</span>
        </div>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={say(props.caption)}>
          {[0, HEIGHT / 2, HEIGHT].map((line) => (
            <line key={line} class="chart-grid" x1="0" x2={WIDTH} y1={line} y2={line} />
          ))}
          {props.target !== undefined && <line class="chart-target" x1="0" x2={WIDTH} y1={y(props.target.value)} y2={y(props.target.value)} />}
          {props.series.map((line, index) => (
            <path key={index} class={`chart-line chart-line-${index + 1}`} d={pathOf(line.values, x, y, props.steps === true)} />
          ))}
        </svg>
        <div class="lines-x" aria-hidden="true">
          {[0, ...(props.points.length > 2 && props.small !== true ? [middle] : []), ...(props.points.length > 1 ? [props.points.length - 1] : [])].map(
            (index) => (
              <span key={index}>{say(props.points[index] ?? '')}</span>
            ),
          )}
        </div>
      </div>
      {(props.series.length > 1 || props.target !== undefined) && <Key {...props} />}
      {props.small !== true && <Figures {...props} />}
    </figure>
  )
}

function Key({ series, target }: LineChartProps) {
  const say = useSay()
  return (
    <ul class="lines-key">
      {series.map((line, index) => (
        <li key={index}>
          <svg width="32" height="12" aria-hidden="true" focusable="false">
            <path class={`chart-line chart-line-${index + 1}`} d="M0 6h32" />
          </svg>
          {say(line.label)}
        </li>
      ))}
      {target !== undefined && (
        <li>
          <svg width="32" height="12" aria-hidden="true" focusable="false">
            <path class="chart-target" d="M0 6h32" />
          </svg>
          {say(target.label)}
        </li>
      )}
    </ul>
  )
}

function Figures({ caption, points, series, text }: LineChartProps) {
  const say = useSay()
  return (
    <details class="details">
      <summary>{say(words.chartTable)}</summary>
      <Scroll label={say(caption)}>
        <table class="table">
          <thead>
            <tr>
              <td />
              {series.map((line, index) => (
                <th key={index} scope="col" class="number">
                  {say(line.label)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points.map((point, row) => (
              <tr key={row}>
                <th scope="row">{say(point)}</th>
                {series.map((line, index) => {
                  const value = line.values[row]
                  return (
                    <td key={index} class="number">
                      {value === undefined ? '–' : text(value)}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
}

/** Charts of one kind side by side, all on the scale that the caller gives them. */
export const SmallMultiples = ({ children }: { readonly children: ComponentChildren }) => <div class="multiples">{children}</div>

function pathOf(values: readonly (number | undefined)[], x: (index: number) => number, y: (value: number) => number, steps: boolean): string {
  let path = ''
  let drawing = false
  values.forEach((value, index) => {
    if (value === undefined) {
      drawing = false
      return
    }
    const [px, py] = [Math.round(x(index) * 10) / 10, Math.round(y(value) * 10) / 10]
    if (!drawing) path += `M${px} ${py}h0`
    else path += steps ? `H${px}V${py}` : `L${px} ${py}`
    drawing = true
  })
  return path
}

/** The next of 1, 2, 2.5, 5 × 10ⁿ, so that the axis ends on a number that reads well. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 2.5, 5, 10].find((factor) => value <= factor * power + 1e-9) ?? 10
  return step * power
}
