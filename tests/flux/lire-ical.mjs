// Lit un calendrier avec ical.js et son propre VTIMEZONE ; rend en JSON ce qu'il en comprend.
import { readFileSync } from 'node:fs';
import ICAL from '../../pwa/node_modules/ical.js/dist/ical.js';

const calendrier = new ICAL.Component(ICAL.parse(readFileSync(0, 'utf8')));
for (const fuseau of calendrier.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(fuseau);
const instant = (date) => (date ? date.toUnixTime() : null);
const lus = calendrier.getAllSubcomponents('vevent').map((composant) => {
  const evenement = new ICAL.Event(composant);
  return {
    uid: evenement.uid,
    titre: evenement.summary,
    description: evenement.description,
    debut: instant(evenement.startDate),
    fin: composant.hasProperty('dtend') ? instant(evenement.endDate) : null,
    etat: composant.getFirstPropertyValue('status'),
    sequence: evenement.sequence,
    fuseau: evenement.startDate.zone.tzid,
  };
});
process.stdout.write(JSON.stringify(lus));
