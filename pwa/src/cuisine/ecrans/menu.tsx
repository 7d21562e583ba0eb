import type { Montre } from '../ecrans';
import { direBase, direMilliemes } from '../formes';
import { Bloc, Coche, direParts, enumerer, nomAllergene, nomRegime, Rien } from '../mots';
import { langue, t, type Cle } from '../textes';
import type { Plat } from '../vue';

const SERVICES = ['aperitif', 'entree', 'plat', 'accompagnement', 'fromage', 'dessert', 'boisson', 'pain'] as const;

/** Les plats, service par service, avec ce qu'il en faut. On coche ce qui est fait, sur cette tablette. */
export function Menu({ banquet, vue }: Montre) {
  const { plats, notes } = vue.menu;
  const { quantites } = vue.quantites;
  if (plats.length === 0) return <Rien>{t('menu.vide')}</Rien>;
  const avecMarge = quantites.lignes.every(({ pourquoi }) => pourquoi.every((part) => 'avec_marge' in part));
  const cueillis = plats.filter(({ cueillette }) => cueillette);
  return (
    <>
      <p class="second">
        {t(avecMarge ? `menu.pour_${vue.quantites.source}` : 'menu.sans_marge', {
          parts: direParts({ adultes: quantites.adultes, enfants: quantites.enfants, tout_petits: 0 }),
          marge: direMilliemes(quantites.marge_milliemes * 100, langue),
        })}
      </p>
      {notes && <p class="encart discret texte-libre">{notes}</p>}
      {SERVICES.map((service) => {
        const siens = plats.filter((plat) => plat.service === service && !plat.cueillette);
        return (
          siens.length > 0 && (
            <Bloc key={service} titre={t(`services.${service}`)}>
              {siens.map((plat) => (
                <UnPlat key={plat.id} banquet={banquet} vue={vue} plat={plat} />
              ))}
            </Bloc>
          )
        );
      })}
      {cueillis.length > 0 && (
        <Bloc titre={t('menu.cueillette')} aide={t('menu.cueillette_aide')}>
          {cueillis.map((plat) => (
            <UnPlat key={plat.id} banquet={banquet} vue={vue} plat={plat} />
          ))}
        </Bloc>
      )}
    </>
  );
}

function UnPlat({ banquet, vue, plat }: Montre & { plat: Plat }) {
  const remplace = plat.remplace && vue.menu.plats.find(({ id }) => id === plat.remplace);
  const lignes = vue.quantites.quantites.lignes.flatMap(({ ingredient, nom, unite, pourquoi }) =>
    pourquoi
      .filter((part) => part.plat === plat.id)
      // Une copie d'une version d'avant n'a que la quantité sans la marge ; l'écran le dit en tête.
      .map(({ avec_marge, a_acheter, etat, assiettes }) => ({ ingredient, nom, unite, combien: avec_marge ?? a_acheter, etat, assiettes })),
  );
  const notes = new Map(plat.lignes.map(({ ingredient, note }) => [ingredient, note]));
  const cle = (ingredient: string) => `plat:${plat.id}:${ingredient}`;
  return (
    <article class="plat-cuisine">
      <h3>{plat.nom}</h3>
      {remplace && <p class="second">{t('menu.a_la_place', { nom: remplace.nom })}</p>}
      {plat.description && <p class="second">{plat.description}</p>}
      <p class={`allergenes ${plat.etat_allergenes}`}>
        <strong>{t(`menu.allergenes_etat.${plat.etat_allergenes}` as Cle)}</strong>{' '}
        {plat.etat_allergenes !== 'pas_remplis' &&
          (plat.allergenes.length > 0
            ? t('menu.contient', { quoi: enumerer(plat.allergenes.map(nomAllergene)) })
            : t('menu.aucun_allergene'))}
      </p>
      {plat.regimes.length > 0 && <p class="second">{t('menu.convient', { quoi: enumerer(plat.regimes.map(nomRegime)) })}</p>}
      {lignes.length > 0 && (
        <ul class="coches">
          {lignes.map((ligne) => (
            <li key={ligne.ingredient}>
              <Coche
                cochee={banquet.coches.value.has(cle(ligne.ingredient))}
                cocher={(oui) => banquet.cocher(cle(ligne.ingredient), oui)}
              >
                <strong class="combien">{direQuantite(ligne.combien, ligne.unite)}</strong> {ligne.nom}
                {ligne.etat !== 'achete' && (
                  <span class="precisions second">
                    {t('menu.dans_l_assiette', { quoi: direQuantite(ligne.assiettes, ligne.unite) })}
                  </span>
                )}
                {notes.get(ligne.ingredient) && <span class="precisions second">{notes.get(ligne.ingredient)}</span>}
              </Coche>
            </li>
          ))}
        </ul>
      )}
      {plat.notes_echelle && (
        <p class="note-echelle">
          <strong>{t('menu.a_la_main')}</strong> {plat.notes_echelle}
        </p>
      )}
    </article>
  );
}

/** « 12,4 kg », « 36 pièces ». */
export function direQuantite(quantite: number, unite: string): string {
  const dite = direBase(quantite, unite, langue);
  return unite === 'piece' ? t('unites.piece', { n: quantite, nombre: dite }) : dite;
}
