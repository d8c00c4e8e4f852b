/** Builds what browsers load: the stylesheet and the islands, named by digest, with a manifest. */
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CLIENT_FOLDER } from '#web/shared/assets.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const STAMP = '.inputs-sha256'

/** The oldest browsers that get the whole stylesheet: WeChat's web view on phones of about 2020. */
const TARGETS = ['chrome86', 'safari14']

/**
 * @returns false when the inputs are those of the last build, so nothing was done
 */
export async function buildClient(outDir: string = CLIENT_FOLDER): Promise<boolean> {
  const inputs = globSync(['web/**/*.island.tsx', 'web/*.css'], { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
  const digest = digestOf([...inputs, 'web/shared/build.ts', 'package-lock.json'])
  const stamp = join(outDir, STAMP)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest && existsSync(join(outDir, '.vite/manifest.json'))) return false
  const { build } = await import('vite')
  // Built beside and moved into place: whoever builds at the same time, or reads, never sees half of it.
  const fresh = `${outDir}.${process.pid}`
  await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      outDir: fresh,
      emptyOutDir: true,
      manifest: true,
      target: TARGETS,
      cssTarget: TARGETS,
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: inputs.filter((path) => path.endsWith('.island.tsx') || path === 'web/site.css'),
        output: { entryFileNames: 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js', assetFileNames: 'assets/[name]-[hash][extname]' },
      },
    },
  })
  writeFileSync(join(fresh, STAMP), digest)
  rmSync(outDir, { recursive: true, force: true })
  try {
    renameSync(fresh, outDir)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    if (!existsSync(stamp)) throw error
  }
  return true
}

function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths)
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(ROOT, path)))
      .update('\0')
  return hash.digest('hex')
}
