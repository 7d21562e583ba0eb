// Les mots que plusieurs écrans disent : qui mange quoi, à quelle heure, combien.

import type { ComponentChildren } from 'preact';
import { Icone, type NomIcone } from '../espace/composants/icone';
import { direDegres } from './formes';
import { inquiete, type Verdict } from './releves';
import { langue, t, type Cle } from './textes';
import type { Besoin, Parts } from './vue';

export const nomRegime = (code: string): string => t(`regimes.${code}` as Cle);
export const nomAllergene = (code: string): string => t(`allergenes.${code}` as Cle);

/** « gluten, lait et œufs ». */
export function enumerer(mots: readonly string[]): string {
  return new Intl.ListFormat(langue, { type: 'conjunction' }).format(mots);
}

/** « 150 adultes, 30 enfants ». */
export function direParts({ adultes, enfants }: Parts): string {
  const dits = [adultes > 0 && t('jour.adultes', { n: adultes }), enfants > 0 && t('jour.enfants', { n: enfants })];
  return dits.filter(Boolean).join(', ') || t('jour.personne');
}

/** « 9 adultes : végétalien, sans gluten ALLERGIE : arachides » : un régime se choisit, une allergie se soigne. */
export function Besoins({ besoin: { age, nombre, regimes, allergenes } }: { besoin: Besoin }) {
  const qui = t(`ages.${age}` as Cle, { n: nombre });
  return (
    <>
      <strong class="combien">{nombre}</strong>{' '}
      <span>
        {regimes.length > 0 ? t('jour.qui_regimes', { qui, regimes: regimes.map(nomRegime).join(', ') }) : qui}
        <Demande regimes={[]} allergenes={allergenes} />
      </span>
    </>
  );
}

/** « végétalien, sans gluten ALLERGIE : arachides » : ce qu'une assiette demande, sans dire de qui. */
export function Demande({ regimes, allergenes }: { regimes: readonly string[]; allergenes: readonly string[] }) {
  return (
    <>
      {regimes.map(nomRegime).join(', ')}{' '}
      {allergenes.length > 0 && (
        <strong class="allergie">{t('jour.allergie', { quoi: enumerer(allergenes.map(nomAllergene)) })}</strong>
      )}
    </>
  );
}

/** Ce qui reconnaît un besoin d'une lecture à l'autre. */
export function cleDeBesoin({ age, regimes, allergenes }: Besoin): string {
  return `besoin:${age}:${[...regimes].sort().join('+')}:${[...allergenes].sort().join('+')}`;
}

/** Un verdict a toujours un mot et un dessin : la couleur ne parle pas seule. */
export function DireVerdict({ verdict }: { verdict: Verdict }) {
  const genre = inquiete(verdict) ? 'mauvais' : verdict === 'bon' ? 'bon' : 'suivi';
  return (
    <span class={`verdict ${genre}`}>
      <Icone nom={genre === 'bon' ? 'coche' : genre === 'mauvais' ? 'attention' : 'horloge'} />
      {t(`releves.verdicts.${verdict}`)}
    </span>
  );
}

export const Degres = ({ dixiemes }: { dixiemes: number }) => <>{direDegres(dixiemes, langue)}</>;

/** Une ligne que l'on coche du plat de la main. Cochée ici seulement : les autres tablettes ne la voient pas. */
export function Coche({
  cochee,
  cocher,
  children,
}: {
  cochee: boolean;
  cocher: (oui: boolean) => void;
  children: ComponentChildren;
}) {
  return (
    <label class={cochee ? 'coche faite' : 'coche'}>
      <input type="checkbox" checked={cochee} onChange={(geste) => cocher(geste.currentTarget.checked)} />
      <span>{children}</span>
    </label>
  );
}

export function Bloc({ titre, children, aide }: { titre: string; aide?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="bloc-cuisine">
      <h2>{titre}</h2>
      {aide && <p class="second">{aide}</p>}
      {children}
    </section>
  );
}

export function Alerte({
  icone = 'attention',
  douce,
  children,
}: {
  icone?: NomIcone;
  douce?: boolean;
  children: ComponentChildren;
}) {
  return (
    <div class={douce ? 'alerte-cuisine douce' : 'alerte-cuisine'}>
      <Icone nom={icone} />
      <div>{children}</div>
    </div>
  );
}

export function Rien({ children }: { children: ComponentChildren }) {
  return <p class="vide">{children}</p>;
}
