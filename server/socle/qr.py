"""Un texte en QR : du SVG, à l'écran comme sur papier."""

import io


def dessiner_qr(texte: str) -> str:
    """Le QR de ce texte, à n'importe quelle taille."""
    import segno  # chargé au premier QR : le démarrage n'en a pas besoin

    sortie = io.BytesIO()
    segno.make(texte, error="m", micro=False).save(
        sortie,
        kind="svg",
        xmldecl=False,
        svgns=True,
        scale=8,
        border=3,
        dark="#23261f",
        light="#ffffff",
        omitsize=True,
    )
    return sortie.getvalue().decode()
