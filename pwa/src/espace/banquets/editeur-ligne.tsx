import { useState } from 'preact/hooks';
import { api, obtenir } from '../../api/client';
import { ChampTexte, Choix, RefusDe } from '../composants/champs';
import { Icone } from '../composants/icone';
import { useChargement } from '../etat';
import { ecrireMilliemes, ecrirePourCent } from '../quantites';
import { langue, t } from '../textes';
import { Marques } from './choix-denree';
import { Deplacer } from './deplacer';
import { direAdulte, PAS, proposerEnfant, suivrePortion, VENTES, type Portion, type SaisieLigne } from './saisie-menu';
import { direQuantite } from './vocabulaire';

/** Une denrée d'un plat : ce qu'en reçoit chacun, pesé comment, et comment elle s'achète. */
export function EditeurLigne({
  chemin,
  ligne,
  changer,
  retirer,
  place,
  deplacer,
}: {
  chemin: string;
  ligne: SaisieLigne;
  changer: (morceau: Partial<SaisieLigne>) => void;
  retirer: () => void;
  place: { rang: number; total: number };
  /** Le geste qui la déplace dans ce sens ; nul au bout de la liste. */
  deplacer: (sens: -1 | 1) => (() => void) | null;
}) {
  const unite = t(`unites.${ligne.unite}`);
  const auPoids = ligne.vendu_par === 'kg' || ligne.vendu_par === 'L';
  const pas = PAS.includes(ligne.pas as 1000) ? PAS : [...PAS, ligne.pas];
  const [suivie, suivre] = useState<Portion | null>(null);
  // Une part déjà dite n'a plus besoin d'être suggérée : la suggestion passe dans le pli.
  const aRemplir = (ligne.adulte === '' && ligne.enfant === '') || suivie !== null;
  const portions = <Portions chemin={chemin} ligne={ligne} changer={changer} suivie={suivie} suivre={suivre} />;
  return (
    <li class="ligne-denree" data-ou={ligne.nom}>
      <div class="ligne-tete">
        <h4>{ligne.nom}</h4>
        <Marques saison={ligne.fiche.saison} allergenes={ligne.fiche.allergenes} />
        <span class="boutons">
          {place.total > 1 && (
            <Deplacer quoi={ligne.nom} {...place} monter={deplacer(-1)} descendre={deplacer(1)} nu />
          )}
          <button type="button" class="rond" onClick={retirer} aria-label={t('actes.retirer_quoi', { quoi: ligne.nom })}>
            <Icone nom="corbeille" />
          </button>
        </span>
      </div>
      <RefusDe chemin={`${chemin}.ingredient`} />
      <Parts {...{ chemin, ligne, changer }} />
      {aRemplir && portions}
      <details class="plus">
        <summary>{t('menu.reglages_denree')}</summary>
        {!aRemplir && portions}
        <div class="parts">
          <ChampTexte
            chemin={`${chemin}.dechet_milliemes`}
            etiquette={t('menu.dechet')}
            aide={t('menu.dechet_aide', { n: ecrirePourCent(ligne.fiche.dechet, langue) })}
            inputMode="decimal"
            suffixe="%"
            valeur={ligne.dechet}
            changer={(dechet) => changer({ dechet })}
          />
          <ChampTexte
            chemin={`${chemin}.rendement_milliemes`}
            etiquette={t('menu.rendement')}
            aide={t('menu.rendement_aide', { n: ecrireMilliemes(ligne.fiche.rendement, langue) })}
            inputMode="decimal"
            valeur={ligne.rendement}
            changer={(rendement) => changer({ rendement })}
          />
          <Choix
            chemin={`${chemin}.vendu_par`}
            etiquette={t('menu.vendu_par')}
            valeur={ligne.vendu_par}
            changer={(vendu_par) => changer({ vendu_par })}
            options={VENTES.map((vente) => [vente, t(`ventes_nues.${vente}`)])}
          />
          {!auPoids && (
            <ChampTexte
              chemin={`${chemin}.contenance_milli`}
              etiquette={t(`contenances.${ligne.vendu_par as 'caisse'}`)}
              aide={t(ligne.unite === 'g' ? 'menu.contenance_aide' : 'menu.contenance_aide_autre')}
              suffixe={unite}
              valeur={ligne.contenance}
              changer={(contenance) => changer({ contenance })}
            />
          )}
          <Choix
            chemin={`${chemin}.pas_milliemes`}
            etiquette={t('menu.pas')}
            valeur={String(ligne.pas)}
            changer={(voulu) => changer({ pas: Number(voulu) })}
            options={pas.map((milliemes) => [
              String(milliemes),
              milliemes === 1 ? t('menu.pas_juste') : direQuantite(milliemes, ligne.vendu_par),
            ])}
          />
        </div>
        <ChampTexte
          chemin={`${chemin}.note`}
          etiquette={t('menu.note_denree')}
          valeur={ligne.note}
          changer={(note) => changer({ note })}
          maxLength={200}
        />
      </details>
    </li>
  );
}

/** Ce qu'en reçoit un adulte, un enfant, et pesé comment. La part d'enfant se propose, elle ne vaut jamais zéro en silence. */
export function Parts({
  chemin,
  ligne,
  changer,
}: {
  chemin: string;
  ligne: SaisieLigne;
  changer: (morceau: Partial<SaisieLigne>) => void;
}) {
  const lues = useChargement('portions', () => obtenir(api.GET('/api/espace/portions')));
  const unite = t(`unites.${ligne.unite}`);
  return (
    <div class="parts">
      <ChampTexte
        chemin={`${chemin}.adulte_milli`}
        etiquette={t('menu.part_adulte')}
        inputMode="decimal"
        suffixe={unite}
        valeur={ligne.adulte}
        changer={(adulte) => changer(direAdulte(ligne, adulte, lues.valeur ?? [], langue))}
      />
      <ChampTexte
        chemin={`${chemin}.enfant_milli`}
        etiquette={t('menu.part_enfant')}
        aide={aideEnfant(ligne, lues.valeur ?? [])}
        inputMode="decimal"
        suffixe={unite}
        valeur={ligne.enfant}
        changer={(enfant) => changer({ enfant, propose: null })}
      />
      <Choix
        chemin={`${chemin}.etat`}
        etiquette={t('menu.pesee')}
        valeur={ligne.etat}
        changer={(etat) => changer({ etat })}
        options={(['achete', 'cuit'] as const).map((etat) => [etat, t(`etats_denree.${etat}`)])}
      />
    </div>
  );
}

/** D'où vient la part proposée ; ou ce qu'il reste à dire. Rien quand quelqu'un l'a dite. */
function aideEnfant({ adulte, enfant, unite, propose }: SaisieLigne, portions: readonly Portion[]): string | undefined {
  if (enfant.trim() === '') return adulte.trim() === '' ? undefined : t('menu.enfant_a_dire');
  if (propose === 'portion') return t('menu.enfant_portion');
  const proposition = propose && proposerEnfant(adulte, unite, portions, langue);
  return proposition ? t('menu.enfant_propose', { n: proposition.pour_cent }) : undefined;
}

/** Ce qu'on sert d'habitude : une fourchette, d'où elle vient, ce qu'elle vaut. On part de là, puis on change. */
function Portions({
  chemin,
  ligne,
  changer,
  suivie,
  suivre,
}: {
  chemin: string;
  ligne: SaisieLigne;
  changer: (morceau: Partial<SaisieLigne>) => void;
  suivie: Portion | null;
  suivre: (portion: Portion | null) => void;
}) {
  const lues = useChargement('portions', () => obtenir(api.GET('/api/espace/portions')));
  const possibles = (lues.valeur ?? []).filter(({ unite }) => unite === ligne.unite);
  if (possibles.length === 0) return null;
  return (
    <>
      <Choix
        chemin={`${chemin}.portion`}
        etiquette={t('menu.portion')}
        valeur={suivie?.plat ?? ''}
        changer={(plat) => {
          const portion = possibles.find((autre) => autre.plat === plat) ?? null;
          suivre(portion);
          if (portion) changer(suivrePortion(ligne, portion, lues.valeur, langue));
        }}
        options={[['', t('menu.portion_aucune')], ...possibles.map((portion) => [portion.plat, direPortion(portion)] as const)]}
      />
      {suivie && (
        <p class="aide" role="status">
          {t(`certitudes.${suivie.certitude}`)} {t('menu.portion_source', { source: suivie.source })}
        </p>
      )}
    </>
  );
}

function direPortion(portion: Portion): string {
  const entre = (min: number, max: number) => (min === max ? String(min) : `${min}–${max}`);
  const { adulte_min, adulte_max, enfant_min, enfant_max, unite, plat, certitude } = portion;
  const enfant = enfant_min !== null && enfant_max !== null ? entre(enfant_min, enfant_max) : null;
  const quoi = { plat, unite: t(`unites.${unite}`), adulte: entre(adulte_min, adulte_max), lettre: certitude };
  return enfant === null ? t('menu.portion_adulte', quoi) : t('menu.portion_deux', { ...quoi, enfant });
}
