import { useState, useId } from 'preact/hooks';
import { api, obtenir } from '../../api/client';
import { useChargement, useRepos } from '../etat';
import type { Choisi } from '../saisie-evenement';
import { t } from '../textes';
import { Cadre } from './champs';
import { Icone } from './icone';
import { CreerLieu } from './creer-lieu';
import { poserDialogue } from './dialogue';

export interface Recherche {
  chemin: string;
  etiquette: string;
  aide?: string;
  choisi: Choisi | null;
  choisir: (choisi: Choisi | null) => void;
}

export interface Trouve extends Choisi {
  precision?: string;
}

/** Chercher, puis choisir dans une liste de boutons : la même chose au pouce, au clavier et à l'oreille. */
export function Chercheur({
  chemin,
  etiquette,
  aide,
  choisi,
  choisir,
  famille,
  chercher,
  sinon,
}: Recherche & {
  famille: string;
  chercher: (q: string) => Promise<Trouve[]>;
  sinon?: (q: string) => preact.ComponentChild;
}) {
  const [q, ecrire] = useState('');
  const [ouvert, ouvrir] = useState(false);
  const liste = useId();
  const repose = useRepos(q.trim());
  const trouves = useChargement(`${famille}?${repose}`, () => chercher(repose));
  if (choisi) {
    return (
      <Cadre {...{ chemin, etiquette }}>
        {({ id }) => (
          <div class="choisi">
            <span>{choisi.nom}</span>
            <button
              id={id}
              type="button"
              class="bouton petit"
              onClick={() => {
                choisir(null);
                ouvrir(true);
              }}
            >
              {t('actes.changer')}
            </button>
          </div>
        )}
      </Cadre>
    );
  }
  return (
    <div class="chercheur">
      <Cadre {...{ chemin, etiquette, aide }}>
        {(attributs) => (
          <input
            {...attributs}
            type="search"
            value={q}
            autocomplete="off"
            aria-controls={ouvert ? liste : undefined}
            placeholder={t('champs.chercher')}
            onFocus={() => ouvrir(true)}
            onInput={(evenement) => ecrire(evenement.currentTarget.value)}
          />
        )}
      </Cadre>
      {ouvert && (
        <div id={liste}>
          <p class="invisible" role="status">
            {trouves.valeur ? t('champs.trouves', { n: trouves.valeur.length }) : ''}
          </p>
          <ul class="resultats">
            {trouves.valeur?.slice(0, 8).map((trouve) => (
              <li key={trouve.slug}>
                <button
                  type="button"
                  onClick={() => {
                    choisir({ slug: trouve.slug, nom: trouve.nom });
                    ecrire('');
                    ouvrir(false);
                  }}
                >
                  <span>{trouve.nom}</span>
                  {trouve.precision && <span class="second"> {trouve.precision}</span>}
                </button>
              </li>
            ))}
          </ul>
          {trouves.valeur?.length === 0 && <p class="second">{t('champs.rien_trouve')}</p>}
          {sinon?.(q)}
        </div>
      )}
    </div>
  );
}

export function ChoixLieu(props: Recherche) {
  const creer = (nom: string) =>
    poserDialogue(
      <CreerLieu
        nom={nom}
        fermer={() => poserDialogue(null)}
        cree={(lieu) => {
          poserDialogue(null);
          props.choisir(lieu);
        }}
      />,
    );
  return (
    <Chercheur
      {...props}
      famille="lieux"
      chercher={async (q) =>
        (await obtenir(api.GET('/api/espace/lieux', { params: { query: { q } } }))).map((lieu) => ({
          slug: lieu.slug,
          nom: `${lieu.nom}, ${lieu.commune.nom}`,
        }))
      }
      sinon={(q) => (
        <button type="button" class="bouton" onClick={() => creer(q)}>
          <Icone nom="plus" />
          {t('lieux.ajouter')}
        </button>
      )}
    />
  );
}

export function ChoixStructure(props: Recherche) {
  return (
    <Chercheur
      {...props}
      famille="structures"
      chercher={(q) => obtenir(api.GET('/api/espace/structures', { params: { query: { q } } }))}
    />
  );
}

/** Une commune, parmi toutes celles du territoire ; sa clé est son code INSEE. */
export function ChoixCommune(props: Recherche) {
  return (
    <Chercheur
      {...props}
      famille="communes"
      chercher={async (q) =>
        (await obtenir(api.GET('/api/communes', { params: { query: { q } } }))).map((commune) => ({
          slug: commune.code,
          nom: commune.nom,
          precision: commune.codes_postaux.slice(0, 2).join(', '),
        }))
      }
    />
  );
}
