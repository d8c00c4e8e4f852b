/** The first page, for everybody: what this is, where to follow a case, what can be applied for. */
import type { Role } from '#account/model.ts'
import type { Service } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { dayOf } from '#kernel/time.ts'
import { citizenWords as words } from '#web/citizen/words.ts'
import type { Services } from '#web/services.ts'
import { Button, Buttons } from '#web/shared/form.tsx'
import { Say } from '#web/shared/reading.tsx'
import { Heading, Lead, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'
import { HOME_OF } from '#web/sign-in/sign-in.tsx'
import { windowServices } from '#web/window/apply-form.ts'

/** Oneself, or whoever acts for another. */
const CITIZENS: ReadonlySet<string> = new Set<Role>(['resident', 'guardian', 'agent'])

const replaceOnline: Sentence = { zh: '身份证丢了、坏了，能不能网上办？', en: 'ID card lost or damaged: can I replace it online?' }

export const homePage = definePage<Services, readonly Service[]>({
  path: '/',
  audience: 'resident',
  load: ({ services, at }) => windowServices(services.services, dayOf(at)).map(([service]) => service),
  view: (services, { principal }) => {
    const work = principal === null || CITIZENS.has(principal.role) ? undefined : HOME_OF[principal.role as Role]
    return {
      title: words.homeTitle,
      body: (
        <>
          <Title>{words.homeTitle}</Title>
          <Lead>{words.homeLead}</Lead>
          <section class="home-look" aria-labelledby="look-title">
            <h2 id="look-title">
              <Say>{words.lookUp}</Say>
            </h2>
            <p>
              <Say>{words.lookUpLead}</Say>
            </p>
            <Buttons>
              <Button href="/progress">{words.lookUp}</Button>
            </Buttons>
          </section>
          <Heading>{words.services}</Heading>
          <ul class="home-services">
            {services.map((service) => (
              <li key={service.id}>
                <a href={`/services/${service.id}`}>
                  <Say>{service.title}</Say>
                </a>
              </li>
            ))}
            <li>
              <a href="/services/id-card-online/for-me">
                <Say>{replaceOnline}</Say>
              </a>
            </li>
          </ul>
          {principal !== null && CITIZENS.has(principal.role) && (
            <>
              <p>
                <a href="/my-file">
                  <Say>{words.myFile}</Say>
                </a>
              </p>
              <p>
                <a href="/acting">
                  <Say>{words.acting}</Say>
                </a>
              </p>
            </>
          )}
          <p>
            <a href="/privacy">
              <Say>{words.privacy}</Say>
            </a>
          </p>
          <p>
            <a class="home-staff" href={work ?? '/sign-in'}>
              <Say>{work === undefined ? words.forStaff : words.myWork}</Say>
            </a>
          </p>
        </>
      ),
    }
  },
})
