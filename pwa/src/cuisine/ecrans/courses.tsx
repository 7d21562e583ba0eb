import type { Montre } from '../ecrans';
import { direMilliemes } from '../formes';
import { Bloc, Coche, Rien } from '../mots';
import { langue, t, type Cle } from '../textes';
import type { Approvisionnement, Vue } from '../vue';
import { direQuantite } from './menu';

/** Ce qui arrive et de chez qui, puis ce que le menu demande et que personne n'apporte encore. */
export function Courses({ banquet, vue }: Montre) {
  const groupes = parFournisseur(vue.approvisionnements);
  const manquent = sansFournisseur(vue);
  if (groupes.length + manquent.length === 0) return <Rien>{t('courses.vide')}</Rien>;
  return (
    <>
      {manquent.length > 0 && (
        <Bloc titre={t('courses.manque')} aide={t('courses.manque_aide')}>
          <ul class="coches">
            {manquent.map((ligne) => (
              <li key={ligne.ingredient}>
                <Coche
                  cochee={banquet.coches.value.has(`manque:${ligne.ingredient}`)}
                  cocher={(oui) => banquet.cocher(`manque:${ligne.ingredient}`, oui)}
                >
                  <strong class="combien">{direVente(ligne.achat_milliemes, ligne.vendu_par)}</strong> {ligne.nom}
                  <span class="second"> {t('courses.besoin', { quoi: direQuantite(ligne.besoin, ligne.unite) })}</span>
                </Coche>
              </li>
            ))}
          </ul>
        </Bloc>
      )}
      {groupes.map(([qui, lignes]) => (
        <Bloc key={qui} titre={qui}>
          <ul class="coches">
            {lignes.map((ligne) => (
              <li key={ligne.id}>
                <Coche
                  cochee={banquet.coches.value.has(`recu:${ligne.id}`)}
                  cocher={(oui) => banquet.cocher(`recu:${ligne.id}`, oui)}
                >
                  <strong class="combien">{direVente(ligne.quantite_milliemes, ligne.vendu_par)}</strong> {ligne.description}
                  <Precisions ligne={ligne} plats={vue.menu.plats} />
                </Coche>
              </li>
            ))}
          </ul>
        </Bloc>
      ))}
    </>
  );
}

function Precisions({ ligne, plats }: { ligne: Approvisionnement; plats: Vue['menu']['plats'] }) {
  const plat = plats.find(({ id }) => id === ligne.plat);
  const dites = [
    ligne.genre !== 'achat' && t(`courses.genres.${ligne.genre}` as Cle),
    ligne.identifiee === false && t('courses.pas_identifiee'),
    ligne.identifiee === true && t('courses.identifiee'),
    plat && t('courses.pour', { plat: plat.nom }),
    ligne.de_saison === false && t('courses.hors_saison'),
    ligne.note,
  ].filter(Boolean);
  return dites.length > 0 ? <span class={ligne.identifiee === false ? 'precisions allergie' : 'precisions second'}>{dites.join(' · ')}</span> : null;
}

/** Les lignes de chaque fournisseur, dans l'ordre de son nom ; ce qui n'en a pas se range par sorte. */
function parFournisseur(lignes: readonly Approvisionnement[]): [string, Approvisionnement[]][] {
  const groupes = new Map<string, Approvisionnement[]>();
  for (const ligne of lignes) {
    const qui = ligne.fournisseur ?? t(`courses.sans_nom.${ligne.genre}` as Cle);
    groupes.set(qui, [...(groupes.get(qui) ?? []), ligne]);
  }
  return [...groupes].sort(([a], [b]) => a.localeCompare(b, langue));
}

function sansFournisseur({ quantites, approvisionnements }: Vue): Vue['quantites']['quantites']['lignes'] {
  const prevus = new Set(approvisionnements.map(({ ingredient }) => ingredient));
  return quantites.quantites.lignes.filter(({ ingredient }) => !prevus.has(ingredient));
}

/** « 2,5 kg », « 3 bottes ». */
export function direVente(milliemes: number, unite: string): string {
  const nombre = direMilliemes(milliemes, langue);
  if (unite === 'kg' || unite === 'L') return `${nombre}\u00a0${unite}`;
  return t(`unites.${unite}` as Cle, { n: milliemes / 1000, nombre });
}
