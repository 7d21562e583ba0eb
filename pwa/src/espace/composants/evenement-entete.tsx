import { useLocation } from 'preact-iso';
import { api, obtenir, type Modeles } from '../../api/client';
import { direJour, direPlage } from '../dates';
import { useChargement, type Chargement } from '../etat';
import { langue, t } from '../textes';
import { Pastille } from './moments';

export type Evenement = Modeles['EvenementEquipe'];
export type Coorganisation = Evenement['coorganisations'][number];

export function useEvenement(slug: string, periode_s = 0): Chargement<Evenement> {
  return useChargement(
    `evenement/${slug}`,
    () => obtenir(api.GET('/api/espace/evenements/{slug}', { params: { path: { slug } } })),
    periode_s,
  );
}

/** La date et le lieu, en une ligne. */
export function direQuandOu(evenement: Evenement): string {
  const { debut, fin, lieu_nom, commune_nom } = evenement;
  const quand = debut ? `${direJour(debut, langue)}, ${direPlage(debut, fin, langue)}` : t('liste.date_a_venir');
  const ou = [lieu_nom, commune_nom].filter(Boolean).join(', ');
  return [quand, ou].filter(Boolean).join(' · ');
}

/** « Co-organise », et sa réponse tant que ce n'est pas oui. */
export function direPart({ part, reponse }: Coorganisation): string {
  const dite = t(`parts.${part}`);
  return reponse === 'acceptee' ? dite : `${dite} · ${t(`reponses.${reponse}`)}`;
}

export function SousTitre({ evenement }: { evenement: Evenement }) {
  return (
    <p class="second">
      <Pastille statut={evenement.statut} /> {direQuandOu(evenement)}
    </p>
  );
}

/** Les écrans d'un évènement, toujours dans le même ordre. */
export function Onglets({ slug, statut }: { slug: string; statut: string }) {
  const { path } = useLocation();
  const racine = `/espace/evenements/${slug}`;
  if (statut === 'brouillon') return null;
  const onglets = [
    [racine, t('evenement.tableau')],
    [`${racine}/inscriptions`, t('evenement.inscriptions')],
    [`${racine}/accueil`, t('evenement.accueil')],
    [`${racine}/appels`, t('evenement.appels')],
    [`${racine}/courriels`, t('evenement.courriels')],
  ] as const;
  return (
    <nav class="onglets" aria-label={t('evenement.ecrans')}>
      {onglets.map(([adresse, nom]) => {
        const courant = adresse === racine ? path === racine : path.startsWith(adresse);
        return (
          <a key={adresse} href={adresse} aria-current={courant ? 'page' : undefined}>
            {nom}
          </a>
        );
      })}
    </nav>
  );
}
