import { useState } from 'preact/hooks';
import { api, obtenir } from '../../api/client';
import { ChampTexte, Choix, RefusDe } from '../composants/champs';
import { Icone } from '../composants/icone';
import { useChargement } from '../etat';
import { ecrireMilliemes, ecrirePourCent } from '../quantites';
import { langue, t } from '../textes';
import { Marques } from './choix-denree';
import { PAS, suivrePortion, VENTES, type Portion, type SaisieLigne } from './saisie-menu';
import { direQuantite } from './vocabulaire';

/** Une denrée d'un plat : ce qu'en reçoit chacun, pesé comment, et comment elle s'achète. */
export function EditeurLigne({
  chemin,
  ligne,
  changer,
  retirer,
}: {
  chemin: string;
  ligne: SaisieLigne;
  changer: (morceau: Partial<SaisieLigne>) => void;
  retirer: () => void;
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
        <button type="button" class="rond" onClick={retirer} aria-label={t('actes.retirer_quoi', { quoi: ligne.nom })}>
          <Icone nom="corbeille" />
        </button>
      </div>
      <RefusDe chemin={`${chemin}.ingredient`} />
      <div class="parts">
        <ChampTexte
          chemin={`${chemin}.adulte_milli`}
          etiquette={t('menu.part_adulte')}
          inputMode="decimal"
          suffixe={unite}
          valeur={ligne.adulte}
          changer={(adulte) => changer({ adulte })}
        />
        <ChampTexte
          chemin={`${chemin}.enfant_milli`}
          etiquette={t('menu.part_enfant')}
          inputMode="decimal"
          suffixe={unite}
          valeur={ligne.enfant}
          changer={(enfant) => changer({ enfant })}
        />
        <Choix
          chemin={`${chemin}.etat`}
          etiquette={t('menu.pesee')}
          valeur={ligne.etat}
          changer={(etat) => changer({ etat })}
          options={(['achete', 'cuit'] as const).map((etat) => [etat, t(`etats_denree.${etat}`)])}
        />
      </div>
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
          if (portion) changer(suivrePortion(ligne, portion));
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
