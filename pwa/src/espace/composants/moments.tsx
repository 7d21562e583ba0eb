import type { Modeles } from '../../api/client';
import { direHeure, direMoment, locale, versSaisie } from '../dates';
import { placesRestantes } from '../saisie-foyer';
import { langue, t } from '../textes';

type Moment = Pick<Modeles['MomentEquipe'], 'genre' | 'titre' | 'debut' | 'jauge' | 'pris'>;
export type Compteur = Modeles['CompteurMoment'];

/** Le titre donné par l'équipe, ou « Banquet ». */
export function nomDuMoment({ genre, titre }: { genre: string; titre: string }): string {
  return titre || t(`genres.${genre as Moment['genre']}.nom`);
}

/** La famille d'un moment, qui donne sa couleur ; le mot est toujours écrit à côté. */
export function famille(genre: string): 'reflechir' | 'manger' | 'danser' {
  if (genre === 'banquet') return 'manger';
  return genre === 'concert' || genre === 'jeu' ? 'danser' : 'reflechir';
}

interface Remplissage {
  jauge: number | null;
  confirmees: number;
  proposees: number;
}

/** La barre seule : pleine, hachurée pour ce qui est tenu en attendant une réponse, débordante au-delà de la jauge. */
function Barre({ jauge, confirmees, proposees }: Remplissage) {
  const pris = confirmees + proposees;
  const echelle = Math.max(jauge ?? pris, pris, 1);
  const part = (n: number) => (100 * n) / echelle;
  return (
    <svg class="barre" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="barre-fond" width="100" height="6" />
      <rect class="barre-pleine" width={part(Math.min(confirmees, jauge ?? confirmees))} height="6" />
      {proposees > 0 && <rect class="barre-tenue" x={part(confirmees)} width={part(proposees)} height="6" />}
      {jauge !== null && pris > jauge && (
        <rect class="barre-trop" x={part(jauge)} width={part(pris - jauge)} height="6" />
      )}
    </svg>
  );
}

/** Un moment dans une carte : son mot, son heure, sa barre, son nombre. */
export function MomentBref({ moment }: { moment: Moment }) {
  const { jauge, pris } = moment;
  const trop = jauge !== null && pris > jauge;
  return (
    <li class={`moment-bref ${famille(moment.genre)}`}>
      <span class="moment-nom">
        {moment.debut && <span class="moment-heure">{direHeure(moment.debut, langue)}</span>} {nomDuMoment(moment)}
      </span>
      <Barre jauge={jauge} confirmees={pris} proposees={0} />
      <span class={trop ? 'moment-compte trop' : 'moment-compte'}>{direRemplissage(jauge, pris)}</span>
    </li>
  );
}

export function direRemplissage(jauge: number | null, pris: number): string {
  if (jauge === null) return t('moments.sans_jauge', { n: pris });
  if (pris > jauge) return t('moments.trop', { pris, jauge, n: pris - jauge });
  if (pris === jauge) return t('moments.complet', { jauge });
  return t('moments.sur', { pris, jauge, n: jauge - pris });
}

/** « Complet », « 3 places libres » ; rien si le moment n'a pas de limite. */
export function direPlaces(moment: Pick<Moment, 'jauge' | 'pris'>): string | undefined {
  const n = placesRestantes(moment);
  if (n === null) return undefined;
  return n === 0 ? t('moments.plein') : t('moments.restent', { n });
}

/** Un moment du tableau de bord : tout ce qui le remplit, dit en mots. */
export function MomentDetaille({
  compteur,
  debut,
  ouvert,
}: {
  compteur: Compteur;
  debut: string | null | undefined;
  /** On peut encore s'inscrire : les places libres veulent dire quelque chose. */
  ouvert: boolean;
}) {
  const { jauge, confirmees, proposees, en_attente, depassement, foyers, foyers_en_attente, venues } = compteur;
  return (
    <li class={`moment-detail ${famille(compteur.genre)}`}>
      <div class="moment-detail-tete">
        <h3>{nomDuMoment(compteur)}</h3>
        {debut && <span class="second">{direMoment(debut, langue)}</span>}
      </div>
      <p class="grand-nombre">
        <strong>{confirmees}</strong>
        {jauge !== null && <span> / {jauge}</span>}
        <span class="second"> {t('moments.confirmees', { n: confirmees })}</span>
      </p>
      <Barre jauge={jauge} confirmees={confirmees} proposees={proposees} />
      <ul class="details">
        <li>
          {[
            t('moments.foyers', { n: foyers }),
            ...(foyers_en_attente > 0 ? [t('moments.foyers_en_attente', { n: foyers_en_attente })] : []),
          ].join(', ')}
        </li>
        {ouvert && jauge !== null && depassement === 0 && <li>{direPlaces(compteur)}</li>}
        {proposees > 0 && <li class="marque-tenue">{t('moments.tenues', { n: proposees })}</li>}
        {en_attente > 0 && <li class="marque-attente">{t('moments.attendent', { n: en_attente })}</li>}
        {depassement > 0 && <li class="marque-trop">{t('moments.depassement', { n: depassement })}</li>}
        {venues > 0 && <li>{t('moments.venues', { n: venues })}</li>}
      </ul>
    </li>
  );
}

/** Les inscriptions jour après jour, cumulées. Le tableau de nombres suit, pour qui ne voit pas la courbe. */
export function Courbe({ points }: { points: readonly { jour: string; foyers: number; personnes: number }[] }) {
  if (points.length === 0) return <p class="second">{t('evenement.courbe_vide')}</p>;
  let total = 0;
  const cumuls = points.map((point) => ({ ...point, total: (total += point.personnes) }));
  const premier = Date.parse(cumuls[0]?.jour ?? '');
  const dernier = Math.max(Date.parse(cumuls.at(-1)?.jour ?? ''), premier + 86_400_000);
  const x = (jour: string) => 4 + (292 * (Date.parse(jour) - premier)) / (dernier - premier);
  const y = (n: number) => 84 - (76 * n) / Math.max(total, 1);
  const trace = cumuls.map(({ jour, total: n }, rang) => {
    const avant = rang ? cumuls[rang - 1]?.total ?? 0 : 0;
    return `L${x(jour).toFixed(1)} ${y(avant).toFixed(1)}L${x(jour).toFixed(1)} ${y(n).toFixed(1)}`;
  });
  const ligne = `M4 84${trace.join('')}L296 ${y(total).toFixed(1)}`;
  const dire = (jour: string) => direJourNu(jour);
  const resume = t('evenement.courbe_resume', { n: total, debut: dire(points[0]?.jour ?? ''), fin: dire(points.at(-1)?.jour ?? '') });
  return (
    <figure class="courbe">
      <svg viewBox="0 -12 300 112" role="img" aria-label={resume}>
        <path class="courbe-aire" d={`${ligne}L296 84L4 84Z`} />
        <path class="courbe-sol" d="M4 84H296" />
        <path class="courbe-trait" d={ligne} />
        <text x="4" y="97">
          {dire(points[0]?.jour ?? '')}
        </text>
        <text x="296" y="97" text-anchor="end">
          {dire(points.at(-1)?.jour ?? '')}
        </text>
        <text x="296" y={y(total) - 4} text-anchor="end" class="courbe-total">
          {total}
        </text>
      </svg>
      <details>
        <summary>{t('evenement.courbe_tableau')}</summary>
        <table class="nombres">
          <thead>
            <tr>
              <th scope="col">{t('evenement.jour')}</th>
              <th scope="col">{t('evenement.foyers')}</th>
              <th scope="col">{t('evenement.personnes')}</th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ jour, foyers, personnes }) => (
              <tr key={jour}>
                <th scope="row">{dire(jour)}</th>
                <td>{foyers}</td>
                <td>{personnes}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function direJourNu(jour: string): string {
  return new Date(`${jour}T12:00:00Z`).toLocaleDateString(locale(langue), {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
}

export type Statut = Modeles['EvenementEquipe']['statut'];

export function Pastille({ statut }: { statut: Statut }) {
  return <span class={`pastille ${statut}`}>{t(`statuts.${statut}`)}</span>;
}

/** Vrai si l'évènement est fini depuis plus de six heures, ou a commencé un autre jour sans dire sa fin. */
export function estPasse(evenement: { debut: string | null; fin: string | null }, maintenant = new Date()): boolean {
  const repere = evenement.fin ?? evenement.debut;
  return repere !== null && Date.parse(repere) < maintenant.getTime() - 6 * 3600_000;
}

/** Vrai si l'équipe peut encore inscrire quelqu'un : une date, pas d'annulation, et ce n'est pas fini. */
export function peutInscrire(
  evenement: { statut: Statut; debut: string | null; fin: string | null },
  maintenant = new Date(),
): boolean {
  const { statut, debut, fin } = evenement;
  const annonce = statut === 'publie' || statut === 'reporte';
  return annonce && debut !== null && (fin === null || maintenant.getTime() < Date.parse(fin));
}

/** Vrai si l'évènement se tient aujourd'hui ou cette nuit : c'est l'heure d'ouvrir la porte. */
export function estLeJour(evenement: { debut: string | null; fin: string | null }, maintenant = new Date()): boolean {
  if (evenement.debut === null || estPasse(evenement, maintenant)) return false;
  return versSaisie(evenement.debut).slice(0, 10) <= versSaisie(maintenant.toISOString()).slice(0, 10);
}
