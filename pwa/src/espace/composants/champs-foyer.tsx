import type { Modeles } from '../../api/client';
import { cle } from '../saisie-evenement';
import {
  AGES,
  ALLERGENES,
  BESOINS,
  CONTRIBUTIONS,
  REGIMES,
  type Age,
  type Nombres,
  type SaisieFoyer,
  type SaisiePresence,
} from '../saisie-foyer';
import { t } from '../textes';
import { Case, Cases, ChampLong, ChampTexte, Choix, Options, Pas } from './champs';
import { ChoixCommune } from './choix';
import { Icone } from './icone';
import { direPlaces, nomDuMoment } from './moments';

type Moment = Modeles['MomentEquipe'];
type Changer = (morceau: Partial<SaisieFoyer>) => void;

function Compte({
  chemin,
  nombres,
  changer,
}: {
  chemin: string;
  nombres: Nombres;
  changer: (nombres: Partial<Nombres>) => void;
}) {
  return (
    <div class="compte">
      {AGES.map((age) => (
        <Pas
          key={age}
          chemin={`${chemin}.${age}`}
          etiquette={t(`foyer.${age}`)}
          valeur={nombres[age]}
          changer={(n) => changer({ [age]: n })}
        />
      ))}
    </div>
  );
}

/** Qui vient, et à quoi : un compte pour tous les moments, ou un par moment. */
export function QuiVient({
  saisie,
  moments,
  changer,
}: {
  saisie: SaisieFoyer;
  moments: readonly Moment[];
  changer: Changer;
}) {
  const changerPresence = (moment: string, morceau: Partial<SaisiePresence>) =>
    changer({ presences: saisie.presences.map((p) => (p.moment === moment ? { ...p, ...morceau } : p)) });
  // Le service nomme les présences par leur rang parmi celles qu'on lui envoie.
  const envoyees = saisie.presences.filter(({ vient }) => vient);
  const rang = (presence: SaisiePresence) => envoyees.indexOf(presence);
  return (
    <>
      {saisie.memes && (
        <Compte
          chemin="presences.0"
          nombres={saisie.nombres}
          changer={(nombres) => changer({ nombres: { ...saisie.nombres, ...nombres } })}
        />
      )}
      <ul class="lignes">
        {saisie.presences.map((presence) => {
          const moment = moments.find(({ id }) => id === presence.moment);
          if (!moment) return null;
          const ici = `presences.${presence.vient ? rang(presence) : `absente-${presence.moment}`}`;
          return (
            <li key={presence.moment}>
              {saisie.presences.length > 1 && (
                <Case
                  chemin={`${ici}.vient`}
                  etiquette={nomDuMoment(moment)}
                  aide={direPlaces(moment)}
                  cochee={presence.vient}
                  changer={(vient) => changerPresence(presence.moment, { vient })}
                />
              )}
              {saisie.presences.length === 1 && moment.jauge !== null && <p class="aide">{direPlaces(moment)}</p>}
              {presence.vient && !saisie.memes && (
                <Compte
                  chemin={ici}
                  nombres={presence}
                  changer={(nombres) => changerPresence(presence.moment, nombres)}
                />
              )}
              {presence.vient && moment.prix.tarifs.length > 0 && (
                <Choix
                  chemin={`${ici}.tarif`}
                  etiquette={t('foyer.tarif')}
                  valeur={presence.tarif}
                  changer={(tarif) => changerPresence(presence.moment, { tarif })}
                  options={[
                    ['', t('foyer.tarif_plus_tard')],
                    ...moment.prix.tarifs.map(({ id, nom }) => [id, nom] as const),
                  ]}
                />
              )}
            </li>
          );
        })}
      </ul>
      {saisie.presences.length > 1 && (
        <Case
          chemin="differents"
          etiquette={t('foyer.differents')}
          cochee={!saisie.memes}
          changer={(differents) =>
            changer({
              memes: !differents,
              presences: differents ? saisie.presences.map((p) => ({ ...p, ...saisie.nombres })) : saisie.presences,
            })
          }
        />
      )}
    </>
  );
}

/** `usage` : une inscription neuve, un passage à la porte, ou une correction. */
export function CommentJoindre({
  saisie,
  changer,
  usage = 'inscription',
}: {
  saisie: SaisieFoyer;
  changer: Changer;
  usage?: 'inscription' | 'porte' | 'correction';
}) {
  const aides = { inscription: t('foyer.courriel_aide'), correction: t('foyer.courriel_aide_correction') };
  return (
    <>
      <ChampTexte
        chemin="prenom"
        etiquette={t('foyer.prenom')}
        obligatoire
        autocomplete="off"
        valeur={saisie.prenom}
        changer={(prenom) => changer({ prenom })}
        maxLength={80}
      />
      <div class="cote-a-cote">
        <ChampTexte
          chemin="telephone"
          etiquette={t('foyer.telephone')}
          type="tel"
          autocomplete="off"
          valeur={saisie.telephone}
          changer={(telephone) => changer({ telephone })}
        />
        <ChampTexte
          chemin="courriel"
          etiquette={t('foyer.courriel')}
          aide={usage === 'porte' ? undefined : aides[usage]}
          type="email"
          autocomplete="off"
          valeur={saisie.courriel}
          changer={(courriel) => changer({ courriel })}
        />
      </div>
      <ChoixCommune
        chemin="commune"
        etiquette={t('foyer.commune')}
        choisi={saisie.commune}
        choisir={(commune) => changer({ commune })}
      />
    </>
  );
}

export function SiElleVeut({ saisie, changer }: { saisie: SaisieFoyer; changer: Changer }) {
  return (
    <>
      <Cases
        chemin="contributions"
        etiquette={t('foyer.contributions')}
        valeurs={saisie.contributions}
        changer={(contributions) => changer({ contributions })}
        options={CONTRIBUTIONS.map((nom) => [nom, t(`contributions.${nom}`)])}
      />
      <Cases
        chemin="besoins"
        etiquette={t('foyer.besoins')}
        valeurs={saisie.besoins}
        changer={(besoins) => changer({ besoins })}
        options={BESOINS.map((nom) => [nom, t(`besoins.${nom}`)])}
      />
      <ChampLong
        chemin="message"
        etiquette={t('foyer.message')}
        valeur={saisie.message}
        changer={(message) => changer({ message })}
        lignes={2}
        maximum={2000}
      />
      <Options
        chemin="premiere_fois"
        etiquette={t('foyer.premiere_fois')}
        valeur={saisie.premiere_fois}
        changer={(premiere_fois) => changer({ premiere_fois })}
        options={[
          ['', t('foyer.pas_demande')],
          ['oui', t('actes.oui')],
          ['non', t('actes.non')],
        ]}
      />
    </>
  );
}

/** Les régimes et allergies : des données de santé. On dit à quoi elles servent, et on demande l'accord d'abord. */
export function Convives({ saisie, changer }: { saisie: SaisieFoyer; changer: Changer }) {
  const { convives } = saisie;
  const vide = () => ({ cle: cle(), nombre: 1, age: 'adulte' as Age, regimes: [], allergenes: [] });
  return (
    <>
      <Case
        chemin="accord_regimes"
        etiquette={t('foyer.accord')}
        aide={t('foyer.accord_aide')}
        cochee={saisie.accord_regimes}
        changer={(accord_regimes) =>
          changer({ accord_regimes, convives: accord_regimes && convives.length === 0 ? [vide()] : convives })
        }
      />
      {saisie.accord_regimes && (
        <>
          <ol class="lignes">
            {convives.map((convive, rang) => {
              const changerUn = (morceau: Partial<typeof convive>) =>
                changer({ convives: convives.map((c, la) => (la === rang ? { ...c, ...morceau } : c)) });
              return (
                <li key={convive.cle} class="convive">
                  <div class="cote-a-cote">
                    <Pas
                      chemin={`convives.${rang}.nombre`}
                      etiquette={t('foyer.combien')}
                      valeur={convive.nombre}
                      minimum={1}
                      changer={(nombre) => changerUn({ nombre })}
                    />
                    <Choix<Age>
                      chemin={`convives.${rang}.age`}
                      etiquette={t('foyer.age')}
                      valeur={convive.age}
                      changer={(age) => changerUn({ age })}
                      options={(['adulte', 'enfant', 'tout_petit'] as const).map((age) => [age, t(`foyer.${age}`)])}
                    />
                  </div>
                  <Cases
                    chemin={`convives.${rang}.regimes`}
                    etiquette={t('foyer.regimes')}
                    valeurs={convive.regimes}
                    changer={(regimes) => changerUn({ regimes })}
                    options={REGIMES.map((nom) => [nom, t(`regimes.${nom}`)])}
                  />
                  <details class="plus">
                    <summary>{t('foyer.allergenes')}</summary>
                    <Cases
                      chemin={`convives.${rang}.allergenes`}
                      etiquette={t('foyer.allergenes')}
                      valeurs={convive.allergenes}
                      changer={(allergenes) => changerUn({ allergenes })}
                      options={ALLERGENES.map((nom) => [nom, t(`allergenes.${nom}`)])}
                    />
                  </details>
                  <button
                    type="button"
                    class="bouton petit"
                    onClick={() => changer({ convives: convives.filter((_, la) => la !== rang) })}
                  >
                    <Icone nom="corbeille" />
                    {t('actes.retirer')}
                  </button>
                </li>
              );
            })}
          </ol>
          <button type="button" class="bouton petit" onClick={() => changer({ convives: [...convives, vide()] })}>
            <Icone nom="plus" />
            {t('foyer.ajouter_convive')}
          </button>
        </>
      )}
    </>
  );
}
