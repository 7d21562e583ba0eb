import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { ErreurDeChamp } from '../../api/client';
import { t } from '../textes';

/** Les refus du service et les nôtres, par chemin de champ ; chaque champ y trouve le sien. */
export const Erreurs = createContext<readonly ErreurDeChamp[]>([]);

/** Distingue les champs de deux formulaires ouverts ensemble : l'écran, et la fenêtre posée dessus. */
export const Prefixe = createContext('champ');

function identifiant(prefixe: string, chemin: string): string {
  return `${prefixe}-${chemin.replaceAll('.', '-')}`;
}

function useIdentifiant(chemin: string): string {
  return identifiant(useContext(Prefixe), chemin);
}

function useErreur(chemin: string): string | undefined {
  return useContext(Erreurs).find((erreur) => erreur.champ === chemin)?.message;
}

/** Le refus d'un champ, ou d'un de ceux qu'il réunit : `regimes.0` est un refus de `regimes`. */
function useErreurDedans(chemin: string): string | undefined {
  return useContext(Erreurs).find(({ champ }) => champ === chemin || champ.startsWith(`${chemin}.`))?.message;
}

/** Le refus de ce qui n'a pas de champ à lui : la denrée d'une ligne, le plat lui-même. */
export function RefusDe({ chemin }: { chemin: string }) {
  const refus = useErreur(chemin);
  const id = useIdentifiant(chemin);
  return refus ? (
    <p class="refus-champ" id={id} tabIndex={-1}>
      {refus}
    </p>
  ) : null;
}

interface Commun {
  /** Chemin dans la demande envoyée : `moments.0.titre`. */
  chemin: string;
  etiquette: string;
  aide?: ComponentChildren;
  obligatoire?: boolean;
}

interface Cadre extends Commun {
  children: (attributs: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => ComponentChildren;
  /** Erreur trouvée avant d'envoyer, dite seulement si le service n'en dit pas une autre. */
  erreur?: string | undefined;
}

/** Une étiquette, une aide, un champ, son refus : toujours dans cet ordre, toujours reliés. */
export function Cadre({ chemin, etiquette, aide, obligatoire, children, erreur }: Cadre) {
  const refus = useErreur(chemin) ?? erreur;
  const id = useIdentifiant(chemin);
  const liens = [aide && `${id}-aide`, refus && `${id}-refus`].filter(Boolean).join(' ');
  return (
    <div class={refus ? 'champ en-refus' : 'champ'}>
      <label for={id}>
        {etiquette} {obligatoire && <span class="obligatoire">{t('champs.obligatoire')}</span>}
      </label>
      {aide && (
        <p class="aide" id={`${id}-aide`}>
          {aide}
        </p>
      )}
      {children({ id, ...(liens && { 'aria-describedby': liens }), ...(refus && { 'aria-invalid': true }) })}
      {refus && (
        <p class="refus-champ" id={`${id}-refus`}>
          {refus}
        </p>
      )}
    </div>
  );
}

interface Texte extends Commun {
  type?: 'text' | 'url' | 'email' | 'tel' | 'date' | 'datetime-local';
  inputMode?: 'numeric' | 'decimal' | 'url';
  autocomplete?: 'off' | 'given-name';
  maxLength?: number;
  placeholder?: string;
  valeur: string;
  changer: (valeur: string) => void;
  erreur?: string | undefined;
  suffixe?: string;
}

export function ChampTexte({ chemin, etiquette, aide, obligatoire, valeur, changer, erreur, suffixe, type = 'text', ...natif }: Texte) {
  return (
    <Cadre {...{ chemin, etiquette, aide, erreur, obligatoire: obligatoire ?? false }}>
      {(attributs) => {
        const champ = (
          <input
            // Les types du JSX distinguent les attributs selon `type` ; les nôtres valent pour tous ceux d'ici.
            type={type as 'text'}
            {...natif}
            {...attributs}
            required={obligatoire ?? false}
            value={valeur}
            onInput={(evenement) => changer(evenement.currentTarget.value)}
          />
        );
        return suffixe ? (
          <span class="avec-suffixe">
            {champ}
            <span aria-hidden="true">{suffixe}</span>
          </span>
        ) : (
          champ
        );
      }}
    </Cadre>
  );
}

/** Un texte de plusieurs lignes, qui grandit avec ce qu'on écrit. */
export function ChampLong({
  chemin,
  etiquette,
  aide,
  valeur,
  changer,
  lignes = 3,
  maximum,
}: Commun & { valeur: string; changer: (valeur: string) => void; lignes?: number; maximum?: number }) {
  const zone = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = zone.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [valeur]);
  return (
    <Cadre {...{ chemin, etiquette, aide }}>
      {(attributs) => (
        <textarea
          {...attributs}
          ref={zone}
          rows={lignes}
          value={valeur}
          {...(maximum ? { maxLength: maximum } : {})}
          onInput={(evenement) => changer(evenement.currentTarget.value)}
        />
      )}
    </Cadre>
  );
}

export function Choix<T extends string>({
  chemin,
  etiquette,
  aide,
  valeur,
  changer,
  options,
  obligatoire,
}: Commun & { valeur: T; changer: (valeur: T) => void; options: readonly (readonly [T, string])[] }) {
  return (
    <Cadre {...{ chemin, etiquette, aide, obligatoire: obligatoire ?? false }}>
      {(attributs) => (
        <select {...attributs} value={valeur} onChange={(evenement) => changer(evenement.currentTarget.value as T)}>
          {options.map(([cle, nom]) => (
            <option key={cle} value={cle} selected={cle === valeur}>
              {nom}
            </option>
          ))}
        </select>
      )}
    </Cadre>
  );
}

export function Case({
  chemin,
  etiquette,
  aide,
  cochee,
  changer,
}: {
  chemin: string;
  etiquette: string;
  aide?: string | undefined;
  cochee: boolean;
  changer: (cochee: boolean) => void;
}) {
  const id = useIdentifiant(chemin);
  const refus = useErreur(chemin);
  return (
    <div class="case">
      <input
        id={id}
        type="checkbox"
        checked={cochee}
        aria-describedby={aide || refus ? `${id}-aide` : undefined}
        onChange={(evenement) => changer(evenement.currentTarget.checked)}
      />
      <label for={id}>{etiquette}</label>
      {(aide || refus) && (
        <p class={refus ? 'refus-champ' : 'aide'} id={`${id}-aide`}>
          {refus ?? aide}
        </p>
      )}
    </div>
  );
}

/** Plusieurs choix parmi quelques-uns, comme des étiquettes que l'on coche. */
export function Cases<T extends string>({
  chemin,
  etiquette,
  aide,
  valeurs,
  changer,
  options,
}: Commun & { valeurs: readonly T[]; changer: (valeurs: T[]) => void; options: readonly (readonly [T, string])[] }) {
  const id = useIdentifiant(chemin);
  const refus = useErreurDedans(chemin);
  return (
    <fieldset class="cases" id={id} tabIndex={-1} aria-describedby={refus ? `${id}-refus` : undefined}>
      <legend>{etiquette}</legend>
      {aide && <p class="aide">{aide}</p>}
      <div class="puces">
        {options.map(([cle, nom]) => (
          <label key={cle} class="puce">
            <input
              type="checkbox"
              checked={valeurs.includes(cle)}
              onChange={(evenement) =>
                changer(
                  evenement.currentTarget.checked ? [...valeurs, cle] : valeurs.filter((valeur) => valeur !== cle),
                )
              }
            />
            <span>{nom}</span>
          </label>
        ))}
      </div>
      {refus && (
        <p class="refus-champ" id={`${id}-refus`}>
          {refus}
        </p>
      )}
    </fieldset>
  );
}

/** Un choix parmi deux ou trois, tous visibles. */
export function Options<T extends string>({
  chemin,
  etiquette,
  valeur,
  changer,
  options,
}: {
  chemin: string;
  etiquette: string;
  valeur: T;
  changer: (valeur: T) => void;
  options: readonly (readonly [T, string])[];
}) {
  const id = useIdentifiant(chemin);
  return (
    <fieldset class="cases" id={id} tabIndex={-1}>
      <legend>{etiquette}</legend>
      <div class="puces">
        {options.map(([cle, nom]) => (
          <label key={cle} class="puce">
            <input type="radio" name={id} checked={cle === valeur} onChange={() => changer(cle)} />
            <span>{nom}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Un nombre que l'on change du pouce, ou que l'on tape. */
export function Pas({
  chemin,
  etiquette,
  valeur,
  changer,
  minimum = 0,
  maximum = 50,
}: {
  chemin: string;
  etiquette: string;
  valeur: number;
  changer: (valeur: number) => void;
  minimum?: number;
  maximum?: number;
}) {
  const id = useIdentifiant(chemin);
  const refus = useErreur(chemin);
  const borner = (voulu: number) => changer(Math.min(maximum, Math.max(minimum, Number.isFinite(voulu) ? voulu : 0)));
  return (
    <div class={refus ? 'pas en-refus' : 'pas'}>
      <label for={id}>{etiquette}</label>
      <span class="pas-boutons">
        <button
          type="button"
          class="rond"
          disabled={valeur <= minimum}
          aria-label={t('champs.moins', { quoi: etiquette })}
          onClick={() => borner(valeur - 1)}
        >
          −
        </button>
        <input
          id={id}
          inputMode="numeric"
          value={valeur}
          aria-describedby={refus ? `${id}-refus` : undefined}
          onFocus={(evenement) => evenement.currentTarget.select()}
          onInput={(evenement) => borner(parseInt(evenement.currentTarget.value || '0', 10))}
        />
        <button
          type="button"
          class="rond"
          disabled={valeur >= maximum}
          aria-label={t('champs.plus', { quoi: etiquette })}
          onClick={() => borner(valeur + 1)}
        >
          +
        </button>
      </span>
      {refus && (
        <p class="refus-champ" id={`${id}-refus`}>
          {refus}
        </p>
      )}
    </div>
  );
}

/** Tous les refus d'un coup, chacun menant à son champ ; reçoit le focus quand il paraît. */
export function ResumeErreurs({ erreurs, phrase }: { erreurs: readonly ErreurDeChamp[]; phrase: string }) {
  const prefixe = useContext(Prefixe);
  const boite = useRef<HTMLDivElement>(null);
  // Le nom d'un champ se lit à l'écran, et celui-ci ne s'y trouve parfois qu'avec le refus, qui a ouvert son pli.
  const [, revoir] = useState(0);
  useEffect(() => {
    revoir((tour) => tour + 1);
    boite.current?.focus();
    boite.current?.scrollIntoView({ block: 'center' });
  }, [erreurs, phrase]);
  return (
    <div class="encart refus" role="alert" tabIndex={-1} ref={boite}>
      <p>{phrase}</p>
      {erreurs.length > 0 && (
        <ul>
          {erreurs.map(({ champ, message }) => (
            <li key={`${champ} ${message}`}>
              <a
                href={`#${identifiant(prefixe, champ)}`}
                onClick={(evenement) => {
                  evenement.preventDefault();
                  rejoindre(prefixe, champ);
                }}
              >
                {nommer(prefixe, champ)}
              </a>
              {' : '}
              {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Mène au champ ; à défaut du champ exact, au plus proche qui le contient. */
function rejoindre(prefixe: string, champ: string): void {
  for (let chemin = champ; chemin; chemin = chemin.split('.').slice(0, -1).join('.')) {
    const element = document.getElementById(identifiant(prefixe, chemin));
    if (!element) continue;
    for (let pli = element.closest('details'); pli; pli = pli.parentElement?.closest('details') ?? null) pli.open = true;
    element.scrollIntoView({ block: 'center' });
    element.focus();
    return;
  }
}

/** Le nom du champ tel qu'il est écrit à l'écran ; pour un moment, lequel ; pour ce qui porte un nom, où. */
function nommer(prefixe: string, champ: string): string {
  const element = document.getElementById(identifiant(prefixe, champ));
  const etiquette =
    document.querySelector(`label[for="${identifiant(prefixe, champ)}"]`)?.firstChild?.textContent?.trim() ??
    element?.querySelector('legend')?.textContent;
  const moment = /^moments\.(\d+)/.exec(champ);
  const nomme = element?.closest<HTMLElement>('[data-ou]')?.dataset['ou'];
  const ou = moment ? `${t('edition.moment_n', { n: Number(moment[1]) + 1 })}, ` : nomme ? `${nomme}, ` : '';
  return ou + (etiquette ?? champ);
}
