import '../../../styles/banquets.css';
import { useLocation } from 'preact-iso';
import type { ComponentChildren } from 'preact';
import { api, obtenir, type Modeles } from '../../api/client';
import { nomDuMoment, Pastille, type Statut } from '../composants/moments';
import { Page, Suite } from '../composants/page';
import { direJour, direPlage } from '../dates';
import { useChargement, type Chargement } from '../etat';
import { langue, t, type Cle } from '../textes';
import { ECRANS } from './table';
import { parler } from './temps';

export type Tete = Modeles['BanquetTete'];

export function useTete(moment: string): Chargement<Tete> {
  return useChargement(`banquet/${moment}`, () =>
    obtenir(api.GET('/api/espace/banquets/{moment}', { params: { path: { moment } } })),
  );
}

/** Ce qui est commun aux écrans d'un banquet : de quel évènement, quand, où, et les autres écrans. */
export function Cadre({
  moment,
  nom,
  actions,
  children,
}: {
  moment: string;
  /** Comment s'appelle cet écran : « Menu », « Effectif ». */
  nom: Cle;
  actions?: ComponentChildren;
  children: (tete: Tete) => ComponentChildren;
}) {
  const tete = useTete(moment);
  const lue = tete.valeur;
  return (
    <Page
      titre={t(nom)}
      retour={lue ? [`/espace/evenements/${lue.evenement}`, lue.titre] : ['/espace/evenements', t('nav.evenements')]}
      surtitre={lue && <SousTitre tete={lue} />}
      actions={actions}
      large
    >
      <Suite de={tete}>
        {(valeur) => (
          <>
            <Onglets tete={valeur} />
            {!valeur.retire && <OuOnEnEst tete={valeur} nom={nom} />}
            {valeur.retire && nom !== COMMANDES ? <Retire tete={valeur} /> : children(valeur)}
          </>
        )}
      </Suite>
    </Page>
  );
}

/** Le seul écran d'un banquet ôté du programme. */
const COMMANDES: Cle = 'ordres.titre';

/** Ôté du programme, un banquet n'a plus d'écran ; ce qu'on y a commandé, si. */
function Retire({ tete }: { tete: Tete }) {
  return (
    <div class="encart">
      <p>{t('ordres.retire')}</p>
      <a class="bouton" href={`/espace/banquets/${tete.moment}/commandes`}>
        {t('ordres.voir')}
      </a>
    </div>
  );
}

/** Le repas est passé ou annulé : ce qui reste à faire, et où. */
function OuOnEnEst({ tete, nom }: { tete: Tete; nom: Cle }) {
  const parle = parler(tete.temps);
  if (parle === 'a_venir') return null;
  const [chemin, ecran] = parle === 'passe' ? (['/comptes', 'comptes.titre'] as const) : (['/commandes', COMMANDES] as const);
  // L'écran des comptes n'a pas à dire d'aller aux comptes.
  if (parle === 'passe' && nom === ecran) return null;
  return (
    <div class="encart">
      <p>{t(tete.organise ? `banquet.ou_en_est.${parle}` : `banquet.ou_en_est_cuisine.${parle}`)}</p>
      {tete.organise && nom !== ecran && (
        <a class="bouton" href={`/espace/banquets/${tete.moment}${chemin}`}>
          {t(`banquet.ou_en_est_vers.${parle}`)}
        </a>
      )}
    </div>
  );
}

function SousTitre({ tete }: { tete: Tete }) {
  const { debut, fin, lieu_nom, commune_nom, temps } = tete;
  const quand = debut ? `${direJour(debut, langue)}, ${direPlage(debut, fin, langue)}` : t('liste.date_a_venir');
  const ou = [lieu_nom, commune_nom].filter(Boolean).join(', ');
  const quoi = nomDuMoment({ genre: 'banquet', titre: tete.moment_titre });
  return (
    <p class="second">
      <Pastille statut={temps === 'passe' ? 'termine' : (tete.statut as Statut)} />{' '}
      {temps === 'jour' && <strong>{t('banquet.aujourd_hui')} · </strong>}
      {[quoi, quand, ou].filter(Boolean).join(' · ')}
    </p>
  );
}

/** Sur un téléphone, la rangée glisse : l'écran où l'on est s'y voit toujours. */
function montrer(lien: HTMLElement | null) {
  const rangee = lien?.parentElement;
  if (lien && rangee) rangee.scrollLeft = lien.offsetLeft - (rangee.clientWidth - lien.offsetWidth) / 2;
}

function Onglets({ tete }: { tete: Tete }) {
  const { path } = useLocation();
  const racine = `/espace/banquets/${tete.moment}`;
  const ouverts = ECRANS.filter(({ reserve, nom }) => (tete.organise || !reserve) && (!tete.retire || nom === COMMANDES));
  if (ouverts.length < 2) return null;
  return (
    <nav class="onglets banquet" aria-label={t('banquet.ecrans')}>
      {ouverts.map(({ chemin, nom }) => {
        const adresse = racine + chemin;
        const courant = chemin === '' ? path === racine : path.startsWith(adresse);
        return (
          <a key={chemin} ref={courant ? montrer : null} href={adresse} aria-current={courant ? 'page' : undefined}>
            {t(nom)}
          </a>
        );
      })}
    </nav>
  );
}
