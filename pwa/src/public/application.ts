// Ce que l'application installée dit à la personne : le réseau perdu et retrouvé, une version prête, l'installation.
// Chargé seulement quand il y a quelque chose à dire.

import { cleDePage, instantDe, TITRE } from '../sw/regles';
import { remplir } from '../trous';
import { direInstant } from './date';
import type { OffreInstallation } from './veille';
import { prendreVersion, saisieCommencee } from './version';

type Phrases = (typeof import('./phrases/fr'))['default'];

const REFUS = 'tablees:installation-refusee';
const ESSAI_MS = 20_000;

const langue = document.documentElement.lang;
const fichiers = import.meta.glob<{ default: Phrases }>('./phrases/*.ts');

async function dire(): Promise<Phrases> {
  const charger = fichiers[`./phrases/${langue}.ts`] ?? fichiers['./phrases/fr.ts'];
  if (!charger) throw new Error('aucune phrase');
  return (await charger()).default;
}

// --- un bandeau, en haut du contenu -----------------------------------------------------------------------------------

/** Montre une phrase et son bouton ; un bandeau du même nom prend la place du précédent. */
function annoncer(nom: string, phrase: string, bouton?: { mot: string; faire: () => void }): void {
  const boite = bandeau(nom);
  const lignes: HTMLElement[] = [element('p', phrase)];
  if (bouton) {
    const poussoir = element('button', bouton.mot);
    poussoir.className = 'bouton second';
    poussoir.addEventListener('click', bouton.faire);
    const rangee = element('p');
    rangee.className = 'boutons';
    rangee.append(poussoir);
    lignes.push(rangee);
  }
  boite.replaceChildren(...lignes);
}

function bandeau(nom: string): HTMLElement {
  const present = document.getElementById(nom);
  if (present) return present;
  const cadre = element('div');
  cadre.className = 'cadre';
  const boite = element('div');
  boite.id = nom;
  boite.className = 'bandeau calme';
  boite.setAttribute('role', 'status');
  cadre.append(boite);
  document.querySelector('main')?.prepend(cadre);
  return boite;
}

function retirer(nom: string): void {
  document.getElementById(nom)?.parentElement?.remove();
}

function element<N extends keyof HTMLElementTagNameMap>(nom: N, texte = ''): HTMLElementTagNameMap[N] {
  const cree = document.createElement(nom);
  cree.textContent = texte;
  return cree;
}

// --- le réseau --------------------------------------------------------------------------------------------------------

let guetteur: ReturnType<typeof setInterval> | undefined;

/** Dit qu'il n'y a pas de réseau, et de quand date ce qu'on lit ; dit aussi quand il revient. */
export async function direReseau(): Promise<void> {
  const { application: mots, mots: communs } = await dire();
  const lues = document.querySelector<HTMLElement>('[data-pages-lues]');
  if (lues) {
    await listerPagesLues(lues);
    // Ouverte par son adresse, et non à la place d'une autre : il n'y a rien à relire.
    if (location.pathname === '/hors-ligne') return;
  }
  const instant = await dateDeLaPage();
  const quand = instant && direInstant(instant, langue, communs);
  const avecPlaces = document.querySelector('.bande') !== null;
  const age = quand && remplir(avecPlaces ? mots.lue_places : mots.lue, { quand });
  const debut = navigator.onLine ? mots.muet : mots.sans_reseau;
  // La page sans réseau le dit déjà, en grand.
  if (!lues) annoncer('reseau', [debut, age].filter(Boolean).join(' '));
  const relire = { mot: mots.relire, faire: () => location.reload() };
  guetter(() => annoncer('reseau', [mots.revenu, age].filter(Boolean).join(' '), relire));
}

/** Quand le service a donné cette page, à son heure à lui ; rien s'il n'en reste pas de copie datée. */
async function dateDeLaPage(): Promise<string> {
  const dite = document.body.dataset['vuLe'];
  if (dite !== undefined) return dite;
  try {
    const gardee = await caches.match(cleDePage(location.href), { cacheName: 'pages', ignoreVary: true });
    return gardee ? instantDe(gardee) : '';
  } catch {
    return '';
  }
}

/** Appelle une fois le réseau revenu : quand le téléphone le dit, au retour à l'écran, et de temps en temps. */
function guetter(revenu: () => void): void {
  if (guetteur !== undefined) return;
  const finir = () => {
    clearInterval(guetteur);
    guetteur = undefined;
    removeEventListener('online', essayer);
    document.removeEventListener('visibilitychange', essayer);
    navigator.serviceWorker?.removeEventListener('message', entendre);
    revenu();
  };
  const essayer = () => {
    if (document.visibilityState !== 'visible') return;
    const demande = { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(ESSAI_MS / 2) } as const;
    fetch('/robots.txt', demande).then(({ ok }) => ok && finir(), () => {});
  };
  const entendre = ({ data }: MessageEvent) => data === 'page-fraiche' && finir();
  guetteur = setInterval(essayer, ESSAI_MS);
  addEventListener('online', essayer);
  document.addEventListener('visibilitychange', essayer);
  navigator.serviceWorker?.addEventListener('message', entendre);
  essayer();
}

// --- les pages lues ---------------------------------------------------------------------------------------------------

/** Ce qui peut se lire sans réseau, du plus récent au plus ancien ; deux vues du même titre n'en font qu'une. */
async function listerPagesLues(section: HTMLElement): Promise<void> {
  const { application: mots, mots: communs } = await dire();
  const reserve = await caches.open('pages');
  const parTitre = new Map<string, HTMLElement>();
  for (const demande of [...(await reserve.keys())].reverse()) {
    const gardee = await reserve.match(demande, { ignoreVary: true });
    const titre = decodeURIComponent(gardee?.headers.get(TITRE) ?? '');
    if (!titre || parTitre.has(titre) || new URL(demande.url).pathname === '/hors-ligne') continue;
    const ligne = element('li');
    const lien = element('a', titre);
    lien.href = demande.url;
    ligne.append(lien);
    const instant = gardee ? instantDe(gardee) : '';
    if (instant) {
      const quand = direInstant(instant, langue, communs);
      const age = element('span', remplir(mots.lue_court, { quand }));
      age.className = 'discret';
      ligne.append(' ', age);
    }
    parTitre.set(titre, ligne);
  }
  section.querySelector('ul')?.replaceChildren(...parTitre.values());
  section.hidden = parTitre.size === 0;
}

// --- une version plus récente -----------------------------------------------------------------------------------------

/** Propose la version qui attend, jamais par-dessus un formulaire commencé, ni à qui manque le réseau. */
export async function proposerVersion(inscription: ServiceWorkerRegistration): Promise<void> {
  if ('vuLe' in document.body.dataset || document.querySelector('[data-pages-lues]')) return;
  const { application: mots } = await dire();
  const decider = () => {
    if (!inscription.waiting || saisieCommencee()) retirer('version');
    else if (!document.getElementById('version')) {
      annoncer('version', mots.version, { mot: mots.mettre_a_jour, faire: () => prendreVersion(inscription) });
    }
  };
  decider();
  document.addEventListener('input', decider);
  // Prise dans un autre onglet : il n'y a plus rien à proposer ici, et rien à relire.
  navigator.serviceWorker.addEventListener('controllerchange', decider);
}

// --- l'installation ---------------------------------------------------------------------------------------------------

/** Un bouton discret au pied de la page, tant que la personne ne l'a pas refusé. */
export async function proposerInstallation(offre: OffreInstallation): Promise<void> {
  if (lireRefus() || document.getElementById('installer')) return;
  const { application: mots } = await dire();
  const bouton = element('button', mots.installer);
  bouton.id = 'installer';
  bouton.className = 'bouton second';
  bouton.addEventListener('click', () => {
    void offre.prompt();
    void offre.userChoice.then(({ outcome }) => {
      if (outcome === 'dismissed') retenirRefus();
      bouton.remove();
    });
  });
  addEventListener('appinstalled', () => bouton.remove());
  document.querySelector('.pied nav')?.after(bouton);
}

function lireRefus(): boolean {
  try {
    return localStorage.getItem(REFUS) !== null;
  } catch {
    return false;
  }
}

function retenirRefus(): void {
  try {
    localStorage.setItem(REFUS, 'oui');
  } catch {
    // Sans stockage, le bouton reviendra à la prochaine visite.
  }
}
