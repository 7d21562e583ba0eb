import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { Ardoise } from '../composants/cartes';
import { nomDuMoment, Pastille } from '../composants/moments';
import { Page, Suite, Vide } from '../composants/page';
import { direMoment } from '../dates';
import { estDevant, parler } from '../banquets/temps';
import { useActe, useChargement } from '../etat';
import { langue, t } from '../textes';

type Banquet = Modeles['BanquetDeListe'];
type Liste = Modeles['ListeBanquets'];
const PERIODES = ['a_venir', 'passes'] as const;

/** Les banquets que l'on organise ou que sa structure cuisine, avec ce qui attend pour chacun. */
export default function MesBanquets() {
  const [periode, choisir] = useState<(typeof PERIODES)[number]>('a_venir');
  const lire = (curseur?: string) =>
    obtenir(api.GET('/api/espace/banquets', { params: { query: { periode, ...(curseur && { curseur }) } } }));
  const liste = useChargement<Liste>(`banquets?${periode}`, () => lire());
  const { enCours, agir } = useActe();
  const suite = (avant: Liste) =>
    agir(async () => {
      const apres = await lire(avant.suivant ?? undefined);
      liste.remplacer({ ...apres, elements: [...avant.elements, ...apres.elements] });
    });
  return (
    <Page titre={t('banquets.titre')} retour={['/espace', t('nav.accueil')]}>
      <div class="puces" role="group" aria-label={t('banquets.periode')}>
        {PERIODES.map((nom) => (
          <button
            key={nom}
            type="button"
            class="puce-bouton"
            aria-pressed={nom === periode}
            onClick={() => choisir(nom)}
          >
            {t(`banquets.periodes.${nom}`)}
          </button>
        ))}
      </div>
      <Suite de={liste}>
        {(valeur) =>
          valeur.elements.length === 0 ? (
            <Vide>
              <p>{t(periode === 'a_venir' ? 'banquets.aucun' : 'banquets.aucun_passe')}</p>
            </Vide>
          ) : (
            <>
              <div class="cartes">
                {valeur.elements.map((banquet) => (
                  <Carte key={banquet.moment} banquet={banquet} />
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

function Carte({ banquet }: { banquet: Banquet }) {
  const { moment, evenement, titre, statut, debut, lieu_nom, commune_nom, organise, parts } = banquet;
  const ou = [lieu_nom, commune_nom].filter(Boolean).join(', ');
  return (
    <article class="carte evenement-carte">
      <Ardoise debut={debut} />
      <div class="carte-corps">
        <h2 class="titre-de-carte">
          <a class="carte-lien" href={`/espace/banquets/${moment}`}>
            {evenement}
          </a>
        </h2>
        <p class="second">
          <Pastille statut={statut} /> {nomDuMoment({ genre: 'banquet', titre })} · {ou || t('liste.sans_lieu')}
          {!organise && ` · ${t('banquets.cuisine')}`}
        </p>
        <p>
          <strong>{t('banquets.assiettes', { n: parts.adultes + parts.enfants })}</strong>{' '}
          <span class="second">{direArret(banquet)}</span>
        </p>
        <Attend banquet={banquet} />
      </div>
    </article>
  );
}

function direArret({ arrete_le, arret_prevu_le, temps }: Banquet): string {
  if (arrete_le) return t('banquets.arrete_le', { quand: direMoment(arrete_le, langue) });
  if (arret_prevu_le && estDevant(temps)) return t('banquets.arret_prevu_le', { quand: direMoment(arret_prevu_le, langue) });
  return t(`banquets.pas_arrete.${parler(temps)}`);
}

/** Ce qui attend quelqu'un : un menu à écrire, des allergènes à relire, des messages à lire. */
function Attend({ banquet }: { banquet: Banquet }) {
  const { plats, plats_a_confirmer, messages_non_lus } = banquet;
  const devant = estDevant(banquet.temps);
  const attentes = [
    devant && plats === 0 && t('banquets.sans_menu'),
    devant && plats_a_confirmer > 0 && t('banquets.a_confirmer', { n: plats_a_confirmer }),
    messages_non_lus > 0 && t('banquets.messages', { n: messages_non_lus }),
  ].filter((phrase) => typeof phrase === 'string');
  return attentes.length === 0 ? null : (
    <p class="marques">
      {attentes.map((phrase) => (
        <span key={phrase} class="marque qui-passe">
          {phrase}
        </span>
      ))}
    </p>
  );
}
