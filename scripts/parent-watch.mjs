/** Ends this process in order when the one that started it is gone, as after a kill -9: nothing is left behind. `node --import ./scripts/parent-watch.mjs`. */
const parent = process.ppid
const POLL_MS = 500

const watch = setInterval(() => {
  if (process.ppid === parent) return
  clearInterval(watch)
  process.kill(process.pid, 'SIGTERM')
}, POLL_MS)
watch.unref()
