"""Builds icons.svg, one sprite, from the outline icons of @tabler/icons 3.51.0."""
import re, sys, pathlib
names = """heart-handshake phone microphone map-pin qrcode clipboard-check certificate wheelchair stethoscope
shopping-cart headset building-community home calendar clock user users check x arrow-left search message coin
chart-bar shield-check settings logout plus alert-triangle info-circle book scissors tools walk dog language seedling
first-aid-kit school scale brain leaf traffic-lights old baby-carriage bath bulb pill soup
device-mobile home-heart speakerphone printer download upload edit trash eye list-check text-size
mood-smile mood-neutral mood-sad refresh map chevron-right lock history bell scan""".split()
src = pathlib.Path(sys.argv[1])
out = ['<svg xmlns="http://www.w3.org/2000/svg">',
       '<!-- @tabler/icons 3.51.0, MIT License, Copyright (c) 2020-2026 Paweł Kuna -->']
for name in sorted(names):
    text = (src / f"{name}.svg").read_text()
    body = re.findall(r"<(?:path|circle|line|rect|polyline)\b[^>]*/>", text)
    body = [b for b in body if 'stroke="none"' not in b]
    body = "".join(re.sub(r"\s*/>$", "/>", re.sub(r"\s+", " ", b)) for b in body)
    assert body, name
    out.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
out.append("</svg>")
print("\n".join(out))
sys.stderr.write(f"{len(names)} icons\n")
