import { useRef } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { Chercheur, type Recherche } from '../composants/choix';
import type { Choisi } from '../saisie-evenement';
import { t } from '../textes';

type Denree = Modeles['IngredientVue'];

/** Une denrée du référentiel ; qui la choisit reçoit aussi ce qu'on en sait. */
export function ChoixDenree({
  choisir,
  ...props
}: Omit<Recherche, 'choisir'> & { choisir: (choisi: Choisi | null, denree: Denree | null) => void }) {
  const vues = useRef(new Map<string, Denree>());
  return (
    <Chercheur
      {...props}
      famille="denrees"
      choisir={(choisi) => choisir(choisi, (choisi && vues.current.get(choisi.slug)) ?? null)}
      chercher={async (q) => {
        const denrees = await obtenir(api.GET('/api/espace/ingredients', { params: { query: { q } } }));
        for (const denree of denrees) vues.current.set(denree.slug, denree);
        return denrees.map(({ slug, nom }) => ({ slug, nom }));
      }}
    />
  );
}

/** Un producteur de l'annuaire du réseau. */
export function ChoixProducteur(props: Recherche) {
  return (
    <Chercheur
      {...props}
      famille="producteurs/choix"
      chercher={async (q) =>
        (await obtenir(api.GET('/api/espace/producteurs', { params: { query: { q } } }))).map(
          ({ slug, nom, genre, commune }) => ({
            slug,
            nom,
            precision: [t(`metiers.${genre}`), commune].filter(Boolean).join(', '),
          }),
        )
      }
      sinon={() => (
        <p class="second">
          <a href="/espace/creer/producteur" target="_blank" rel="noopener">
            {t('producteurs.ajouter_ailleurs')}
          </a>
        </p>
      )}
    />
  );
}
