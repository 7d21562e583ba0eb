import { useState } from 'preact/hooks';
import { envoyerImage } from '../../api/client';
import { dire } from '../etat';
import type { SaisieImage } from '../saisie-evenement';
import { t } from '../textes';
import { Cadre, ChampTexte } from './champs';

/** Une seule image ; ce qu'elle montre est à écrire, pour qui ne la voit pas. */
export function ChampImage({
  image,
  changer,
}: {
  image: SaisieImage | null;
  changer: (image: SaisieImage | null) => void;
}) {
  const [part, avancer] = useState<number | null>(null);
  const [refus, refuser] = useState<string>();

  const recevoir = async (fichier: File | undefined) => {
    if (!fichier) return;
    refuser(undefined);
    avancer(0);
    try {
      const { empreinte, url_petite } = await envoyerImage(fichier, avancer);
      changer({ empreinte, url: url_petite, alt: image?.alt ?? '', credit: image?.credit ?? '' });
    } catch (erreur) {
      refuser(dire(erreur));
    } finally {
      avancer(null);
    }
  };

  return (
    <div class="champ-image">
      {image && <img src={image.url} alt={image.alt} loading="lazy" />}
      <Cadre
        chemin="image"
        etiquette={t(image ? 'edition.image_changer' : 'edition.image')}
        aide={t('edition.image_aide')}
        erreur={refus}
      >
        {(attributs) => (
          <input
            {...attributs}
            type="file"
            accept="image/jpeg,image/png,image/webp"
            onChange={(evenement) => void recevoir(evenement.currentTarget.files?.[0])}
          />
        )}
      </Cadre>
      {part !== null && (
        <p role="status">
          <progress max={1} value={part} aria-label={t('edition.image_envoi')} /> {t('edition.image_envoi')}
        </p>
      )}
      {image && (
        <>
          <ChampTexte
            chemin="image.alt"
            etiquette={t('edition.image_alt')}
            aide={t('edition.image_alt_aide')}
            obligatoire
            valeur={image.alt}
            changer={(alt) => changer({ ...image, alt })}
            maxLength={400}
          />
          <ChampTexte
            chemin="image.credit"
            etiquette={t('edition.image_credit')}
            valeur={image.credit}
            changer={(credit) => changer({ ...image, credit })}
            maxLength={200}
          />
          <button type="button" class="bouton petit" onClick={() => changer(null)}>
            {t('edition.image_retirer')}
          </button>
        </>
      )}
    </div>
  );
}
