// Ce qui se garde et ce qui se montre sans réseau : des règles, sans rien qui touche au navigateur.

/** Ces adresses montrent quelque chose de quelqu'un : rien d'elles n'entre en réserve, quoi que disent leurs en-têtes. */
const PRIVEES = /^\/(api|commandes|connexion|cuisine|espace|i|mes-inscriptions|mon-agenda|qr)(\/|$)/;

/** L'en-tête où une page gardée porte son titre. */
export const TITRE = 'x-titre';

/** Ce que portent les liens et qui ne change pas la page. */
const SANS_EFFET = /^(fait|fbclid|gclid|mc_[ce]id|utm_\w+)$/;

/** Les écrans de la cuisine, qui ont la même coquille ; `/cuisine/{lien}`, lui, porte un secret. */
const CUISINE = /^\/cuisine(\/banquets\/[0-9a-f-]{36})?\/?$/;

export function estCuisine(adresse: string): boolean {
  return CUISINE.test(new URL(adresse).pathname);
}

export function estPrivee(adresse: string): boolean {
  return PRIVEES.test(new URL(adresse).pathname);
}

/** L'adresse sous laquelle une page se garde : sans ancre, sans champ vide, ses filtres toujours dans le même ordre. */
export function cleDePage(adresse: string): string {
  const url = new URL(adresse);
  const filtres = [...url.searchParams].filter(([nom, valeur]) => valeur !== '' && !SANS_EFFET.test(nom)).sort();
  url.search = new URLSearchParams(filtres).toString();
  url.hash = '';
  return url.href;
}

/** Les adresses où chercher une page gardée : la sienne, puis la même sans la langue choisie. */
export function clesPossibles(adresse: string): string[] {
  const url = new URL(cleDePage(adresse));
  url.searchParams.delete('langue');
  return [...new Set([cleDePage(adresse), url.href])];
}

/** Vrai pour une page entière que le service dit publique. */
export function estAGarder(adresse: string, reponse: Response): boolean {
  return (
    !estPrivee(adresse) &&
    estPublique(reponse) &&
    !reponse.redirected &&
    (reponse.url === '' || cleDePage(reponse.url) === cleDePage(adresse)) &&
    /^text\/html\b/.test(reponse.headers.get('content-type') ?? '')
  );
}

/** Vrai pour une réponse complète que n'importe qui aurait pu recevoir. */
export function estPublique(reponse: Response): boolean {
  const duree = reponse.headers.get('cache-control') ?? '';
  return reponse.status === 200 && /\bpublic\b/.test(duree) && !/\b(no-store|private)\b/.test(duree);
}

/** Quand le service a donné cette réponse, à son heure à lui : celle de l'appareil peut être fausse. */
export function instantDe(reponse: Response): string {
  const instant = Date.parse(reponse.headers.get('date') ?? '');
  return Number.isNaN(instant) ? '' : new Date(instant).toISOString();
}

/** Le titre d'une page, sans le nom du réseau. */
export function titreDe(html: string): string {
  const brut = /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? '';
  const titre = brut.replace(/ · [^·]*$/, '').trim();
  return titre.replace(/&(amp|lt|gt|quot|#39|#34);/g, (_entier, nom: string) => ENTITES[nom] ?? '');
}

const ENTITES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#34': '"' };

/** La page gardée, qui dit de quand elle date, avec le script de cette version : l'ancien n'est peut-être plus là. */
export function dater(html: string, instant: string, script: string): string {
  return html
    .replace(/<body\b/, `<body data-vu-le="${instant}"`)
    .replace(/\/actifs\/public-[\w-]+\.js/, script);
}

/** La langue livrée que la personne préfère. */
export function choisirLangue(adresse: string, souhaits: readonly string[], livrees: readonly string[]): string {
  const dites = [new URL(adresse).searchParams.get('langue') ?? '', ...souhaits].map((code) => code.slice(0, 2));
  return dites.find((code) => livrees.includes(code)) ?? 'fr';
}

/** Des versions gardées, de la plus ancienne à la plus récente, celles qui peuvent partir.
 *
 * Ce qui est plus récent que nous attend son tour. La version d'avant reste tant que des pages sont ouvertes : elles
 * peuvent encore demander ses morceaux.
 */
export function versionsPerimees(versions: readonly string[], mienne: string, pagesOuvertes: boolean): string[] {
  const avant = versions.slice(0, Math.max(0, versions.indexOf(mienne)));
  return pagesOuvertes ? avant.slice(0, -1) : avant;
}
