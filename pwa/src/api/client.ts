import createClient from 'openapi-fetch';
import type { components, paths } from './schema';

/** Les Structs du serveur, par leur nom. */
export type Modeles = components['schemas'];

/** Un champ refusé : son chemin dans la demande (`moments.0.debut`) et ce qu'on en dit. */
export interface ErreurDeChamp {
  champ: string;
  message: string;
}

/** Le service a compris et refuse ; il dit pourquoi (RFC 9457). */
export class Probleme extends Error {
  constructor(
    readonly statut: number,
    readonly code: string,
    readonly titre: string,
    readonly phrase: string,
    readonly erreurs: readonly ErreurDeChamp[],
    readonly precisions: Readonly<Record<string, unknown>>,
  ) {
    super(phrase || titre || code);
  }

  /** Une panne passagère : la même demande peut être refaite telle quelle. */
  get estPassager(): boolean {
    return this.statut >= 500 || this.statut === 429;
  }
}

/** Rien n'est revenu : pas de réseau, ou pas de serveur. On ne sait pas si la demande est arrivée. */
export class HorsReseau extends Error {}

let langue = 'fr';
let surDeconnexion: () => void = () => {};

/** La langue dans laquelle le service dit ses refus. */
export function parlerAuService(choisie: string): void {
  langue = choisie;
}

/** Que faire quand la session n'est plus reconnue. */
export function quandDeconnecte(faire: () => void): void {
  surDeconnexion = faire;
}

async function appeler(demande: Request): Promise<Response> {
  let reponse: Response;
  try {
    reponse = await fetch(demande);
  } catch (cause) {
    throw new HorsReseau('hors réseau', { cause });
  }
  if (reponse.status === 401) surDeconnexion();
  return reponse;
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: appeler });

api.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', langue);
    return request;
  },
});

interface Reponse<Corps> {
  data?: Corps;
  error?: unknown;
  response: Response;
}

/** Le corps de la réponse ; lève `Probleme` si le service refuse, `HorsReseau` s'il ne répond pas. */
export async function obtenir<Corps>(appel: Promise<Reponse<Corps>>): Promise<Corps> {
  const { data, error, response } = await appel;
  if (!response.ok) throw lireProbleme(response.status, error);
  return data as Corps;
}

/** Un refus tel que le service l'écrit ; ce qui n'en a pas la forme (une panne de mandataire) reste un refus. */
export function lireProbleme(statut: number, corps: unknown): Probleme {
  const brut = (typeof corps === 'object' && corps !== null ? corps : {}) as Record<string, unknown>;
  const texte = (cle: string): string => (typeof brut[cle] === 'string' ? brut[cle] : '');
  const code = texte('type').split('/').pop() || `http-${statut}`;
  const erreurs = Array.isArray(brut['erreurs']) ? (brut['erreurs'] as ErreurDeChamp[]) : [];
  return new Probleme(statut, code, texte('title'), texte('detail'), erreurs, brut);
}

/** Envoie une image telle quelle, avec son avancement (`fetch` ne sait pas encore le dire partout). */
export function envoyerImage(
  fichier: Blob,
  avancer: (part: number) => void,
): Promise<Modeles['ImageRecue']> {
  return new Promise((reussir, echouer) => {
    const envoi = new XMLHttpRequest();
    envoi.open('POST', '/api/espace/images');
    envoi.setRequestHeader('Accept-Language', langue);
    envoi.setRequestHeader('Content-Type', fichier.type || 'application/octet-stream');
    envoi.responseType = 'json';
    envoi.upload.onprogress = (pas) => pas.lengthComputable && avancer(pas.loaded / pas.total);
    envoi.onerror = () => echouer(new HorsReseau('hors réseau'));
    envoi.onload = () => {
      if (envoi.status === 401) surDeconnexion();
      if (envoi.status < 300) reussir(envoi.response as Modeles['ImageRecue']);
      else echouer(lireProbleme(envoi.status, envoi.response));
    };
    envoi.send(fichier);
  });
}
