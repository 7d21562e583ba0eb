import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { CarteEvenement } from '../composants/cartes';
import { Icone } from '../composants/icone';
import { Page, Suite, Vide } from '../composants/page';
import { moi, useActe, useChargement, useRepos } from '../etat';
import { t } from '../textes';

type Liste = Modeles['ListeEquipe'];
const FILTRES = ['a_venir', 'brouillon', 'reporte', 'annule', 'passes', 'tous'] as const;
type Filtre = (typeof FILTRES)[number];
/** Les uns suivent l'état, les autres le temps. */
const QUESTIONS = {
  a_venir: { periode: 'a_venir' },
  brouillon: { statut: 'brouillon' },
  reporte: { statut: 'reporte' },
  annule: { statut: 'annule' },
  passes: { periode: 'passes' },
  tous: {},
} as const satisfies Record<Filtre, object>;

export default function Evenements() {
  const [filtre, filtrer] = useState<Filtre>('a_venir');
  const [q, chercher] = useState('');
  const repose = useRepos(q.trim());
  const lire = (curseur?: string) => {
    const query = { ...QUESTIONS[filtre], ...(repose ? { q: repose } : {}), ...(curseur ? { curseur } : {}) };
    return obtenir(api.GET('/api/espace/evenements', { params: { query } }));
  };
  const liste = useChargement<Liste>(`evenements?${filtre}&${repose}`, () => lire());
  const { enCours, agir } = useActe();
  const suite = (avant: Liste) =>
    agir(async () => {
      const apres = await lire(avant.suivant ?? undefined);
      liste.remplacer({ elements: [...avant.elements, ...apres.elements], suivant: apres.suivant });
    });

  return (
    <Page
      titre={t('nav.evenements')}
      actions={
        (moi.value?.est_operateur || moi.value?.structures.length) && (
          <a class="bouton plein" href="/espace/creer/evenement">
            <Icone nom="plus" />
            {t('accueil.creer')}
          </a>
        )
      }
    >
      <div class="filtres">
        <label class="recherche">
          <span class="invisible">{t('liste.chercher')}</span>
          <Icone nom="loupe" />
          <input
            type="search"
            value={q}
            placeholder={t('liste.chercher')}
            onInput={(evenement) => chercher(evenement.currentTarget.value)}
          />
        </label>
        <div class="puces defile" role="group" aria-label={t('liste.filtrer')}>
          {FILTRES.map((cle) => (
            <button
              key={cle}
              type="button"
              class="puce-bouton"
              aria-pressed={cle === filtre}
              onClick={() => filtrer(cle)}
            >
              {t(`liste.${cle}`)}
            </button>
          ))}
        </div>
      </div>
      <Suite de={liste}>
        {(valeur) =>
          valeur.elements.length === 0 ? (
            <Vide>
              <p>{repose ? t('liste.rien', { q: repose }) : t('liste.vide')}</p>
            </Vide>
          ) : (
            <>
              <h2 class="invisible">{t(`liste.${filtre}`)}</h2>
              <div class="cartes">
                {valeur.elements.map((evenement) => (
                  <CarteEvenement key={evenement.slug} evenement={evenement} />
                ))}
              </div>
              {valeur.suivant !== null && (
                <button type="button" class="bouton" disabled={enCours} onClick={() => void suite(valeur)}>
                  {t('liste.suite')}
                </button>
              )}
            </>
          )
        }
      </Suite>
    </Page>
  );
}
