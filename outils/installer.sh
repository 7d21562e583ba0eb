#!/usr/bin/env bash
# Installe Tablées sur un serveur Debian 12 ou 13, ou Ubuntu 24.04 ; relancé, le met à jour.
#
#   bash outils/installer.sh --simuler    dit tout ce qui serait fait, n'écrit rien (aucun droit demandé)
#   bash outils/installer.sh              le fait, en root
#
# Ce sont les étapes 1, 2 et 4 du README, et l'unité de sauvegarde, rien de plus : un compte « tablees », un programme
# dans /opt/tablees/venv, des réglages dans /etc/tablees.env, une commande « tablees », trois unités systemd. Chaque étape
# se passe si elle est déjà faite ; les réglages ne sont jamais réécrits ; aucune donnée n'est touchée. Rien ne démarre
# avant que vous le disiez : le script finit par la liste de ce qui vous revient.

set -euo pipefail
umask 022

SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Un autre dossier que « / » : pour les essais, et pour qui prépare une image de disque.
RACINE=${RACINE:-}
SIMULER=non

for option in "$@"; do
	case $option in
	--simuler) SIMULER=oui ;;
	-h | --aide | --help)
		sed -n '2,11s/^# \{0,1\}//p' "$0"
		exit 0
		;;
	*)
		echo "installer.sh : on ne comprend pas « $option ». « installer.sh --aide » dit ce qui se peut." >&2
		exit 2
		;;
	esac
done

dire() { printf '\n== %s\n' "$*"; }

refuser() {
	printf 'installer.sh : %s\n' "$*" >&2
	exit 1
}

# Une commande, montrée avant d'être lancée ; seulement montrée si l'on simule.
faire() {
	printf '   $ %s\n' "$*"
	if [ "$SIMULER" = non ]; then "$@"; fi
}

# ecrire CHEMIN DROITS : écrit l'entrée dans ce fichier, s'il n'a pas déjà ce contenu.
ecrire() {
	local chemin=$1 droits=$2 contenu
	contenu=$(cat)
	if [ -f "$RACINE$chemin" ] && [ "$(cat "$RACINE$chemin")" = "$contenu" ]; then
		echo "   $chemin : déjà en place"
		return
	fi
	echo "   $chemin (droits $droits)"
	if [ "$SIMULER" = oui ]; then
		printf '%s\n' "$contenu" | sed 's/^/   | /'
		return
	fi
	mkdir -p "$(dirname "$RACINE$chemin")"
	# Fermé d'abord : les réglages ne doivent jamais être lisibles de tous, même un instant.
	(umask 077 && printf '%s\n' "$contenu" >"$RACINE$chemin")
	chmod "$droits" "$RACINE$chemin"
}

# --- Vérifier avant d'agir -------------------------------------------------------------------------------------------

if [ "$SIMULER" = oui ]; then
	echo "Simulation : rien ne sera écrit ni installé."
elif [ -z "$RACINE" ]; then
	[ "$(id -u)" = 0 ] || refuser "lancez-le en root (sudo bash outils/installer.sh), ou ajoutez --simuler pour voir."
	command -v systemctl >/dev/null || refuser "ce serveur n'a pas systemd ; suivez le README étape par étape."
	command -v apt-get >/dev/null || refuser "il est écrit pour Debian et Ubuntu ; suivez le README étape par étape."
fi
[ -f "$SOURCE/requirements.txt" ] || refuser "il doit rester dans le dossier outils/ de Tablées ($SOURCE n'est pas le sien)."

# --- 1. Le compte et le programme ------------------------------------------------------------------------------------

dire "Python"
faire apt-get install --yes python3 python3-venv
if [ "$SIMULER" = non ]; then
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
		refuser "il faut Python 3.11 ou plus récent ; ce système n'a que $(python3 --version)."
fi

dire "Le compte « tablees », qui n'ouvre aucune session"
if getent passwd tablees >/dev/null; then
	echo "   déjà là"
else
	faire adduser --system --group --home /var/lib/tablees tablees
fi
faire install -d -o tablees -g tablees -m 700 "$RACINE/var/lib/tablees" "$RACINE/var/backups/tablees"

dire "Le programme, dans son propre environnement"
if [ -x "$RACINE/opt/tablees/venv/bin/python" ]; then
	echo "   /opt/tablees/venv : déjà là"
else
	faire mkdir -p "$RACINE/opt/tablees"
	faire python3 -m venv "$RACINE/opt/tablees/venv"
fi
faire "$RACINE/opt/tablees/venv/bin/pip" install --quiet --require-hashes -r "$SOURCE/requirements.txt"
faire "$RACINE/opt/tablees/venv/bin/pip" install --quiet --no-deps "$SOURCE"

# --- 2. Les réglages -------------------------------------------------------------------------------------------------

dire "Les réglages"
if [ -f "$RACINE/etc/tablees.env" ]; then
	echo "   /etc/tablees.env : déjà là, il n'est pas changé"
else
	ecrire /etc/tablees.env 600 <<'FIN'
TABLEES_DONNEES='/var/lib/tablees'
TABLEES_URL='https://tablees.exemple.fr'
TABLEES_SMTP='smtps://utilisateur:mot-de-passe@smtp.exemple.fr:465'
TABLEES_EXPEDITEUR='Réseau de la coopération <ne-pas-repondre@exemple.fr>'
FIN
fi

dire "La commande « tablees », avec ces réglages et sous ce compte"
ecrire /usr/local/bin/tablees 755 <<'FIN'
#!/bin/sh
# Lance une commande de Tablées avec les réglages et sous le compte du service.
set -a
. /etc/tablees.env
set +a
umask 077
cd /var/lib/tablees
exec runuser -u tablees -- /opt/tablees/venv/bin/tablees "$@"
FIN

# --- 3. Les unités systemd -------------------------------------------------------------------------------------------

dire "Le service, et la sauvegarde de chaque nuit"
ecrire /etc/systemd/system/tablees.service 644 <<'FIN'
[Unit]
Description=Tablées
Documentation=file:///opt/tablees/source/README.md
Wants=network-online.target
After=network-online.target

[Service]
User=tablees
Group=tablees
EnvironmentFile=/etc/tablees.env
ExecStart=/opt/tablees/venv/bin/tablees servir
StateDirectory=tablees
StateDirectoryMode=0700
UMask=0077
Restart=always
RestartSec=2
TimeoutStopSec=15

NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
FIN
ecrire /etc/systemd/system/tablees-sauvegarde.service 644 <<'FIN'
[Unit]
Description=Sauvegarde de Tablées

[Service]
Type=oneshot
User=tablees
Group=tablees
EnvironmentFile=/etc/tablees.env
ExecStart=/opt/tablees/venv/bin/tablees sauvegarder /var/backups/tablees
ExecStartPost=/usr/bin/find /var/backups/tablees -name 'tablees-*.tar.gz' -mtime +30 -delete
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ReadWritePaths=/var/lib/tablees /var/backups/tablees
FIN
ecrire /etc/systemd/system/tablees-sauvegarde.timer 644 <<'FIN'
[Unit]
Description=Sauvegarde de Tablées, chaque nuit

[Timer]
OnCalendar=*-*-* 04:15
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
FIN
faire systemctl daemon-reload
if systemctl is-active --quiet tablees 2>/dev/null; then
	faire systemctl restart tablees
fi

# --- Ce qui reste à faire --------------------------------------------------------------------------------------------

dire "Ce qui vous revient"
cat <<'FIN'
   1. Vos réglages (adresse du site, courrier) :        nano /etc/tablees.env
   2. Le réseau, le territoire, la première personne :  tablees initialiser --epci SIREN
   3. Démarrer, et à chaque redémarrage du serveur :    systemctl enable --now tablees
   4. La sauvegarde de chaque nuit :                    systemctl enable --now tablees-sauvegarde.timer
   5. Le https : Caddy ou nginx, section « Le mandataire inverse » du README.
   6. Ouvrez alors le lien que l'étape 2 a écrit : l'accueil de l'espace dit par quoi commencer.
FIN
