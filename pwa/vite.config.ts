import { existsSync } from 'node:fs';
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

/** Construit `src/sw.ts` une fois connue la liste des fichiers de l'application.
 *
 * Le service worker garde un nom stable (`sw.js`) : c'est son contenu, donc la liste qu'il porte, qui dit la version.
 * `LISTE_ACTIFS` et `VERSION_ACTIFS` y sont remplacés par leurs valeurs.
 */
function serviceWorker(): Plugin {
  let fichiers: string[] = [];
  return {
    name: 'tablees-service-worker',
    apply: 'build',
    writeBundle(_options, lot) {
      fichiers = Object.keys(lot)
        .filter((nom) => nom !== 'manifest.json' && !nom.endsWith('.map'))
        .map((nom) => base + nom)
        .sort();
    },
    async closeBundle() {
      const source = resolve(pwa, 'src/sw.ts');
      if (!existsSync(source)) return;
      const { createHash } = await import('node:crypto');
      const version = createHash('sha256').update(fichiers.join('\n')).digest('hex').slice(0, 12);
      await build({
        ...commun,
        define: { LISTE_ACTIFS: JSON.stringify(fichiers), VERSION_ACTIFS: JSON.stringify(version) },
        build: {
          outDir: sortie,
          emptyOutDir: false,
          target: 'es2022',
          modulePreload: false,
          rolldownOptions: {
            input: source,
            // Un seul fichier classique : les navigateurs n'acceptent pas tous un service worker en module.
            output: { format: 'iife', entryFileNames: 'sw.js' },
          },
        },
      });
    },
  };
}

export default defineConfig({
  ...commun,
  base,
  plugins: [serviceWorker()],
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
      preserveEntrySignatures: 'exports-only',
      input: {
        public: resolve(pwa, 'src/public/index.ts'),
        // Chargé à la demande, à l'adresse que la page en donne : ce qu'il exporte doit donc rester.
        proximite: resolve(pwa, 'src/public/proximite.ts'),
        espace: resolve(pwa, 'src/espace/index.tsx'),
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
