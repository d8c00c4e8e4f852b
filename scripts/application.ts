/** Lets the application into a database as a role that owns nothing: `admit` gives the URL with which it logs in. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { STANDIN_SCHEMA, STANDIN_TABLES } from '#partners/standin.ts'
import { admitApplication, applicationRoleOf } from '#platform/roles.ts'

const SANDBOX = { schema: STANDIN_SCHEMA, tables: STANDIN_TABLES }

/**
 * @param ownerUrl of whoever owns the migrated tables
 * @param password of the role, which is made when there is none
 * @returns the URL of the application
 */
export async function admit(ownerUrl: string, password: string, { sandbox }: { readonly sandbox: boolean }): Promise<string> {
  const url = new URL(ownerUrl)
  const role = applicationRoleOf(decodeURIComponent(url.pathname.slice(1)))
  await admitApplication({ ownerUrl, role, password, ...(sandbox && { sandbox: SANDBOX }) })
  url.username = role
  url.password = password
  return url.href
}

/** The same for a role that somebody else has made, by its URL. */
export async function admitRoleOf(ownerUrl: string, applicationUrl: string, { sandbox }: { readonly sandbox: boolean }): Promise<string> {
  await admitApplication({ ownerUrl, role: decodeURIComponent(new URL(applicationUrl).username), ...(sandbox && { sandbox: SANDBOX }) })
  return applicationUrl
}

/** The role's password, in the data folder (owner only): made by whoever comes first. */
export function applicationPassword(dataDir: string): string {
  const file = join(dataDir, 'postgres.application-password')
  mkdirSync(dataDir, { recursive: true })
  try {
    writeFileSync(file, newPassword(), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file, 'utf8').trim()
}

export const newPassword = (): string => randomBytes(24).toString('base64url')
