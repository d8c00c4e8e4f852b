/** Money is whole cents (分). Never a float of yuan. */
export type Cents = number & { readonly __cents: true }

/** @throws RangeError when not a whole number of cents, or negative. */
export function cents(amount: number): Cents {
  if (!Number.isSafeInteger(amount) || amount < 0) throw new RangeError(`not an amount in cents: ${amount}`)
  return amount as Cents
}

export const yuan = (amount: number): Cents => cents(Math.round(amount * 100))

export const plusCents = (a: Cents, b: Cents): Cents => cents(a + b)

/** `40 元`, `12.50 元`; in English `CNY 40`, `CNY 12.50`. */
export function moneyInWords(amount: Cents): { readonly zh: string; readonly en: string } {
  const text = amount % 100 === 0 ? String(amount / 100) : (amount / 100).toFixed(2)
  return { zh: `${text} 元`, en: `CNY ${text}` }
}
