import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { ChampsLieu, lieuVide, sansCommune, versDemandeLieu, type SaisieLieu } from '../composants/creer-lieu';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Page, Suite } from '../composants/page';
import { annoncer, oublier, useChargement } from '../etat';
import { t } from '../textes';

type Lieu = Modeles['VueLieu'];

function depuisLieu(lieu: Lieu): SaisieLieu {
  return {
    nom: lieu.nom,
    commune: { slug: lieu.commune.code, nom: lieu.commune.nom },
    adresse: lieu.adresse,
    interieur: lieu.interieur,
    places_assises: lieu.places_assises === null ? '' : String(lieu.places_assises),
    places_debout: lieu.places_debout === null ? '' : String(lieu.places_debout),
    equipements: (['cuisine', 'eau', 'electricite'] as const).filter((nom) => lieu[nom]),
    acces_pmr: lieu.acces_pmr,
    acces: lieu.acces,
    description: lieu.description,
  };
}

export default function FicheLieu({ slug }: { slug: string }) {
  const fiche = useChargement(`lieu/${slug}`, () =>
    obtenir(api.GET('/api/espace/lieux/{slug}', { params: { path: { slug } } })),
  );
  return (
    <Page
      titre={fiche.valeur?.lieu.nom ?? t('reseau.lieux')}
      retour={['/espace/reseau', t('nav.reseau')]}
      actions={
        <a class="bouton" href={`/lieux/${slug}`} target="_blank" rel="noopener">
          <Icone nom="oeil" />
          {t('actes.voir_page')}
        </a>
      }
    >
      <Suite de={fiche}>
        {({ lieu, modifiable }) =>
          modifiable ? (
            <FormulaireLieu key={lieu.slug} lieu={lieu} />
          ) : (
            <p class="encart">{t('lieux.reserve', { structure: lieu.structure?.nom ?? '' })}</p>
          )
        }
      </Suite>
    </Page>
  );
}

export function NouveauLieu() {
  return (
    <Page titre={t('lieux.nouveau')} retour={['/espace/reseau', t('nav.reseau')]}>
      <FormulaireLieu lieu={null} />
    </Page>
  );
}

function FormulaireLieu({ lieu }: { lieu: Lieu | null }) {
  const envoi = useEnvoi();
  const { route } = useLocation();
  const [saisie, ecrire] = useState<SaisieLieu>(() => (lieu ? depuisLieu(lieu) : lieuVide()));
  const soumettre = () => {
    const refus = sansCommune(saisie);
    if (refus) return envoi.refuser(refus);
    void envoi.envoyer(async () => {
      if (lieu) {
        const reste = {
          lat: lieu.lat,
          lon: lieu.lon,
          repli: lieu.repli?.slug ?? null,
          structure: lieu.structure?.slug ?? null,
        };
        const body = versDemandeLieu(saisie, reste);
        await obtenir(api.PUT('/api/espace/lieux/{slug}', { params: { path: { slug: lieu.slug } }, body }));
      } else {
        await obtenir(api.POST('/api/espace/lieux', { body: versDemandeLieu(saisie) }));
      }
      oublier('lieu');
      annoncer(t('lieux.enregistre'));
      route('/espace/reseau');
    });
  };
  return (
    <Formulaire
      envoi={envoi}
      soumettre={soumettre}
      pied={
        <button type="submit" class="bouton plein" disabled={envoi.enCours}>
          {t('lieux.enregistrer')}
        </button>
      }
    >
      <ChampsLieu saisie={saisie} changer={(morceau) => ecrire((avant) => ({ ...avant, ...morceau }))} />
    </Formulaire>
  );
}
