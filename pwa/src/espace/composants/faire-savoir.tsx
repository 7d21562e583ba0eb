import { useRef } from 'preact/hooks';
import { HorsReseau } from '../../api/client';
import { annoncer, useChargement } from '../etat';
import { langue, t } from '../textes';
import type { Evenement } from './evenement-entete';
import { Icone } from './icone';
import { Bloc, Suite } from './page';

/** Ce qu'on emporte de l'évènement : le texte d'une annonce, des affiches, une image, le lien, l'encart d'un site. */
export function FaireSavoir({ evenement: { slug, structure, url } }: { evenement: Evenement }) {
  const racine = `/evenements/${slug}`;
  const enLangue = `?langue=${langue}`;
  const zone = useRef<HTMLTextAreaElement>(null);
  const annonce = useChargement(`evenement/${slug}/annonce`, () => lire(`${racine}/annonce.txt${enLangue}`));
  const copier = (texte: string) =>
    (navigator.clipboard ? navigator.clipboard.writeText(texte) : Promise.reject(new Error())).then(
      () => annoncer(t('faire_savoir.copie')),
      () => {
        zone.current?.select();
        annoncer(t('faire_savoir.pas_copie'), 'refus');
      },
    );
  const fichier = (nom: string, mot: string, icone: 'imprimer' | 'telecharger') => (
    <a class="bouton" href={`${racine}/${nom}${enLangue}`} target="_blank" rel="noopener">
      <Icone nom={icone} />
      {mot}
    </a>
  );
  return (
    <Bloc titre={t('faire_savoir.titre')}>
      <Suite de={annonce}>
        {(texte) => (
          <div class="champ">
            <label for="annonce">{t('faire_savoir.texte')}</label>
            <p class="aide" id="aide-annonce">
              {t('faire_savoir.texte_aide')}
            </p>
            <textarea ref={zone} id="annonce" aria-describedby="aide-annonce" readOnly rows={6} value={texte} />
            <div class="boutons">
              <button type="button" class="bouton plein" onClick={() => void copier(texte)}>
                <Icone nom="copie" />
                {t('faire_savoir.copier_texte')}
              </button>
              <button type="button" class="bouton" onClick={() => void copier(url)}>
                <Icone nom="copie" />
                {t('faire_savoir.copier_lien')}
              </button>
            </div>
          </div>
        )}
      </Suite>
      <div class="boutons">
        {fichier('affiche-a4.pdf', t('faire_savoir.affiche'), 'imprimer')}
        {fichier('affiche-a3.pdf', t('faire_savoir.affiche_grande'), 'imprimer')}
        {fichier('affiche-a4-sobre.pdf', t('faire_savoir.affiche_sobre'), 'imprimer')}
        {fichier('affiche-a3-sobre.pdf', t('faire_savoir.affiche_grande_sobre'), 'imprimer')}
        {fichier('image.jpg', t('faire_savoir.image'), 'telecharger')}
        <a class="bouton" href={`/encart?structure=${structure}`} target="_blank" rel="noopener">
          <Icone nom="reseau" />
          {t('faire_savoir.encart')}
        </a>
      </div>
    </Bloc>
  );
}

async function lire(adresse: string): Promise<string> {
  const reponse = await fetch(adresse).catch(() => null);
  if (!reponse?.ok) throw new HorsReseau();
  return reponse.text();
}
