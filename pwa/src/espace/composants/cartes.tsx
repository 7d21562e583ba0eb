import type { Modeles } from '../../api/client';
import { ardoise, versSaisie } from '../dates';
import { langue, t } from '../textes';
import { MomentBref, Pastille } from './moments';

type Ligne = Modeles['EvenementDeListe'];

export function Ardoise({ debut }: { debut: string | null }) {
  if (debut === null) return <span class="ardoise sans-date">{t('liste.date_a_venir')}</span>;
  const [jour, numero, mois] = ardoise(debut, langue);
  return (
    <time class="ardoise" dateTime={versSaisie(debut)}>
      <span>{jour}</span>
      <strong>{numero}</strong>
      <span>{mois}</span>
    </time>
  );
}

/** Un évènement dans une liste : l'ardoise, le titre, le lieu, les moments et leurs barres. */
export function CarteEvenement({ evenement }: { evenement: Ligne }) {
  const { slug, titre, statut, debut, moments } = evenement;
  const ou = [evenement.lieu_nom, evenement.commune_nom].filter(Boolean).join(', ');
  const comptes = moments.filter((moment) => moment.sur_inscription);
  return (
    <article class="carte evenement-carte">
      <Ardoise debut={debut} />
      <div class="carte-corps">
        <h3>
          <a class="carte-lien" href={`/espace/evenements/${slug}`}>
            {titre}
          </a>
        </h3>
        <p class="second">
          <Pastille statut={statut} /> {ou || t('liste.sans_lieu')} · {evenement.structure_nom}
        </p>
        {comptes.length > 0 && statut !== 'brouillon' && (
          <ul class="moments-brefs">
            {comptes.map((moment) => (
              <MomentBref key={moment.id} moment={moment} />
            ))}
          </ul>
        )}
      </div>
    </article>
  );
}
