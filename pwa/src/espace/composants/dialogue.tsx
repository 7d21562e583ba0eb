import { signal } from '@preact/signals';
import type { ComponentChild, ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../textes';
import { Icone } from './icone';

/** La fenêtre ouverte depuis un formulaire se pose à la racine : un formulaire n'en contient pas un autre. */
const calque = signal<ComponentChild>(null);

export function poserDialogue(dialogue: ComponentChild): void {
  calque.value = dialogue;
}

export function Calque() {
  return <>{calque.value}</>;
}

/** Une fenêtre au-dessus de l'écran ; Échap et la croix la ferment, le focus revient d'où il venait. */
export function Dialogue({ titre, fermer, children }: { titre: string; fermer: () => void; children: ComponentChildren }) {
  const boite = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const origine = document.activeElement;
    boite.current?.showModal();
    return () => {
      if (origine instanceof HTMLElement) origine.focus();
    };
  }, []);
  return (
    <dialog ref={boite} class="dialogue" aria-label={titre} onClose={fermer}>
      <div class="dialogue-tete">
        <h2>{titre}</h2>
        <button type="button" class="rond nu" onClick={fermer} aria-label={t('actes.fermer')}>
          <Icone nom="croix" />
        </button>
      </div>
      {children}
    </dialog>
  );
}
