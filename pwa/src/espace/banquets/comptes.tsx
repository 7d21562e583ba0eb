import { useState } from 'preact/hooks';
import { api, obtenir, Probleme, type Modeles } from '../../api/client';
import { Case, ChampLong, ChampTexte } from '../composants/champs';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Bloc, Suite } from '../composants/page';
import { annoncer, useActe, useChargement } from '../etat';
import { direMontant, ecrireEuros, lireEuros } from '../montants';
import { lireEntier } from '../quantites';
import { langue, t, type Cle } from '../textes';
import { Cadre } from './cadre';
import { comparer, Conflit } from './conflit';
import { Pesees } from './pesees';
import { refuser } from './saisie';
import { parler, type Parle, type Temps } from './temps';

type Vue = Modeles['VueComptes'];

/** Le prix libre face au prix de revient, et ce qu'il reste dans les plats. */
export default function ComptesDuBanquet({ moment }: { moment: string }) {
  return (
    <Cadre moment={moment} nom="comptes.titre">
      {({ temps }) => <Comptes moment={moment} temps={temps} />}
    </Cadre>
  );
}

async function lire(moment: string): Promise<Vue> {
  return obtenir(api.GET('/api/espace/banquets/{moment}/comptes', { params: { path: { moment } } }));
}

function Comptes({ moment, temps }: { moment: string; temps: Temps }) {
  const parle = parler(temps);
  const comptes = useChargement(`banquet/${moment}/comptes`, () => lire(moment));
  return (
    <>
      <Suite de={comptes}>
        {(vue) => (
          <>
            <Bilan vue={vue} parle={parle} />
            <Bloc titre={t('comptes.saisir')}>
              {temps === 'a_venir' && vue.version === null ? (
                <details class="plus">
                  <summary>{t('comptes.saisir_avant')}</summary>
                  <Saisir moment={moment} vue={vue} remplacer={comptes.remplacer} />
                </details>
              ) : (
                <Saisir moment={moment} vue={vue} remplacer={comptes.remplacer} />
              )}
            </Bloc>
          </>
        )}
      </Suite>
      {parle !== 'annule' && <Pesees moment={moment} avant={temps === 'a_venir'} />}
    </>
  );
}

const euros = (centimes: number) => direMontant(centimes, langue);

/** Ce que le repas a coûté, ce qu'il a recueilli, et ce qu'une part a coûté à côté de ce que l'on conseillait. */
function Bilan({ vue, parle }: { vue: Vue; parle: Parle }) {
  const { cout_adulte_centimes, cout_enfant_centimes, conseille_centimes, sans_prix } = vue;
  return (
    <Bloc titre={t('comptes.bilan')}>
      <dl class="fiche bilan">
        <div>
          <dt>{t('comptes.denrees')}</dt>
          <dd>{euros(vue.denrees_centimes)}</dd>
        </div>
        <div>
          <dt>{t('comptes.autres_frais')}</dt>
          <dd>{euros(vue.autres_frais_centimes)}</dd>
        </div>
        <div>
          <dt>{t('comptes.revient')}</dt>
          <dd>{euros(vue.revient_centimes)}</dd>
        </div>
        {vue.version !== null && (
          <div>
            <dt>{t('comptes.recueilli')}</dt>
            <dd>{euros(vue.recueilli_centimes)}</dd>
          </div>
        )}
      </dl>
      {sans_prix > 0 && <p class="attention">{t('comptes.sans_prix', { n: sans_prix })}</p>}
      {vue.version === null ? (
        <p class="second">{t(`comptes.pas_saisi.${parle}`)}</p>
      ) : (
        <>
          <p class="solde">
            <strong>
              {vue.manque_centimes > 0
                ? t('comptes.manque', { montant: euros(vue.manque_centimes) })
                : vue.excedent_centimes > 0
                  ? t('comptes.excedent', { montant: euros(vue.excedent_centimes) })
                  : t('comptes.juste')}
            </strong>{' '}
            {vue.pot_solidaire_centimes > 0 && t('comptes.pot_dit', { montant: euros(vue.pot_solidaire_centimes) })}
          </p>
          <dl class="fiche bilan">
            {cout_adulte_centimes !== null && (
              <div>
                <dt>{t('comptes.par_adulte')}</dt>
                <dd>{euros(cout_adulte_centimes)}</dd>
              </div>
            )}
            {cout_enfant_centimes !== null && (
              <div>
                <dt>{t('comptes.par_enfant')}</dt>
                <dd>{euros(cout_enfant_centimes)}</dd>
              </div>
            )}
            <div>
              <dt>{t('comptes.conseille')}</dt>
              <dd>{conseille_centimes === null ? t('comptes.sans_conseil') : euros(conseille_centimes)}</dd>
            </div>
          </dl>
          {vue.note && <p class="texte-libre">{vue.note}</p>}
        </>
      )}
    </Bloc>
  );
}

interface Saisie {
  adultes: string;
  enfants: string;
  recueilli: string;
  autres: string;
  pot: string;
  note: string;
  publics: boolean;
}

/** La saisie en textes : ce que deux personnes comparent. */
function dire(saisie: Saisie): Record<string, string> {
  return { ...saisie, publics: t(saisie.publics ? 'comptes.publics_oui' : 'comptes.publics_non') };
}

function depuisVue(vue: Vue): Saisie {
  // Rien de saisi : des champs vides, pas des zéros que l'on croirait comptés.
  const dit = vue.version !== null;
  return {
    adultes: dit ? String(vue.adultes) : '',
    enfants: dit ? String(vue.enfants) : '',
    recueilli: dit ? ecrireEuros(vue.recueilli_centimes, langue) : '',
    autres: dit ? ecrireEuros(vue.autres_frais_centimes, langue) : '',
    pot: dit ? ecrireEuros(vue.pot_solidaire_centimes, langue) : '',
    note: vue.note,
    publics: vue.publics,
  };
}

function Saisir({ moment, vue, remplacer }: { moment: string; vue: Vue; remplacer: (vue: Vue) => void }) {
  const envoi = useEnvoi();
  const { enCours, agir } = useActe();
  const [saisie, ecrire] = useState(() => depuisVue(vue));
  const [version, partirDe] = useState(vue.version);
  const [autre, lireAutre] = useState<Vue | null>(null);
  const changer = (morceau: Partial<Saisie>) => ecrire((avant) => ({ ...avant, ...morceau }));
  const soumettre = (sur = version) => {
    const adultes = lireEntier(saisie.adultes);
    const enfants = lireEntier(saisie.enfants);
    const recueilli = lireEuros(saisie.recueilli);
    const autres = lireEuros(saisie.autres);
    const pot = lireEuros(saisie.pot);
    const refus = [
      ...(adultes === undefined || adultes === null ? [['adultes', t('saisie.entier')] as const] : []),
      ...(enfants === undefined ? [['enfants', t('saisie.entier')] as const] : []),
      ...(recueilli === undefined || recueilli === null ? [['recueilli_centimes', t('saisie.euros')] as const] : []),
      ...(autres === undefined ? [['autres_frais_centimes', t('saisie.euros')] as const] : []),
      ...(pot === undefined ? [['pot_solidaire_centimes', t('saisie.euros')] as const] : []),
    ];
    if (refus.length > 0) return envoi.refuser(refuser(...refus));
    void envoi.envoyer(async () => {
      const body = {
        adultes: adultes ?? 0,
        enfants: enfants ?? 0,
        recueilli_centimes: recueilli ?? 0,
        autres_frais_centimes: autres ?? 0,
        pot_solidaire_centimes: pot ?? 0,
        note: saisie.note.trim(),
        publics: saisie.publics,
        version: sur,
      };
      try {
        const neuve = await obtenir(
          api.PUT('/api/espace/banquets/{moment}/comptes', { params: { path: { moment } }, body }),
        );
        partirDe(neuve.version);
        lireAutre(null);
        remplacer(neuve);
      } catch (erreur) {
        if (erreur instanceof Probleme && erreur.code === 'banquet-modifie') lireAutre(await lire(moment));
        throw erreur;
      }
      annoncer(t('comptes.gardes'));
    });
  };
  const reprendreEffectif = () =>
    agir(async () => {
      const path = { moment };
      const effectif = await obtenir(api.GET('/api/espace/banquets/{moment}/effectif', { params: { path } }));
      changer({ adultes: String(effectif.parts.adultes), enfants: String(effectif.parts.enfants) });
    });
  const conflit = envoi.refus?.code === 'banquet-modifie' && autre && (
    <Conflit
      phrase={envoi.refus.phrase}
      differences={comparer(dire(depuisVue(autre)), dire(saisie), (champ) => t(`comptes.champs.${champ}` as Cle))}
      garder={() => {
        partirDe(autre.version);
        soumettre(autre.version);
      }}
      reprendre={() => {
        ecrire(depuisVue(autre));
        partirDe(autre.version);
        envoi.refuser(null);
        remplacer(autre);
      }}
    />
  );
  return (
    <Formulaire
      prefixe="comptes"
      envoi={envoi}
      soumettre={() => soumettre()}
      resume={conflit || undefined}
      pied={
        <button type="submit" class="bouton plein" disabled={envoi.enCours}>
          {t('comptes.enregistrer')}
        </button>
      }
    >
      <div class="cote-a-cote">
        <ChampTexte
          chemin="adultes"
          etiquette={t('comptes.champs.adultes')}
          obligatoire
          inputMode="numeric"
          autocomplete="off"
          valeur={saisie.adultes}
          changer={(adultes) => changer({ adultes })}
        />
        <ChampTexte
          chemin="enfants"
          etiquette={t('comptes.champs.enfants')}
          inputMode="numeric"
          autocomplete="off"
          valeur={saisie.enfants}
          changer={(enfants) => changer({ enfants })}
        />
      </div>
      <button type="button" class="bouton petit" disabled={enCours} onClick={() => void reprendreEffectif()}>
        {t('comptes.reprendre_effectif')}
      </button>
      <div class="cote-a-cote">
        <ChampTexte
          chemin="recueilli_centimes"
          etiquette={t('comptes.champs.recueilli')}
          aide={t('comptes.recueilli_aide')}
          obligatoire
          inputMode="decimal"
          autocomplete="off"
          suffixe="€"
          valeur={saisie.recueilli}
          changer={(recueilli) => changer({ recueilli })}
        />
        <ChampTexte
          chemin="autres_frais_centimes"
          etiquette={t('comptes.champs.autres')}
          aide={t('comptes.autres_aide')}
          inputMode="decimal"
          autocomplete="off"
          suffixe="€"
          valeur={saisie.autres}
          changer={(autres) => changer({ autres })}
        />
      </div>
      <ChampTexte
        chemin="pot_solidaire_centimes"
        etiquette={t('comptes.champs.pot')}
        aide={t('comptes.pot_aide')}
        inputMode="decimal"
        autocomplete="off"
        suffixe="€"
        valeur={saisie.pot}
        changer={(pot) => changer({ pot })}
      />
      <ChampLong
        chemin="note"
        etiquette={t('comptes.champs.note')}
        lignes={2}
        maximum={400}
        valeur={saisie.note}
        changer={(note) => changer({ note: note.replace(/\n/g, ' ') })}
      />
      <Case
        chemin="publics"
        etiquette={t('comptes.champs.publics')}
        aide={t('comptes.publics_aide')}
        cochee={saisie.publics}
        changer={(publics) => changer({ publics })}
      />
    </Formulaire>
  );
}
