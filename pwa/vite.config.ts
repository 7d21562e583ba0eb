import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, defineConfig, type Plugin, type UserConfig } from 'vite';

// hatch_build.py donne le dossier de sortie : il construit à côté, puis échange les dossiers.
const pwa = import.meta.dirname;
const sortie = process.env['TABLEES_PWA_SORTIE'] ?? resolve(pwa, '../server/_pwa');
const base = '/actifs/';

const commun: UserConfig = {
  root: pwa,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  // Sans preset-vite : rien de plus n'est nécessaire pour écrire du JSX.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
};

const entrees = {
  public: resolve(pwa, 'src/public/index.ts'),
  espace: resolve(pwa, 'src/espace/index.tsx'),
  cuisine: resolve(pwa, 'src/cuisine/index.tsx'),
};

/** Ce qu'un morceau demande, tout de suite ou plus tard. */
interface Morceau {
  type: string;
  name?: string;
  fileName: string;
  imports?: string[];
  dynamicImports?: string[];
  viteMetadata?: { importedCss: Set<string> };
}

/** Le fichier de cette entrée, puis tous ceux auxquels elle mène, feuilles comprises. */
function atteints(lot: Record<string, Morceau>, nom: string): string[] {
  const premier = Object.values(lot).find((morceau) => morceau.type === 'chunk' && morceau.name === nom);
  if (!premier) throw new Error(`la construction n'a pas d'entrée « ${nom} »`);
  const vus = new Set([premier.fileName]);
  for (const fichier of vus) {
    const { imports = [], dynamicImports = [], viteMetadata } = lot[fichier] ?? ({} as Partial<Morceau>);
    for (const suivant of [...imports, ...dynamicImports, ...(viteMetadata?.importedCss ?? [])]) vus.add(suivant);
  }
  return [...vus];
}

/** Ce que les pages sans réseau montrent et qui n'est pas un fichier construit : ses gabarits, ses phrases, les icônes. */
function sources(): string[] {
  const gabarits = ['base.html', 'icones.html', 'hors_ligne.html', 'cuisine.html'].map((nom) => `gabarits/${nom}`);
  const autres = ['textes', 'public'].flatMap((dossier) =>
    readdirSync(resolve(pwa, dossier))
      .filter((nom) => !nom.startsWith('.'))
      .sort()
      .map((nom) => `${dossier}/${nom}`),
  );
  return [...gabarits, ...autres].map((chemin) => resolve(pwa, chemin));
}

/** Construit `src/sw.ts` une fois connus les fichiers de l'application.
 *
 * Le service worker garde un nom stable (`sw.js`) : c'est son contenu, donc les listes qu'il porte, qui dit la version.
 * Les habitants ne gardent que ce que mènent les pages publiques ; le reste ne vient qu'à qui ouvre l'espace, ou la cuisine. Les noms
 * en capitales sont remplacés par leurs valeurs (`src/sw/construction.d.ts` les déclare).
 */
function serviceWorker(): Plugin {
  let valeurs: Record<string, string> = {};
  return {
    name: 'tablees-service-worker',
    apply: 'build',
    writeBundle(_options, lot) {
      const publics = atteints(lot as Record<string, Morceau>, 'public');
      const [espace = [], cuisine = []] = ['espace', 'cuisine'].map((nom) =>
        atteints(lot as Record<string, Morceau>, nom).filter((fichier) => !publics.includes(fichier)),
      );
      const empreinte = createHash('sha256').update(Object.keys(lot).sort().join('\n'));
      for (const chemin of sources()) empreinte.update(readFileSync(chemin));
      const langues = readdirSync(resolve(pwa, 'textes')).filter((nom) => /^[a-z]{2}\.json$/.test(nom));
      valeurs = Object.fromEntries(
        Object.entries({
          LISTE_ACTIFS: publics.map((nom) => base + nom).sort(),
          LISTE_ESPACE: espace.map((nom) => base + nom).sort(),
          LISTE_CUISINE: cuisine.map((nom) => base + nom).sort(),
          SCRIPT_PUBLIC: base + publics[0],
          VERSION_ACTIFS: empreinte.digest('hex').slice(0, 12),
          LANGUES: langues.map((nom) => nom.slice(0, 2)),
        }).map(([nom, valeur]) => [nom, JSON.stringify(valeur)]),
      );
    },
    async closeBundle() {
      await build({
        ...commun,
        define: valeurs,
        build: {
          outDir: sortie,
          emptyOutDir: false,
          target: 'es2022',
          modulePreload: false,
          rolldownOptions: {
            input: resolve(pwa, 'src/sw.ts'),
            // Un seul fichier classique : les navigateurs n'acceptent pas tous un service worker en module.
            output: { format: 'iife', entryFileNames: 'sw.js' },
          },
        },
      });
    },
  };
}

/** Laisse `import()` nu dans les pages publiques.
 *
 * Vite entoure chaque `import()` d'une aide qui précharge ce que le morceau demande à son tour. Partagée avec l'espace,
 * elle ferait un fichier de plus à la première visite, pour des morceaux qui ne demandent rien.
 */
function importsNus(): Plugin {
  const aide = '\0vite/preload-helper.js';
  const nue = '\0tablees/import-nu';
  return {
    name: 'tablees-imports-nus',
    enforce: 'pre',
    apply: 'build',
    resolveId(nom, demandeur) {
      return nom === aide && !/\/src\/(espace|cuisine)\//.test(demandeur ?? '') ? nue : null;
    },
    load(nom) {
      return nom === nue ? 'export const __vitePreload = (charger) => charger();' : null;
    },
  };
}

/** Ce que l'API dit aujourd'hui, en quelques lettres : une copie gardée sous une autre forme se relit sans lui faire confiance. */
function forme(): string {
  return createHash('sha256').update(readFileSync(resolve(pwa, 'src/api/schema.d.ts'))).digest('hex').slice(0, 12);
}

export default defineConfig({
  ...commun,
  base,
  plugins: [importsNus(), serviceWorker()],
  define: { FORME_CUISINE: JSON.stringify(forme()) },
  build: {
    outDir: resolve(sortie, 'actifs'),
    emptyOutDir: true,
    assetsDir: '',
    // Android d'entrée de gamme à jour, Safari 16.4 : la première version à recevoir des notifications.
    target: ['es2022', 'chrome108', 'firefox115', 'safari16.4'],
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    // Une image dans une feuille de style deviendrait une adresse « data: » que la CSP refuse.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        ...entrees,
        encart: resolve(pwa, 'src/encart.ts'),
        feuille: resolve(pwa, 'styles/public.css'),
      },
      output: {
        entryFileNames: '[name]-[hash].js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
      },
    },
  },
});
