import { describe, expect, test } from 'vitest'
import { sentForm } from '#web/shared/sent-form.ts'

describe('what a browser sent', () => {
  const form = sentForm({
    _form: ['apply'],
    _key: ['k-1'],
    _action: ['apply', 'keep'],
    name: [' 张伟 '],
    channel: ['sms', 'phone'],
    'birth.year': ['2005'],
    'birth.month': ['2'],
    'birth.day': ['9'],
  })
  test('the button pressed names the action, over the form’s own', () => expect(form.action).toBe('keep'))
  test('hidden fields are no values; what was typed stays as typed', () => {
    expect(Object.keys(form.values)).toEqual(['name', 'channel', 'birth.year', 'birth.month', 'birth.day'])
    expect(form.values.name).toBe(' 张伟 ')
    expect(form.text('name')).toBe('张伟')
  })
  test('several of a name', () => {
    expect(form.all('channel')).toEqual(['sms', 'phone'])
    expect(form.text('channel')).toBe('phone')
  })
  test('a date in three parts is put together and not judged', () => {
    expect(form.dateText('birth')).toBe('2005-02-09')
    expect(form.dateText('death')).toBe('')
  })
  test('names of Object.prototype are no fields', () => {
    expect(form.text('constructor')).toBe('')
    expect(form.all('toString')).toEqual([])
  })
})
