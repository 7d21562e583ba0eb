import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { oublier } from '../etat';
import type { Choisi } from '../saisie-evenement';
import { t } from '../textes';
import { Case, Cases, ChampLong, ChampTexte, Choix } from './champs';
import { ChoixCommune } from './choix';
import { Dialogue } from './dialogue';
import { Formulaire, useEnvoi, type Refus } from './formulaire';

export type DemandeLieu = Modeles['LieuDemande'];
type AccesPmr = NonNullable<DemandeLieu['acces_pmr']>;

export interface SaisieLieu {
  nom: string;
  commune: Choisi | null;
  adresse: string;
  interieur: boolean;
  places_assises: string;
  places_debout: string;
  equipements: ('cuisine' | 'eau' | 'electricite')[];
  acces_pmr: AccesPmr;
  acces: string;
  description: string;
}

export function lieuVide(nom = ''): SaisieLieu {
  return {
    nom, commune: null, adresse: '', interieur: true, places_assises: '', places_debout: '', equipements: [],
    acces_pmr: 'inconnu', acces: '', description: '',
  }; // prettier-ignore
}

/** La demande, complétée de ce que le formulaire ne montre pas (position, repli, gestionnaire). */
export function versDemandeLieu(saisie: SaisieLieu, reste: Partial<DemandeLieu> = {}): DemandeLieu {
  const entier = (texte: string) => (/^\d{1,6}$/.test(texte.trim()) ? Number(texte) : null);
  return {
    lat: null,
    lon: null,
    repli: null,
    structure: null,
    ...reste,
    nom: saisie.nom.trim(),
    commune: saisie.commune?.slug ?? '',
    adresse: saisie.adresse.trim(),
    interieur: saisie.interieur,
    places_assises: entier(saisie.places_assises),
    places_debout: entier(saisie.places_debout),
    cuisine: saisie.equipements.includes('cuisine'),
    eau: saisie.equipements.includes('eau'),
    electricite: saisie.equipements.includes('electricite'),
    acces_pmr: saisie.acces_pmr,
    acces: saisie.acces,
    description: saisie.description,
  };
}

/** Un lieu est toujours dans une commune : dit avant d'envoyer. */
export function sansCommune(saisie: SaisieLieu): Refus | null {
  if (saisie.commune) return null;
  const erreurs = [{ champ: 'commune', message: t('remarques.commune') }];
  return { phrase: t('edition.a_corriger', { n: 1 }), erreurs, code: 'remarques' };
}

export function ChampsLieu({
  saisie,
  changer,
}: {
  saisie: SaisieLieu;
  changer: (morceau: Partial<SaisieLieu>) => void;
}) {
  return (
    <>
      <ChampTexte
        chemin="nom"
        etiquette={t('lieux.nom')}
        obligatoire
        valeur={saisie.nom}
        changer={(nom) => changer({ nom })}
        maxLength={160}
      />
      <ChoixCommune
        chemin="commune"
        etiquette={t('lieux.commune')}
        choisi={saisie.commune}
        choisir={(commune) => changer({ commune })}
      />
      <ChampTexte
        chemin="adresse"
        etiquette={t('lieux.adresse')}
        valeur={saisie.adresse}
        changer={(adresse) => changer({ adresse })}
        autocomplete="off"
        maxLength={300}
      />
      <Case
        chemin="interieur"
        etiquette={t('lieux.interieur')}
        cochee={saisie.interieur}
        changer={(interieur) => changer({ interieur })}
      />
      <div class="cote-a-cote">
        <ChampTexte
          chemin="places_assises"
          etiquette={t('lieux.places_assises')}
          inputMode="numeric"
          valeur={saisie.places_assises}
          changer={(places_assises) => changer({ places_assises })}
        />
        <ChampTexte
          chemin="places_debout"
          etiquette={t('lieux.places_debout')}
          inputMode="numeric"
          valeur={saisie.places_debout}
          changer={(places_debout) => changer({ places_debout })}
        />
      </div>
      <Cases
        chemin="equipements"
        etiquette={t('lieux.equipements')}
        valeurs={saisie.equipements}
        changer={(equipements) => changer({ equipements })}
        options={[
          ['cuisine', t('lieux.cuisine')],
          ['eau', t('lieux.eau')],
          ['electricite', t('lieux.electricite')],
        ]}
      />
      <Choix
        chemin="acces_pmr"
        etiquette={t('lieux.acces_pmr')}
        valeur={saisie.acces_pmr}
        changer={(acces_pmr) => changer({ acces_pmr })}
        options={(['oui', 'partiel', 'non', 'inconnu'] as const).map((cle) => [cle, t(`lieux.pmr.${cle}`)])}
      />
      <ChampLong
        chemin="acces"
        etiquette={t('lieux.acces')}
        aide={t('lieux.acces_aide')}
        valeur={saisie.acces}
        changer={(acces) => changer({ acces })}
      />
      <ChampLong
        chemin="description"
        etiquette={t('lieux.description')}
        valeur={saisie.description}
        changer={(description) => changer({ description })}
      />
    </>
  );
}

/** Ajouter un lieu sans quitter ce que l'on écrivait. */
export function CreerLieu({
  nom,
  fermer,
  cree,
}: {
  nom: string;
  fermer: () => void;
  cree: (lieu: Choisi) => void;
}) {
  const [saisie, ecrire] = useState(lieuVide(nom));
  const envoi = useEnvoi();
  return (
    <Dialogue titre={t('lieux.nouveau')} fermer={fermer}>
      <Formulaire
        prefixe="lieu"
        envoi={envoi}
        soumettre={() => {
          const refus = sansCommune(saisie);
          if (refus) return envoi.refuser(refus);
          void envoi.envoyer(async () => {
            const { lieu } = await obtenir(api.POST('/api/espace/lieux', { body: versDemandeLieu(saisie) }));
            oublier('lieux');
            cree({ slug: lieu.slug, nom: `${lieu.nom}, ${lieu.commune.nom}` });
          });
        }}
        pied={
          <>
            <button type="button" class="bouton" onClick={fermer}>
              {t('actes.renoncer')}
            </button>
            <button type="submit" class="bouton plein" disabled={envoi.enCours}>
              {t('lieux.enregistrer')}
            </button>
          </>
        }
      >
        <ChampsLieu saisie={saisie} changer={(morceau) => ecrire((avant) => ({ ...avant, ...morceau }))} />
      </Formulaire>
    </Dialogue>
  );
}
