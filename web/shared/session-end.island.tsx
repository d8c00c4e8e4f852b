/**
 * Before a session ends by itself: two minutes ahead a bar says so, and one press extends it. Several pages of one browser share a
 * session: before it warns, a page asks whether another has been used meanwhile.
 */
const WARN_SECONDS = 120

for (const bar of document.querySelectorAll<HTMLElement>('[data-session-end]')) {
  const left = bar.querySelector<HTMLElement>('[data-left]')
  const [stay, again] = [bar.querySelector('button'), bar.querySelector('a')]
  let until = performance.now() + Number(bar.dataset.sessionEnd) * 1000
  let ticking = 0

  const ask = async (isUse: boolean): Promise<void> => {
    try {
      const answer = await fetch('/sign-in/stay', isUse ? {} : { headers: { 'x-refresh': 'session' } })
      until = answer.ok ? performance.now() + Number((await answer.json()).endsInSeconds) * 1000 : 0
    } catch {
      // No line: the time that is known goes on.
    }
  }
  const over = (): void => {
    const text = bar.querySelector('p')
    if (text !== null) text.textContent = bar.dataset.over ?? ''
    stay?.remove()
    if (again !== null) again.hidden = false
    bar.hidden = false
  }
  const tick = async (): Promise<void> => {
    let seconds = Math.round((until - performance.now()) / 1000)
    if (bar.hidden && seconds <= WARN_SECONDS) {
      await ask(false)
      seconds = Math.round((until - performance.now()) / 1000)
      if (seconds > WARN_SECONDS) return
      bar.hidden = seconds <= 0
    }
    if (seconds <= 0) {
      clearInterval(ticking)
      over()
    } else if (left !== null) left.textContent = String(seconds)
  }
  ticking = window.setInterval(() => void tick(), 1000)
  stay?.addEventListener('click', async () => {
    await ask(true)
    bar.hidden = true
  })
}
