/** The built files for the browser, by the name of their source. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { IslandName } from '#web/shared/reading.tsx'

/** Where `buildClient` puts what browsers load; served under `/assets/`, named by digest. */
export const CLIENT_FOLDER = fileURLToPath(new URL('../../dist/client', import.meta.url))

interface ManifestEntry {
  readonly file: string
  readonly css?: readonly string[]
  readonly imports?: readonly string[]
}

export interface Assets {
  readonly stylesheet: string
  island(name: IslandName): string
}

/** @throws Error when the client has not been built: a page without its stylesheet must not be served. */
export function readAssets(folder: string = CLIENT_FOLDER): Assets {
  const path = join(folder, '.vite/manifest.json')
  if (!existsSync(path)) throw new Error('the files for the browser are not built: run buildClient() of web/shared/build.ts')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, ManifestEntry>>
  const fileOf = (source: string): string => {
    const file = manifest[source]?.file
    if (file === undefined) throw new Error(`not built for the browser: ${source}`)
    return `/assets/${file.replace(/^assets\//, '')}`
  }
  return { stylesheet: fileOf('web/site.css'), island: (name) => fileOf(`web/shared/${name}.island.tsx`) }
}
