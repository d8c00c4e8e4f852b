import { seededChance } from '#kernel/chance.ts'
import { instant } from '#kernel/time.ts'
import { ageOn } from '#person/rules.ts'
import { loadPlaces } from '#place/queries.ts'
import { cardStateOn, currentCard } from '#register/rules.ts'
import { makeHousehold } from '#sim/world/households.ts'
import { openWorld } from '#sim/world/world.ts'

const t0 = process.cpuUsage()
const world = openWorld({ places: loadPlaces(), chance: seededChance(1), at: instant('2026-02-13T08:00:00+08:00') })
const t1 = process.cpuUsage(t0)
const residents = []
let n = 0
while (residents.length < 20000) {
  residents.push(...makeHousehold(world).residents)
  n++
}
const t2 = process.cpuUsage(t0)
console.log(t1.user / 1000, (t2.user - t1.user) / 1000, 'ms; size', residents.length / n)
const share = (f) => ((100 * residents.filter(f).length) / residents.length).toFixed(2)
const age = (r) => ageOn(r.person.birth, world.on)
console.log(
  '0-14',
  share((r) => age(r) < 15),
  '60+',
  share((r) => age(r) >= 60),
  '80+',
  share((r) => age(r) >= 80),
  '100+',
  share((r) => age(r) >= 100),
)
for (const e of ['汉', '朝鲜', '满', '蒙古', '回', '维吾尔'])
  console.log(
    e,
    share((r) => r.person.ethnicity === e),
  )
console.log(
  'korean in 2224',
  (
    (100 * residents.filter((r) => r.person.prefecture === '2224' && r.person.ethnicity === '朝鲜').length) /
    residents.filter((r) => r.person.prefecture === '2224').length
  ).toFixed(1),
)
const c = new Map()
for (const r of residents) c.set(r.person.prefecture, (c.get(r.person.prefecture) ?? 0) + 1)
console.log(Object.fromEntries(c))
const st = new Map()
for (const r of residents.filter((r) => age(r) >= 16)) {
  const k = currentCard(r.cards, world.on)
  const s = k ? cardStateOn(k, world.on) : 'none'
  st.set(s, (st.get(s) ?? 0) + 1)
}
console.log(Object.fromEntries(st))
console.log(
  'kids with card',
  residents.filter((r) => age(r) < 16 && r.cards.length).length,
  residents.filter((r) => age(r) < 16).length,
  'cards',
  residents.reduce((s, r) => s + r.cards.length, 0),
  'temp',
  residents.filter((r) => r.cards.some((c) => c.kind !== 'resident-id-card')).length,
  'fp',
  share((r) => r.person.fingerprintsOn),
)
for (let i = 0; i < 4; i++) {
  const h = makeHousehold(world)
  for (const r of h.residents)
    console.log(
      r.person.name,
      r.person.identityNumber,
      r.person.relationToHead,
      r.person.ethnicity,
      age(r),
      r.person.address,
      r.person.phone,
      r.cards.map((c) => `${c.issuedOn}→${c.validTo} ${c.status}`).join('; '),
    )
}
