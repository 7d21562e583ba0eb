// Du menu et de qui vient, ce qui presse : personne ne doit le chercher.

import type { Vue } from './vue';

/** Ce dont on se passe sans manquer de repas : le service ne l'annonce pas. */
const SANS_ENJEU: ReadonlySet<string> = new Set(['aperitif', 'boisson']);
const PRINCIPAL = 'plat';

/** Du plus grave au moins pressé : personne à nourrir sans plat, des variantes trop courtes, un service vide, à confirmer. */
const SORTES = ['sans_plat', 'variante', 'sans_service', 'a_confirmer'] as const;
export type Sorte = (typeof SORTES)[number];

export interface AlerteDuMenu {
  sorte: Sorte;
  /** De convives ; de variantes quand ce sont elles qui manquent. */
  nombre: number;
  /** Les services où cela manque, dans l'ordre du menu. */
  services: string[];
  /** Telles que le service les écrit, une par besoin et par service. */
  phrases: string[];
}

/** Vrai pour ce qui laisserait quelqu'un sans rien à manger. */
export function estGrave({ sorte }: AlerteDuMenu): boolean {
  return sorte === 'sans_plat' || sorte === 'variante';
}

/** Ce que le menu ne sait pas nourrir, une alerte par sorte : dix phrases se lisent mieux en trois lignes. */
export function alertesDuMenu({ besoins, phrases }: Vue['couverture']): AlerteDuMenu[] {
  const alertes = new Map<Sorte, AlerteDuMenu>();
  const noter = (sorte: Sorte, service: string | undefined, phrase: string): AlerteDuMenu => {
    const alerte = alertes.get(sorte) ?? { sorte, nombre: 0, services: [], phrases: [] };
    if (service !== undefined && !alerte.services.includes(service)) alerte.services.push(service);
    alerte.phrases.push(phrase);
    alertes.set(sorte, alerte);
    return alerte;
  };
  for (const { nombre, services, phrases: dites } of besoins) {
    // Une phrase par service où quelque chose manque, dans le même ordre ; sinon, mieux vaut trop alerter que pas assez.
    const manquent = services.filter(({ service, convenance }) => convenance !== 'oui' && !SANS_ENJEU.has(service));
    const suivies = manquent.length === dites.length;
    const touchees = dites.map((phrase, rang) => {
      const couvert = suivies ? manquent[rang] : undefined;
      if (couvert && couvert.convenance !== 'non') return noter('a_confirmer', couvert.service, phrase);
      return noter(!couvert || couvert.service === PRINCIPAL ? 'sans_plat' : 'sans_service', couvert?.service, phrase);
    });
    for (const alerte of new Set(touchees)) alerte.nombre += nombre;
  }
  // À la suite : les variantes prévues en trop petit nombre.
  const detail = besoins.reduce((somme, besoin) => somme + besoin.phrases.length, 0);
  for (const phrase of phrases.slice(detail)) noter('variante', undefined, phrase).nombre++;
  return SORTES.flatMap((sorte) => alertes.get(sorte) ?? []);
}
