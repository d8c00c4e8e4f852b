/**
 * Waybill numbers as UPU S10 makes them: two letters for the service, eight digits, a check digit, the country. The check digit finds
 * nearly every wrong digit and swap. Our courier's stand-in numbers its parcels so; a deployer's courier may differ.
 */
const WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7] as const

/** UPU S10: 11 − (Σ weight × digit mod 11); 10 becomes 0 and 11 becomes 5. @throws RangeError when not given eight digits. */
export function waybillCheckDigit(eight: string): string {
  if (!/^\d{8}$/.test(eight)) throw new RangeError(`not eight digits: ${eight}`)
  const sum = WEIGHTS.reduce<number>((total, weight, i) => total + weight * (eight.charCodeAt(i) - 48), 0)
  const check = 11 - (sum % 11)
  return String(check === 10 ? 0 : check === 11 ? 5 : check)
}

/** @param service two capital letters, e.g. RR @param serial 0 to 99,999,999. @throws RangeError on anything else. */
export function makeWaybill(service: string, serial: number, country = 'CN'): string {
  if (!/^[A-Z]{2}$/.test(service) || !/^[A-Z]{2}$/.test(country)) throw new RangeError(`not two capital letters: ${service} ${country}`)
  if (!Number.isInteger(serial) || serial < 0 || serial > 99_999_999) throw new RangeError(`not a serial number of eight digits: ${serial}`)
  const eight = String(serial).padStart(8, '0')
  return `${service}${eight}${waybillCheckDigit(eight)}${country}`
}

/** Whether the text is a waybill number with its check digit right. */
export function isWaybill(text: string): boolean {
  const match = /^[A-Z]{2}(\d{8})(\d)[A-Z]{2}$/.exec(text)
  return match !== null && waybillCheckDigit(match[1] as string) === match[2]
}
