import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { ChampLong, ChampTexte, Choix } from '../composants/champs';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Page, Suite } from '../composants/page';
import { annoncer, moi, oublier, useChargement } from '../etat';
import { t } from '../textes';

type Cycle = Modeles['CycleVue'];

export default function FicheCycle({ slug }: { slug: string }) {
  const cycles = useChargement('cycles', () => obtenir(api.GET('/api/espace/cycles')));
  const cycle = cycles.valeur?.find((autre) => autre.slug === slug);
  return (
    <Page titre={cycle?.titre ?? t('reseau.cycles')} retour={['/espace/reseau', t('nav.reseau')]}>
      <Suite de={cycles}>
        {() => (cycle ? <FormulaireCycle key={slug} cycle={cycle} /> : <p class="encart">{t('cycles.inconnu')}</p>)}
      </Suite>
    </Page>
  );
}

export function NouveauCycle() {
  return (
    <Page titre={t('cycles.creer')} retour={['/espace/reseau', t('nav.reseau')]}>
      <FormulaireCycle cycle={null} />
    </Page>
  );
}

function FormulaireCycle({ cycle }: { cycle: Cycle | null }) {
  const envoi = useEnvoi();
  const { route } = useLocation();
  const miennes = moi.value?.structures ?? [];
  const [titre, titrer] = useState(cycle?.titre ?? '');
  const [description, decrire] = useState(cycle?.description ?? '');
  const [structure, choisir] = useState(cycle?.structure ?? miennes[0]?.slug ?? '');
  const options = miennes.map(({ slug, nom }) => [slug, nom] as const);
  if (cycle && !miennes.some(({ slug }) => slug === cycle.structure)) {
    options.push([cycle.structure, cycle.structure_nom]);
  }
  const soumettre = () =>
    void envoi.envoyer(async () => {
      const body = { titre: titre.trim(), description, structure };
      await obtenir(
        cycle
          ? api.PUT('/api/espace/cycles/{slug}', { params: { path: { slug: cycle.slug } }, body })
          : api.POST('/api/espace/cycles', { body }),
      );
      oublier('cycles');
      annoncer(t('cycles.enregistre'));
      route('/espace/reseau');
    });
  return (
    <Formulaire
      envoi={envoi}
      soumettre={soumettre}
      pied={
        <button type="submit" class="bouton plein" disabled={envoi.enCours}>
          {t('actes.enregistrer')}
        </button>
      }
    >
      <ChampTexte
        chemin="titre"
        etiquette={t('cycles.titre')}
        obligatoire
        valeur={titre}
        changer={titrer}
        maxLength={160}
      />
      <Choix
        chemin="structure"
        etiquette={t('edition.structure')}
        valeur={structure}
        changer={choisir}
        options={options}
      />
      <ChampLong
        chemin="description"
        etiquette={t('cycles.description')}
        valeur={description}
        changer={decrire}
        lignes={5}
      />
    </Formulaire>
  );
}
