import { direDuree, direPlage, duree, lendemain, versInstant } from '../dates';
import {
  GENRES,
  changerMoment,
  chevauche,
  cle,
  commencer,
  momentSuivant,
  type Genre,
  type PrixMode,
  type SaisieMoment,
  type SaisieTarif,
} from '../saisie-evenement';
import { langue, t } from '../textes';
import { Case, ChampLong, ChampTexte, Choix, Options } from './champs';
import { Icone } from './icone';
import { famille, nomDuMoment } from './moments';

const MODES = ['gratuit', 'libre', 'tarifs'] as const satisfies readonly PrixMode[];

export function EditeurMoments({
  moments,
  changer,
}: {
  moments: SaisieMoment[];
  changer: (moments: SaisieMoment[]) => void;
}) {
  return (
    <>
      <p class="aide">{t('edition.moments_aide')}</p>
      <ol class="moments-edites">
        {moments.map((moment, rang) => (
          <Moment
            key={moment.cle}
            moment={moment}
            rang={rang}
            changer={(morceau) => changer(changerMoment(moments, rang, morceau))}
            avant={chevauche(moments, rang)}
            retirer={() => changer(moments.filter((_, la) => la !== rang))}
          />
        ))}
      </ol>
      <button
        type="button"
        class="bouton"
        id="champ-moments"
        onClick={() => changer([...moments, momentSuivant(moments)])}
      >
        <Icone nom="plus" />
        {t('edition.ajouter_moment')}
      </button>
    </>
  );
}

function Moment({
  moment,
  rang,
  avant,
  changer,
  retirer,
}: {
  moment: SaisieMoment;
  rang: number;
  /** Le moment encore en cours quand celui-ci commence. */
  avant: SaisieMoment | undefined;
  changer: (morceau: Partial<SaisieMoment>) => void;
  retirer: () => void;
}) {
  const ici = `moments.${rang}`;
  const nom = nomDuMoment(moment);
  return (
    <li class={`moment-edite ${famille(moment.genre)}`}>
      <div class="moment-edite-tete">
        <h3>{t('edition.moment_n', { n: rang + 1 })}</h3>
        <span class="boutons">
          <button type="button" class="rond" onClick={retirer} aria-label={t('actes.retirer_quoi', { quoi: nom })}>
            <Icone nom="corbeille" />
          </button>
        </span>
      </div>
      <div class="cote-a-cote">
        <Choix<Genre>
          chemin={`${ici}.genre`}
          etiquette={t('edition.genre')}
          valeur={moment.genre}
          changer={(genre) => changer({ genre })}
          options={GENRES.map((genre) => [genre, t(`genres.${genre}.nom`)])}
        />
        <ChampTexte
          chemin={`${ici}.titre`}
          etiquette={t('edition.moment_titre')}
          valeur={moment.titre}
          changer={(titre) => changer({ titre })}
          maxLength={160}
        />
      </div>
      <div class="cote-a-cote">
        <ChampTexte
          chemin={`${ici}.debut`}
          etiquette={t('edition.debut')}
          type="datetime-local"
          valeur={moment.debut}
          changer={(debut) => changer(commencer(moment, debut))}
        />
        <ChampTexte
          chemin={`${ici}.fin`}
          etiquette={t('edition.fin')}
          type="datetime-local"
          valeur={moment.fin}
          changer={(fin) => changer({ fin })}
        />
      </div>
      <Horaire moment={moment} changer={changer} />
      {avant && (
        <p class="attention" role="status">
          {t('edition.chevauche', { quoi: nomDuMoment(avant) })}
        </p>
      )}
      <Case
        chemin={`${ici}.sur_inscription`}
        etiquette={t('edition.sur_inscription')}
        cochee={moment.sur_inscription}
        changer={(sur_inscription) => changer({ sur_inscription })}
      />
      {moment.sur_inscription && (
        <ChampTexte
          chemin={`${ici}.jauge`}
          etiquette={t('edition.jauge')}
          aide={t('edition.jauge_aide')}
          inputMode="numeric"
          valeur={moment.jauge}
          changer={(jauge) => changer({ jauge })}
        />
      )}
      <Options
        chemin={`${ici}.prix.mode`}
        etiquette={t('edition.prix')}
        valeur={moment.mode}
        changer={(mode) =>
          changer({ mode, ...(mode === 'tarifs' && moment.tarifs.length === 0 ? { tarifs: [tarifVide()] } : {}) })
        }
        options={MODES.map((mode) => [mode, t(`modes.${mode}`)])}
      />
      {moment.mode === 'libre' && (
        <div class="cote-a-cote">
          <ChampTexte
            chemin={`${ici}.prix.conseille_centimes`}
            etiquette={t('edition.conseille')}
            suffixe="€"
            inputMode="decimal"
            valeur={moment.conseille}
            changer={(conseille) => changer({ conseille })}
          />
          <ChampTexte
            chemin={`${ici}.prix.minimum_centimes`}
            etiquette={t('edition.minimum')}
            suffixe="€"
            inputMode="decimal"
            valeur={moment.minimum}
            changer={(minimum) => changer({ minimum })}
          />
        </div>
      )}
      {moment.mode === 'tarifs' && (
        <Tarifs chemin={`${ici}.prix.tarifs`} tarifs={moment.tarifs} changer={(tarifs) => changer({ tarifs })} />
      )}
      <details class="plus">
        <summary>{t('edition.moment_description')}</summary>
        <ChampLong
          chemin={`${ici}.description`}
          etiquette={t('edition.moment_description')}
          valeur={moment.description}
          changer={(description) => changer({ description })}
          maximum={4000}
        />
      </details>
    </li>
  );
}

/** Ce que les deux heures veulent dire, tout de suite, avec de quoi réparer la faute la plus courante. */
function Horaire({ moment, changer }: { moment: SaisieMoment; changer: (morceau: Partial<SaisieMoment>) => void }) {
  const minutes = duree(moment.debut, moment.fin);
  const [debut, fin] = [versInstant(moment.debut), versInstant(moment.fin)];
  if (minutes === null || debut === null || fin === null) return null;
  if (minutes <= 0) {
    const proposee = lendemain(`${moment.debut.slice(0, 10)}${moment.fin.slice(10)}`);
    return (
      <p class="refus-champ" role="status">
        {t('edition.fin_avant')}{' '}
        <button type="button" class="bouton petit" onClick={() => changer({ fin: proposee })}>
          {t('edition.finir_lendemain')}
        </button>
      </p>
    );
  }
  const apresMinuit = moment.debut.slice(0, 10) !== moment.fin.slice(0, 10);
  return (
    <p class="aide" role="status">
      {direPlage(debut, fin, langue)}
      {apresMinuit && minutes < 24 * 60 && ` (${t('edition.le_lendemain')})`} · {direDuree(minutes)}
    </p>
  );
}

function tarifVide(): SaisieTarif {
  return { cle: cle(), id: null, nom: '', montant: '', precision: '' };
}

function Tarifs({
  chemin,
  tarifs,
  changer,
}: {
  chemin: string;
  tarifs: SaisieTarif[];
  changer: (tarifs: SaisieTarif[]) => void;
}) {
  const changerUn = (rang: number, morceau: Partial<SaisieTarif>) =>
    changer(tarifs.map((tarif, la) => (la === rang ? { ...tarif, ...morceau } : tarif)));
  return (
    <>
      <ol class="tarifs">
        {tarifs.map((tarif, rang) => (
          <li key={tarif.cle}>
            <ChampTexte
              chemin={`${chemin}.${rang}.nom`}
              etiquette={t('edition.tarif_nom')}
              valeur={tarif.nom}
              changer={(nom) => changerUn(rang, { nom })}
              maxLength={80}
            />
            <ChampTexte
              chemin={`${chemin}.${rang}.montant_centimes`}
              etiquette={t('edition.tarif_montant')}
              suffixe="€"
              inputMode="decimal"
              valeur={tarif.montant}
              changer={(montant) => changerUn(rang, { montant })}
            />
            <ChampTexte
              chemin={`${chemin}.${rang}.precision`}
              etiquette={t('edition.tarif_precision')}
              valeur={tarif.precision}
              changer={(precision) => changerUn(rang, { precision })}
              maxLength={200}
            />
            <button
              type="button"
              class="rond"
              onClick={() => changer(tarifs.filter((_, la) => la !== rang))}
              aria-label={t('actes.retirer_quoi', { quoi: tarif.nom || t('edition.tarif_nom') })}
            >
              <Icone nom="corbeille" />
            </button>
          </li>
        ))}
      </ol>
      {tarifs.length < 12 && (
        <button type="button" class="bouton petit" onClick={() => changer([...tarifs, tarifVide()])}>
          <Icone nom="plus" />
          {t('edition.ajouter_tarif')}
        </button>
      )}
    </>
  );
}
