import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { ChampTexte } from '../composants/champs';
import { Bloc, Suite, Vide } from '../composants/page';
import { useChargement, useRepos } from '../etat';
import { direBase, direPart, ecrireMilliemes, lireEntier, parRayon, type UniteDeVente } from '../quantites';
import { langue, nombre, t } from '../textes';
import { Cadre } from './cadre';
import { enumerer } from './mots';
import { parler, type Temps } from './temps';
import { direQuantite, FAMILLES } from './vocabulaire';

type Quantites = Modeles['QuantitesVue'];
type Ligne = Quantites['lignes'][number];
type Pourquoi = Ligne['pourquoi'][number];
type Effectif = Modeles['EffectifVue'];

/** Ce qu'il faut acheter pour tant de convives, et le calcul de chaque nombre. */
export default function QuantitesDuBanquet({ moment }: { moment: string }) {
  const effectif = useChargement(`banquet/${moment}/effectif`, () =>
    obtenir(api.GET('/api/espace/banquets/{moment}/effectif', { params: { path: { moment } } })),
  );
  return (
    <Cadre moment={moment} nom="banquet.quantites">
      {({ temps }) => (
        <Suite de={effectif}>{(lu) => <Calcul key={moment} moment={moment} effectif={lu} temps={temps} />}</Suite>
      )}
    </Cadre>
  );
}

function Calcul({ moment, effectif, temps }: { moment: string; effectif: Effectif; temps: Temps }) {
  const parts = effectif.arret?.parts ?? effectif.parts;
  const [adultes, direAdultes] = useState<string | null>(null);
  const [enfants, direEnfants] = useState<string | null>(null);
  const voulus = [adultes ?? String(parts.adultes), enfants ?? String(parts.enfants)] as const;
  const [a, e] = voulus.map((texte) => lireEntier(texte) ?? undefined);
  const trop = [a, e].map((n) => n === undefined || n > 100_000);
  const choisi = adultes !== null || enfants !== null;
  const query = useRepos(trop.includes(true) ? null : `${a} ${e}`);
  const quantites = useChargement(`banquet/${moment}/quantites?${query ?? ''}`, async () => {
    const [pour = 0, petits = 0] = (query ?? '0 0').split(' ').map(Number);
    const params = { path: { moment }, query: { adultes: pour, enfants: petits } };
    return obtenir(api.GET('/api/espace/banquets/{moment}/quantites', { params }));
  });
  return (
    <>
      <Bloc titre={t('quantites.pour')}>
        <p class="second" role="status">
          {choisi
            ? t('quantites.choisi')
            : t(effectif.arret ? 'quantites.arrete' : `quantites.compte.${parler(temps)}`, { n: parts.adultes + parts.enfants })}
        </p>
        <div class="parts">
          <ChampTexte
            chemin="adultes"
            etiquette={t('quantites.adultes')}
            inputMode="numeric"
            valeur={voulus[0]}
            changer={direAdultes}
            erreur={trop[0] ? t('remarques.entier') : undefined}
          />
          <ChampTexte
            chemin="enfants"
            etiquette={t('quantites.enfants')}
            inputMode="numeric"
            valeur={voulus[1]}
            changer={direEnfants}
            erreur={trop[1] ? t('remarques.entier') : undefined}
          />
        </div>
        {choisi && (
          <button
            type="button"
            class="bouton petit"
            onClick={() => {
              direAdultes(null);
              direEnfants(null);
            }}
          >
            {t('quantites.revenir', { n: parts.adultes + parts.enfants })}
          </button>
        )}
      </Bloc>
      {!trop.includes(true) && <Suite de={quantites}>{(lues) => <Resultat moment={moment} lues={lues} temps={temps} />}</Suite>}
    </>
  );
}

function Resultat({ moment, lues, temps }: { moment: string; lues: Quantites; temps: Temps }) {
  if (lues.lignes.length === 0) {
    return (
      <Vide>
        <p>{t(`quantites.vide.${parler(temps)}`)}</p>
        <a class="bouton" href={`/espace/banquets/${moment}`}>
          {t('banquet.menu')}
        </a>
      </Vide>
    );
  }
  return (
    <>
      {FAMILLES.map((famille) => {
        const lignes = lues.lignes.filter((ligne) => ligne.famille === famille).sort(parRayon);
        return (
          lignes.length > 0 && (
            <Bloc key={famille} titre={t(`familles_achat.${famille}`)}>
              <ul class="lignes quantites">
                {lignes.map((ligne) => (
                  <li key={`${ligne.ingredient} ${ligne.vendu_par} ${ligne.contenance_milli}`}>
                    <span>
                      <strong>{ligne.nom}</strong>{' '}
                      <span class="second">
                        {t('quantites.besoin', { quoi: direUnites(ligne.besoin, ligne.unite) })}
                      </span>
                    </span>
                    <strong class="achat">{direAchat(ligne)}</strong>
                    <details class="plus">
                      <summary>{t('quantites.pourquoi')}</summary>
                      <Calculs ligne={ligne} marge={lues.marge_milliemes} />
                    </details>
                  </li>
                ))}
              </ul>
            </Bloc>
          )
        );
      })}
      {lues.notes_echelle.length > 0 && (
        <Bloc titre={t('quantites.notes')}>
          <dl class="fiche">
            {lues.notes_echelle.map(({ plat, nom, note }) => (
              <div key={plat}>
                <dt>{nom}</dt>
                <dd class="texte-libre">{note}</dd>
              </div>
            ))}
          </dl>
        </Bloc>
      )}
      <p class="second">{t('quantites.regle')}</p>
    </>
  );
}

function direAchat(ligne: Ligne): string {
  return direQuantite(ligne.achat_milliemes, ligne.vendu_par as UniteDeVente);
}

/** « 2,4 kg », « 347 pièces » : des unités de base. */
function direUnites(quantite: number, unite: string): string {
  return unite === 'piece' ? t('quantites.pieces', { n: quantite, combien: nombre(quantite) }) : direBase(quantite, unite, langue);
}

/** Une part : « 12,5 g », « 2 pièces ». */
function direMilli(milli: number, unite: string): string {
  const combien = ecrireMilliemes(milli, langue);
  return unite === 'piece' ? t('quantites.pieces', { n: milli / 1000, combien }) : `${combien}\u00a0${unite}`;
}

/** Le calcul, tel qu'on le referait sur un papier : chaque plat, la cuisson, le déchet, la marge, l'arrondi. */
function Calculs({ ligne, marge }: { ligne: Ligne; marge: number }) {
  const { unite, vendu_par, pourquoi } = ligne;
  const auPoids = vendu_par === 'kg' || vendu_par === 'L';
  const pas = [...new Set(pourquoi.map(({ pas_milliemes }) => pas_milliemes))].sort((a, b) => a - b);
  return (
    <ol class="calculs">
      {pourquoi.map((part, rang) => (
        <li key={`${part.plat} ${rang}`}>
          <strong>{part.nom}</strong>
          {t('presences.deux_points')} {direParts(part, unite)} = {direUnites(part.assiettes, unite)}
          {part.etat === 'cuit' &&
            ` ${t('quantites.cuit', {
              rendement: ecrireMilliemes(part.rendement_milliemes, langue),
              reste: ecrireMilliemes(1000 - part.dechet_milliemes, langue),
              quoi: direUnites(part.a_acheter, unite),
            })}`}
        </li>
      ))}
      <li>{t('quantites.marge', { marge: direPart(marge, langue), quoi: direUnites(ligne.besoin, unite) })}</li>
      <li>
        {auPoids
          ? t('quantites.arrondi', {
              pas: direQuantite(ligne.pas_milliemes, vendu_par as UniteDeVente),
              achat: direAchat(ligne),
            })
          : t('quantites.arrondi_unite', {
              contenance: direUnites(Math.round(ligne.contenance_milli / 1000), unite),
              unite: direQuantite(1000, vendu_par as UniteDeVente),
              pas: direQuantite(ligne.pas_milliemes, vendu_par as UniteDeVente),
              achat: direAchat(ligne),
            })}
        {pas.length > 1 &&
          ` ${t('quantites.pas_divers', {
            dits: enumerer(pas.map((milliemes) => direQuantite(milliemes, vendu_par as UniteDeVente))),
          })}`}
      </li>
    </ol>
  );
}

function direParts(part: Pourquoi, unite: string): string {
  const morceaux = [
    part.adultes > 0 && `${t('presences.adultes', { n: part.adultes })} × ${direMilli(part.adulte_milli, unite)}`,
    part.enfants > 0 && `${t('presences.enfants', { n: part.enfants })} × ${direMilli(part.enfant_milli, unite)}`,
  ].filter(Boolean);
  return morceaux.length > 0 ? morceaux.join(' + ') : t('quantites.personne');
}
