// Du menu et de qui vient, ce qui presse : personne ne doit le chercher.

import type { Vue } from './vue';

/** Ce dont on se passe sans manquer de repas : le service ne l'annonce pas. */
const SANS_ENJEU: ReadonlySet<string> = new Set(['aperitif', 'boisson']);

/** Les phrases du service qui disent qu'un plat manque ; ce qui n'est qu'à relire se compte à part. */
export function sansPlat({ besoins, phrases }: Vue['couverture']): string[] {
  const parBesoin = besoins.flatMap(({ services, phrases: dites }) => {
    const manquent = services.filter(({ service, convenance }) => convenance !== 'oui' && !SANS_ENJEU.has(service));
    // Une phrase par service où quelque chose manque, dans le même ordre ; sinon, mieux vaut trop alerter que pas assez.
    if (manquent.length !== dites.length) return dites;
    return dites.filter((_, rang) => manquent[rang]?.convenance === 'non');
  });
  const detail = besoins.reduce((somme, besoin) => somme + besoin.phrases.length, 0);
  // À la suite : les variantes prévues en trop petit nombre.
  return [...parBesoin, ...phrases.slice(detail)];
}
