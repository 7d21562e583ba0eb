import { direJour, direJourBref } from '../../espace/dates';
import type { Montre } from '../ecrans';
import { direMilliemes } from '../formes';
import { manques, type Denree } from '../manques';
import { Bloc, Coche, Rien } from '../mots';
import { langue, t, type Cle } from '../textes';
import type { Approvisionnement, Commande, Vue } from '../vue';
import { direQuantite } from './menu';

/** Ce qui arrive et de chez qui, puis ce que le menu demande et que personne n'apporte, ou pas assez. */
export function Courses({ banquet, vue }: Montre) {
  const groupes = parFournisseur(vue.approvisionnements);
  const manquent = manques(vue);
  const commandes = new Map(vue.commandes.flatMap(({ lignes }) => lignes.map((ligne) => [ligne.approvisionnement, ligne])));
  if (groupes.length + manquent.length === 0) return <Rien>{t('courses.vide')}</Rien>;
  return (
    <>
      {manquent.length > 0 && (
        <Bloc titre={t('courses.manque')} aide={t('courses.manque_aide')}>
          <ul class="coches">
            {manquent.map((denree) => (
              <li key={denree.ingredient}>
                <Coche
                  cochee={banquet.coches.value.has(`manque:${denree.ingredient}`)}
                  cocher={(oui) => banquet.cocher(`manque:${denree.ingredient}`, oui)}
                >
                  <Manque denree={denree} />
                </Coche>
              </li>
            ))}
          </ul>
        </Bloc>
      )}
      {groupes.map(([qui, lignes]) => (
        <Bloc key={qui} titre={qui}>
          {commandesDe(lignes, vue.commandes).map((commande) => (
            <EtatDeCommande key={commande.lignes[0]?.approvisionnement} commande={commande} />
          ))}
          <ul class="coches">
            {lignes.map((ligne) => (
              <li key={ligne.id}>
                <Coche
                  cochee={banquet.coches.value.has(`recu:${ligne.id}`)}
                  cocher={(oui) => banquet.cocher(`recu:${ligne.id}`, oui)}
                >
                  <strong class="combien">{direVente(ligne.quantite_milliemes, ligne.vendu_par)}</strong> {ligne.description}
                  <Reponse ligne={commandes.get(ligne.id)} />
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

/** Les commandes qui portent sur ces lignes : une par producteur, mais plusieurs donateurs n'ont pas de nom ici. */
function commandesDe(lignes: readonly Approvisionnement[], commandes: readonly Commande[]): Commande[] {
  const siennes = new Set(lignes.map(({ id }) => id));
  return commandes.filter((commande) => commande.lignes.some(({ approvisionnement }) => siennes.has(approvisionnement)));
}

function EtatDeCommande({ commande: { etat, relancee_le, livraison_le, livraison_lieu, lignes } }: { commande: Commande }) {
  const attentif = etat === 'refusee' || etat === 'partielle' || etat === 'corrigee';
  const quand = livraison_le && direJour(`${livraison_le}T12:00:00Z`, langue);
  const retirees = lignes.filter(({ voulue_milliemes }) => voulue_milliemes === null);
  return (
    <>
      <p class={attentif ? 'commande attentif' : 'commande'}>
        <strong>{t(`courses.etats.${etat}`)}</strong>
        {etat === 'envoyee' && relancee_le && ` ${t('courses.relancee', { quand: direJourBref(relancee_le, langue) })}`}
        {quand && ` ${[t('courses.livraison', { quand }), livraison_lieu].filter(Boolean).join(', ')}`}
      </p>
      {retirees.map(({ approvisionnement, description }) => (
        <p key={approvisionnement} class="second">
          {t('courses.retiree', { quoi: description })}
        </p>
      ))}
    </>
  );
}

/** Ce que le producteur a répondu de cette ligne, quand ce n'est pas ce qu'on attendait. */
function Reponse({ ligne }: { ligne: Commande['lignes'][number] | undefined }) {
  if (!ligne || ligne.reponse === 'confirmee') return null;
  if (ligne.reponse === 'refusee') return <strong class="precisions allergie">{t('courses.reponses.refusee')}</strong>;
  if (ligne.reponse === 'corrigee') {
    const quoi = direVente(ligne.repondue_milliemes ?? 0, ligne.vendu_par);
    return <strong class="precisions attention-cuisine">{t('courses.reponses.corrigee', { quoi })}</strong>;
  }
  return <span class="precisions second">{t(ligne.quantite_milliemes === null ? 'courses.reponses.a_commander' : 'courses.reponses.attend')}</span>;
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

/** « Potiron : personne ne l'apporte », « Pommes de terre : il manque 5,8 kg » ; un poids inconnu ne se devine pas. */
function Manque({ denree }: { denree: Denree }) {
  const { nom, etat, a_acheter, lignes, besoin, unite } = denree;
  const combien = a_acheter.map(({ vendu_par, quantite_milliemes }) => direVente(quantite_milliemes, vendu_par)).join(' + ');
  return (
    <>
      {lignes.length === 0 && <strong class="combien">{combien}</strong>} <span>{nom}</span>
      <span class="second"> {t('courses.besoin', { quoi: direQuantite(besoin, unite) })}</span>
      <span class="precisions attention-cuisine">
        {lignes.length === 0
          ? t('courses.personne')
          : etat === 'a_verifier'
            ? t('courses.a_verifier')
            : t('courses.il_manque', { quoi: combien })}
      </span>
    </>
  );
}

/** « 2,5 kg », « 3 bottes ». */
export function direVente(milliemes: number, unite: string): string {
  const nombre = direMilliemes(milliemes, langue);
  if (unite === 'kg' || unite === 'L') return `${nombre}\u00a0${unite}`;
  return t(`unites.${unite}` as Cle, { n: milliemes / 1000, nombre });
}
