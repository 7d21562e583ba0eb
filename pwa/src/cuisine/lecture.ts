// Demander au service, sans bibliothèque : cette page doit rester légère, et dit elle-même ce que vaut un silence.

const DELAI_MS = 8000;

/** Une réponse, quelle qu'elle soit. */
export interface Brute {
  statut: number;
  type: string;
  corps: string;
  etag: string;
  /** Quand le service a répondu, à son heure à lui. */
  instant: string;
  /** La marque des messages que l'on a écrits ; vide si le service ne la dit pas. */
  auteur: string;
}

let langue = 'fr';

/** La langue dans laquelle le service compose ses phrases. */
export function parlerAuService(choisie: string): void {
  langue = choisie;
}

/** Une demande ; `null` quand rien n'est revenu. Huit secondes sans réponse valent un silence. */
export async function demander(
  adresse: string,
  { methode = 'GET', corps = null, etag = '' }: { methode?: string; corps?: unknown; etag?: string } = {},
): Promise<Brute | null> {
  const headers: Record<string, string> = { accept: 'application/json', 'accept-language': langue };
  if (etag) headers['if-none-match'] = etag;
  if (corps !== null) headers['content-type'] = 'application/json';
  try {
    const reponse = await fetch(adresse, {
      method: methode,
      headers,
      body: corps === null ? null : JSON.stringify(corps),
      // Notre copie à nous, dans IndexedDB, s'efface quand le lien ferme ; celle du navigateur, non.
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(DELAI_MS),
    });
    return {
      statut: reponse.status,
      type: reponse.headers.get('content-type') ?? '',
      corps: await reponse.text(),
      etag: reponse.headers.get('etag') ?? '',
      instant: instantDe(reponse.headers.get('date') ?? ''),
      auteur: reponse.headers.get('tablees-auteur') ?? '',
    };
  } catch {
    return null;
  }
}

/** L'en-tête `Date`, comme instant ; vide s'il manque. */
function instantDe(date: string): string {
  const instant = Date.parse(date);
  return Number.isNaN(instant) ? '' : new Date(instant).toISOString();
}
