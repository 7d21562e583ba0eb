import { useState } from 'preact/hooks';
import { t } from '../textes';
import { Cadre } from './champs';

/** Quelques mots libres : on tape, on valide par Entrée ou une virgule, on retire d'un geste. */
export function Mots({
  chemin,
  etiquette,
  aide,
  mots,
  changer,
  maximum,
}: {
  chemin: string;
  etiquette: string;
  aide: string;
  mots: string[];
  changer: (mots: string[]) => void;
  maximum: number;
}) {
  const [enCours, ecrire] = useState('');
  const ajouter = (texte: string) => {
    const neufs = texte.split(',').map((mot) => mot.trim().slice(0, 80)).filter(Boolean);
    const tous = [...mots];
    for (const neuf of neufs) {
      if (tous.length < maximum && !tous.some((mot) => mot.toLowerCase() === neuf.toLowerCase())) tous.push(neuf);
    }
    if (tous.length > mots.length) changer(tous);
    ecrire('');
  };
  return (
    <div class="mots">
      {mots.length > 0 && (
        <ul class="puces">
          {mots.map((mot) => (
            <li key={mot}>
              <button
                type="button"
                class="puce-retirable"
                onClick={() => changer(mots.filter((autre) => autre !== mot))}
                aria-label={t('actes.retirer_quoi', { quoi: mot })}
              >
                {mot} <span aria-hidden="true">×</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {mots.length < maximum && (
        <Cadre {...{ chemin, etiquette, aide }}>
          {(attributs) => (
            <input
              {...attributs}
              type="text"
              value={enCours}
              enterkeyhint="done"
              onInput={(evenement) => {
                const texte = evenement.currentTarget.value;
                if (texte.includes(',')) ajouter(texte);
                else ecrire(texte);
              }}
              onKeyDown={(evenement) => {
                if (evenement.key !== 'Enter') return;
                evenement.preventDefault();
                ajouter(enCours);
              }}
              onBlur={() => ajouter(enCours)}
            />
          )}
        </Cadre>
      )}
    </div>
  );
}
