/**
 * A short memory of what was looked up, in the machine's own time: how long a process may trust itself is not business.
 * Bounded; forgets everything when full.
 */
export interface Memory<T> {
  get(key: string): { readonly value: T } | undefined
  set(key: string, value: T): void
  delete(key: string): void
  clear(): void
}

export function openMemory<T>(options: { readonly keepsMs: number; readonly entriesMax: number }): Memory<T> {
  const entries = new Map<string, { readonly value: T; readonly until: number }>()
  return {
    get(key) {
      const entry = entries.get(key)
      return entry && entry.until > performance.now() ? entry : undefined
    },
    set(key, value) {
      if (entries.size >= options.entriesMax) entries.clear()
      entries.set(key, { value, until: performance.now() + options.keepsMs })
    },
    delete: (key) => entries.delete(key),
    clear: () => entries.clear(),
  }
}
