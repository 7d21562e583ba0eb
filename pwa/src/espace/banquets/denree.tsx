import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { Case, Cases, ChampTexte, Choix } from '../composants/champs';
import { Dialogue, poserDialogue } from '../composants/dialogue';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { locale } from '../dates';
import { annoncer, moi, oublier } from '../etat';
import { ecrireMilliemes, ecrirePourCent, lireEntier, lireMilliemes, lirePourCent } from '../quantites';
import { langue, t } from '../textes';
import { ALLERGENES, nomAllergene, type Allergene } from './mots';
import type { Unite } from './parts';
import { refuser } from './saisie';
import type { Denree } from './saisie-menu';
import { FAMILLES, type Famille } from './vocabulaire';

type Demande = Modeles['DenreeDemande'];
type Animal = NonNullable<Demande['animal']>[number];

const UNITES = ['g', 'mL', 'piece'] as const satisfies readonly Unite[];
const ANIMAL = ['viande', 'porc', 'gelatine', 'miel', 'alcool'] as const satisfies readonly Animal[];
const MOIS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'] as const;
type Mois = (typeof MOIS)[number];

/** Ajoute une denrée qui manque, ou en corrige une des siennes ; `prise` reçoit la fiche enregistrée. */
export function ouvrirDenree(depart: string | Denree, prise: (denree: Denree) => void): void {
  poserDialogue(<Fiche depart={depart} prise={prise} />);
}

function nomDuMois(mois: Mois): string {
  return new Date(Date.UTC(2026, Number(mois) - 1, 15)).toLocaleDateString(locale(langue), { month: 'long', timeZone: 'UTC' });
}

function Fiche({ depart, prise }: { depart: string | Denree; prise: (denree: Denree) => void }) {
  const fiche = typeof depart === 'string' ? null : depart;
  const structures = moi.value?.structures ?? [];
  const [saisie, ecrire] = useState({
    structure: fiche?.structure ?? structures[0]?.slug ?? '',
    nom: fiche?.nom ?? (depart as string),
    famille: (fiche?.famille ?? 'FRUITS_ET_LEGUMES') as Famille,
    unite: (fiche?.unite ?? 'g') as Unite,
    dechet: ecrirePourCent(fiche?.dechet_milliemes ?? 0, langue),
    rendement: ecrireMilliemes(fiche?.rendement_milliemes ?? 1000, langue),
    masse: fiche?.masse_piece_g ? String(fiche.masse_piece_g) : '',
    densite: ecrireMilliemes(fiche?.densite_milliemes ?? null, langue),
    allergenes: (fiche?.allergenes ?? []) as Allergene[],
    animal: (fiche?.animal ?? []) as Animal[],
    saison: (fiche?.saison ?? []).map(String) as Mois[],
    hors_france: fiche?.hors_france ?? false,
    source: fiche?.source ?? '',
  });
  const change = (morceau: Partial<typeof saisie>) => ecrire((avant) => ({ ...avant, ...morceau }));
  const envoi = useEnvoi();
  const fermer = () => poserDialogue(null);
  const soumettre = () => {
    const dechet = lirePourCent(saisie.dechet);
    const rendement = lireMilliemes(saisie.rendement);
    const masse = lireEntier(saisie.masse);
    const densite = lireMilliemes(saisie.densite);
    const fautes = (
      [
        [dechet, 'dechet_milliemes', 'menu.remarques.pourcent'],
        [rendement, 'rendement_milliemes', 'menu.remarques.facteur'],
        [masse, 'masse_piece_g', 'remarques.entier'],
        [densite, 'densite_milliemes', 'menu.remarques.facteur'],
      ] as const
    ).filter(([lu]) => lu === undefined);
    if (fautes.length > 0) {
      return envoi.refuser(refuser(...fautes.map(([, champ, cle]) => [champ, t(cle)] as const)));
    }
    const body: Demande = {
      structure: saisie.structure,
      nom: saisie.nom.trim(),
      famille: saisie.famille,
      unite: saisie.unite,
      dechet_milliemes: dechet ?? 0,
      rendement_milliemes: rendement ?? 1000,
      masse_piece_g: masse ?? null,
      densite_milliemes: densite ?? null,
      allergenes: saisie.allergenes,
      animal: saisie.animal,
      saison: saisie.hors_france ? [] : saisie.saison.map(Number).sort((a, b) => a - b),
      hors_france: saisie.hors_france,
      source: saisie.source.trim(),
      version: fiche?.version ?? null,
    };
    return void envoi.envoyer(async () => {
      const recue = await obtenir(
        fiche
          ? api.PUT('/api/espace/ingredients/{slug}', { params: { path: { slug: fiche.slug } }, body })
          : api.POST('/api/espace/ingredients', { body }),
      );
      oublier('ingredients', 'denrees');
      fermer();
      annoncer(t(fiche ? 'denrees.corrigee' : 'denrees.ajoutee', { nom: recue.nom }));
      prise(recue);
    });
  };
  return (
    <Dialogue titre={t(fiche ? 'denrees.corriger' : 'denrees.ajouter')} fermer={fermer}>
      <p class="second">{t(fiche ? 'denrees.corriger_phrase' : 'denrees.ajouter_phrase')}</p>
      <Formulaire
        prefixe="fiche"
        envoi={envoi}
        soumettre={soumettre}
        pied={
          <>
            <button type="button" class="bouton" onClick={fermer}>
              {t('actes.renoncer')}
            </button>
            <button type="submit" class="bouton plein" disabled={envoi.enCours}>
              {t('actes.enregistrer')}
            </button>
          </>
        }
      >
        {!fiche && structures.length > 1 && (
          <Choix
            chemin="structure"
            etiquette={t('denrees.structure')}
            valeur={saisie.structure}
            changer={(structure) => change({ structure })}
            options={structures.map(({ slug, nom }) => [slug, nom])}
          />
        )}
        <ChampTexte
          chemin="nom"
          etiquette={t('denrees.nom')}
          obligatoire
          valeur={saisie.nom}
          changer={(nom) => change({ nom })}
          maxLength={80}
        />
        <Choix
          chemin="famille"
          etiquette={t('denrees.famille')}
          valeur={saisie.famille}
          changer={(famille) => change({ famille })}
          options={FAMILLES.map((famille) => [famille, t(`familles_achat.${famille}`)])}
        />
        <Choix
          chemin="unite"
          etiquette={t('denrees.unite')}
          valeur={saisie.unite}
          changer={(unite) => change({ unite })}
          options={UNITES.map((unite) => [unite, t(`denrees.unites.${unite}`)])}
        />
        <Cases
          chemin="allergenes"
          etiquette={t('denrees.allergenes')}
          valeurs={saisie.allergenes}
          changer={(allergenes) => change({ allergenes })}
          options={ALLERGENES.map((code) => [code, nomAllergene(code)])}
        />
        <Cases
          chemin="animal"
          etiquette={t('denrees.animal')}
          aide={t('denrees.animal_aide')}
          valeurs={saisie.animal}
          changer={(animal) => change({ animal })}
          options={ANIMAL.map((code) => [code, t(`denrees.animaux.${code}`)])}
        />
        <Case
          chemin="hors_france"
          etiquette={t('denrees.hors_france')}
          cochee={saisie.hors_france}
          changer={(hors_france) => change({ hors_france })}
        />
        {!saisie.hors_france && (
          <Cases
            chemin="saison"
            etiquette={t('denrees.saison')}
            aide={t('denrees.saison_aide')}
            valeurs={saisie.saison}
            changer={(saison) => change({ saison })}
            options={MOIS.map((mois) => [mois, nomDuMois(mois)])}
          />
        )}
        <div class="parts">
          <ChampTexte
            chemin="dechet_milliemes"
            etiquette={t('menu.dechet')}
            inputMode="decimal"
            suffixe="%"
            valeur={saisie.dechet}
            changer={(dechet) => change({ dechet })}
          />
          <ChampTexte
            chemin="rendement_milliemes"
            etiquette={t('menu.rendement')}
            inputMode="decimal"
            valeur={saisie.rendement}
            changer={(rendement) => change({ rendement })}
          />
          <ChampTexte
            chemin="masse_piece_g"
            etiquette={t('denrees.masse')}
            inputMode="numeric"
            suffixe="g"
            valeur={saisie.masse}
            changer={(masse) => change({ masse })}
          />
          <ChampTexte
            chemin="densite_milliemes"
            etiquette={t('denrees.densite')}
            inputMode="decimal"
            suffixe="kg"
            valeur={saisie.densite}
            changer={(densite) => change({ densite })}
          />
        </div>
        <ChampTexte
          chemin="source"
          etiquette={t('denrees.source')}
          aide={t('denrees.source_aide')}
          valeur={saisie.source}
          changer={(source) => change({ source })}
          maxLength={200}
        />
      </Formulaire>
    </Dialogue>
  );
}
