import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { dire, type Chargement } from '../etat';
import { t } from '../textes';
import { Icone } from './icone';

let premiere = true;

interface Entete {
  titre: string;
  /** Où mène la flèche de retour, et comment elle s'appelle. */
  retour?: readonly [adresse: string, nom: string];
  surtitre?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
  large?: boolean;
}

/** Un écran : son titre reçoit le focus à l'arrivée, pour que le clavier et le lecteur d'écran sachent où ils sont. */
export function Page({ titre, retour, surtitre, actions, children, large }: Entete) {
  const h1 = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${titre} · Tablées`;
  }, [titre]);
  useEffect(() => {
    if (premiere) premiere = false;
    else h1.current?.focus({ preventScroll: true });
  }, []);
  return (
    <main id="contenu" class={large ? 'page large' : 'page'}>
      <header class="tete">
        {retour && (
          <a class="retour" href={retour[0]}>
            <Icone nom="fleche" />
            {retour[1]}
          </a>
        )}
        <div class="tete-ligne">
          <div>
            <h1 ref={h1} tabIndex={-1}>
              {titre}
            </h1>
            {surtitre}
          </div>
          {actions && <div class="actions">{actions}</div>}
        </div>
      </header>
      {children}
    </main>
  );
}

/** Attend une valeur : dit qu'elle vient, pourquoi elle ne vient pas, et comment redemander. */
export function Suite<T>({ de, children }: { de: Chargement<T>; children: (valeur: T) => ComponentChildren }) {
  if (de.valeur === undefined) {
    return de.erreur === undefined ? <Patience /> : <Echec erreur={de.erreur} recommencer={de.recharger} />;
  }
  return (
    <>
      {de.erreur !== undefined && <Echec erreur={de.erreur} recommencer={de.recharger} ancien />}
      {children(de.valeur)}
    </>
  );
}

export function Patience() {
  return (
    <p class="patience" role="status">
      {t('etats.patience')}
    </p>
  );
}

export function Echec({
  erreur,
  recommencer,
  ancien,
}: {
  erreur: unknown;
  recommencer?: () => unknown;
  /** Ce qui est affiché dessous date d'avant l'échec. */
  ancien?: boolean;
}) {
  return (
    <div class="encart refus" role="alert">
      <p>
        {dire(erreur)} {ancien && t('etats.ancien')}
      </p>
      {recommencer && (
        <button type="button" class="bouton" onClick={() => void recommencer()}>
          {t('etats.recommencer')}
        </button>
      )}
    </div>
  );
}

export function Vide({ children }: { children: ComponentChildren }) {
  return <div class="vide">{children}</div>;
}

export function Bloc({
  titre,
  children,
  actions,
  id,
}: {
  titre: string;
  children: ComponentChildren;
  actions?: ComponentChildren;
  id?: string;
}) {
  return (
    <section class="bloc" {...(id ? { id } : {})} aria-label={titre}>
      <div class="bloc-tete">
        <h2>{titre}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
