import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Instant } from '#kernel/time.ts'
import { openAlipay } from '#partners/alipay/adapter.ts'
import type { AlipayPlatform } from '#partners/alipay/standin.ts'
import type { Gateway, GatewayCommon, GatewayName } from '#partners/gateway.ts'
import { openWechatPay } from '#partners/wechat-pay/adapter.ts'
import type { WechatPlatform } from '#partners/wechat-pay/standin.ts'

/** The operator's accounts with the gateways: `YITANG_PAYMENT_FILE`, readable by its owner only. Keys are PEM. */
const accountsFile = z.strictObject({
  wechat: z
    .strictObject({
      url: z.url(),
      merchant: z.string().min(1),
      app: z.string().min(1),
      serial: z.string().min(1),
      privateKey: z.string().min(1),
      apiKey: z.string().length(32),
      /** Certificates or public keys of the platform, by their numbers. */
      platformKeys: z.record(z.string().min(1), z.string().min(1)),
    })
    .optional(),
  alipay: z.strictObject({ url: z.url(), app: z.string().min(1), privateKey: z.string().min(1), alipayKey: z.string().min(1) }).optional(),
})
type Accounts = z.output<typeof accountsFile>

/** What the doubles need of the other side; only in the sandbox. */
export interface Platforms {
  readonly wechat: WechatPlatform
  readonly alipay: AlipayPlatform
}

const sandboxFile = z.strictObject({ accounts: accountsFile, wechatPlatformKey: z.string(), alipayPlatformKey: z.string() })

const pair = promisify(generateKeyPair)

async function newKeys(): Promise<{ readonly secret: string; readonly open: string }> {
  const { privateKey, publicKey } = await pair('rsa', { modulusLength: 2048 })
  return { secret: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, open: publicKey.export({ type: 'spki', format: 'pem' }) as string }
}

/** Made on the sandbox's first start, so that a restart and other processes know the same. */
async function sandboxAccounts(dataDir: string): Promise<z.output<typeof sandboxFile>> {
  const path = join(dataDir, 'payment-keys.json')
  if (!existsSync(path)) {
    const [ours, platform, ourAlipay, alipay] = await Promise.all([newKeys(), newKeys(), newKeys(), newKeys()])
    const serial = 'PUB_KEY_ID_SANDBOX'
    const made: z.input<typeof sandboxFile> = {
      accounts: {
        wechat: {
          ...{ url: 'http://standin.invalid', merchant: '1900000000', app: 'wx-sandbox', serial: 'SANDBOX', privateKey: ours.secret },
          ...{ apiKey: randomBytes(16).toString('hex'), platformKeys: { [serial]: platform.open } },
        },
        alipay: { url: 'http://standin.invalid', app: '2021000000000000', privateKey: ourAlipay.secret, alipayKey: alipay.open },
      },
      wechatPlatformKey: platform.secret,
      alipayPlatformKey: alipay.secret,
    }
    mkdirSync(dataDir, { recursive: true })
    const mine = `${path}.${process.pid}`
    writeFileSync(mine, JSON.stringify(made), { mode: 0o600 })
    try {
      linkSync(mine, path)
    } catch (error) {
      // Another process was first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      unlinkSync(mine)
    }
  }
  return sandboxFile.parse(JSON.parse(readFileSync(path, 'utf8')))
}

const keyOrCertificate = (pem: string): KeyObject => (pem.includes('CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem))

export interface GatewayUrls {
  readonly wechatPay: () => string
  readonly alipay: () => string
  readonly ours: () => string
}

export interface OpenedGateways {
  readonly gateways: ReadonlyMap<GatewayName, Gateway>
  readonly platforms: Platforms | undefined
}

/**
 * The gateways that the operator has accounts with; in the sandbox both, at their doubles unless the file says otherwise.
 * @throws Error that names what is wrong with the file, before anything starts
 */
export async function openGateways(options: {
  readonly file: string | undefined
  readonly dataDir: string
  readonly sandbox: boolean
  readonly urls: GatewayUrls
  readonly now: () => Instant
}): Promise<OpenedGateways> {
  const { urls, now } = options
  const made = options.file === undefined && options.sandbox ? await sandboxAccounts(options.dataDir) : undefined
  const accounts: Accounts = made?.accounts ?? (options.file === undefined ? {} : readAccounts(options.file))
  const common = (url: () => string): GatewayCommon => ({ url, ourUrl: urls.ours, now })
  const gateways = new Map<GatewayName, Gateway>()
  const { wechat, alipay } = accounts
  if (wechat !== undefined) {
    const platformKeys = new Map(Object.entries(wechat.platformKeys).map(([serial, pem]) => [serial, keyOrCertificate(pem)]))
    const url = made === undefined ? () => wechat.url : urls.wechatPay
    gateways.set('wechat', openWechatPay({ ...wechat, key: createPrivateKey(wechat.privateKey), platformKeys }, common(url)))
  }
  if (alipay !== undefined) {
    const url = made === undefined ? () => alipay.url : urls.alipay
    gateways.set(
      'alipay',
      openAlipay({ app: alipay.app, key: createPrivateKey(alipay.privateKey), alipayKey: keyOrCertificate(alipay.alipayKey) }, common(url)),
    )
  }
  return { gateways, platforms: made && platformsOf(made) }
}

function readAccounts(file: string): Accounts {
  const parsed = accountsFile.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success)
    throw new Error(`the payment accounts are not usable: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`)
  return parsed.data
}

function platformsOf({ accounts: { wechat, alipay }, wechatPlatformKey, alipayPlatformKey }: z.output<typeof sandboxFile>): Platforms | undefined {
  if (wechat === undefined || alipay === undefined) return undefined
  return {
    wechat: {
      ...{ merchant: wechat.merchant, merchantKey: createPublicKey(wechat.privateKey), apiKey: wechat.apiKey },
      ...{ serial: Object.keys(wechat.platformKeys)[0] ?? '', key: createPrivateKey(wechatPlatformKey) },
    },
    alipay: { app: alipay.app, merchantKey: createPublicKey(alipay.privateKey), key: createPrivateKey(alipayPlatformKey) },
  }
}
