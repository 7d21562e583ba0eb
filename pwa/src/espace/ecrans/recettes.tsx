import '../../../styles/banquets.css';
import { useState } from 'preact/hooks';
import { Bref, Trouvees } from '../banquets/recettes';
import { Icone } from '../composants/icone';
import { Page } from '../composants/page';
import { useRepos } from '../etat';
import { t } from '../textes';

/** Les recettes du réseau : on les lit ici, on les copie depuis un menu, on corrige les siennes. */
export default function Recettes() {
  const [q, chercher] = useState('');
  const repose = useRepos(q.trim());
  return (
    <Page titre={t('recettes.titre')} retour={['/espace/reseau', t('nav.reseau')]}>
      <p class="second">{t('recettes.comment_publier')}</p>
      <label class="recherche">
        <span class="invisible">{t('recettes.chercher')}</span>
        <Icone nom="loupe" />
        <input
          type="search"
          value={q}
          placeholder={t('recettes.chercher')}
          onInput={(evenement) => chercher(evenement.currentTarget.value)}
        />
      </label>
      <Trouvees q={repose} classe="lignes">
        {(recette) => (
          <>
            <a href={`/espace/recettes/${recette.slug}`}>{recette.titre}</a>
            <Bref recette={recette} />
          </>
        )}
      </Trouvees>
    </Page>
  );
}
