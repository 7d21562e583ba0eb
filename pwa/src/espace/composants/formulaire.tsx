import type { ComponentChildren } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import { HorsReseau, Probleme, type ErreurDeChamp } from '../../api/client';
import { dire } from '../etat';
import { Erreurs, Prefixe, ResumeErreurs } from './champs';

export interface Refus {
  phrase: string;
  erreurs: readonly ErreurDeChamp[];
  code: string;
}

export interface Envoi {
  enCours: boolean;
  refus: Refus | null;
  refuser: (refus: Refus | null) => void;
  envoyer: (faire: () => Promise<void>) => Promise<boolean>;
}

/** L'envoi d'un formulaire : une seule fois, et tous ses refus. Ce qui a été tapé reste en place. */
export function useEnvoi(): Envoi {
  const [enCours, occuper] = useState(false);
  const [refus, refuser] = useState<Refus | null>(null);
  const envoyer = useCallback(async (faire: () => Promise<void>) => {
    occuper(true);
    refuser(null);
    try {
      await faire();
      return true;
    } catch (erreur) {
      const connu = erreur instanceof Probleme;
      refuser({
        phrase: dire(erreur),
        erreurs: connu ? erreur.erreurs : [],
        code: connu ? erreur.code : erreur instanceof HorsReseau ? 'hors-reseau' : 'panne',
      });
      return false;
    } finally {
      occuper(false);
    }
  }, []);
  return { enCours, refus, refuser, envoyer };
}

/** Un formulaire et le résumé de ses refus ; chaque champ trouve le sien par son chemin. */
export function Formulaire({
  envoi,
  soumettre,
  children,
  pied,
  prefixe = 'champ',
  resume,
}: {
  prefixe?: string;
  /** Ce qui se dit à la place du résumé des refus, quand il y a mieux à proposer que de corriger. */
  resume?: ComponentChildren;
  envoi: Envoi;
  soumettre: () => void;
  children: ComponentChildren;
  pied: ComponentChildren;
}) {
  return (
    <Prefixe.Provider value={prefixe}>
      <Erreurs.Provider value={envoi.refus?.erreurs ?? []}>
        <form
          noValidate
          onSubmit={(evenement) => {
            evenement.preventDefault();
            evenement.stopPropagation();
            if (!envoi.enCours) soumettre();
          }}
        >
          {resume ?? (envoi.refus && <ResumeErreurs phrase={envoi.refus.phrase} erreurs={envoi.refus.erreurs} />)}
          {children}
          <div class="pied">{pied}</div>
        </form>
      </Erreurs.Provider>
    </Prefixe.Provider>
  );
}
