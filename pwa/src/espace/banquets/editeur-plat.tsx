import { useEffect, useId, useRef } from 'preact/hooks';
import { Case, Cases, ChampLong, ChampTexte, Choix, RefusDe } from '../composants/champs';
import { Icone } from '../composants/icone';
import { moi } from '../etat';
import { t } from '../textes';
import { ChoixDenree } from './choix-denree';
import { Deplacer } from './deplacer';
import { EditeurLigne } from './editeur-ligne';
import { ALLERGENES, enumerer, nomAllergene, nomRegime, REGIMES, SERVICES, type Allergene, type Plat } from './mots';
import { deplacerLigne, ligneDe, type Parts, type SaisieLigne, type SaisiePlat } from './saisie-menu';

export interface GestesPlat {
  changer: (morceau: Partial<SaisiePlat>) => void;
  ouvrir: () => void;
  /** Son rang parmi les plats avec qui il s'échange. */
  place: { rang: number; total: number };
  monter: (() => void) | null;
  descendre: (() => void) | null;
  dupliquer: () => void;
  decliner: (() => void) | null;
  retirer: () => void;
  publier: () => void;
  ajouterLigne: (ligne: SaisieLigne) => void;
  retirerLigne: (ligne: SaisieLigne) => void;
  confirmer: () => void;
}

/** Un plat : fermé, ce qu'il faut en savoir ; ouvert, tout ce qui se change. */
export function EditeurPlat({
  chemin,
  plat,
  enregistre,
  change,
  ouvert,
  neuf,
  occupe,
  mois,
  bases,
  servis,
  tous,
  besoin,
  gestes,
}: {
  chemin: string;
  plat: SaisiePlat;
  /** Le plat tel que le service le connaît : ses régimes, et si quelqu'un l'a relu. */
  enregistre: Plat | undefined;
  /** Ce que contient le plat à l'écran n'est pas ce qui est enregistré ; ses parts peuvent différer. */
  change: boolean;
  ouvert: boolean;
  /** Il vient d'être ajouté : on veut le nommer. */
  neuf: boolean;
  occupe: boolean;
  mois: number | null;
  /** Les plats qu'il peut remplacer. */
  bases: readonly { id: string; nom: string }[];
  /** Les convives que fait sa part, sur tous ceux qui sont comptés ; nul tant qu'on ne les a pas lus. */
  servis: Parts | undefined;
  tous: Parts | null;
  /** Pour une variante enregistrée : combien de convives ne peuvent manger qu'elle. */
  besoin: number | null;
  gestes: GestesPlat;
}) {
  const corps = useId();
  const tete = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (neuf) tete.current?.querySelector<HTMLInputElement>('input')?.focus();
  }, [neuf]);
  const nom = plat.nom.trim() || t('menu.sans_nom');
  const base = bases.find(({ id }) => id === plat.remplace);
  return (
    <li class={base ? 'plat-edite variante' : 'plat-edite'} ref={tete} data-ou={nom}>
      <h3>
        <button type="button" class="plat-bouton" aria-expanded={ouvert} aria-controls={corps} onClick={gestes.ouvrir}>
          <span>{nom}</span>
          <Icone nom={ouvert ? 'replier' : 'deplier'} />
        </button>
      </h3>
      <p class="second">
        {[
          base && t('menu.variante_de', { plat: base.nom }),
          t('menu.n_denrees', { n: plat.lignes.length }),
          (plat.part !== '100' || base) && direService(plat.part, servis, tous),
          plat.cueillette && t('menu.cueillette_bref'),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {enregistre?.recette && (
        <p class="second">
          {t('recettes.derivee_de', {
            titre: enregistre.recette.titre,
            structure: enregistre.recette.structure_nom,
          })}
        </p>
      )}
      <Contenu plat={plat} enregistre={enregistre} change={change} />
      {ouvert && (
        <div id={corps} class="plat-corps">
          <RefusDe chemin={`${chemin}.id`} />
          <Gestes nom={nom} gestes={gestes} />
          <div class="cote-a-cote">
            <ChampTexte
              chemin={`${chemin}.nom`}
              etiquette={t('menu.nom')}
              obligatoire
              valeur={plat.nom}
              changer={(valeur) => gestes.changer({ nom: valeur })}
              maxLength={160}
            />
            <Choix
              chemin={`${chemin}.service`}
              etiquette={t('menu.service')}
              valeur={plat.service}
              changer={(service) => gestes.changer({ service })}
              options={SERVICES.map((service) => [service, t(`services.${service}`)])}
            />
          </div>
          <ChampLong
            chemin={`${chemin}.description`}
            etiquette={t('menu.description')}
            valeur={plat.description}
            changer={(description) => gestes.changer({ description: description.replace(/\n/g, ' ') })}
            lignes={1}
            maximum={400}
          />
          <div class="cote-a-cote">
            <Choix
              chemin={`${chemin}.remplace`}
              etiquette={t('menu.remplace')}
              valeur={plat.remplace}
              changer={(remplace) => gestes.changer({ remplace })}
              options={[
                ['', t('menu.remplace_rien')],
                ...bases.map((autre) => [autre.id, t('menu.remplace_qui', { plat: autre.nom })] as const),
              ]}
            />
            <ChampTexte
              chemin={`${chemin}.part_milliemes`}
              etiquette={t('menu.part')}
              aide={t(plat.remplace ? 'menu.part_aide_variante' : 'menu.part_aide')}
              inputMode="decimal"
              suffixe="%"
              valeur={plat.part}
              changer={(part) => gestes.changer({ part })}
            />
          </div>
          <PourCombien {...{ plat, servis, tous, besoin }} />
          <Case
            chemin={`${chemin}.cueillette`}
            etiquette={t('menu.cueillette')}
            aide={t('menu.cueillette_aide')}
            cochee={plat.cueillette}
            changer={(cueillette) => gestes.changer({ cueillette })}
          />
          {plat.lignes.length > 0 && (
            <ul class="lignes-denrees" aria-label={t('menu.denrees')}>
              {plat.lignes.map((ligne, n) => (
                <EditeurLigne
                  key={ligne.cle}
                  chemin={`${chemin}.lignes.${n}`}
                  ligne={ligne}
                  changer={(morceau) =>
                    gestes.changer({
                      lignes: plat.lignes.map((autre) => (autre.cle === ligne.cle ? { ...autre, ...morceau } : autre)),
                    })
                  }
                  retirer={() => gestes.retirerLigne(ligne)}
                  place={{ rang: n + 1, total: plat.lignes.length }}
                  deplacer={(sens) => {
                    const lignes = deplacerLigne(plat.lignes, ligne.cle, sens);
                    return lignes && (() => gestes.changer({ lignes }));
                  }}
                />
              ))}
            </ul>
          )}
          <ChoixDenree
            chemin={`${chemin}.denree`}
            mois={mois}
            choisir={(denree) => gestes.ajouterLigne(ligneDe(denree, mois))}
          />
          <ChampLong
            chemin={`${chemin}.notes_echelle`}
            etiquette={t('menu.notes_echelle')}
            aide={t('menu.notes_echelle_aide')}
            valeur={plat.notes_echelle}
            changer={(notes_echelle) => gestes.changer({ notes_echelle })}
            lignes={2}
            maximum={2000}
          />
          <Relire {...{ chemin, plat, enregistre, change, occupe, gestes }} />
        </div>
      )}
    </li>
  );
}

function compter({ adultes, enfants }: Parts): number {
  return adultes + enfants;
}

/** « pour 27 convives sur 180 (15 %) », ou la part seule tant que personne n'est compté. */
function direService(part: string, servis: Parts | undefined, tous: Parts | null): string {
  return tous && servis && compter(tous) > 0
    ? t('menu.servi_a_convives', { part, n: compter(servis), tous: compter(tous) })
    : t('menu.servi_a', { part });
}

/** Ce que fait cette part en convives ; et, pour une variante, combien ne peuvent manger qu'elle. */
function PourCombien({
  plat,
  servis,
  tous,
  besoin,
}: {
  plat: SaisiePlat;
  servis: Parts | undefined;
  tous: Parts | null;
  besoin: number | null;
}) {
  if (!tous || !servis) return null;
  const n = compter(servis);
  if (compter(tous) === 0) return <p class="second">{t('menu.convives_personne')}</p>;
  return (
    <div role="status">
      <p>
        {t('menu.convives', {
          n,
          tous: compter(tous),
          adultes: t('presences.adultes', { n: servis.adultes }),
          enfants: t('presences.enfants', { n: servis.enfants }),
        })}
      </p>
      {plat.remplace && besoin !== null && besoin > 0 && (
        <p class={besoin > n ? 'attention' : 'second'}>{t('menu.convives_besoin', { n: besoin })}</p>
      )}
    </div>
  );
}

function Gestes({ nom, gestes }: { nom: string; gestes: GestesPlat }) {
  return (
    <div class="boutons" role="group" aria-label={t('menu.gestes', { plat: nom })}>
      {gestes.place.total > 1 && (
        <Deplacer quoi={nom} {...gestes.place} monter={gestes.monter} descendre={gestes.descendre} />
      )}
      <button type="button" class="bouton petit" onClick={gestes.dupliquer}>
        <Icone nom="copie" />
        {t('menu.dupliquer')}
      </button>
      {gestes.decliner && (
        <button type="button" class="bouton petit" onClick={gestes.decliner}>
          <Icone nom="plus" />
          {t('menu.variante')}
        </button>
      )}
      {(moi.value?.structures.length ?? 0) > 0 && (
        <button type="button" class="bouton petit" onClick={gestes.publier}>
          <Icone nom="reseau" />
          {t('recettes.publier')}
        </button>
      )}
      <button type="button" class="bouton petit danger" onClick={gestes.retirer}>
        <Icone nom="corbeille" />
        {t('menu.retirer')}
      </button>
    </div>
  );
}

function deduits(plat: SaisiePlat): Set<string> {
  return new Set(plat.lignes.flatMap((ligne) => ligne.fiche.allergenes));
}

/** Ce que contient le plat à l'écran, dans l'ordre de l'annexe II. Les régimes, eux, viennent du service. */
function contenus(plat: SaisiePlat): Allergene[] {
  const dits = deduits(plat);
  const retires = new Set<string>(plat.allergenes_retires);
  return ALLERGENES.filter((code) => (dits.has(code) || plat.allergenes_ajoutes.includes(code)) && !retires.has(code));
}

/** Ce qu'on sait de ce que contient un plat ; « aucun allergène » n'est pas « personne n'a regardé ». */
function Contenu({
  plat,
  enregistre,
  change,
}: {
  plat: SaisiePlat;
  enregistre: Plat | undefined;
  change: boolean;
}) {
  const rempli = plat.lignes.length > 0 || plat.allergenes_ajoutes.length > 0;
  const releve = !change && enregistre ? enregistre.etat_allergenes : rempli ? 'deduits' : 'pas_remplis';
  const allergenes = contenus(plat);
  return (
    <>
      <p class="second">
        <span class={`marque allergenes-${releve}`}>{t(`menu.allergenes_etat.${releve as 'deduits'}`)}</span>{' '}
        {releve !== 'pas_remplis' &&
          (allergenes.length > 0
            ? t('menu.contient', { quoi: enumerer(allergenes.map(nomAllergene)) })
            : t('menu.aucun_allergene'))}
      </p>
      {enregistre && !change && enregistre.regimes.length > 0 && (
        <p class="second">{t('menu.convient', { regimes: enumerer(enregistre.regimes.map(nomRegime)) })}</p>
      )}
    </>
  );
}

/** Ajouter, retirer, affirmer, puis dire qu'on a relu. */
function Relire({
  chemin,
  plat,
  enregistre,
  change,
  occupe,
  gestes,
}: {
  chemin: string;
  plat: SaisiePlat;
  enregistre: Plat | undefined;
  change: boolean;
  occupe: boolean;
  gestes: GestesPlat;
}) {
  const dits = deduits(plat);
  const retirables = ALLERGENES.filter((code) => dits.has(code) || plat.allergenes_retires.includes(code));
  const ajoutables = ALLERGENES.filter((code) => !dits.has(code) || plat.allergenes_ajoutes.includes(code));
  const affirmables = REGIMES.filter(
    (regime) =>
      plat.lignes.length === 0 || regime === 'halal' || regime === 'casher' || plat.regimes_ajoutes.includes(regime),
  );
  const nommes = (codes: readonly Allergene[]) => codes.map((code) => [code, nomAllergene(code)] as const);
  return (
    <div class="relire">
      <h4>{t('menu.allergenes')}</h4>
      <details class="plus">
        <summary>{t('menu.allergenes_corriger')}</summary>
        <Cases
          chemin={`${chemin}.allergenes_ajoutes`}
          etiquette={t('menu.allergenes_ajouter')}
          aide={t('menu.allergenes_ajouter_aide')}
          valeurs={plat.allergenes_ajoutes}
          changer={(allergenes_ajoutes) => gestes.changer({ allergenes_ajoutes })}
          options={nommes(ajoutables)}
        />
        {retirables.length > 0 && (
          <Cases
            chemin={`${chemin}.allergenes_retires`}
            etiquette={t('menu.allergenes_retirer')}
            aide={t('menu.allergenes_retirer_aide')}
            valeurs={plat.allergenes_retires}
            changer={(allergenes_retires) => gestes.changer({ allergenes_retires })}
            options={nommes(retirables)}
          />
        )}
        <Cases
          chemin={`${chemin}.regimes_ajoutes`}
          etiquette={t('menu.regimes_affirmer')}
          aide={t(plat.lignes.length > 0 ? 'menu.regimes_affirmer_aide' : 'menu.regimes_affirmer_sans_denree')}
          valeurs={plat.regimes_ajoutes}
          changer={(regimes_ajoutes) => gestes.changer({ regimes_ajoutes })}
          options={affirmables.map((regime) => [regime, nomRegime(regime)])}
        />
      </details>
      {!change && enregistre?.etat_allergenes === 'confirmes' ? (
        <p class="second">{t('menu.relu')}</p>
      ) : (
        <>
          <p class="aide">{t(change || !enregistre ? 'menu.relire_apres' : 'menu.relire_phrase')}</p>
          <button
            type="button"
            class="bouton"
            disabled={change || !enregistre || occupe}
            onClick={gestes.confirmer}
          >
            <Icone nom="coche" />
            {t('menu.relire')}
          </button>
        </>
      )}
    </div>
  );
}
