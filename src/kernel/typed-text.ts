/**
 * Numbers reach us from keyboards with a Chinese input method, from messages and from paper.
 * Full-width digits and letters, spaces and dashes of any width carry no meaning in a number,
 * so they are normalised instead of refused; any other character is left for the parser to name.
 */

const SEPARATORS = /[\s\u3000\u200b\ufeff\-\u2010-\u2015\u2212\uff0d]/gu

/** Full-width ASCII (U+FF01–FF5E) and the ideographic space become their half-width forms. */
export const halfWidth = (text: string): string =>
  text.replace(/[\uff01-\uff5e]/gu, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/\u3000/gu, ' ')

/** Half-width, upper case, without spaces and dashes: the form in which numbers are compared and stored. */
export const typedNumber = (text: string): string => (/^[0-9A-Z]*$/.test(text) ? text : halfWidth(text.replace(SEPARATORS, '')).toUpperCase())
