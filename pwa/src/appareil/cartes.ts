// Une demande, dite franchement : où elle en est, et ce qu'on peut en faire. Jamais une place promise.

import { accepterAttente, code, compterPersonnes, redireOui, type Demande } from './demandes';
import { bouton, element } from './elements';
import { remplir } from '../trous';
import { compter, dits } from './textes';

/** Ce que les boutons d'une carte savent faire. */
export interface Gestes {
  essayer: () => void;
  /** Remplace la demande, et l'envoie. */
  renvoyer: (demande: Demande) => void;
  /** Ne pas l'envoyer, ou l'avoir lue. */
  retirer: (demande: Demande) => void;
  /** Rouvrir le formulaire avec ce qui était rempli, et les refus près des champs. */
  corriger: (demande: Demande) => void;
}

/** La carte d'une demande. `relais` : le navigateur sait l'envoyer page fermée. */
export function carte(demande: Demande, relais: boolean, gestes: Gestes): HTMLElement {
  const { ton, titre, phrases, boutons } = dire(demande, relais, gestes);
  return element(
    'div',
    {
      class: `bandeau ${ton}`,
      tabindex: '-1',
      'data-demande': String(demande.rang),
      'data-etat': demande.etat,
      'data-pour': demande.geste,
    },
    element('h2', { class: 'bandeau-mot' }, titre),
    ...sujet(demande),
    ...phrases.map((phrase) => element('p', {}, phrase)),
    boutons.length > 0 && element('p', { class: 'boutons' }, ...boutons),
  );
}

/** Vrai si cette carte dit encore où en est la demande. */
export function ditBien(ecrite: HTMLElement, { etat, geste }: Demande): boolean {
  return ecrite.dataset['etat'] === etat && ecrite.dataset['pour'] === geste;
}

function sujet({ titre, quand, prenom, corps }: Demande): HTMLElement[] {
  if (!titre) return [];
  const nombre = compterPersonnes(corps);
  const pour = [prenom && remplir(dits().pour, { prenom }), nombre && compter(dits().personnes, nombre)].filter(Boolean).join(', ');
  return [element('p', {}, element('strong', {}, titre), ...[quand, pour].flatMap((mot) => (mot ? [element('br'), mot] : [])))];
}

interface Dite {
  ton: string;
  titre: string;
  phrases: string[];
  boutons: HTMLElement[];
}

function dire(demande: Demande, relais: boolean, gestes: Gestes): Dite {
  switch (demande.etat) {
    case 'gardee':
      return direGardee(demande, relais, gestes);
    case 'faite':
      return direFaite(demande, gestes);
    case 'a_confirmer':
      return direAConfirmer(demande, gestes);
    case 'refusee':
      return direRefusee(demande, gestes);
  }
}

function direGardee(demande: Demande, relais: boolean, gestes: Gestes): Dite {
  const mots = dits();
  const gardee = mots.gardee;
  const { titre, phrase } = gardee[demande.geste in gardee ? (demande.geste as keyof typeof gardee) : 'autre'];
  const inscrire = demande.geste === 'inscrire';
  return {
    ton: 'attente',
    titre,
    phrases: [phrase, ...(relais ? [] : [mots.sans_relais]), ...(inscrire ? [mots.un_courriel] : [])],
    boutons: [
      bouton(mots.essayer, gestes.essayer),
      ...(demande.geste === 'retirer' || !demande.inscription
        ? []
        : [bouton(inscrire ? mots.retirer : mots.abandonner, () => gestes.retirer(demande), 'second')]),
    ],
  };
}

function direFaite(demande: Demande, gestes: Gestes): Dite {
  const mots = dits();
  const { ton = 'confirmee', phrase = '', adresse = '', billet = '' } = demande.suite ?? {};
  const dit = billet ? ton : 'autre';
  const voir = element('a', { class: 'bouton', href: adresse }, mots.voir);
  voir.addEventListener('click', () => gestes.retirer(demande));
  return {
    ton: dit === 'attente' ? 'attente' : dit === 'annulee' ? 'calme' : 'bien',
    titre: mots.faite[dit],
    phrases: [phrase],
    boutons: [...(billet ? [voir] : []), bouton(mots.lu, () => gestes.retirer(demande), 'second')],
  };
}

function direAConfirmer(demande: Demande, gestes: Gestes): Dite {
  const mots = dits();
  const { quand = '', ou = '' } = demande.probleme ?? {};
  return {
    ton: 'attente',
    titre: demande.quand && demande.quand === quand ? mots.a_confirmer.lieu : mots.a_confirmer.date,
    phrases: [remplir(mots.a_confirmer.phrase, { quoi: [quand, ou].filter(Boolean).join(', ') }), mots.a_confirmer.rien],
    boutons: [
      bouton(mots.oui, () => gestes.renvoyer(redireOui(demande))),
      bouton(mots.non, () => gestes.retirer(demande), 'second'),
    ],
  };
}

function direRefusee(demande: Demande, gestes: Gestes): Dite {
  const mots = dits();
  const { probleme } = demande;
  const raisons: Record<string, string> = mots.refusee.raisons;
  const raison = code(probleme);
  const precis = probleme?.erreurs?.map(({ message }) => message) ?? [];
  const formulaire = demande.geste === 'inscrire' || demande.geste === 'modifier';
  const perdue = raison === 'inscription-introuvable' || raison === 'inscription-effacee';
  return {
    ton: 'alerte',
    titre: remplir(mots.refusee.titre, { raison: raisons[raison] ?? probleme?.title ?? '' }),
    phrases: [
      ...(raison === 'inscription-introuvable' && !demande.geste.startsWith('inscrire')
        ? [mots.refusee.introuvable]
        : precis.length > 0
          ? precis
          : [probleme?.detail ?? '']),
      ...(formulaire ? [mots.refusee.rien] : []),
    ],
    boutons: [
      ...(raison === 'moment-complet' && probleme?.attente_possible
        ? [bouton(mots.attendre, () => gestes.renvoyer(accepterAttente(demande)))]
        : []),
      ...(formulaire && !perdue ? [bouton(mots.corriger, () => gestes.corriger(demande), 'second')] : []),
      bouton(mots.lu, () => gestes.retirer(demande), 'second'),
    ],
  };
}
