import { useId, useState } from 'preact/hooks';
import { api, obtenir } from '../../api/client';
import { Cadre } from '../composants/champs';
import { Icone } from '../composants/icone';
import { moi, useChargement, useRepos } from '../etat';
import { t } from '../textes';
import { ouvrirDenree } from './denree';
import { enumerer, nomAllergene } from './mots';
import { saisonDe, type Denree, type Saison } from './saisie-menu';

/** Chercher une denrée, puis la prendre : sa saison à la date du repas et ses allergènes se lisent avant de choisir. */
export function ChoixDenree({
  chemin,
  mois,
  choisir,
}: {
  chemin: string;
  mois: number | null;
  choisir: (denree: Denree) => void;
}) {
  const [q, ecrire] = useState('');
  const liste = useId();
  const repose = useRepos(q.trim());
  const cherche = repose.length > 1;
  const trouves = useChargement(`ingredients?${repose}`, () =>
    cherche ? obtenir(api.GET('/api/espace/ingredients', { params: { query: { q: repose } } })) : Promise.resolve([]),
  );
  return (
    <div class="chercheur">
      <Cadre chemin={chemin} etiquette={t('menu.ajouter_denree')}>
        {(attributs) => (
          <input
            {...attributs}
            type="search"
            value={q}
            autocomplete="off"
            aria-controls={cherche ? liste : undefined}
            placeholder={t('champs.chercher')}
            onInput={(evenement) => ecrire(evenement.currentTarget.value)}
            onKeyDown={(evenement) => {
              // Entrée n'enregistre pas le menu : elle prend la première réponse.
              if (evenement.key !== 'Enter') return;
              evenement.preventDefault();
              const premiere = trouves.valeur?.[0];
              if (premiere && cherche) {
                choisir(premiere);
                ecrire('');
              }
            }}
          />
        )}
      </Cadre>
      {cherche && (
        <div id={liste}>
          <p class="invisible" role="status">
            {trouves.valeur ? t('champs.trouves', { n: trouves.valeur.length }) : ''}
          </p>
          <ul class="resultats hauts">
            {trouves.valeur?.map((denree) => (
              <li key={denree.slug}>
                <button
                  type="button"
                  onClick={() => {
                    choisir(denree);
                    ecrire('');
                  }}
                >
                  <span>
                    {denree.nom} {denree.structure_nom && <span class="second">{denree.structure_nom}</span>}
                  </span>{' '}
                  <Marques saison={saisonDe(denree, mois)} allergenes={denree.allergenes} />
                </button>
                {denree.modifiable && denree.structure && (
                  <button type="button" class="corriger" onClick={() => ouvrirDenree(denree, () => {})}>
                    <Icone nom="crayon" />
                    {t('denrees.corriger_quoi', { quoi: denree.nom })}
                  </button>
                )}
              </li>
            ))}
          </ul>
          {!trouves.enCours && trouves.valeur?.length === 0 && <p class="second">{t('menu.denree_inconnue')}</p>}
          {(moi.value?.structures.length ?? 0) > 0 && (
            <button
              type="button"
              class="bouton petit"
              onClick={() =>
                ouvrirDenree(repose, (denree) => {
                  choisir(denree);
                  ecrire('');
                })
              }
            >
              <Icone nom="plus" />
              {t('denrees.ajouter_nom', { nom: repose })}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** La saison d'une denrée et ses allergènes. Ce qui va de soi ne se dit pas. */
export function Marques({ saison, allergenes }: { saison: Saison | null; allergenes: readonly string[] }) {
  return (
    <span class="marques">
      {saison && saison !== 'sans_saison' && (
        <span class={`marque saison-${saison}`}>{t(`saisons.${saison}`)}</span>
      )}
      {allergenes.length > 0 && (
        <span class="marque">{enumerer(allergenes.map(nomAllergene))}</span>
      )}
    </span>
  );
}
