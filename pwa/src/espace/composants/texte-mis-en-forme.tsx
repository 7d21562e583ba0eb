import { useState } from 'preact/hooks';
import { api, obtenir } from '../../api/client';
import { useChargement } from '../etat';
import { t } from '../textes';
import { ChampLong } from './champs';
import { Suite } from './page';

/** Un texte long et son aperçu. C'est le service qui met en forme : l'aperçu est exactement ce qui sera publié. */
export function TexteMisEnForme({
  chemin,
  etiquette,
  valeur,
  changer,
}: {
  chemin: string;
  etiquette: string;
  valeur: string;
  changer: (valeur: string) => void;
}) {
  const [apercu, montrer] = useState(false);
  return (
    <>
      <ChampLong
        chemin={chemin}
        etiquette={etiquette}
        aide={t('edition.description_aide')}
        valeur={valeur}
        changer={changer}
        lignes={8}
        maximum={20000}
      />
      <button type="button" class="bouton petit" aria-expanded={apercu} onClick={() => montrer(!apercu)}>
        {t(apercu ? 'edition.fermer_apercu' : 'edition.apercu')}
      </button>
      {apercu && <Apercu texte={valeur} />}
    </>
  );
}

function Apercu({ texte }: { texte: string }) {
  const rendu = useChargement(`mise-en-forme:${texte}`, async () =>
    texte.trim() ? (await obtenir(api.POST('/api/espace/mise-en-forme', { body: { texte } }))).html : '',
  );
  return (
    <div class="apercu">
      {/* Le service n'émet que quelques balises sûres (CommonMark sans HTML brut, puis liste blanche). */}
      <Suite de={rendu}>
        {(html) => (html ? <div dangerouslySetInnerHTML={{ __html: html }} /> : <p class="second">{t('edition.apercu_vide')}</p>)}
      </Suite>
    </div>
  );
}
