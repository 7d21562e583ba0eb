// Envoie ce qui attend. Le même module sert la page et le service worker : ni document, ni fenêtre ici.

import { apresReponse, code, depassees, empreinte, lireReponse, prochaine, type Demande, type Issue, type Suite } from './demandes';
import { changerDemande, garderCopie, lireCopies, lireDemandes, retirerCopie, veutGarder } from './depot';

/** L'étiquette de Background Sync sous laquelle le navigateur réveille le service worker. */
export const ETIQUETTE = 'envoyer-inscriptions';
const DELAI_MS = 10_000;

/** Il reste quelque chose à envoyer ; le navigateur, ou la page, réessaiera. */
export class ResteAEnvoyer extends Error {
  readonly attente_s: number;
  constructor(attente_s: number) {
    super('des demandes attendent encore le réseau');
    this.attente_s = attente_s;
  }
}

const canal = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('tablees-appareil');

/** Dit aux autres pages que la file a changé. */
export function annoncer(): void {
  canal?.postMessage('');
}

export function ecouter(faire: () => void): void {
  canal?.addEventListener('message', faire);
}

/** Envoie tout ce qui attend, dans l'ordre ; lève `ResteAEnvoyer` si quelque chose n'a pas pu partir. */
export function viderLaFile(): Promise<void> {
  return seul(async () => {
    const essayees = new Set<string>();
    let reste = false;
    let attente_s = 0;
    for (;;) {
      const demande = prochaine(await lireDemandes(), essayees);
      if (!demande) break;
      essayees.add(empreinte(demande));
      const issue = await envoyer(demande);
      if (issue.genre === 'faite' || issue.genre === 'refusee') {
        await conclure(demande, issue);
        continue;
      }
      reste = true;
      if (issue.genre === 'silence') break;
      attente_s = Math.max(attente_s, issue.attente_s);
    }
    if (reste) throw new ResteAEnvoyer(attente_s);
  });
}

/** Un seul envoi à la fois, tous onglets et service worker confondus. Sans verrou, rejouer reste sans effet. */
async function seul(faire: () => Promise<void>): Promise<void> {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return faire();
  return navigator.locks.request('tablees-envoi', faire);
}

async function envoyer(demande: Demande): Promise<Issue> {
  const marquee = empreinte(demande);
  await changerDemande(demande.rang ?? 0, (d) => (empreinte(d) === marquee ? { ...d, partie: true } : d));
  return poster(demande);
}

/** Un envoi, sans rien garder. Dix secondes sans réponse valent un silence. */
export async function poster({ geste, adresse, corps }: Demande): Promise<Issue> {
  const retirer = geste === 'retirer';
  const accept = 'application/json';
  try {
    const reponse = await fetch(adresse, {
      method: retirer ? 'DELETE' : 'POST',
      headers: retirer
        ? { accept, authorization: `Bearer ${corps}` }
        : { accept, 'content-type': 'application/x-www-form-urlencoded' },
      body: retirer ? null : corps,
      // Le service ne redirige pas le script : une redirection vient d'ailleurs (portail d'un réseau public).
      redirect: 'error',
      signal: AbortSignal.timeout(DELAI_MS),
    });
    const type = reponse.headers.get('content-type') ?? '';
    return lireReponse(reponse.status, type, await reponse.text(), reponse.headers.get('retry-after'));
  } catch {
    return { genre: 'silence' };
  }
}

async function conclure(demande: Demande, issue: Issue): Promise<void> {
  const envoyee = empreinte(demande);
  // Retirée ou remplacée pendant l'envoi : c'est la nouvelle qui compte, et elle partira à son tour.
  const presente = await changerDemande(demande.rang ?? 0, (d) => (empreinte(d) === envoyee ? apresReponse(d, issue) : d));
  if (issue.genre === 'faite') {
    for (const { rang = 0 } of depassees(await lireDemandes(), demande)) await changerDemande(rang, () => null);
  }
  // L'appareil a été oublié pendant l'envoi : rien n'y revient.
  if (presente) await suivreLaCopie(demande, issue);
  annoncer();
}

/** La copie du billet suit ce que le service vient de dire : rafraîchie, ou retirée avec l'inscription. */
async function suivreLaCopie(demande: Demande, issue: Issue): Promise<void> {
  try {
    const effacee = issue.genre === 'refusee' && code(issue.probleme) === 'inscription-effacee';
    if (effacee || demande.geste === 'retirer') return await retirerCopie(demande.inscription);
    if (issue.genre !== 'faite') return;
    const { suite } = issue;
    if (!suite.billet) return await retirerCopie(demande.inscription);
    const copies = await lireCopies();
    // Qui a demandé sans réseau relira sans réseau.
    if (demande.differee || copies.some(({ id }) => id === suite.id) || (await veutGarder())) await copier(suite);
  } catch {
    // Une copie qui manque se refera ; l'envoi, lui, a abouti.
  }
}

/** Garde un billet, son code d'accueil compris. */
export async function copier({ id, billet, garde_jusqu_au }: Pick<Suite, 'id' | 'billet' | 'garde_jusqu_au'>): Promise<void> {
  const adresse = /"(\/qr\/\w+\.svg)"/.exec(billet)?.[1];
  let qr = '';
  try {
    const reponse = adresse ? await fetch(adresse, { signal: AbortSignal.timeout(DELAI_MS) }) : undefined;
    if (reponse?.ok && reponse.headers.get('content-type')?.startsWith('image/svg')) qr = await reponse.text();
  } catch {
    // Le code se lit aussi en lettres.
  }
  await garderCopie({ id: id ?? '', html: billet, qr, garde_jusqu_au: garde_jusqu_au ?? '' });
}
