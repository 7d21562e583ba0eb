import { useState } from 'preact/hooks';
import { api, obtenir } from '../../api/client';
import { Icone } from '../composants/icone';
import { Bloc, Page, Suite } from '../composants/page';
import { moi, useChargement, useRepos } from '../etat';
import { t } from '../textes';

/** Ce que le réseau a en commun : ses structures, ses lieux, ses programmes. */
export default function Reseau() {
  const [q, chercher] = useState('');
  const repose = useRepos(q.trim());
  const lieux = useChargement(`lieux?${repose}`, () =>
    obtenir(api.GET('/api/espace/lieux', { params: { query: { q: repose } } })),
  );
  const structures = useChargement(`structures?${repose}`, () =>
    obtenir(api.GET('/api/espace/structures', { params: { query: { q: repose } } })),
  );
  const cycles = useChargement('cycles', () => obtenir(api.GET('/api/espace/cycles')));
  const miennes = new Set(moi.value?.structures.map(({ slug }) => slug));
  const operateur = moi.value?.est_operateur ?? false;
  return (
    <Page titre={t('nav.reseau')}>
      <label class="recherche">
        <span class="invisible">{t('reseau.chercher')}</span>
        <Icone nom="loupe" />
        <input
          type="search"
          value={q}
          placeholder={t('reseau.chercher')}
          onInput={(evenement) => chercher(evenement.currentTarget.value)}
        />
      </label>
      {((moi.value?.structures.length ?? 0) > 0 || operateur) && (
        <ul class="taches">
          <li>
            <a href="/espace/producteurs">
              <Icone nom="couverts" />
              <span>
                {t('reseau.producteurs')}
                <span class="second">{t('reseau.producteurs_aide')}</span>
              </span>
            </a>
          </li>
          <li>
            <a href="/espace/recettes">
              <Icone nom="marmite" />
              <span>
                {t('reseau.recettes')}
                <span class="second">{t('reseau.recettes_aide')}</span>
              </span>
            </a>
          </li>
        </ul>
      )}
      <Bloc
        titre={t('reseau.lieux')}
        actions={
          <a class="bouton petit" href="/espace/creer/lieu">
            <Icone nom="plus" />
            {t('lieux.ajouter')}
          </a>
        }
      >
        <Suite de={lieux}>
          {(liste) => (
            <ul class="lignes">
              {liste.map(({ slug, nom, commune, places_assises }) => (
                <li key={slug}>
                  <a href={`/espace/lieux/${slug}`}>{nom}</a>
                  <span class="second">
                    {commune.nom}
                    {places_assises ? ` · ${t('lieux.assises', { n: places_assises })}` : ''}
                  </span>
                </li>
              ))}
              {liste.length === 0 && <li class="second">{t('champs.rien_trouve')}</li>}
            </ul>
          )}
        </Suite>
      </Bloc>
      <Bloc
        titre={t('reseau.cycles')}
        actions={
          <a class="bouton petit" href="/espace/creer/cycle">
            <Icone nom="plus" />
            {t('cycles.creer')}
          </a>
        }
      >
        <Suite de={cycles}>
          {(liste) => (
            <ul class="lignes">
              {liste.map(({ slug, titre, structure_nom }) => (
                <li key={slug}>
                  <a href={`/espace/cycles/${slug}`}>{titre}</a>
                  <span class="second">{structure_nom}</span>
                </li>
              ))}
              {liste.length === 0 && <li class="second">{t('cycles.aucun')}</li>}
            </ul>
          )}
        </Suite>
      </Bloc>
      <Bloc
        titre={t('reseau.structures')}
        actions={
          operateur && (
            <a class="bouton petit" href="/espace/creer/structure">
              <Icone nom="plus" />
              {t('structures.creer')}
            </a>
          )
        }
      >
        <Suite de={structures}>
          {(liste) => (
            <ul class="lignes">
              {liste.map(({ slug, nom }) => (
                <li key={slug}>
                  {miennes.has(slug) || operateur ? (
                    <a href={`/espace/structures/${slug}`}>{nom}</a>
                  ) : (
                    <a href={`/structures/${slug}`} target="_blank" rel="noopener">
                      {nom}
                    </a>
                  )}
                  {miennes.has(slug) && <span class="second">{t('reseau.mienne')}</span>}
                </li>
              ))}
              {liste.length === 0 && <li class="second">{t('champs.rien_trouve')}</li>}
            </ul>
          )}
        </Suite>
      </Bloc>
    </Page>
  );
}
