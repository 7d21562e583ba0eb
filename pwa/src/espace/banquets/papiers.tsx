import { api, obtenir } from '../../api/client';
import { Icone } from '../composants/icone';
import { Bloc } from '../composants/page';
import { useChargement } from '../etat';
import { langue, t } from '../textes';
import { Cadre } from './cadre';
import type { Menu } from './mots';
import { estDevant, type Temps } from './temps';

/** Chaque papier, dans l'ordre où l'on s'en sert, et sous quelles formes il existe. */
const PAPIERS = [
  { nom: 'production', formes: ['production.pdf', 'production.csv'] },
  { nom: 'courses', formes: ['courses.pdf', 'courses.csv'] },
  { nom: 'commandes', formes: ['commandes.pdf', 'commandes.csv'] },
  { nom: 'allergenes', formes: ['allergenes.pdf'] },
  { nom: 'menu', formes: ['menu.pdf', 'menu-sobre.pdf'] },
  { nom: 'temperatures', formes: ['temperatures.pdf'] },
  { nom: 'achats', formes: ['achats.csv'] },
] as const;

/** Ce qui s'imprime, et ce qui s'ouvre dans un tableur. */
export default function PapiersDuBanquet({ moment }: { moment: string }) {
  const menu = useChargement(`banquet/${moment}/menu`, () =>
    obtenir(api.GET('/api/espace/banquets/{moment}/menu', { params: { path: { moment } } })),
  );
  return (
    <Cadre moment={moment} nom="banquet.papiers">
      {({ temps }) => (
        <>
          {estDevant(temps) && menu.valeur && <Avant moment={moment} menu={menu.valeur} />}
          <Papiers moment={moment} noms={utiles(temps)} />
          {temps !== 'a_venir' && temps !== 'jour' && (
            <details class="plus">
              <summary>{t(`papiers.autres.${temps}`)}</summary>
              <Papiers moment={moment} noms={PAPIERS.map(({ nom }) => nom).filter((nom) => !utiles(temps).includes(nom))} />
            </details>
          )}
        </>
      )}
    </Cadre>
  );
}

type Nom = (typeof PAPIERS)[number]['nom'];
/** Après le repas : ce que l'on relit, et ce que l'on déclare. */
const APRES = ['achats', 'temperatures', 'commandes'] as const satisfies readonly Nom[];

function utiles(temps: Temps): readonly Nom[] {
  if (estDevant(temps)) return PAPIERS.map(({ nom }) => nom);
  return temps === 'passe' ? APRES : ['commandes'];
}

function Papiers({ moment, noms }: { moment: string; noms: readonly Nom[] }) {
  return (
    <div class="papiers">
      {noms.map((nom) => (
        <Bloc key={nom} titre={t(`papiers.${nom}.titre`)}>
          <p class="second">{t(`papiers.${nom}.phrase`)}</p>
          <div class="boutons">
            {PAPIERS.find((papier) => papier.nom === nom)?.formes.map((forme) => (
              <a
                key={forme}
                class="bouton"
                href={`/api/espace/banquets/${moment}/papiers/${forme}?langue=${langue}`}
                target="_blank"
                rel="noopener"
                aria-label={t('papiers.ouvrir', { papier: t(`papiers.${nom}.titre`), forme: direForme(forme) })}
              >
                <Icone nom={forme.endsWith('.csv') ? 'telecharger' : 'imprimer'} />
                {direForme(forme)}
              </a>
            ))}
          </div>
        </Bloc>
      ))}
    </div>
  );
}

function direForme(forme: string): string {
  if (forme.endsWith('.csv')) return t('papiers.tableur');
  return t(forme === 'menu-sobre.pdf' ? 'papiers.sobre' : 'papiers.imprimer');
}

/** Ce qu'il vaut mieux savoir avant d'imprimer. */
function Avant({ moment, menu }: { moment: string; menu: Menu }) {
  const aRelire = menu.plats.filter(({ etat_allergenes }) => etat_allergenes !== 'confirmes').length;
  if (menu.plats.length > 0 && aRelire === 0) return null;
  return (
    <div class="encart">
      <p>{menu.plats.length === 0 ? t('papiers.sans_menu') : t('papiers.a_relire', { n: aRelire })}</p>
      <a class="bouton" href={`/espace/banquets/${moment}`}>
        {t('banquet.menu')}
      </a>
    </div>
  );
}
